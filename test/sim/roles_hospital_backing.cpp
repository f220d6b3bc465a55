// What a simulated hospital stands for on SUP, as host/node/record_backings.cpp does it: emergency requests that it backs, and answers to disputes.
#include "core/chain/sup_signing.h"
#include "core/roles/hospital_disputes.h"
#include "test/sim/roles_cluster.h"
#include "test/sim/roles_hospital.h"

namespace caduceus::sim {

using namespace roles;

void HospitalNode::on(const Asked& asked, const BeginBacking& begin) {
  const EmergencyTerms& terms = begin.terms;
  if (!is_own_doctor(asked.caller) || terms.doctor != asked.caller || terms.hospital != identity()) {
    return refuse(asked, Reject::caller_other);
  }
  const auto good = verify_licence(cluster_.world().ppub(), self_.keys.signing.verification_key(), begin.licence, now());
  if (!good) return refuse(asked, good.error());
  OwnNonce own = OwnNonce::draw(cluster_.kernel().rng());
  const SignatureNonce nonce = own.value();
  begun_.insert_or_assign(hash_of(terms), Begun{begin, std::move(own)});
  answer(asked, Backing{nonce});
}

void HospitalNode::on(const Asked& asked, const CompleteBacking& complete) {
  if (const auto there = cluster_.ledger().emergency(complete.htxu, sup_)) return answer(asked, there->committed);
  const auto found = begun_.find(complete.htxu);
  if (found == begun_.end() || found->second.request.terms.doctor != asked.caller) return refuse(asked, Reject::backing_unknown);
  Begun begun = std::move(found->second);
  begun_.erase(found);  // the nonce is used once
  const EmergencyTerms terms = begun.request.terms;
  EmergencyTransaction transaction{terms, {begun.request.nonce, begun.own.value()}, {}};
  Rng& rng = cluster_.kernel().rng();
  const auto doctors = complete.part.value();
  if (!doctors) return refuse(asked, doctors.error());
  const auto ours = sign_part(cluster_.world().net(), transaction, std::move(begun.own), self_.keys.aggregate, rng);
  CHECK(ours.has_value());
  const auto sum = sum_parts(std::array{*doctors, *ours});
  if (!sum) return refuse(asked, sum.error());
  transaction.sum = *sum;
  const std::array<SupTransaction, 1> whole{transaction};
  if (const auto good = cluster_.world().transactions().verify(whole, rng); !good) return refuse(asked, good.error());
  backed_.emplace_back(complete.htxu, asked);
  consult([this, terms] { cluster_.ledger().submit(terms); }, [](bool /*heard*/) {});
}

void HospitalNode::on(const Asked& asked, const DisputeWords& words) {
  if (asked.caller != words.patient || words.reply_to.key.identity != words.patient) return refuse(asked, Reject::caller_other);
  const auto dispute = cluster_.ledger().dispute(words.dispute, sup_);
  const auto emergency = dispute ? cluster_.ledger().emergency(dispute->terms.htxu, sup_) : std::nullopt;
  WriteSet taken = step();
  const auto good = take_dispute(taken, identity(), words, dispute, emergency, cluster_.world().account_of(words.patient));
  if (!good) return refuse(asked, good.error());
  write(taken, [this, asked] { answer(asked, Done{}); });
}

// Each in words of its own, until SUP has the answer.
void HospitalNode::answer_disputes() {
  for (const OpenDispute& open : disputes_of(step())) {
    if (open.is_answered) continue;
    const TransactionHash dispute = open.dispute;
    WriteSet answered = step();
    const auto terms = answer_dispute(answered, identity(), {dispute, {"we are sorry: " + to_hex(dispute)}}, now());
    CHECK(terms.has_value());
    write(answered, [this, dispute, terms = *terms] {
      consult([this, terms] { cluster_.ledger().submit(terms); },
              [this, dispute](bool is_heard) {
                if (!is_heard || !cluster_.ledger().answer(dispute)) return;
                WriteSet told = step();
                dispute_answered(told, dispute);
                write(told);
              });
    });
  }
}

}  // namespace caduceus::sim
