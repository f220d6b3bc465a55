#include "app/sup_ask.h"

#include <iostream>

#include "app/asker.h"
#include "app/foreign_text.h"
#include "core/chain/revocation.h"
#include "core/chain/sup_body.h"

namespace caduceus {
namespace {

struct SubmitOptions : AskOptions {
  std::filesystem::path transaction;
  void declare(CLI::App& command) {
    AskOptions::declare(command);
    command.add_option("--transaction", transaction, "the encoded transaction (docs/FORMATS.md)")->required();
  }
};
struct BlockOptions : AskOptions {
  std::optional<std::uint64_t> height;
  void declare(CLI::App& command) {
    AskOptions::declare(command);
    command.add_option("--height", height, "the newest by default");
  }
};
struct ProofOptions : AskOptions {
  std::string account;
  std::string hospital;
  std::string doctor;
  void declare(CLI::App& command) {
    AskOptions::declare(command);
    auto* of_account = command.add_option("--account", account, "whose account: hospital:NAME or doctor:NAME");
    auto* by = command.add_option("--hospital", hospital, "whose revocation list")->excludes(of_account);
    command.add_option("--doctor", doctor, "whether this doctor is on it")->needs(by);
  }
};

// Of the first version: later ones come with the renewal of keys.
Identity member(Role role, const std::string& name) { return {role, {name}, 1}; }

template <class T>
Result<T> expect(sup::Reply reply) {
  if (auto* const wanted = std::get_if<T>(&reply)) return std::move(*wanted);
  if (const auto* const refusal = std::get_if<Refusal>(&reply)) {
    return failure("the node refuses: " + one_line(*refusal));
  }
  return failure("the node answered what was not asked");
}

Result<void> submit(const SubmitOptions& options) {
  TRY(const SupTransaction transaction, load<SupTransaction>(options.transaction, "a transaction of SUP"));
  TRY(Asker asker, options.open());
  TRY(const auto outcome, asker.client.submit(transaction));
  if (const auto* const refusal = std::get_if<Refusal>(&outcome)) {
    return failure("SUP refused it: " + one_line(*refusal));
  }
  const auto& committed = std::get<sup::Committed>(outcome);
  show(options.json, {{"transaction", "transaction", to_hex(hash_of(transaction))},
                      {"height", "in the block of height", committed.height.value()},
                      {"time", "at (Unix milliseconds)", committed.time.value()}});
  return {};
}

Result<void> status(const AskOptions& options) {
  TRY(Asker asker, options.open());
  TRY(sup::Reply reply, asker.client.ask(sup::AskStatus{}));
  TRY(const sup::Status status, expect<sup::Status>(std::move(reply)));
  if (status.net != asker.genesis.network()) return failure("the node is of another network: " + to_hex(status.net));
  std::vector<std::string> connected;
  for (const sup::Place place : status.connected.items) {
    if (place < asker.genesis.hospitals.items.size()) connected.push_back(asker.genesis.hospitals.items[place].identity.name.value);
  }
  show(options.json, {{"network", "network", to_hex(status.net)},
                      {"place", "place on the committee", status.place},
                      {"view", "view", status.view.value()},
                      {"height", "newest block", status.height.value()},
                      {"block", "its hash", to_hex(status.newest)},
                      {"time", "its time (Unix milliseconds)", status.time.value()},
                      {"state", "state root", to_hex(status.roots.state)},
                      {"revocations", "root of the revocation list", to_hex(status.roots.revocations)},
                      {"anchor", "anchored Mblock", to_hex(status.roots.anchor)},
                      {"anchor_height", "its height", status.roots.anchor_height.value()},
                      {"first", "oldest block kept", status.first.value()},
                      {"pooled", "transactions that wait", status.pooled},
                      {"connected", "connected to", connected}});
  return {};
}

std::string_view kind_of(const SupTransaction& transaction) {
  constexpr std::array<std::string_view, 6> kinds{"tx_ur", "tx_qr", "tx_dispute", "tx_answer", "tx_reg", "tx_reg.patient"};
  return kinds.at(transaction.index());
}

Result<void> block(const BlockOptions& options) {
  TRY(Asker asker, options.open());
  std::optional<Height> height;
  if (options.height) height = Height(*options.height);
  TRY(sup::Reply reply, asker.client.ask(sup::AskBlock{height}));
  TRY(const SupBlock block, expect<SupBlock>(std::move(reply)));
  const auto body = decode_body(block.body.value);
  if (const auto good = block.check(); !good) return refused("the node's block", good.error());
  if (!body) return refused("the node's block", body.error());
  nlohmann::json transactions = nlohmann::json::array();
  for (const SupTransaction& one : body->transactions.items) {
    transactions.push_back({{"kind", kind_of(one)}, {"transaction", to_hex(hash_of(one))}});
  }
  const SupHeader& header = block.header;
  show(options.json, {{"height", "height", header.height.value()},
                      {"block", "hash", to_hex(block_hash(header))},
                      {"parent", "parent", to_hex(header.parent())},
                      {"view", "view", header.view.value()},
                      {"time", "time (Unix milliseconds)", header.time.value()},
                      {"state", "state root", to_hex(header.roots.state)},
                      {"revocations", "root of the revocation list", to_hex(header.roots.revocations)},
                      {"transactions", "transactions", transactions},
                      {"evidence", "evidence against replicas", body->evidence.items.size()},
                      {"observed", "observed Mblocks", body->observed.items.size()}});
  return {};
}

Result<void> prove_revocation(const ProofOptions& options, SupClient& client) {
  const Bytes32 key = revocation_key(member(Role::hospital, options.hospital), member(Role::doctor, options.doctor));
  TRY(const Proven proven, client.prove({sup::SnapshotTrie::revocations, {Bytes(key.begin(), key.end())}}, Height(0)));
  show(options.json, {{"hospital", "hospital", options.hospital},
                      {"doctor", "doctor", options.doctor},
                      {"revoked", "revoked", proven.value.has_value()},
                      {"height", "as of the block of height", proven.height.value()},
                      {"time", "its time (Unix milliseconds)", proven.time.value()}});
  return {};
}

Result<void> proof(const ProofOptions& options) {
  const auto colon = options.account.find(':');
  const std::string role = options.account.substr(0, colon);
  const bool is_account = colon != std::string::npos && (role == "hospital" || role == "doctor");
  if (!is_account && options.doctor.empty()) {
    return failure("a proof of what? --account hospital:NAME, --account doctor:NAME, or --hospital NAME --doctor NAME");
  }
  TRY(Asker asker, options.open());
  if (!is_account) return prove_revocation(options, asker.client);
  const Identity whose = member(role == "hospital" ? Role::hospital : Role::doctor, options.account.substr(colon + 1));
  TRY(const Proven proven, asker.client.prove({sup::SnapshotTrie::state, {sup::StateKey::account(whose)}}, Height(0)));
  std::vector<Shown> shown{{"identity", "identity", to_string(whose)},
                           {"account", "has an account", proven.value.has_value()},
                           {"height", "as of the block of height", proven.height.value()},
                           {"time", "its time (Unix milliseconds)", proven.time.value()}};
  if (proven.value) {
    const auto account = decode<sup::Account>(*proven.value);
    if (!account) return refused("the account", account.error());
    shown.push_back({"opened", "opened in the block of height", account->opened.value()});
    shown.push_back({"public_point", "L", to_hex(encode(account->public_point))});
    shown.push_back({"hospital", "belongs to", to_string(account->hospital)});
  }
  show(options.json, shown);
  return {};
}

}  // namespace

void add_sup_questions(CLI::App& sup, int& status_of_process) {
  add_command<SubmitOptions>(sup, status_of_process, "submit", "have a transaction committed, and wait until it is",
                             "sup submit --dir h1 --transaction tx --json", submit);
  add_command<AskOptions>(sup, status_of_process, "status", "how far a node is, and whom it is connected to", "sup status --dir h1 --json",
                          status);
  add_command<BlockOptions>(sup, status_of_process, "block", "a committed block", "sup block --dir h1 --height 5 --json", block);
  add_command<ProofOptions>(sup, status_of_process, "proof",
                            "whether somebody has an account, or is revoked: proved by the newest committed block and checked here",
                            "sup proof --dir h1 --hospital h1 --doctor dr-lee.h1", proof);
}

}  // namespace caduceus
