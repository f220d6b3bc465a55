#include "host/node/record_backings.h"

#include "core/chain/sup_signing.h"
#include "core/crypto/index_key.h"

namespace caduceus {

void RecordBackings::on(Asked asked, const roles::BeginBacking& begin) {
  if (const auto own = room_.check_own_doctor(asked.caller); !own) return room_.refuse(asked, own.error());
  const EmergencyTerms& terms = begin.terms;
  if (terms.doctor != asked.caller || terms.hospital != room_.self()) return room_.refuse(asked, Reject::caller_other);
  const Licence& licence = begin.licence.licence;
  if (licence.doctor != asked.caller) return room_.refuse(asked, Reject::request_licence);
  const Time now = RecordRoom::now();
  if (distance(now, terms.ts3) > life) return room_.refuse(asked, Reject::request_time);
  room_.work(
      [this, licence = begin.licence, now](RecordRoom::Worker& own) {
        const auto verified = verify_licence(room_.ppub(), room_.keys().keys.signing.verification_key(), licence, now);
        return std::pair(verified, OwnNonce::draw(own.random));
      },
      [this, asked, begin, now](std::pair<Checked<void>, OwnNonce> drawn) {
        if (!drawn.first) return room_.refuse(asked, drawn.first.error());
        std::erase_if(begun_, [&](const auto& one) { return one.second.since + life < now; });
        const TransactionHash htxu = hash_of(begin.terms);
        const auto own = std::ranges::count(begun_, asked.caller, [](const auto& one) { return one.second.terms.doctor; });
        const bool is_full = begun_.size() >= most_begun || std::cmp_greater_equal(own, most_of_one);
        if (is_full && !begun_.contains(htxu)) return room_.refuse(asked, Reject::hospital_busy);
        const SignatureNonce nonce = drawn.second.value();
        begun_.insert_or_assign(htxu, Begun{begin.terms, begin.nonce, std::move(drawn.second), now});
        room_.answer(asked, roles::Backing{nonce});
      });
}

void RecordBackings::on(Asked asked, const roles::CompleteBacking& complete) {
  const auto answer = [this, asked](const sup::Reply& reply) {
    if (const auto* committed = std::get_if<sup::Committed>(&reply)) return room_.answer(asked, *committed);
    const auto* refusal = std::get_if<Refusal>(&reply);
    CHECK(refusal != nullptr);
    room_.answer(asked, *refusal);
  };
  // Of before, whose answer was lost.
  if (const auto there = room_.chains().sup().emergency(complete.htxu); there && there->terms.doctor == asked.caller) {
    return answer(there->committed);
  }
  const auto found = begun_.find(complete.htxu);
  if (found == begun_.end() || found->second.terms.doctor != asked.caller) return room_.refuse(asked, Reject::backing_unknown);
  Begun begun = std::move(found->second);
  begun_.erase(found);  // the nonce is used once
  room_.work(
      [this, begun = std::move(begun), doctors = complete.part](RecordRoom::Worker& own) mutable -> Checked<SupTransaction> {
        EmergencyTransaction transaction{begun.terms, {begun.doctors, begun.own.value()}, {}};
        TRY(const IndividualSignature part, doctors.value());
        TRY(const IndividualSignature ours,
            sign_part(room_.net(), transaction, std::move(begun.own), room_.keys().keys.aggregate, own.random));
        TRY(transaction.sum, sum_parts(std::array{part, ours}));
        return SupTransaction(std::move(transaction));
      },
      [this, asked, answer](Checked<SupTransaction> transaction) {
        if (!transaction) return room_.refuse(asked, transaction.error());
        room_.chains().submit(*std::move(transaction), answer);
      });
}

void RecordBackings::on(Asked asked, const roles::DisputeWords& words) {
  if (asked.caller != words.patient || words.reply_to.key.identity != words.patient) return room_.refuse(asked, Reject::caller_other);
  // An account takes a worker long.
  if (!room_.chains().sup().dispute(words.dispute)) return room_.refuse(asked, Reject::request_unknown);
  room_.work([this, words](RecordRoom::Worker& /*own*/) { return med_account(room_.net(), words.patient); },
             [this, asked, words](const Identity& account) {
               const sup::SupState& sup = room_.chains().sup();
               const auto dispute = sup.dispute(words.dispute);
               const auto emergency = dispute ? sup.emergency(dispute->terms.htxu) : std::nullopt;
               roles::WriteSet step = room_.step();
               const auto taken = roles::take_dispute(step, room_.self(), words, dispute, emergency, account);
               if (!taken) return room_.refuse(asked, taken.error());
               room_.write(step, [this, asked] { room_.answer(asked, roles::Done{}); });
             });
}

void RecordBackings::on(Asked asked, const roles::AskDisputes& /*ask*/) {
  if (asked.caller != room_.self()) return room_.refuse(asked, Reject::caller_other);
  room_.answer(asked, roles::DisputeList{{roles::disputes_of(room_.step())}});
}

void RecordBackings::on(Asked asked, const roles::AnswerDispute& answer) {
  if (asked.caller != room_.self()) return room_.refuse(asked, Reject::caller_other);
  roles::WriteSet step = room_.step();
  const auto terms = roles::answer_dispute(step, room_.self(), answer, RecordRoom::now());
  if (!terms) return room_.refuse(asked, terms.error());
  room_.write(step, [this, asked, terms = *terms] {
    room_.work(
        [this, terms](RecordRoom::Worker& own) {
          return SupTransaction(sign_terms(room_.net(), terms, room_.keys().keys.aggregate, own.random));
        },
        [this, asked, terms](SupTransaction transaction) {
          room_.chains().submit(std::move(transaction), [this, asked, terms](const sup::Reply& reply) {
            const auto* committed = std::get_if<sup::Committed>(&reply);
            // One that was put there before says the same.
            const auto there = room_.chains().sup().dispute(terms.dispute);
            if (committed == nullptr && !(there && there->answer)) {
              const auto* refusal = std::get_if<Refusal>(&reply);
              CHECK(refusal != nullptr);
              return room_.answer(asked, *refusal);
            }
            roles::WriteSet answered = room_.step();
            roles::dispute_answered(answered, terms.dispute);
            room_.write(answered, [this, asked] {
              letters_.send_soon();
              room_.answer(asked, roles::Done{});
            });
          });
        });
  });
}

}  // namespace caduceus
