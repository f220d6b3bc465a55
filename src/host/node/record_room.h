// What all of a hospital's record keeping works with (record_server.h): its keys, its tables and the records' bytes, both chains, workers,
// one disk, and who asked. The event loop owns it; what takes long is computed by the workers, and nothing is answered before the step that
// it rests on is on disk.
//
//   frame → pool: decode → loop: read the tables → pool: compute → loop: a step of the tables → disk: one synced
//     write for many → loop: answer
#pragma once

#include <boost/asio/io_context.hpp>

#include "core/crypto/registration.h"
#include "core/roles/hospital_deliveries.h"
#include "core/roles/hospital_visits.h"
#include "core/sup/genesis.h"
#include "host/node/channel.h"
#include "host/node/disk_writer.h"
#include "host/node/hospital_chains.h"
#include "host/node/node_clock.h"
#include "host/node/record_store.h"
#include "host/node/sealed_tables.h"
#include "host/node/system_random.h"
#include "host/node/turns.h"
#include "host/node/unverified.h"
#include "host/node/worker_pool.h"

namespace caduceus {

struct HospitalKeys {
  IdentityKeys keys;
  SealingKey sealing;
  SecretKey tables;  // under which the tables are sealed
  SecretKey records;  // under which the records' keys are
};

// A request that is to be answered, once. Its turn, if it has one, ends with the answer.
struct Asked {
  PeerId peer;
  Identity caller;
  std::uint64_t number = 0;
  std::size_t size = 0;  // that its sender is charged with until then
  Bytes turn;
};

class RecordRoom {
 public:
  // The columns of its store, in their order: of RecordStore, and the tables.
  static constexpr std::array<std::string_view, 3> columns{"meta", "records", "tables"};
  static constexpr store::Column tables_column{2};

  // What a thread of the pool has of its own.
  struct Worker {
    Worker(const NetworkId& net, const SystemParameters& parameters) : verifier(net, parameters, cached_identities) {}
    static constexpr std::size_t cached_identities = 1U << 12U;
    SystemRandom random;
    med::SignatureVerifier verifier;
  };

  // All outlive it. Failure: as RecordStore::open().
  [[nodiscard]] static Result<std::unique_ptr<RecordRoom>> open(boost::asio::io_context& loop, const sup::Genesis& genesis,
                                                                HospitalKeys keys, store::Store& store, store::BlobStore& blobs,
                                                                HospitalChains& chains, std::size_t threads);

  void start(Transport& transport) { transport_ = &transport; }
  // No job begins any more, and nothing is called: what works here may go.
  void stop() { pool_.reset(); }

  [[nodiscard]] const Identity& self() const { return keys_.keys.signing.identity; }
  [[nodiscard]] const HospitalKeys& keys() const { return keys_; }
  [[nodiscard]] const sup::Genesis& genesis() const { return genesis_; }
  [[nodiscard]] const NetworkId& net() const { return net_; }
  [[nodiscard]] const G1& ppub() const { return genesis_.authority.parameters.signing; }
  [[nodiscard]] HospitalChains& chains() { return chains_; }
  [[nodiscard]] RecordStore& records() { return records_; }
  [[nodiscard]] Transport& transport() { return *transport_; }
  [[nodiscard]] boost::asio::io_context& loop() { return loop_; }
  [[nodiscard]] static Time now() { return NodeClock::wall(); }

