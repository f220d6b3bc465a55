#include "app/med_ask.h"

#include "app/asker.h"
#include "app/foreign_text.h"
#include "app/med_folder.h"
#include "app/node_client.h"
#include "app/public_file.h"
#include "core/med/pow.h"
#include "core/med/request.h"
#include "host/node/med_service.h"

namespace caduceus {
namespace {

struct ItemOptions : AskOptions {
  std::filesystem::path item;
  void declare(CLI::App& command) {
    AskOptions::declare(command);
    command.add_option("--item", item, "the encoded bundle, call or evidence (docs/FORMATS.md)")->required();
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
  std::string record;
  void declare(CLI::App& command) {
    AskOptions::declare(command);
    command.add_option("--record", record, "the record's htxM, in hexadecimal")->required();
  }
};

// The reply of the kind that the request asks for. Failure: none, a refusal, another kind.
template <class T>
Result<T> ask(const AskOptions::Opened& opened, med::Request request) {
  constexpr std::chrono::seconds patience{30};
  TRY(std::vector<PeerAddress> nodes, med_addresses(opened.genesis, opened.nodes));
  if (opened.member.known.authority != opened.genesis.authority) return failure("another authority enrolled you than the one in genesis");
  NodeClient client(opened.member.credentials(), std::move(nodes), most_med_frame);
  TRY(auto answer, client.ask<med::ClientResponse>(med::ClientRequest{0, std::move(request)}, patience));
  if (auto* const wanted = std::get_if<T>(&answer.response)) return std::move(*wanted);
  if (const auto* const refusal = std::get_if<Refusal>(&answer.response)) {
    return failure("the node refuses: " + one_line(*refusal));
  }
  return failure("the node answered what was not asked");
}

Result<void> status(const AskOptions& options) {
  TRY(const AskOptions::Opened opened, options.open("med"));
  TRY(const med::Status status, ask<med::Status>(opened, med::AskStatus{}));
  if (status.net != opened.genesis.network()) return failure("the node is of another network: " + to_hex(status.net));
  std::vector<std::string> connected;
  for (const Identity& one : status.connected.items) connected.push_back(to_string(one));
  show(options.json, {{"network", "network", to_hex(status.net)},
                      {"height", "newest block", status.height.value()},
                      {"block", "its hash", to_hex(status.best)},
                      {"time", "its time (Unix milliseconds)", status.time.value()},
                      {"target", "target of the next one", to_hex(status.target)},
                      {"headers", "height of the best header", status.headers.value()},
                      {"anchor", "anchored block", to_hex(status.anchor)},
                      {"anchor_height", "its height", status.anchor_height.value()},
                      {"pooled", "items that wait", status.pooled},
                      {"connected", "connected to", connected}});
  return {};
}

Result<void> block(const BlockOptions& options) {
  TRY(const AskOptions::Opened opened, options.open("med"));
  std::optional<Height> height;
  if (options.height) height = Height(*options.height);
  TRY(const MedBlock block, ask<MedBlock>(opened, med::AskBlock{height}));
  const MblockHeader& header = block.header;
  if (header.height != Height(0) && transaction_tree(block.body).root() != header.transactions) {
    return refused("the node's block", Reject::mblock_transactions);
  }
  std::size_t records = 0;
  for (const Bundle& bundle : block.body.bundles.items) records += bundle.records();
  show(options.json, {{"height", "height", header.height.value()},
                      {"block", "hash", to_hex(mblock_hash(header))},
                      {"previous", "previous", to_hex(header.previous)},
                      {"time", "time (Unix milliseconds)", header.time.value()},
                      {"target", "target", to_hex(header.target)},
                      {"miner", "miner", to_string(header.miner)},
                      {"transactions", "transaction root", to_hex(header.transactions)},
                      {"state", "state root", to_hex(header.state)},
                      {"bundles", "bundles", block.body.bundles.items.size()},
                      {"records", "records in them", records},
                      {"calls", "calls", block.body.calls.items.size()},
                      {"evidence", "evidence of signatures under one string", block.body.evidence.items.size()}});
  return {};
}

Result<void> submit(const ItemOptions& options) {
  TRY(const med::Item item, load<med::Item>(options.item, "a bundle, call or evidence of MED", most_med_request));
  TRY(const AskOptions::Opened opened, options.open("med"));
  TRY(const med::Taken taken, ask<med::Taken>(opened, med::Submit{item}));
  constexpr std::array<std::string_view, 3> kinds{"bundle", "call", "evidence"};
  show(options.json, {{"kind", "taken, to be put into a block", kinds.at(static_cast<std::size_t>(taken.id.kind))},
                      {"id", "its id", to_hex(taken.id.hash)}});
  return {};
}

Result<void> proof(const ProofOptions& options) {
  const auto bytes = from_hex(options.record);
  const auto htxm = bytes ? decode<TransactionHash>(*bytes) : reject(Reject::too_short);
  if (!htxm) return failure("\"" + options.record + "\" is no htxM: 64 hexadecimal digits");
  TRY(const AskOptions::Opened opened, options.open("med"));
  TRY(const med::Place place, ask<med::Place>(opened, med::AskPlace{*htxm}));
  const MblockHash hash = mblock_hash(place.header);
  if (!med::meets_target(hash, place.header.target)) return refused("the node's block", Reject::mblock_work);
  if (const auto good = verify(place.header.transactions, *htxm, place.proof); !good) return refused("the node's proof", good.error());
  show(options.json, {{"record", "record", to_hex(*htxm)},
                      {"doctor", "written by", to_string(place.proof.terms.doctor)},
                      {"hospital", "of", to_string(place.proof.terms.hospital)},
                      {"written", "at (Unix milliseconds)", place.proof.terms.written.value()},
                      {"height", "proved to be in the block of height", place.header.height.value()},
                      {"block", "its hash", to_hex(hash)},
                      {"above", "blocks on top, as the node says", place.above},
                      {"final", "anchored, as the node says", place.is_final}});
  return {};
}

}  // namespace

void add_med_status(CLI::App& parent, int& status_of_process) {
  add_command<AskOptions>(parent, status_of_process, "status", "how far a node is, and whom it is connected to",
                          parent.get_name() + " status --dir h1 --json", status);
}

void add_med_questions(CLI::App& med, int& status_of_process) {
  add_med_status(med, status_of_process);
  add_command<BlockOptions>(med, status_of_process, "block", "a block of a node's chain", "med block --dir h1 --height 5 --json", block);
  add_command<ItemOptions>(med, status_of_process, "tx", "have a bundle, a call or evidence mined", "med tx --dir h1 --item bundle --json",
                           submit);
  add_command<ProofOptions>(med, status_of_process, "proof", "that a record is in a block, checked here", "med proof --dir h1 --record 3f…",
                            proof);
}

}  // namespace caduceus
