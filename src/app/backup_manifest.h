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

// What may be a path of `files`: below the backup and nowhere else, of A-Z a-z 0-9 . - _ / only, which sha256sum does not quote. Any name of
// an identity may be in it.
[[nodiscard]] bool is_backup_path(std::string_view path);
// What is written in one; nothing is known yet of who wrote it. Failure: not of this form.
struct ReadManifest {
  BackupManifest manifest;
  std::string text;  // what is signed
  std::string signature;  // as it stands there
};
[[nodiscard]] Result<ReadManifest> parse_manifest(std::string_view all);
// Failure: no such file, not of this form, not this hospital's or changed since.
[[nodiscard]] Result<BackupManifest> load_manifest(const std::filesystem::path& backup, const MemberSecrets& member);
// Where a backup's keystore is; nothing is known of the manifest yet. Failure: as load_manifest().
[[nodiscard]] Result<std::filesystem::path> state_folder(const std::filesystem::path& backup);

}  // namespace caduceus
