// A hospital with both chains and its records port in one process, mining by itself, on TLS; and patients and doctors who ask it as their
// programs do.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "host/net/client.h"
#include "host/net/loopback.h"
#include "host/net/tls_transport.h"
#include "host/node/hospital_node.h"
#include "host/node/node_chains.h"
#include "host/node/record_server.h"
#include "host/store/memory_store.h"
#include "test/node/consortium.h"
#include "test/store/blob_place.h"

namespace caduceus {

class RecordsWorld : public testing::Test {
 protected:
  static constexpr std::chrono::seconds patience{60};  // whatever takes that long will not come
  static constexpr std::uint64_t hour = 3'600'000;

  explicit RecordsWorld(std::unique_ptr<store::BlobPlace> place_of_blobs = store::FolderOfBlobs::make())
      : place_(std::move(place_of_blobs)) {
    // The first hospital is the whole committee; the second is another one's doctors'.
    consortium_.genesis.hospitals.items.resize(1);
    consortium_.genesis.med = {500, 60'000, 10'000, {0, 0, 0x80}};  // 2^17 hashes
    world().move_to(net());
    patient_.emplace(world().enrol_patient());
    start();
    for (SupTransaction& one : world().registrations()) commit(std::move(one));
    commit(world().registration(patient_->known));
  }
  ~RecordsWorld() override { stop(); }

  void start() {
    auto node = HospitalNode::open(*loop_, genesis(), 0, consortium_.key(0), {sup_store_, med_store_}, {}, mining());
    ASSERT_TRUE(node) << node.error().message;
    auto blobs = place_->open();
    ASSERT_TRUE(blobs) << blobs.error().message;
    running_.emplace();
    running_->node = *std::move(node);
    running_->blobs = *std::move(blobs);
    running_->chains = std::make_unique<Chains>(running_->node->sup(), running_->node->med(), sup_is_late_);
    auto server = RecordServer::open(*loop_, genesis(), keys_of(hospital()), others_, store_, *running_->blobs, *running_->chains,
                                     {1, std::chrono::milliseconds(50)});
    ASSERT_TRUE(server) << server.error().message;
    running_->server = *std::move(server);
    running_->sup = sup_network_.join(hospital().identity(), {}, admit, {}, running_->node->sup().events());
    running_->med = med_network_.join(hospital().identity(), {}, admit, MedServer::limits(), running_->node->med().events());
    std::vector<PeerAddress> peers;
    for (const Identity& other : others_) peers.push_back({other, "127.0.0.1:1"});
    auto transport = start_tls_transport(
        *loop_, {consortium_.credentials(hospital().identity()), "127.0.0.1:0", peers, admit, RecordServer::limits(), {}},
        *running_->server, random_);
    ASSERT_TRUE(transport) << transport.error().message;
    running_->transport = *std::move(transport);
    running_->node->start(*running_->sup, *running_->med);
    running_->server->start(*running_->transport);
    thread_ = std::thread([loop = loop_.get()] {
      const auto guard = boost::asio::make_work_guard(*loop);
      loop->run();
    });
  }
  // At once: what is not on disk is lost.
  void stop() {
    if (!thread_.joinable()) return;
    loop_->stop();
    thread_.join();
    clients_.clear();
    running_.reset();
    loop_ = std::make_unique<boost::asio::io_context>(1);
  }
  void restart() {
    stop();
    start();
  }

  // While it is stopped: uploads whose bodies were stored when the service of the blobs stopped answering, before their keys were.
  void leave_in_doubt(Byte n) {
    const auto blobs = place_->open();
    ASSERT_TRUE(blobs) << blobs.error().message;
    SealedTables tables(store_, RecordRoom::tables_column, keys_of(hospital()).tables, random_);
    roles::WriteSet step(tables);
    for (Byte i = 0; i < n; ++i) {
      const Bytes32 body{1, i};
      const roles::UploadedRecord whole{body, {}, 0};
      roles::expect_bodies(step, {&whole, 1});
      ASSERT_TRUE((*blobs)->create(body).value()->commit());
    }
    ASSERT_TRUE(tables.write(step));
  }

