#include "test/sim/roles_person.h"

#include "test/sim/roles_cluster.h"

namespace caduceus::sim {

using namespace roles;

void PersonNode::act() {
  if (begin()) wish();
}

void PersonNode::tend() {
  if (begin()) sync();
}

void PersonNode::started() {
  every(15'000, [this] { tend(); });
}

void PersonNode::ask(const Identity& hospital, RecordRequest request, Then then) {
  RolesNode::ask(cluster_.number_of(hospital), identity(), std::move(request), std::move(then));
}

void PersonNode::collect(const Identity& relay, Next next) {
  ask(relay, Collect{0}, [this, relay, next = std::move(next)](const RecordResponse* response) {
    const auto* const mail = response == nullptr ? nullptr : std::get_if<MailList>(response);
    if (mail == nullptr || mail->envelopes.items.empty()) return next();
    for (const NumberedEnvelope& one : mail->envelopes.items) read(one.envelope);
    const std::uint64_t last = mail->envelopes.items.back().number;
    write(step(), [this, relay, last, next] {  // behind all of these
      ask(relay, Discard{last}, [next](const RecordResponse* /*done*/) { next(); });
    });
  });
}

void PersonNode::post(std::vector<Outgoing> letters, std::function<void(std::uint64_t)> sent, Next next) {
  if (letters.empty()) return next();
  const Outgoing first = std::move(letters.front());
  letters.erase(letters.begin());
  if (has(RolesPlant::drop_letter_on_crash)) sent(first.number);
  ask(first.relay, Deposit{first.envelope}, [this, number = first.number, letters, sent, next](const RecordResponse* response) {
    if (response != nullptr && std::holds_alternative<Done>(*response)) sent(number);
    post(letters, sent, next);
  });
}

}  // namespace caduceus::sim
