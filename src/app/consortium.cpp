// caduceus consortium: the genesis that hospitals agree on before their first block (PROTOCOL.md §2, §8, §10), from public files only.
#include "app/command.h"
#include "app/commands.h"
#include "app/foreign_text.h"
#include "app/member.h"

namespace caduceus {
namespace {

struct NewOptions {
  std::string name;
  std::filesystem::path authority;
  std::vector<std::filesystem::path> hospitals;
  unsigned depth = 3;
  bool devnet = false;
  std::filesystem::path out;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--name", name, "the consortium's")->required();
    command.add_option("--authority", authority, "the authority's public file")->required();
    command.add_option("--hospital", hospitals, "a hospital's public file; once for each, in the order of their places")->required();
    command.add_option("--depth", depth, "certificates in a row that commit a block: 3 as published, or 2")->check(CLI::IsMember({2, 3}));
    command.add_flag("--devnet", devnet, "a fast network, for trying things");
    command.add_option("--out", out, "the genesis")->required();
    command.add_flag("--json", json, "print one JSON object");
  }
};

struct ShowOptions {
  std::filesystem::path genesis;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("genesis", genesis, "the genesis")->required();
    command.add_flag("--json", json, "print one JSON object");
  }
};

Result<sup::Hospital> hospital_in(const std::filesystem::path& path, const sup::Authority& authority) {
  TRY(const Member member, load_member(path));
  if (!member.consensus) return failure(path.string() + " is of " + to_string(member.identity) + ", which is no hospital");
  if (member.authority != authority) return failure(to_string(member.identity) + " was enrolled by another authority: " + path.string());
  return sup::Hospital{member.identity, member.consensus->key, member.consensus->possession};
}

void show_genesis(const sup::Genesis& genesis, bool json) {
  const sup::Timing& timing = genesis.timing;
  const MedParameters& med = genesis.med;
  std::vector<Shown> all{{"name", "consortium", json ? genesis.name.value : one_line(genesis.name.value)},
                         {"network", "network", to_hex(genesis.network())},
                         {"time", "made at", shown(json, genesis.time)},
                         {"authority", "authority", to_hex(sha256(encode(genesis.authority)))},
                         {"commit_depth", "commit depth", genesis.commit_depth},
                         {"faults", "hospitals that may lie", genesis.committee().faults()},
                         {"mblock", "block 0 of MED", to_hex(mblock_hash(genesis.first_mblock()))}};
  if (json) {
    nlohmann::json hospitals = nlohmann::json::array();
    for (const sup::Hospital& one : genesis.hospitals.items) {
      hospitals.push_back({{"identity", to_string(one.identity)}, {"fingerprint", fingerprint_of(one)}});
    }
    all.push_back({"timing_ms", "", {{"base", timing.base}, {"idle", timing.idle}, {"flush", timing.flush}, {"ahead", timing.ahead}}});
    all.push_back({"med",
                   "",
                   {{"interval_ms", med.interval},
                    {"half_life_ms", med.half_life},
                    {"epoch_ms", med.epoch_length},
                    {"easiest_target", to_hex(med.easiest_target)}}});
    all.push_back({"hospitals", "", std::move(hospitals)});
  } else {
    all.push_back({"", "ms: base, idle, flush, ahead",
                   std::to_string(timing.base) + ", " + std::to_string(timing.idle) + ", " + std::to_string(timing.flush) + ", " +
                       std::to_string(timing.ahead)});
    all.push_back({"", "MED, ms: interval, half-life, epoch",
                   std::to_string(med.interval) + ", " + std::to_string(med.half_life) + ", " + std::to_string(med.epoch_length)});
    all.push_back({"", "MED's easiest target", to_hex(med.easiest_target)});
    for (const sup::Hospital& one : genesis.hospitals.items) all.push_back({"", to_string(one.identity), fingerprint_of(one)});
  }
  show(json, all);
}

Result<void> make_new(const NewOptions& options) {
  sup::Genesis genesis;
  genesis.name.value = options.name;
  genesis.time = wall_clock();
  TRY(genesis.authority, load<sup::Authority>(options.authority, "an authority's public file"));
  for (const auto& path : options.hospitals) {
    TRY(sup::Hospital hospital, hospital_in(path, genesis.authority));
    genesis.hospitals.items.push_back(std::move(hospital));
  }
  genesis.commit_depth = static_cast<Byte>(options.depth);
  genesis.med = options.devnet ? sup::devnet_med : sup::production_med;
  genesis.anchoring = options.devnet ? sup::devnet_anchoring : sup::production_anchoring;
  if (options.devnet) genesis.timing = sup::devnet_timing;
  const Bytes bytes = encode(genesis);
  if (const auto is_right = decode<sup::Genesis>(bytes); !is_right) return refused("this makes no consortium", is_right.error());
  TRY_VOID(write_durably(options.out, bytes, IfExists::fail));
  show_genesis(genesis, options.json);
  return {};
}

Result<void> show_old(const ShowOptions& options) {
  TRY(const sup::Genesis genesis, load<sup::Genesis>(options.genesis, "a genesis"));
  show_genesis(genesis, options.json);
  return {};
}

}  // namespace

void add_consortium(CLI::App& app, int& status) {
  auto* consortium = app.add_subcommand("consortium", "what hospitals agree on before their first block");
  consortium->require_subcommand(1);
  add_command<NewOptions>(
      *consortium, status, "new", "make a genesis, from public files only",
      "consortium new --name demo --authority authority/authority --hospital h1/member --hospital h2/member --out genesis", make_new);
  add_command<ShowOptions>(*consortium, status, "show", "who is in it, and its parameters", "consortium show genesis", show_old);
}

}  // namespace caduceus