  // Of who speaks to the records port.
  [[nodiscard]] roles::RecordResponse ask(const Identity& who, roles::RecordRequest request) {
    auto client = clients_.find(who);
    if (client == clients_.end()) {
      const ClientOptions options{"127.0.0.1:" + std::to_string(running_->transport->port()), consortium_.credentials(who),
                                  Subject(hospital().identity()), roles::most_record_response};
      auto connected = Client::connect(options, patience);
      EXPECT_TRUE(connected) << connected.error().message;
      client = clients_.emplace(who, *std::move(connected)).first;
    }
    const auto frame = frame_of(Channel::request, roles::NumberedRequest{7, std::move(request)});
    const auto answer = client->second.call(*frame, patience);
    EXPECT_TRUE(answer) << answer.error().message;
    auto response = decode<roles::NumberedResponse>(ByteView(*answer).subspan(1));
    EXPECT_TRUE(response && response->number == 7);
    return std::move(response->response);
  }
  template <class T>
  T get(const Identity& who, roles::RecordRequest request) {
    roles::RecordResponse response = ask(who, std::move(request));
    EXPECT_TRUE(std::holds_alternative<T>(response)) << reason(response);
    return std::get<T>(std::move(response));
  }
  [[nodiscard]] std::string refusal(const Identity& who, roles::RecordRequest request) { return reason(ask(who, std::move(request))); }
  static std::string name_of(Reject reason) { return std::string(name(reason)); }
  static std::string reason(const roles::RecordResponse& response) {
    const auto* refusal = std::get_if<Refusal>(&response);
    return refusal == nullptr ? "" : refusal->reason.value;
  }
  static bool until(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!done()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }

  // On SUP; returns when it is committed.
  void commit(SupTransaction transaction) {
    const auto told = std::make_shared<std::promise<std::string>>();
    auto answer = told->get_future();
    boost::asio::post(*loop_, [this, told, transaction = std::move(transaction)]() mutable {
      running_->node->sup().submit(std::move(transaction), [told](const sup::Reply& reply) {
        const auto* refused = std::get_if<Refusal>(&reply);
        told->set_value(refused == nullptr ? "" : refused->reason.value);
      });
    });
    ASSERT_EQ(answer.wait_for(patience), std::future_status::ready);
    EXPECT_EQ(answer.get(), "");
  }

  // What another hospital would say on a connection of its own.
  void hear(std::size_t other, const roles::NumberedResponse& response) {
    const auto heard = std::make_shared<std::promise<void>>();
    auto done = heard->get_future();
    boost::asio::post(*loop_, [this, heard, other, frame = frame_of(Channel::answer, response)] {
      const PeerId peer(other + 1);
      running_->server->on_up(peer, Caller(others_.at(other)));
      running_->server->on_frame(peer, *frame);
      heard->set_value();
    });
    ASSERT_EQ(done.wait_for(patience), std::future_status::ready);
  }

  // The first visit, by the book.
  void visit() {
    auto begun =
        Initiator::begin(patient_->member.keys.signing.verification_key(), hospital().keys.signing.verification_key(), world().rng);
    ASSERT_TRUE(begun);
    agreement_ = *std::move(begun);
    const Reply reply = get<Reply>(patient(), roles::Meet{card(), agreement_->hello()});
    const auto confirm = agreement_->receive(ppub(), patient_->member.keys, reply, world().rng);
    ASSERT_TRUE(confirm);
    const Ack ack = get<Ack>(patient(), roles::ConfirmMeeting{*confirm});
    ASSERT_TRUE(agreement_->receive(ack));
  }
  [[nodiscard]] roles::Card card() {
    const Identity relay = others_.empty() ? hospital().identity() : others_[0];
    return roles::make_card(ppub(), patient_->member.keys.signing, patient_->member.sealing, relay, world().rng);
  }

