// What a hospital's backup says of itself: docs/FORMATS.md, "A hospital's backup". It is a list as sha256sum makes it, so that `sha256sum -c
// manifest` checks a backup without keys; who has the keys sees by its last line that the hospital wrote it.
#pragma once

#include <map>

#include "app/member.h"

namespace caduceus {

struct BackupManifest {
  Identity hospital;
  NetworkId net{};
  Time time;
  std::string state;  // the folder of all but the blobs
  std::map<std::string, Bytes32> files;  // SHA-256 by path, below the backup's folder

  // With its last line.
  [[nodiscard]] std::string signed_text(const MemberSecrets& member, Rng& rng) const;
};

// Failure: no such file, not of this form, not this hospital's or changed since.
[[nodiscard]] Result<BackupManifest> load_manifest(const std::filesystem::path& backup, const MemberSecrets& member);
// Where a backup's keystore is; nothing is known of the manifest yet. Failure: as load_manifest().
[[nodiscard]] Result<std::filesystem::path> state_folder(const std::filesystem::path& backup);

}  // namespace caduceus
