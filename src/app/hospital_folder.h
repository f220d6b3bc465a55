// A hospital's folder, as `caduceus hospital init` makes it where the hospital enrolled (member.h):
//
//   DIR/genesis, DIR/sup.json, DIR/med.json   its nodes (node_folder.h), in DIR/sup and DIR/med
//   DIR/network.json                          where all are (network.h)
//   DIR/hospital.json                         {"mine": false}
//   DIR/records, DIR/blobs                    its tables and the records' keys; their bytes
//   DIR/checkpoint                            a copy of DIR/records, while a backup is made
#pragma once

#include "app/network.h"
#include "app/node_folder.h"
#include "host/node/record_room.h"

namespace caduceus {

class HospitalFolder {
 public:
  explicit HospitalFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  [[nodiscard]] NodeFolder sup() const { return {folder_, "sup"}; }
  [[nodiscard]] NodeFolder med() const { return {folder_, "med"}; }
  [[nodiscard]] std::filesystem::path records() const { return folder_ / "records"; }
  [[nodiscard]] std::filesystem::path checkpoint() const { return folder_ / "checkpoint"; }
  [[nodiscard]] std::filesystem::path blobs() const { return folder_ / "blobs"; }

  // Done again with another network file, that one counts. Failure: the genesis of another consortium.
  [[nodiscard]] Result<void> make(const sup::Genesis& genesis, const Network& network, const Identity& self, bool mine) const;
  // Failure: not made yet, or not such files.
  [[nodiscard]] Result<sup::Genesis> genesis() const;
  [[nodiscard]] Result<Network> network(const sup::Genesis& genesis) const { return load_network(folder_ / "network.json", genesis); }
  [[nodiscard]] Result<bool> mines() const;

 private:
  std::filesystem::path folder_;
};

// What record keeping has of the member's keys, which lose them; credentials() stay.
[[nodiscard]] HospitalKeys hospital_keys(MemberSecrets& secrets);

}  // namespace caduceus
