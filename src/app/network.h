// The network file: where each hospital and miner of a consortium listens. Whoever runs the consortium makes it, and gives it to those who
// have no node: doctors, patients. It is not secret, and nobody trusts it: at the other end stands who genesis names, or nobody.
//
//   {"hospitals": {"h1": {"sup": "HOST:PORT", "med": "HOST:PORT", "records": "HOST:PORT"}, …},
//    "miners": {"m1": "HOST:PORT", …}, "pkg": "HOST:PORT"}
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/sup/genesis.h"

namespace caduceus {

struct HospitalPorts {
  std::string sup;
  std::string med;
  std::string records;  // for patients, doctors and other hospitals: mailbox, requests
  friend bool operator==(const HospitalPorts&, const HospitalPorts&) = default;
};

struct Network {
  std::map<std::string, HospitalPorts> hospitals;  // by name, of genesis
  std::map<std::string, std::string> miners;
  std::string pkg;

  // As commands take nodes: "h1=HOST:PORT", "miner:m1=HOST:PORT".
  [[nodiscard]] std::vector<std::string> sup_nodes() const;
  [[nodiscard]] std::vector<std::string> med_nodes() const;
  // Failure: the file does not name this hospital.
  [[nodiscard]] Result<std::string> records_of(const Identity& hospital) const;
  friend bool operator==(const Network&, const Network&) = default;
};

// Failure: not there, not of this form (which part), an address that is none, no hospital, or one that genesis does not name.
[[nodiscard]] Result<Network> load_network(const std::filesystem::path& path, const sup::Genesis& genesis);
// In place of what was there.
[[nodiscard]] Result<void> save_network(const std::filesystem::path& path, const Network& network);

}  // namespace caduceus