  static std::string text(std::uint32_t i) { return "record number " + std::to_string(i); }
  // Of a doctor's n-th records of a text each, as one batch; signed under the doctor's next slot.
  [[nodiscard]] roles::Deliver write(const SupWorld::Member& doctor, const std::vector<std::string>& texts) {
    roles::Deliver delivery;
    delivery.patient = patient();
    delivery.licence = licence(doctor);
    std::vector<RecordLine> lines;
    const Time now = NodeClock::wall();
    for (const std::string& text : texts) {
      const auto id = world().rng.bytes<16>();
      const Bytes32 salt = world().rng.bytes<32>();
      constexpr std::size_t part = roles::Upload::most_bytes;
      for (std::size_t at = 0; at == 0 || at < text.size(); at += part) {
        const ByteView bytes = as_bytes(text).subspan(at, std::min(part, text.size() - at));
        const auto uploaded =
            get<roles::Uploaded>(doctor.identity(), roles::Upload{id, salt, text.size(), at, {{bytes.begin(), bytes.end()}}});
        EXPECT_EQ(uploaded.bytes, at + bytes.size());
      }
      delivery.records.items.push_back({id, {"record " + text.substr(0, 20)}, {"text/plain"}});
      lines.push_back({record_hash(salt, as_bytes(text)), now});
    }
    const Slot slot{Epoch(now.value() / genesis().med.epoch_length + used_slots_ / 4000), static_cast<std::uint16_t>(16 * used_slots_)};
    ++used_slots_;
    ReservedSlot reserved{slot, UnusedString::assume_unused(slot_string(net(), slot))};
    delivery.group = med::sign_group(hospital().identity(), doctor.identity(), std::move(lines), std::move(reserved), doctor.keys.aggregate,
                                     world().rng);
    return delivery;
  }
  roles::Delivered deliver(const std::vector<std::string>& texts) {
    return get<roles::Delivered>(doctor().identity(), write(doctor(), texts));
  }

  [[nodiscard]] SignedLicence licence(const SupWorld::Member& doctor) {
    const Time now = NodeClock::wall();
    const SupWorld::Member& employer = doctor.hospital == hospital().identity() ? hospital() : world().hospital(1);
    auto issued = issue_licence(ppub(), employer.keys.signing,
                                {doctor.hospital, doctor.identity(), 0, Time(now.value() - hour), now + 24 * hour}, world().rng);
    EXPECT_TRUE(issued);
    return *std::move(issued);
  }
  // For the other hospital's doctor.
  [[nodiscard]] Policy policy(std::vector<RecordPlace> records, std::uint32_t uses = 2, std::int64_t expires_in = 3'600'000) {
    const std::uint64_t now = NodeClock::wall().value();
    return {world().rng.bytes<16>(),
            patient(),
            guest().identity(),
            hospital().identity(),
            {std::move(records)},
            Time(now - hour),
            Time(static_cast<std::uint64_t>(static_cast<std::int64_t>(now) + expires_in)),
            {"treatment"},
            uses};
  }
  [[nodiscard]] Grant grant(const Policy& policy, std::uint32_t n) {
    std::vector<Secret<Scalar>> factors;
    for (const RecordPlace& place : policy.records.items) {
      auto all = encryption_factors(agreement_->factors(), place.batch, n);
      factors.push_back(std::move(all->at(place.index - 1)));
    }
    std::vector<const Secret<Scalar>*> pointers;
    for (const auto& one : factors) pointers.push_back(&one);
    auto made = make_grant(policy, *agreement_, pointers);
    EXPECT_TRUE(made);
    return *std::move(made);
  }
  [[nodiscard]] GrantRequester request(const Grant& grant, std::vector<RecordPlace> records) {
    auto begun =
        GrantRequester::begin(ppub(), guest().keys.signing, licence(guest()), grant, {std::move(records)}, NodeClock::wall(), world().rng);
    EXPECT_TRUE(begun);
    return *std::move(begun);
  }
  [[nodiscard]] roles::AskRecords sealed(const roles::AccessRequest& request) {
    return {seal_to(hospital().identity(), hospital().sealing.public_key, roles::request_use, encode(request), world().rng)};
  }
  // What has come for the patient, opened and verified as the hospital's.
  [[nodiscard]] std::vector<roles::Letter> letters() {
    std::vector<roles::Letter> found;
    for (const auto& one : get<roles::MailList>(patient(), roles::Collect{}).envelopes.items) {
      auto letter = roles::open_letter(patient_->member.sealing, one.envelope);
      EXPECT_TRUE(letter && verify(ppub(), hospital().keys.signing.verification_key(), *letter));
      found.push_back(*std::move(letter));
    }
    return found;
  }
  template <class T>
  [[nodiscard]] std::vector<T> letters_of() {
    std::vector<T> found;
    for (roles::Letter& letter : letters()) {
      if (auto* one = std::get_if<T>(&letter.content)) found.push_back(std::move(*one));
    }
    return found;
  }
  [[nodiscard]] std::vector<roles::LogEntry> log() {
    return std::move(get<roles::LogList>(hospital().identity(), roles::AskLog{}).entries.items);
  }

