#include "bench/share/caller.h"

#include "app/public_file.h"
#include "host/node/channel.h"

namespace caduceus::bench {
namespace {

constexpr std::size_t most_under_way = 8;
constexpr std::chrono::seconds patience{60};

}  // namespace

Result<Caller> Caller::connect(const Devnet& net, const SupWorld::Member& doctor) {
  const Identity& hospital = net.hospital().identity();
  TRY(const std::string address, net.folders().network().records_of(hospital));
  TRY(Client client,
      Client::connect({address, net.consortium().credentials(doctor.identity()), Subject(hospital), roles::most_record_response},
                      patience));
  return Caller(std::move(client), doctor);
}

Caller::Share Caller::make(const Devnet& net, const SignedLicence& licence, std::size_t number) const {
  SystemRandom random;
  const auto& patient = *net.patients()[number % net.patients().size()];
  const std::size_t record = number % patient.records();
  const Grant grant = patient.grant(doctor_->identity(), record, random);
  auto requester = GrantRequester::begin(net.consortium().genesis.authority.parameters.signing, doctor_->keys.signing, licence, grant,
                                         grant.policy.records, wall_clock(), random);
  CHECK(requester.has_value());
  SealedTo sealed = seal_to(net.hospital().identity(), net.hospital().sealing.public_key, roles::request_use,
                            encode(roles::AccessRequest(requester->request())), random);
  Frame request = frame_of(Channel::request, roles::NumberedRequest{number, roles::AskRecords{std::move(sealed)}});
  return {*std::move(requester), patient.record(record).record, std::move(request), {}};
}

void Caller::prepare(const Devnet& net, std::size_t count) {
  const SignedLicence licence = licence_of(net.consortium(), *doctor_);
  shares_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) shares_.push_back(make(net, licence, i));
}

Result<void> Caller::run(const std::atomic<bool>& stops, std::atomic<std::uint64_t>& answered) {
  for (std::size_t done = 0;;) {
    for (; !stops && asked_ < shares_.size() && asked_ - done < most_under_way; ++asked_) {
      TRY_VOID(client_.send(*shares_[asked_].request, patience));
    }
    if (asked_ == done) return {};
    TRY(auto frame, client_.receive(patience));
    if (!frame) return failure("a hospital does not answer");
    shares_[done++].answer = *std::move(frame);  // whose it is, its number says
    ++answered;
  }
}

Result<void> Caller::check() const {
  for (std::size_t i = 0; i < asked_; ++i) {
    const auto response = decode<roles::NumberedResponse>(ByteView(shares_[i].answer).subspan(1));
    if (!response || response->number >= asked_) return failure("an answer that is none");
    const auto* const answer = std::get_if<Answer>(&response->response);
    if (answer == nullptr) return RecordsClient::unexpected(doctor_->hospital, response->response);
    const Share& asked = shares_[response->number];
    const auto bodies = asked.requester.open(*answer);
    if (!bodies) return refused("an answer", bodies.error());
    const RecordBody& body = bodies->front();
    if (record_hash(body.head.salt, body.emr.expose()) != asked.record) return failure("a record that is not the one on MED");
  }
  return {};
}

Caller::Wire Caller::wire() const {
  const Client::Traffic all = client_.traffic();
  Wire wire{asked_, 0, 0, all.sent - connected_.sent, all.received - connected_.received, connected_.sent + connected_.received};
  for (std::size_t i = 0; i < asked_; ++i) {
    wire.requests += shares_[i].request->size();
    wire.answers += shares_[i].answer.size();
  }
  return wire;
}

}  // namespace caduceus::bench
