#include "bench/share/devnet.h"

#include <thread>

#include "app/med_folder.h"
#include "app/public_file.h"
#include "bench/processes.h"
#include "core/med/request.h"
#include "host/node/med_service.h"

namespace caduceus::bench {
namespace {

constexpr std::size_t hospital_count = 4, doctors_each = 2;
constexpr std::size_t holder = 2;  // of keyslots, beside the keeper of the records

std::unique_ptr<Consortium> found_consortium() {
  auto made = std::make_unique<Consortium>(2026, hospital_count, doctors_each);
  // A block in half a second, by 2^17 hashes: it is mined only while this is made ready.
  made->genesis.med.interval = 500;
  made->genesis.med.easiest_target = {0, 0, 0x80};
  made->world.move_to(made->genesis.network());
  return made;
}

Network addresses_of(const Consortium& consortium) {
  const std::vector<std::string> free = free_addresses(3 * hospital_count);
  Network network;
  for (std::size_t i = 0; i < hospital_count; ++i) {
    network.hospitals[consortium.world.hospital(i).identity().name.value] = {free[3 * i], free[3 * i + 1], free[3 * i + 2]};
  }
  network.pkg = "127.0.0.1:1";  // nobody is enrolled here
  return network;
}

template <class Done>
Result<void> wait_until(const std::string& what, Done done) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (true) {
    TRY(const bool is_done, done());
    if (is_done) return {};
    if (std::chrono::steady_clock::now() > end) return failure(what + " takes more than two minutes");
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

}  // namespace

Devnet::Devnet(std::unique_ptr<TemporaryFolder> folder, std::unique_ptr<Consortium> consortium, Folders folders)
    : folder_(std::move(folder)), owned_(std::move(consortium)), folders_(std::move(folders)), hospitals_(consortium_, folders_) {}

Result<std::unique_ptr<Devnet>> Devnet::make(std::size_t patients, const std::function<void(const std::string&)>& say) {
  auto folder = std::make_unique<TemporaryFolder>();
  auto consortium = found_consortium();
  TRY(Folders folders, Folders::make(folder->path(), *consortium, addresses_of(*consortium)));
  std::unique_ptr<Devnet> net(new Devnet(std::move(folder), std::move(consortium), std::move(folders)));
  say("hospitals start");
  for (std::size_t i = 0; i < hospital_count; ++i) TRY_VOID(net->hospitals_.start(i, {i == 0, {}}));
  say("accounts are opened on SUP");
  TRY_VOID(net->open_accounts(patients));
  say("patients visit, and doctors write");
  for (const auto& patient : net->patients_) {
    for (const std::size_t i : {keeper, holder}) TRY_VOID(patient->visit(net->consortium_.world.hospital(i)));
  }
  TRY_VOID(net->write_records(net->consortium_.world.doctor(keeper)));
  for (const auto& patient : net->patients_) {
    TRY_VOID(patient->receive_records(net->hospital(), records_each));
    TRY_VOID(patient->publish({net->hospital().identity(), net->consortium_.world.hospital(holder).identity()}));
  }
  say("all of it is mined and anchored");
  TRY_VOID(net->wait_for_anchor());
  TRY_VOID(net->hospitals_.start(0, {}));  // mines no more
  const SupWorld::Member& doctor = net->consortium_.world.doctor(0);
  TRY(net->doctor_, net->folders_.add_doctor(doctor, licence_of(net->consortium_, doctor)));
  return net;
}

Result<void> Devnet::open_accounts(std::size_t patients) {
  SupWorld& world = consortium_.world;
  std::vector<SupTransaction> all = world.registrations();
  for (std::size_t i = 0; i < patients; ++i) {
    SupWorld::Person person = world.enrol_patient();
    all.emplace_back(world.registration(person.known));
    patients_.push_back(std::make_unique<Patient>(folders_, consortium_, std::move(person), world.hospital(i % hospital_count).identity()));
  }
  TRY(SupClient sup, SupClient::make(consortium_.genesis, consortium_.credentials(hospital().identity()), folders_.network().sup_nodes()));
  for (const SupTransaction& one : all) {
    TRY(const auto outcome, sup.submit(one));
    if (const auto* const refusal = std::get_if<Refusal>(&outcome)) return failure("SUP refused an account: " + refusal->reason.value);
  }
  return {};
}

// Each patient's as one batch, under a slot of its own.
Result<void> Devnet::write_records(const SupWorld::Member& doctor) {
  SystemRandom random;
  RecordsClient client = folders_.client_of(doctor.identity());
  const SignedLicence licence = licence_of(consortium_, doctor);
  for (std::size_t i = 0; i < patients_.size(); ++i) {
    roles::Deliver delivery;
    delivery.patient = patients_[i]->identity();
    delivery.licence = licence;
    std::vector<RecordLine> lines;
    const Time now = wall_clock();
    for (std::size_t n = 0; n < records_each; ++n) {
      roles::Upload upload{random.bytes<16>(), random.bytes<32>(), record_bytes, 0, {Bytes(record_bytes)}};
      random.fill(upload.bytes.value);
      delivery.records.items.push_back({upload.id, {"record " + std::to_string(n)}, {"application/octet-stream"}});
      lines.push_back({record_hash(upload.salt, upload.bytes.value), now});
      TRY(const roles::Uploaded uploaded, client.ask<roles::Uploaded>(doctor.hospital, std::move(upload)));
      static_cast<void>(uploaded);
    }
    const Slot slot{Epoch(now.value() / consortium_.genesis.med.epoch_length), static_cast<std::uint16_t>(devices_per_signer * i)};
    ReservedSlot reserved{slot, UnusedString::assume_unused(slot_string(consortium_.genesis.network(), slot))};
    delivery.group =
        med::sign_group(doctor.hospital, doctor.identity(), std::move(lines), std::move(reserved), doctor.keys.aggregate, random);
    TRY(const roles::Delivered delivered, client.ask<roles::Delivered>(doctor.hospital, std::move(delivery)));
    static_cast<void>(delivered);
  }
  return {};
}

Result<void> Devnet::wait_for_anchor() {
  RecordsClient records = folders_.client_of(hospital().identity());
  TRY_VOID(wait_until("publishing records on MED", [&]() -> Result<bool> {
    TRY(const auto status, records.ask<roles::RecordStatus>(hospital().identity(), roles::AskRecordStatus{}));
    return status.unpublished == 0;
  }));
  TRY(std::vector<PeerAddress> nodes, med_addresses(consortium_.genesis, folders_.network().med_nodes()));
  NodeClient med(consortium_.credentials(hospital().identity()), std::move(nodes), most_med_frame);
  std::optional<Height> last;  // nothing waits from here on
  return wait_until("anchoring the index", [&]() -> Result<bool> {
    TRY(const auto answer, med.ask<med::ClientResponse>(med::ClientRequest{0, med::AskStatus{}}, std::chrono::seconds(30)));
    const auto* const status = std::get_if<med::Status>(&answer.response);
    if (status == nullptr) return failure("a node of MED does not say how it is");
    if (!last && status->pooled == 0) last = status->height;
    return last && status->anchor_height >= *last;
  });
}

}  // namespace caduceus::bench
