#include "core/roles/access_log.h"

#include "core/crypto/hash.h"

namespace caduceus::roles {
namespace {

constexpr std::string_view purpose = "access";
constexpr Byte only{0};

Bytes statement(const Identity& hospital, const LogEntry& entry) {
  Writer writer;
  write(writer, hospital);
  write(writer, entry_hash(entry));
  return writer.take();
}

Checked<void> is_next(const LogHead& head, std::uint64_t number, const Bytes32& previous) {
  if (number != head.number + 1 || previous != head.hash) return reject(Reject::access_log);
  return {};
}

}  // namespace

Bytes32 entry_hash(const LogEntry& entry) { return hash({as_bytes("log entry"), encode(entry)}); }

const Identity& doctor_of(const AccessRequest& request) {
  return std::visit([](const auto& one) -> const Identity& { return one.licence.licence.doctor; }, request);
}

SignedLogEntry sign_entry(const G1& ppub, const SigningKey& hospital, LogEntry entry, Rng& rng) {
  SignedLogEntry made{hospital.identity, std::move(entry), {}};
  made.signature = sign(ppub, hospital, purpose, statement(made.hospital, made.entry), rng);
  return made;
}

Checked<void> verify(const G1& ppub, const VerificationKey& hospital, const SignedLogEntry& entry) {
  if (entry.hospital != hospital.identity) return reject(Reject::access_log);
  return verify(ppub, hospital, purpose, statement(entry.hospital, entry.entry), entry.signature);
}

Checked<void> follows(const LogHead& head, const LogEntry& entry) { return is_next(head, entry.number, entry.previous); }
Checked<void> follows_of_patient(const LogHead& head, const LogEntry& entry) {
  return is_next(head, entry.of_patient, entry.previous_of_patient);
}

LogEntry AccessLog::add(const Identity& patient, AccessRequest request, Time now) {
  const LogHead all = head();
  const LogHead own = head_of(patient);
  LogEntry entry{all.number + 1, own.number + 1, all.hash, own.hash, now, patient, std::move(request)};
  const Bytes32 hash = entry_hash(entry);
  step_.put(log_entries, entry.number, entry);
  step_.put(log_of_patients, {patient, entry.of_patient}, entry.number);
  step_.put(log_head, only, {entry.number, hash});
  step_.put(log_heads_of_patients, patient, {entry.of_patient, hash});
  return entry;
}

LogHead AccessLog::head() const { return step_.get(log_head, only).value_or(LogHead{}); }
LogHead AccessLog::head_of(const Identity& patient) const { return step_.get(log_heads_of_patients, patient).value_or(LogHead{}); }
std::optional<LogEntry> AccessLog::entry(std::uint64_t number) const { return step_.get(log_entries, number); }

std::vector<LogEntry> AccessLog::entries_of(const Identity& patient, std::uint64_t after, std::size_t most) const {
  std::vector<LogEntry> found;
  for (std::uint64_t n = after + 1; found.size() < most; ++n) {
    const auto number = step_.get(log_of_patients, {patient, n});
    if (!number) break;
    auto entry = step_.get(log_entries, *number);
    CHECK(entry.has_value());
    found.push_back(*std::move(entry));
  }
  return found;
}

}  // namespace caduceus::roles
