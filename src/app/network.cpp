#include "app/network.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/net/address.h"
#include "host/store/durable_file.h"

namespace caduceus {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_bytes = 1U << 20U;

// What stands under the name in the object, which `where` it is: "hospitals.h1".
Result<std::string> address_in(const Json& object, const std::string& where, const std::string& key) {
  const std::string place = where.empty() ? key : where + "." + key;
  if (!object.contains(key)) return failure(place + " is missing");
  const Json& value = object[key];
  if (!value.is_string() || !parse_address(value.get<std::string>())) return failure(place + " is no address: write \"HOST:PORT\"");
  return value.get<std::string>();
}

// "" where it is well.
std::string unknown_key(const Json& object, std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : object.items()) {
    if (std::ranges::find(known, key) == known.end()) return key;
  }
  return "";
}

bool names_hospital(const sup::Genesis& genesis, const std::string& name) {
  return std::ranges::any_of(genesis.hospitals.items, [&](const sup::Hospital& one) { return one.identity.name.value == name; });
}

Result<HospitalPorts> parse_hospital(const Json& json, const std::string& where) {
  if (!json.is_object()) return failure(where + R"( is not of the form {"sup": …, "med": …, "records": …})");
  if (const std::string other = unknown_key(json, {"sup", "med", "records"}); !other.empty()) {
    return failure(where + "." + other + " means nothing here");
  }
  HospitalPorts ports;
  TRY(ports.sup, address_in(json, where, "sup"));
  TRY(ports.med, address_in(json, where, "med"));
  TRY(ports.records, address_in(json, where, "records"));
  return ports;
}

Result<Network> parse(const Json& json, const sup::Genesis& genesis) {
  if (!json.is_object()) return failure("it is no JSON object");
  if (const std::string other = unknown_key(json, {"hospitals", "miners", "pkg"}); !other.empty())
    return failure(other + " means nothing here");
  if (!json.contains("hospitals") || !json["hospitals"].is_object() || json["hospitals"].empty()) return failure("it names no hospitals");
  Network network;
  for (const auto& [name, ports] : json["hospitals"].items()) {
    if (!names_hospital(genesis, name)) return failure("genesis names no hospital " + name);
    TRY(network.hospitals[name], parse_hospital(ports, "hospitals." + name));
  }
  if (json.contains("miners")) {
    if (!json["miners"].is_object()) return failure(R"(miners is not of the form {"m1": "HOST:PORT"})");
    for (const auto& [name, address] : json["miners"].items()) {
      TRY(network.miners[name], address_in(json["miners"], "miners", name));
    }
  }
  TRY(network.pkg, address_in(json, "", "pkg"));
  return network;
}

}  // namespace

std::vector<std::string> Network::sup_nodes() const {
  std::vector<std::string> nodes;
  for (const auto& [name, ports] : hospitals) nodes.push_back(name + "=" + ports.sup);
  return nodes;
}

std::vector<std::string> Network::med_nodes() const {
  std::vector<std::string> nodes;
  for (const auto& [name, ports] : hospitals) nodes.push_back(name + "=" + ports.med);
  for (const auto& [name, address] : miners) nodes.push_back("miner:" + name + "=" + address);
  return nodes;
}

Result<std::string> Network::records_of(const Identity& hospital) const {
  const auto found = hospitals.find(hospital.name.value);
  if (found == hospitals.end()) return failure("the network file does not say where " + to_string(hospital) + " is");
  return found->second.records;
}

Result<Network> load_network(const std::filesystem::path& path, const sup::Genesis& genesis) {
  TRY(const SecretBytes bytes, read_whole(path, most_bytes));
  const auto json = Json::parse(bytes.expose().begin(), bytes.expose().end(), nullptr, false);
  auto network = parse(json, genesis);
  if (!network) return failure(path.string() + " is no network file of this consortium: " + network.error().message);
  return network;
}

Result<void> save_network(const std::filesystem::path& path, const Network& network) {
  Json json{{"hospitals", Json::object()}, {"miners", Json::object()}, {"pkg", network.pkg}};
  for (const auto& [name, ports] : network.hospitals) {
    json["hospitals"][name] = {{"sup", ports.sup}, {"med", ports.med}, {"records", ports.records}};
  }
  for (const auto& [name, address] : network.miners) json["miners"][name] = address;
  return write_durably(path, as_bytes(json.dump(2) + "\n"), IfExists::replace);
}

}  // namespace caduceus
