#include "host/node/record_room.h"

#include "host/node/halt.h"
#include "host/node/records.h"

namespace caduceus {
namespace {

// What a delivery was about to make its own when the node was killed, or when the blobs' service did not answer, goes as the records open.
Result<RecordStore> open_records(SealedTables& tables, store::Store& store, store::BlobStore& blobs, SecretKey record_key, Rng& rng) {
  roles::WriteSet step(tables);
  std::set<RecordId> in_doubt;
  step.for_each_under(roles::bodies_in_doubt, {}, [&](const Bytes32& body, Byte /*one*/) {
    in_doubt.insert(body);
    return true;
  });
  TRY(RecordStore records, RecordStore::open(store, blobs, std::move(record_key), rng, in_doubt));
  for (const RecordId& body : in_doubt) step.erase(roles::bodies_in_doubt, body);
  if (!in_doubt.empty()) TRY_VOID(tables.write(step));
  return records;
}

}  // namespace

Result<std::unique_ptr<RecordRoom>> RecordRoom::open(boost::asio::io_context& loop, const sup::Genesis& genesis, HospitalKeys keys,
                                                     store::Store& store, store::BlobStore& blobs, HospitalChains& chains,
                                                     std::size_t threads) {
  static SystemRandom random;  // it has no state, and the record store outlives what opened it
  SealedTables tables(store, tables_column, keys.tables.copy(), random);
  TRY(RecordStore records, open_records(tables, store, blobs, keys.records.copy(), random));
  return std::unique_ptr<RecordRoom>(new RecordRoom(loop, genesis, std::move(keys), store, chains, threads, std::move(records)));
}

RecordRoom::RecordRoom(boost::asio::io_context& loop, const sup::Genesis& genesis, HospitalKeys keys, store::Store& store,
                       HospitalChains& chains, std::size_t threads, RecordStore records)
    : loop_(loop),
      genesis_(genesis),
      net_(genesis.network()),
      keys_(std::move(keys)),
      chains_(chains),
      store_(store),
      records_(std::move(records)),
      tables_(store, tables_column, keys_.tables.copy(), random_),
      disk_(loop, store),
      turns_(loop) {
  for (std::size_t i = 0; i < threads; ++i) workers_.push_back(std::make_unique<Worker>(net_, genesis.authority.parameters));
  pool_.emplace(loop, threads);
}

std::size_t RecordRoom::received(const Identity& caller, std::size_t bytes) {
  unanswered_.add(caller, bytes + request_charge, *transport_);
  return bytes + request_charge;
}

void RecordRoom::answer(const Asked& asked, const roles::RecordResponse& response) {
  unanswered_.done(asked.caller, asked.size, *transport_);
  transport_->send(asked.peer, frame_of(Channel::answer, roles::NumberedResponse{asked.number, response}));
  if (!asked.turn.empty()) turns_.end(asked.turn);
}

G1 RecordRoom::point(const EncodedG1& encoded) {
  if (const auto found = points_.find(encoded); found != points_.end()) return found->second;
  const auto decoded = encoded.value();
  CHECK(decoded.has_value());  // of an account, where it was verified
  if (points_.size() >= most_kept) points_.clear();
  return points_.emplace(encoded, *decoded).first->second;
}

Checked<VerificationKey> RecordRoom::key_of(const Identity& identity) {
  const auto account = chains_.sup().account(identity);
  if (!account) return reject(Reject::account_unknown);
  return VerificationKey{identity, point(account->public_point)};
}

Checked<roles::Party> RecordRoom::party_of(const Identity& identity) {
  const auto account = chains_.sup().account(identity);
  if (!account) return reject(Reject::account_unknown);
  return roles::Party{{identity, point(account->public_point)}, point(account->sealing_key), account->hospital};
}

Checked<void> RecordRoom::check_own_doctor(const Identity& caller) const {
  if (caller.role != Role::doctor) return reject(Reject::caller_other);
  const auto account = chains_.sup().account(caller);
  if (!account || account->hospital != self()) return reject(Reject::caller_other);
  if (chains_.sup().is_revoked(self(), caller)) return reject(Reject::doctor_revoked);
  return {};
}

Checked<std::shared_ptr<const roles::Visit>> RecordRoom::visit_of(const Identity& patient) {
  if (const auto found = visits_.find(patient); found != visits_.end()) return found->second;
  TRY(roles::Visit visit, roles::active_visit_of(step(), patient));
  if (visits_.size() >= most_kept) visits_.clear();
  return visits_.emplace(patient, std::make_shared<const roles::Visit>(std::move(visit))).first->second;
}

Checked<RecordBody> RecordRoom::read_whole(const Bytes32& body, const TransactionHash& htxm, const Blob<0, 65'536>& proof) const {
  TRY(auto reader, or_busy(records_.read(body)));
  if (!reader) return reject(Reject::record_erased);
  RecordBody whole{{reader->salt(), htxm, proof}, SecretBytes(reader->size())};
  for (ByteSpan rest = whole.emr.expose(); !rest.empty();) {
    TRY(const ByteView chunk, or_busy(reader->next()));
    std::ranges::copy(chunk, rest.begin());
    rest = rest.subspan(chunk.size());
  }
  return whole;
}

}  // namespace caduceus
