#include "test/sim/roles_cluster.h"

#include <algorithm>

#include "core/roles/hospital_counts.h"

namespace caduceus::sim {
namespace {

constexpr std::uint64_t patience = 1'200'000;  // ms, simulated, after healing

}  // namespace

RolesReport simulate(const RolesSetup& setup) { return RolesCluster(setup).run(); }

RolesCluster::RolesCluster(const RolesSetup& setup)
    : setup_(setup), kernel_(setup.seed), network_(kernel_), world_(RolesWorld::of(setup.hospitals)), ledger_(kernel_), checker_(*this) {
  const bool has_liar = setup.faults.cheats && setup.hospitals > 2;
  const bool has_cheat = setup.faults.cheats && setup.doctors > 1;
  std::size_t number = 0;
  for (std::size_t i = 0; i < setup.hospitals; ++i) {
    hospitals_.push_back(std::make_unique<HospitalNode>(*this, number++, world_.hospital(i), has_liar && i + 1 == setup.hospitals));
  }
  for (std::size_t i = 0; i < setup.doctors; ++i) {
    doctors_.push_back(std::make_unique<DoctorNode>(*this, number++, i, has_cheat && i + 1 == setup.doctors));
  }
  for (std::size_t i = 0; i < setup.patients; ++i) patients_.push_back(std::make_unique<PatientNode>(*this, number++, i));
}

RolesReport RolesCluster::run() {
  const RolesFaults& faults = setup_.faults;
  Network::Faults on_the_way;
  if (faults.loss) on_the_way.lost_one_in = kernel_.between(8, 60);
  if (faults.delay) on_the_way.slow_one_in = kernel_.between(5, 40);
  if (faults.reorder) on_the_way.most_delay = 1'500;
  if (faults.reorder) on_the_way.doubled_one_in = kernel_.between(3, 20);
  network_.set(on_the_way);
  ledger_.start();
  for (auto& one : hospitals_) one->start();
  for (PersonNode* one : people()) one->start();
  every(2'000, [this] { spread_sblocks(); });
  every(3'000, [this] { something_happens(); });
  every(10'000, [this] { disturb(); });

  while (checker_.broken().empty() && steps_ < setup_.steps && kernel_.step()) {
  }
  heal();
  if (!run_until([this] { return unfinished().empty(); })) {
    report_.end = RolesEnd::no_progress;
    report_.why = "what was begun does not come to its end: " + unfinished();
  } else {
    look_at_everything();
  }
  if (!checker_.broken().empty()) {
    report_.end = RolesEnd::broken;
    report_.why = checker_.broken();
  }
  for (const auto& one : hospitals_) report_.records += roles::counts_of(one->disk().step()).records;
  report_.grants = checker_.grants();
  report_.accesses = checker_.accesses();
  report_.emergencies = ledger_.emergencies(Height(0)).size();
  report_.messages = network_.sent();
  report_.events = kernel_.events();
  report_.milliseconds = kernel_.now().value();
  return report_;
}

bool RolesCluster::run_until(const std::function<bool()>& is_over) {
  const Tick end = kernel_.now() + patience;
  Tick look = kernel_.now();
  while (checker_.broken().empty() && kernel_.now() < end) {
    if (kernel_.now() >= look) {
      if (is_over()) return true;
      look = kernel_.now() + 10'000;
    }
    if (!kernel_.step()) return false;
  }
  return false;
}

// Twice: what is told by letter may still be on its way the first time.
void RolesCluster::look_at_everything() {
  std::vector<std::uint64_t> before;
  for (const auto& one : patients_) before.push_back(one->times_read());
  const bool has_read = run_until([&] {
    bool is_over = true;
    for (std::size_t i = 0; i < patients_.size(); ++i) {
      if (patients_[i]->times_read() > before[i]) continue;
      is_over = false;
      patients_[i]->look_at_accesses();
    }
    return is_over && unfinished().empty();
  });
  if (!has_read) {
    report_.end = RolesEnd::no_progress;
    report_.why = "a patient cannot read who read what";
    return;
  }
  for (const auto& one : hospitals_) checker_.audit(*one, one->disk().durable());
  for (const auto& one : patients_) checker_.look_at(*one);
}

void RolesCluster::every(std::uint64_t about, const std::function<void()>& what) {
  kernel_.after(kernel_.between(about / 2, about + about / 2), [this, about, what] {
    what();
    every(about, what);
  });
}

std::vector<PersonNode*> RolesCluster::people() const {
  std::vector<PersonNode*> all;
  for (const auto& one : doctors_) all.push_back(one.get());
  for (const auto& one : patients_) all.push_back(one.get());
  return all;
}

RolesNode& RolesCluster::any_node() {
  const auto all = people();
  const std::size_t i = kernel_.rng().below(all.size() + hospitals_.size());
  return i < all.size() ? static_cast<RolesNode&>(*all[i]) : *hospitals_[i - all.size()];
}

void RolesCluster::something_happens() {
  if (is_healed_) return;
  ++steps_;
  if (setup_.faults.cheats && kernel_.happens(6)) {
    for (const auto& one : doctors_) {
      if (one->cheats()) one->cheat();
    }
    return;
  }
  if (kernel_.happens(40)) {
    HospitalNode& one = *hospitals_[kernel_.rng().below(hospitals_.size())];
    if (one.is_running()) one.order_erasure();
    return;
  }
  if (kernel_.happens(300)) return ledger_.revoke(doctors_[kernel_.rng().below(doctors_.size())]->identity());
  const auto all = people();
  all[kernel_.rng().below(all.size())]->act();
}

void RolesCluster::disturb() {
  if (is_healed_) return;
  if (setup_.faults.partition && kernel_.happens(5)) {
    std::vector<std::size_t> groups(ledger_node() + 1);
    for (auto& group : groups) group = kernel_.rng().below(2);
    network_.partition(std::move(groups));
  } else if (kernel_.happens(6)) {
    network_.heal();
  }
  if (!setup_.faults.crash && !setup_.faults.torn) return;
  for (std::size_t i = 0; i < 2; ++i) {
    RolesNode& one = any_node();
    if (!one.is_running() || !kernel_.happens(2)) continue;
    // At a moment of which nobody knows what is under way then.
    kernel_.after(kernel_.between(1, 5'000), [this, &one] {
      if (is_healed_ || !one.is_running()) return;
      one.crash();
      ++report_.crashes;
      kernel_.after(kernel_.between(100, 20'000), [&one] { one.start(); });
    });
  }
}

// Hospitals follow SUP as well as they hear of it.
void RolesCluster::spread_sblocks() {
  for (const auto& one : hospitals_) {
    send(ledger_node(), one->number(), [&one = *one, height = ledger_.height()] {
      if (one.is_running()) one.sees(height);
    });
  }
}

void RolesCluster::heal() {
  is_healed_ = true;
  network_.heal();
  network_.set({});
  for (const auto& one : hospitals_) one->start();
  for (PersonNode* one : people()) one->start();
}

// Who has something that was begun, and what: "" when all is done.
std::string RolesCluster::unfinished() const {
  std::string all;
  const auto add = [&](const Identity& who, const std::string& what) {
    if (!what.empty()) all += (all.empty() ? "" : ", ") + to_string(who) + ": " + what;
  };
  for (const auto& one : hospitals_) add(one->identity(), one->unfinished());
  for (const PersonNode* one : people()) add(one->identity(), one->unfinished());
  return all;
}

std::size_t RolesCluster::some_patient_of(const Identity& hospital) {
  std::vector<std::size_t> there;
  for (std::size_t i = 0; i < patients_.size(); ++i) {
    if (roles::active_visit_of(hospital_of(hospital).disk().step(), patients_[i]->identity())) there.push_back(i);
  }
  return there.empty() ? kernel_.rng().below(patients_.size()) : there[kernel_.rng().below(there.size())];
}

std::size_t RolesCluster::number_of(const Identity& hospital) const {
  const auto found = std::ranges::find(hospitals_, hospital, [](const auto& one) { return one->identity(); });
  CHECK(found != hospitals_.end());
  return (*found)->number();
}

bool RolesCluster::loses_mail_of(const Identity& person) const {
  for (std::size_t i = 0; i < patients_.size(); ++i) {
    if (patients_[i]->identity() == person) return hospital_of(world_.card(i).relay).drops_letters();
  }
  const SupWorld::Member* doctor = world_.member(person);
  return doctor != nullptr && hospital_of(doctor->hospital).drops_letters();
}

void RolesCluster::send(std::size_t from, std::size_t to, const std::function<void()>& deliver) {
  report_.trace = (report_.trace ^ (kernel_.now().value() * 64 + from * 8 + to)) * 0x100000001b3ULL;
  network_.send(from, to, deliver);
}

void RolesCluster::serve(std::size_t hospital, const Identity& caller, const roles::RecordRequest& request,
                         const RolesNode::Respond& respond) {
  if (hospitals_[hospital]->is_running()) hospitals_[hospital]->serve(caller, request, respond);
}

void RolesCluster::read_a_letter(const std::optional<Reject>& refused) {
  ++report_.letters;
  if (refused) ++report_.refused_letters[std::string(name(*refused))];
}

}  // namespace caduceus::sim