  [[nodiscard]] SupWorld& world() { return consortium_.world; }
  [[nodiscard]] const sup::Genesis& genesis() const { return consortium_.genesis; }
  [[nodiscard]] NetworkId net() const { return genesis().network(); }
  [[nodiscard]] const G1& ppub() const { return genesis().authority.parameters.signing; }
  [[nodiscard]] const SupWorld::Member& hospital() { return world().hospital(0); }
  [[nodiscard]] const SupWorld::Member& doctor() { return world().doctor(0); }  // of it
  [[nodiscard]] const SupWorld::Member& guest() { return world().doctor(1); }  // of the other one
  [[nodiscard]] const Identity& patient() const { return patient_->identity(); }

 private:
  static bool admit(const Caller& caller) { return caller && std::holds_alternative<Identity>(*caller); }
  [[nodiscard]] HospitalNode::Options mining() {
    HospitalNode::Options options;
    options.med.mining = MedServer::Mining{hospital().identity(), 1, 20};
    return options;
  }
  template <class T>
  static T copy(const T& secrets) {
    return *decode<T>(encode_secret(secrets).expose());
  }
  static HospitalKeys keys_of(const SupWorld::Member& member) {
    return {copy(member.keys), copy(member.sealing), SecretKey(Bytes32{1}), SecretKey(Bytes32{2})};
  }

  // As if the committee were silent for so many ms.
  struct Chains final : NodeChains {
    Chains(SupServer& sup, MedServer& med, const std::atomic<std::uint64_t>& late) : NodeChains(sup, med), late_(late) {}
    [[nodiscard]] Heights heights() const override {
      Heights found = NodeChains::heights();
      found.sup_time = Time(found.sup_time.value() - late_);
      return found;
    }
    const std::atomic<std::uint64_t>& late_;
  };
  struct Running {
    std::unique_ptr<HospitalNode> node;
    std::unique_ptr<store::BlobStore> blobs;
    std::unique_ptr<Chains> chains;
    std::unique_ptr<RecordServer> server;
    std::unique_ptr<Transport> sup, med;  // end first
    std::unique_ptr<TlsTransport> transport;
  };

 protected:
  Consortium consortium_{5, 2, 2};
  std::optional<SupWorld::Person> patient_;
  std::optional<Initiator> agreement_;
  // Hospitals that nobody runs here, from the next start() on; the first one has the patient's mail then.
  std::vector<Identity> others_;
  std::atomic<std::uint64_t> sup_is_late_ = 0;  // ms

 private:
  std::uint64_t used_slots_ = 0;
  std::unique_ptr<store::BlobPlace> place_;
  SystemRandom random_;
  LoopbackNetwork sup_network_, med_network_;
  store::MemoryStore sup_store_{SupStore::columns.size()}, med_store_{MedStore::columns.size()}, store_{RecordRoom::columns.size()};
  std::unique_ptr<boost::asio::io_context> loop_ = std::make_unique<boost::asio::io_context>(1);
  std::optional<Running> running_;
  std::map<Identity, Client> clients_;
  std::thread thread_;
};

}  // namespace caduceus
