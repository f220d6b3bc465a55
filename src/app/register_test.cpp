// Accounts and the revocation list, against a hospital's real SUP over TLS: a consortium of one, which commits alone.
#include <boost/asio/io_context.hpp>
#include <thread>

#include "app/authority.h"
#include "app/chain_reader.h"
#include "app/command.h"
#include "app/sup_client.h"
#include "app/wallet.h"
#include "core/chain/revocation.h"
#include "core/crypto/index_key.h"
#include "core/roles/card.h"
#include "core/sup/records.h"
#include "host/node/sup_server.h"
#include "host/store/memory_store.h"
#include "test/app_world.h"

namespace caduceus {
namespace {

class OnSup : public AppWorld {
 protected:
  void SetUp() override {
    AppWorld::SetUp();
    join("hospital", "h1");
    join("doctor", "dr-lee", " --hospital h1");
    join_patient("ann");
    ASSERT_EQ(caduceus("consortium new --name demo --devnet --authority " + path("authority/authority") + " --hospital " + member("h1") +
                       " --out " + path("genesis"))
                  .status,
              0);
    genesis_ = *load<sup::Genesis>(path("genesis"), "a genesis");
    start_hospital();
  }
  void TearDown() override {
    loop_.stop();
    thread_.join();
    transport_.reset();
    AppWorld::TearDown();
  }

  void start_hospital() {
    MemberSecrets secrets = secrets_of("h1");
    auto server = SupServer::open(loop_, genesis_, 0, *std::move(secrets.consensus), store_, {});
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
    TlsTransportOptions options;
    options.credentials = secrets.credentials();
    options.listen = "127.0.0.1:0";
    options.admits = [](const Caller& who) { return who.has_value(); };
    auto transport = start_tls_transport(loop_, std::move(options), server_->events(), random_);
    ASSERT_TRUE(transport) << transport.error().message;
    transport_ = *std::move(transport);
    server_->start(*transport_);
    thread_ = std::thread([this] { loop_.run(); });
  }
  // A dead address first: the next one is tried.
  [[nodiscard]] std::string at_genesis() const {
    return " --genesis " + path("genesis") + " --node h1=127.0.0.1:1 --node h1=" + node() + sesame();
  }
  [[nodiscard]] std::string node() const { return "127.0.0.1:" + std::to_string(transport_->port()); }
  [[nodiscard]] Outcome register_member(const std::string& name) const {
    return caduceus("register --json --dir " + path(name) + " --pkg " + address() + at_genesis());
  }
  [[nodiscard]] SupClient client(const std::string& name) const {
    auto made = SupClient::make(genesis_, secrets_of(name).credentials(), {"h1=" + node()});
    CHECK(made.has_value());
    return *std::move(made);
  }