  // A step that sees all that was written here, on disk or not.
  [[nodiscard]] roles::WriteSet step() const { return roles::WriteSet(tables_); }
  // The tables are as after this step from now on; `then` comes when it is on disk, and all before it.
  template <class Then>
  void write(const roles::WriteSet& step, Then then) {
    const store::Batch batch = tables_.commit(step);
    disk_.write(batch, [this, steps = tables_.committed(), then = shared(std::move(then))] {
      tables_.written(steps);
      (*then)();
    });
  }
  // All that is written; on any thread. Failure: as Store::checkpoint().
  [[nodiscard]] Result<void> checkpoint(const std::filesystem::path& folder) { return store_.checkpoint(folder); }
  // compute(Worker&) on a worker, then(what it returned) on the loop.
  template <class Compute, class Then>
  void work(Compute compute, Then then) {
    pool_->run([this, compute = shared(std::move(compute)), then = shared(std::move(then))](std::size_t thread) -> WorkerPool::Then {
      auto found = shared((*compute)(*workers_[thread]));
      return [then, found] { (*then)(std::move(*found)); };
    });
  }
  // What is about one thing comes one after the other; the turn ends with the answer.
  template <class Task>
  void in_turn(Asked asked, Bytes about, Task task) {
    asked.turn = about;
    turns_.begin(about, [asked = std::move(asked), task = shared(std::move(task))]() mutable { (*task)(std::move(asked)); });
  }

  // What a caller sent and was not answered is bounded, on all its connections and over the next ones: then nothing more is read from it.
  // Returns what it is charged with.
  [[nodiscard]] std::size_t received(const Identity& caller, std::size_t bytes);
  void connected(const Identity& caller, PeerId peer) { unanswered_.connected(caller, peer, *transport_); }
  void disconnected(const Identity& caller, PeerId peer) { unanswered_.disconnected(caller, peer); }
  // It will have no answer.
  void drop(const Identity& caller, std::size_t charge) { unanswered_.done(caller, charge, *transport_); }
  void answer(const Asked& asked, const roles::RecordResponse& response);
  void refuse(const Asked& asked, Reject reason) { answer(asked, Refusal::of(reason)); }

  // A doctor's or hospital's registered key. Reject::account_unknown.
  [[nodiscard]] Checked<VerificationKey> key_of(const Identity& identity);
  [[nodiscard]] Checked<roles::Party> party_of(const Identity& identity);
  // The caller is a doctor of this hospital, and not revoked. Reject::caller_other, doctor_revoked.
  [[nodiscard]] Checked<void> check_own_doctor(const Identity& caller) const;
  // A patient's visit, once it is active: decoding one takes as long as a pairing, so those used last are kept. Reject::visit_unknown.
  [[nodiscard]] Checked<std::shared_ptr<const roles::Visit>> visit_of(const Identity& patient);
  void visit_changed(const Identity& patient) { visits_.erase(patient); }

  // The whole bytes of a record that is not long, on any thread. Reject::record_erased, hospital_busy.
  [[nodiscard]] Checked<RecordBody> read_whole(const Bytes32& body, const TransactionHash& htxm, const Blob<0, 65'536>& proof) const;

 private:
  RecordRoom(boost::asio::io_context& loop, const sup::Genesis& genesis, HospitalKeys keys, store::Store& store, HospitalChains& chains,
             std::size_t threads, RecordStore records);

  template <class T>
  static auto shared(T value) {
    return std::make_shared<T>(std::move(value));
  }
  [[nodiscard]] G1 point(const EncodedG1& encoded);

  static constexpr std::size_t most_kept = 4096;  // visits, points
  static constexpr std::size_t request_charge = 64U << 10U;  // beside its bytes
  static constexpr std::size_t most_unanswered = 8U << 20U;  // of one caller: a hundred small requests

  boost::asio::io_context& loop_;
  const sup::Genesis& genesis_;
  NetworkId net_;
  HospitalKeys keys_;
  HospitalChains& chains_;
  store::Store& store_;
  SystemRandom random_;
  RecordStore records_;
  SealedTables tables_;
  DiskWriter disk_;
  Transport* transport_ = nullptr;
  Turns turns_;
  Unverified<Identity> unanswered_{most_unanswered};
  std::map<Identity, std::shared_ptr<const roles::Visit>> visits_;
  std::map<EncodedG1, G1> points_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::optional<WorkerPool> pool_;  // ends first: its jobs use all of these
};

}  // namespace caduceus
