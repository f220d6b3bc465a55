// A hospital's folder, as `caduceus hospital init` makes it where the hospital enrolled (member.h):
//
//   DIR/genesis, DIR/sup.json, DIR/med.json   its nodes (node_folder.h), in DIR/sup and DIR/med
//   DIR/network.json                          where all are (network.h)
//   DIR/hospital.json                         {"mine": false, "publish_seconds": 30}: HospitalConfig; with "blobs" (hospital_blobs.h) where these are elsewhere
//   DIR/records, DIR/blobs                    its tables and the records' keys; their bytes
//   DIR/checkpoint                            a copy of DIR/records, while a backup is made
#pragma once

#include "app/hospital_blobs.h"
#include "app/network.h"
#include "app/node_folder.h"
#include "host/node/record_room.h"

namespace caduceus {

struct HospitalConfig {
  static constexpr std::uint64_t longest_publish = 3600;

  bool mines = false;
  std::uint64_t publish_seconds = 30;  // between bundles of records for MED: fewer, larger ones are cheaper; 1 or more
  BlobService blobs;
};

class HospitalFolder {
 public:
  explicit HospitalFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  [[nodiscard]] NodeFolder sup() const { return {folder_, "sup"}; }
  [[nodiscard]] NodeFolder med() const { return {folder_, "med"}; }
  [[nodiscard]] std::filesystem::path records() const { return folder_ / "records"; }
  [[nodiscard]] std::filesystem::path checkpoint() const { return folder_ / "checkpoint"; }
  [[nodiscard]] std::filesystem::path blobs() const { return folder_ / "blobs"; }

  // Whether it was made before: then config() is to be kept where nobody wants another one.
  [[nodiscard]] bool is_made() const { return std::filesystem::exists(folder_ / "hospital.json"); }
  // Done again with another network file, that one counts. Failure: the genesis of another consortium.
  [[nodiscard]] Result<void> make(const sup::Genesis& genesis, const Network& network, const Identity& self,
                                  const HospitalConfig& config) const;
  // Failure: not made yet, or not such files.
  [[nodiscard]] Result<sup::Genesis> genesis() const;
  [[nodiscard]] Result<Network> network(const sup::Genesis& genesis) const { return load_network(folder_ / "network.json", genesis); }
  // One that does not say how often it publishes does as by default.
  [[nodiscard]] Result<HospitalConfig> config() const;

 private:
  std::filesystem::path folder_;
};

// What record keeping has of the member's keys, which lose them; credentials() stay.
[[nodiscard]] HospitalKeys hospital_keys(MemberSecrets& secrets);

}  // namespace caduceus