  sup::Genesis genesis_;
  SystemRandom random_;
  store::MemoryStore store_{SupStore::columns.size()};
  boost::asio::io_context loop_;
  std::unique_ptr<SupServer> server_;
  std::unique_ptr<TlsTransport> transport_;
  std::thread thread_;
};

TEST_F(OnSup, members_open_their_accounts_and_a_repeat_does_no_harm) {
  for (const char* name : {"h1", "dr-lee"}) {
    const Outcome registered = register_member(name);
    ASSERT_EQ(registered.status, 0) << registered.output;
    EXPECT_EQ(register_member(name).output, registered.output);
  }
  const Member doctor = secrets_of("dr-lee").known;
  const auto proven = client("h1").prove({sup::SnapshotTrie::state, {sup::StateKey::account(doctor.identity)}}, Height(1));
  ASSERT_TRUE(proven && proven->value);
  EXPECT_EQ(decode<sup::Account>(*proven->value)->public_point, EncodedG1::of(doctor.public_point));
}

// R3: an authority that invents another L cannot do so unseen.
TEST_F(OnSup, an_account_under_another_key_is_found_out) {
  const auto authority = AuthorityFolder(path("authority")).open(SecretBytes(as_bytes("open sesame")));
  ASSERT_TRUE(authority);
  const Member victim = secrets_of("dr-lee").known;
  const auto pending = begin_registration(genesis_.authority.parameters.signing, victim.identity, random_);
  const auto issued = issue_keys(authority->master, genesis_.authority.parameters, pending.request, random_);
  const auto keys = accept_keys(genesis_.authority.parameters, pending, *issued);
  const SealingPublicKey sealing = publish(SealingKey::random(victim.identity, random_), random_);
  RegistrationTerms terms{victim.identity,
                          EncodedG1::of(keys->signing.public_point),
                          EncodedG1::of(sealing.key),
                          EncodedScalar::of(sealing.challenge),
                          EncodedScalar::of(sealing.response),
                          victim.hospital,
                          {}};
  terms.pkg_signature = EncodedG1::of(sign_part(authority->accounts, account_statement(genesis_.network(), terms)));
  const auto outcome =
      client("h1").submit(sign_registration(genesis_.network(), genesis_.authority.parameters.signing, terms, keys->signing, random_));
  ASSERT_TRUE(outcome) << outcome.error().message;
  ASSERT_TRUE(std::holds_alternative<sup::Committed>(*outcome)) << std::get<Refusal>(*outcome).reason.value;
  expect_failure(register_member("dr-lee"), "ALARM: the account of doctor:dr-lee#1 on SUP has other keys than yours");
}

TEST_F(OnSup, a_patient_opens_her_account_and_no_name_of_hers_is_on_sup) {
  const Outcome registered = register_member("ann");
  ASSERT_EQ(registered.status, 0) << registered.output;
  EXPECT_EQ(register_member("ann").output, registered.output);
  const Member ann = secrets_of("ann").known;
  const NetworkId net = genesis_.network();
  const Identity account = med_account(net, ann.identity);
  const auto proven = client("h1").prove({sup::SnapshotTrie::state, {sup::StateKey::patient_account(account)}}, Height(1));
  ASSERT_TRUE(proven && proven->value);
  EXPECT_EQ(decode<sup::PatientAccount>(*proven->value)->key_hash, patient_key_hash(ann.identity, ann.public_point));
  EXPECT_FALSE(client("h1").prove({sup::SnapshotTrie::state, {sup::StateKey::account(ann.identity)}}, Height(1))->value);
  EXPECT_TRUE(MemberFolder(path("ann")).open_account(net, SecretBytes(as_bytes("open sesame"))));
  EXPECT_FALSE(MemberFolder(path("ann")).open_account({1}, SecretBytes(as_bytes("open sesame"))));
}

TEST_F(OnSup, a_patients_account_under_another_key_is_found_out) {
  const auto authority = AuthorityFolder(path("authority")).open(SecretBytes(as_bytes("open sesame")));
  ASSERT_TRUE(authority);
  const NetworkId net = genesis_.network();
  const Identity victim = secrets_of("ann").known.identity;
  PatientRegistrationTerms terms{med_account(net, victim), patient_key_hash(victim, G1::generator()), {}};
  terms.pkg_signature = EncodedG1::of(sign_part(authority->accounts, patient_account_statement(net, terms)));
  const AggregateKey key = extract_aggregate_key(authority->master.aggregate, terms.account);
  const auto outcome = client("h1").submit(sign_terms(net, terms, key, random_));
  ASSERT_TRUE(outcome && std::holds_alternative<sup::Committed>(*outcome));
  expect_failure(register_member("ann"), "ALARM: the account of pn-med:");
}

TEST_F(OnSup, a_doctor_is_put_on_the_list_and_taken_off) {
  ASSERT_EQ(register_member("h1").status, 0);
  ASSERT_EQ(
      caduceus("hospital hire --dir " + path("h1") + " --doctor " + member("dr-lee") + " --device 0 --out " + path("licence") + sesame())
          .status,
      0);
  const auto change = [&](const std::string& how) {
    return caduceus("hospital " + how + " --json --dir " + path("h1") + " --licence " + path("licence") + at_genesis());
  };
  expect_failure(caduceus("hospital revoke --dir " + path("dr-lee") + " --licence " + path("licence") + at_genesis()), "can revoke it");
  const Outcome revoked = change("revoke");
  ASSERT_EQ(revoked.status, 0) << revoked.output;
  EXPECT_TRUE(nlohmann::json::parse(revoked.output).at("revoked").get<bool>());
  EXPECT_EQ(change("revoke").output, revoked.output) << "it is on the list already";

  const Identity doctor = secrets_of("dr-lee").known.identity;
  const Bytes32 key = revocation_key(genesis_.hospitals.items[0].identity, doctor);
  const sup::AskProof question{sup::SnapshotTrie::revocations, {{key.begin(), key.end()}}};
  EXPECT_TRUE(client("dr-lee").prove(question, Height(1))->value.has_value());
  const Outcome reinstated = change("reinstate");
  ASSERT_EQ(reinstated.status, 0) << reinstated.output;
  EXPECT_FALSE(nlohmann::json::parse(reinstated.output).at("revoked").get<bool>());
  EXPECT_FALSE(client("dr-lee").prove(question, Height(1))->value.has_value());
}

// Of two hospitals' ports, of which only this one's SUP is there.
class WithoutNode : public OnSup {
 protected:
  void SetUp() override {
    OnSup::SetUp();
    for (const char* name : {"h1", "dr-lee", "ann"}) ASSERT_EQ(register_member(name).status, 0);
  }
  [[nodiscard]] nlohmann::json network() const {
    return {{"hospitals", {{"h1", {{"sup", node()}, {"med", "127.0.0.1:1"}, {"records", "127.0.0.1:2"}}}}},
            {"miners", {{"m1", "127.0.0.1:3"}}},
            {"pkg", address()}};
  }
  [[nodiscard]] Result<sup::Genesis> init(const nlohmann::json& network) const {
    std::ofstream(path("network.json")) << network.dump();
    return ChainReader::init(path("dr-lee"), path("genesis"), path("network.json"));
  }
  [[nodiscard]] ChainReader reader() const {
    const auto done = init(network());
    CHECK(done.has_value());
    auto opened = ChainReader::open(path("dr-lee"), SecretBytes(as_bytes("open sesame")));
    CHECK(opened.has_value());
    return *std::move(opened);
  }
  // Signed by both, and committed.
  TransactionHash open_emergency(std::uint16_t reason) {
    const MemberSecrets doctor = secrets_of("dr-lee"), hospital = secrets_of("h1");
    const EmergencyTerms terms{EmergencyKind::open, doctor.known.identity, hospital.known.identity, random_.bytes<32>(), {}, reason,
                               wall_clock()};
    OwnNonce first = OwnNonce::draw(random_), second = OwnNonce::draw(random_);
    const EmergencyTransaction draft{terms, {first.value(), second.value()}, {}};
    const NetworkId net = genesis_.network();
    const auto one = sign_part(net, draft, std::move(first), doctor.keys.aggregate, random_);
    const auto other = sign_part(net, draft, std::move(second), hospital.keys.aggregate, random_);
    const auto outcome = client("h1").submit(*complete(draft, {*one, *other}));
    EXPECT_TRUE(outcome && std::holds_alternative<sup::Committed>(*outcome));
    return hash_of(terms);
  }
};

TEST_F(WithoutNode, accounts_and_the_list_are_read_as_what_they_are) {
  ChainReader chains = reader();
  const Member hospital = secrets_of("h1").known, doctor = secrets_of("dr-lee").known, patient = secrets_of("ann").known;
  const auto account = chains.sup().account(hospital.identity);
  ASSERT_TRUE(account && account->value) << account.error().message;
  EXPECT_EQ(account->value->key.public_point, hospital.public_point);
  EXPECT_EQ(account->value->sealing_key, hospital.sealing->key);
  EXPECT_EQ(account->value->hospital, hospital.identity);
  EXPECT_LE(distance(account->time, wall_clock()), 60'000U);
  EXPECT_FALSE(chains.sup().account({Role::doctor, {"nobody"}, 1})->value) << "that there is none is proved, too";
  EXPECT_EQ(chains.sup().patient_account(med_account(genesis_.network(), patient.identity))->value->key_hash,
            patient_key_hash(patient.identity, patient.public_point));
  EXPECT_FALSE(chains.sup().revocation(hospital.identity, doctor.identity)->value);
  EXPECT_EQ(*chains.network().records_of(hospital.identity), "127.0.0.1:2");
  EXPECT_EQ(chains.network().med_nodes(), (std::vector<std::string>{"h1=127.0.0.1:1", "miner:m1=127.0.0.1:3"}));
}

TEST_F(WithoutNode, all_emergencies_since_a_block_are_found) {
  ChainReader chains = reader();
  const auto none = chains.sup().emergencies(Height(0));
  ASSERT_TRUE(none) << none.error().message;
  EXPECT_TRUE(none->value.empty());
  std::vector<TransactionHash> opened;
  for (std::uint16_t reason = 0; reason < 5; ++reason) opened.push_back(open_emergency(reason));
  const auto all = chains.sup().emergencies(Height(0));
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->value.size(), opened.size());
  for (std::uint16_t reason = 0; reason < 5; ++reason) {
    const auto& [htxu, record] = all->value[reason];
    EXPECT_EQ(htxu, opened[reason]);
    EXPECT_EQ(record.terms.reason, reason);
    EXPECT_EQ(chains.sup().emergency(htxu)->value, record);
  }
  const Height third = all->value[2].second.committed.height;
  const auto later = chains.sup().emergencies(third + 1);
  ASSERT_TRUE(later);
  EXPECT_EQ(later->value, (std::vector(all->value.begin() + 3, all->value.end())));
  EXPECT_TRUE(chains.sup().emergencies(all->height + 1)->value.empty());
}

TEST_F(WithoutNode, a_network_file_says_what_is_wrong_with_it) {
  const auto complaint = [&](const nlohmann::json& network) {
    const auto done = init(network);
    return done ? "" : done.error().message;
  };
  EXPECT_EQ(complaint(network()), "");
  EXPECT_EQ(complaint(network()), "") << "a newer one takes its place";
  EXPECT_NE(complaint("h1").find("no JSON object"), std::string::npos);
  const auto changed = [&](const std::string& place, const nlohmann::json& value) {
    nlohmann::json made = network();
    made[nlohmann::json::json_pointer(place)] = value;
    return complaint(made);
  };
  EXPECT_NE(changed("/hospitals", nlohmann::json::object()).find("names no hospitals"), std::string::npos);
  EXPECT_NE(changed("/hospitals/h7", {{"sup", "a:1"}}).find("genesis names no hospital h7"), std::string::npos);
  EXPECT_NE(changed("/hospitals/h1/med", "127.0.0.1").find("hospitals.h1.med is no address"), std::string::npos);
  EXPECT_NE(changed("/hospitals/h1", {{"sup", "a:1"}, {"med", "a:1"}}).find("hospitals.h1.records is missing"), std::string::npos);
  EXPECT_NE(changed("/miners/m1", 5).find("miners.m1 is no address"), std::string::npos);
  EXPECT_NE(changed("/doctors", 5).find("doctors means nothing here"), std::string::npos);
  expect_failure(caduceus("doctor sync --dir " + path("ann") + sesame()), "run caduceus patient init first");
}

// docs/WALLET.md: what a wallet does when none of its hospitals answers.
class WalletAlone : public WithoutNode {
 protected:
  void SetUp() override {
    WithoutNode::SetUp();
    std::ofstream(path("network.json")) << network().dump();
  }
  [[nodiscard]] Outcome patient(const std::string& command, const std::string& more = "", const std::string& folder = "ann") const {
    return caduceus("patient " + command + " --dir " + path(folder) + sesame() + more);
  }
  [[nodiscard]] Outcome make() const {
    return patient("init", " --json --genesis " + path("genesis") + " --network " + path("network.json") + " --relay h1");
  }
};

TEST_F(WalletAlone, is_made_again_and_stays_the_same) {
  expect_failure(patient("records"), "run caduceus patient init first");
  const Outcome made = make();
  ASSERT_EQ(made.status, 0) << made.output;
  const auto card = *load<roles::Card>(path("ann/card"), "a card");
  EXPECT_TRUE(verify(genesis_.authority.parameters.signing, card));
  EXPECT_EQ(make().output, made.output);
  EXPECT_EQ(encode(*load<roles::Card>(path("ann/card"), "a card")), encode(card));
  EXPECT_EQ(patient("records", " --json").output, "{\"records\":[]}\n");
  EXPECT_EQ(patient("grants", " --json").output, "{\"grants\":[]}\n");
  EXPECT_NE(patient("requests", " --lang zh").output.find("请求"), std::string::npos);
}

TEST_F(WalletAlone, says_what_is_wrong) {
  ASSERT_EQ(make().status, 0);
  expect_failure(patient("visit", " --hospital h9"), "genesis names no hospital h9");
  expect_failure(patient("visit", " --hospital h1"), "127.0.0.1:2");
  expect_failure(patient("sync"), "127.0.0.1:2");
  expect_failure(patient("revoke", " --grant 12"), "is not 32 hexadecimal digits");
  expect_failure(patient("revoke", " --grant " + std::string(32, 'a')), "(grant_unknown)");
  expect_failure(patient("deny", " --question " + std::string(32, 'a')), "(request_unknown)");
  expect_failure(patient("grant", " --records 1.1 --question " + std::string(32, 'a')), "(request_unknown)");
  expect_failure(patient("dispute", " --words no --htxu " + std::string(64, 'a')), "(dispute_request)");
  expect_failure(patient("read", " --record 1.1 --out " + path("x")), "is no record's place");
  expect_failure(patient("read", " --record h1:1.1 --out " + path("x")), "(record_unknown)");
  expect_failure(patient("biometrics enrol", " --holder h1 --scan " + path("genesis")), "is not a scan");
  expect_failure(patient("records", "", "dr-lee"), "run caduceus doctor init first");
  // No hospital's log could be read, but there is none that keeps anything of hers.
  const Outcome accesses = patient("accesses", " --json");
  EXPECT_EQ(accesses.output, "{\"accesses\":[],\"complete\":true,\"disputes\":[]}\n");
}

TEST_F(WalletAlone, a_doctors_words_make_no_line_and_stop_no_json) {
  ASSERT_EQ(make().status, 0);
  const roles::GrantQuestion question{{}, secrets_of("h1").known.identity, {"care\x1b[2K"}, {"now\xff\nh1, 1 h, 1×"}, 9, Time(18'000'000)};
  const Identity doctor = secrets_of("dr-lee").known.identity;
  {
    const auto wallet = Wallet::open(path("ann"), SecretBytes(as_bytes("open sesame")), Language::english);
    ASSERT_TRUE(wallet) << wallet.error().message;
    roles::WriteSet step = (*wallet)->step();
    step.put(roles::patient::questions, question.id,
             roles::patient::HeldQuestion{doctor, question, Time(), roles::patient::QuestionState::open});
    ASSERT_TRUE((*wallet)->commit(step));
  }
  EXPECT_EQ(patient("requests").output,
            to_hex(question.id) + ": " + short_name(doctor) + " → h1, 5 h, 9×: care [2K (now\ufffd h1, 1 h, 1×)\n");
  const Outcome json = patient("requests", " --json");
  ASSERT_EQ(json.status, 0) << json.output;
  EXPECT_EQ(nlohmann::json::parse(json.output).at("requests").at(0).at("words"), "now\ufffd\nh1, 1 h, 1×");
}

TEST_F(WalletAlone, is_restored_from_its_backup_on_another_machine) {
  ASSERT_EQ(make().status, 0);
  // A visit that was begun: the backup has its secrets.
  expect_failure(patient("visit", " --hospital h1"), "127.0.0.1:2");
  const Outcome backup = patient("backup", " --json --out " + path("ann.backup"));
  ASSERT_EQ(backup.status, 0) << backup.output;
  EXPECT_GE(nlohmann::json::parse(backup.output).at("entries").get<int>(), 1);
  expect_failure(patient("backup", " --out " + path("ann.backup")), "is there already");

  const auto restore = [&](const std::string& from, const std::string& to) {
    return patient("restore", " --json --from " + path(from), to);
  };
  expect_failure(restore("ann.backup", "ann"), "somebody has enrolled in");
  const Outcome restored = restore("ann.backup", "ann-again");
  ASSERT_EQ(restored.status, 0) << restored.output;
  EXPECT_EQ(patient("records", " --json", "ann-again").output, "{\"records\":[]}\n");
  const auto again = [&](const std::string& folder) {
    return nlohmann::json::parse(patient("backup", " --json --out " + path(folder + "2"), folder).output);
  };
  EXPECT_EQ(again("ann-again").at("entries"), again("ann").at("entries"));

  Bytes bytes = [&] {
    const SecretBytes whole = *read_whole(path("ann.backup"), 1U << 24U);
    return Bytes(whole.expose().begin(), whole.expose().end());
  }();
  bytes.back() ^= 1;
  ASSERT_TRUE(write_durably(path("changed"), bytes, IfExists::fail));
  expect_failure(restore("changed", "elsewhere"), "(sealed_invalid)");
  bytes.resize(100);
  ASSERT_TRUE(write_durably(path("short"), bytes, IfExists::fail));
  expect_failure(restore("short", "elsewhere"), "was not restored");
  std::ofstream(path("passphrase")) << "open barley\n";
  expect_failure(restore("ann.backup", "elsewhere"), "wrong passphrase");
}

TEST_F(OnSup, says_what_is_wrong_before_it_asks_anybody) {
  expect_failure(caduceus("register --dir " + path("h1") + " --pkg " + address() + " --genesis " + path("genesis") +
                          " --node h7=" + node() + sesame()),
                 "genesis names no hospital h7");
  expect_failure(
      caduceus("register --dir " + path("h1") + " --pkg " + address() + " --genesis " + path("genesis") + " --node " + node() + sesame()),
      "h2=HOST:PORT");
  // Genesis as a thief would like it: the hospital's name beside another key.
  sup::Genesis changed = genesis_;
  const BlsKey thief = BlsKey::random(random_);
  changed.hospitals.items[0].consensus = thief.public_key;
  changed.hospitals.items[0].possession = prove_possession(thief);
  ASSERT_TRUE(write_durably(path("genesis"), encode(changed), IfExists::replace));
  expect_failure(register_member("h1"), "ALARM: genesis names hospital:h1#1 with a consensus key that is not yours");
}

}  // namespace
}  // namespace caduceus
