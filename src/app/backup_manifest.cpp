#include "app/backup_manifest.h"

#include <charconv>
#include <sstream>

namespace caduceus {
namespace {

constexpr std::string_view purpose = "backup";
constexpr std::string_view first_line = "# caduceus hospital backup 1\n";
constexpr std::string_view signature_line = "# signature ";
constexpr std::size_t most_manifest = std::size_t{1} << 31U;

std::string text_of(const BackupManifest& manifest) {
  std::string text(first_line);
  text += "# hospital " + to_hex(encode(manifest.hospital)) + " " + to_string(manifest.hospital);
  text += "\n# network " + to_hex(manifest.net);
  text += "\n# time " + std::to_string(manifest.time.value());
  text += "\n# state " + manifest.state + "\n";
  for (const auto& [path, hash] : manifest.files) text += to_hex(hash) + "  " + path + "\n";
  return text;
}

template <class T>
std::optional<T> from_hex_text(std::string_view text) {
  const auto bytes = from_hex(text);
  auto value = bytes ? decode<T>(*bytes) : reject(Reject::too_short);
  return value ? std::optional<T>(*std::move(value)) : std::nullopt;
}

// A line's words after its "# KEY ".
bool read_line(BackupManifest& manifest, std::string_view line) {
  const auto after = [&](std::string_view key) { return line.starts_with(key) ? std::optional(line.substr(key.size())) : std::nullopt; };
  if (const auto hospital = after("# hospital ")) {
    const auto identity = from_hex_text<Identity>(hospital->substr(0, hospital->find(' ')));
    if (identity) manifest.hospital = *identity;
    return identity.has_value();
  }
  if (const auto network = after("# network ")) {
    const auto net = from_hex_text<NetworkId>(*network);
    if (net) manifest.net = *net;
    return net.has_value();
  }
  if (const auto time = after("# time ")) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(time->data(), time->data() + time->size(), value);
    manifest.time = Time(value);
    return error == std::errc{} && end == time->data() + time->size();
  }
  if (const auto state = after("# state ")) {
    manifest.state = *state;
    return is_backup_path(*state);
  }
  constexpr std::size_t hash_size = 64;
  if (line.size() <= hash_size + 2 || line.substr(hash_size, 2) != "  " || !is_backup_path(line.substr(hash_size + 2))) return false;
  const auto hash = from_hex_text<Bytes32>(line.substr(0, hash_size));
  if (hash) manifest.files.emplace(line.substr(hash_size + 2), *hash);
  return hash.has_value();
}

Result<ReadManifest> read_manifest(const std::filesystem::path& backup) {
  const auto path = backup / "manifest";
  TRY(const SecretBytes bytes, read_whole(path, most_manifest));
  auto read = parse_manifest(as_text(bytes.expose()));
  if (!read) return failure(path.string() + " is no backup's: " + read.error().message);
  return *std::move(read);
}

}  // namespace

bool is_backup_path(std::string_view path) {
  const auto is_usual = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '_' || c == '/';
  };
  if (!std::ranges::all_of(path, is_usual)) return false;
  for (;;) {
    const std::string_view part = path.substr(0, path.find('/'));
    if (part.empty() || part == "." || part == "..") return false;
    if (part.size() == path.size()) return true;
    path.remove_prefix(part.size() + 1);
  }
}

Result<ReadManifest> parse_manifest(std::string_view all) {
  const auto bad = [](std::string_view line) { return failure('"' + std::string(line) + '"'); };
  if (!all.starts_with(first_line) || !all.ends_with('\n')) return bad(all.substr(0, 40));
  // Not in the first line, which has none; and at the beginning of its own.
  const std::size_t at = all.rfind(signature_line);
  if (at == std::string_view::npos || all[at - 1] != '\n') return bad("no signature");
  ReadManifest read;
  read.text = all.substr(0, at);
  read.signature = all.substr(at + signature_line.size(), all.size() - at - signature_line.size() - 1);
  std::istringstream lines(read.text.substr(first_line.size()));
  for (std::string line; std::getline(lines, line);) {
    if (!read_line(read.manifest, line)) return bad(line);
  }
  if (read.manifest.state.empty()) return bad("no state");
  return read;
}

std::string BackupManifest::signed_text(const MemberSecrets& member, Rng& rng) const {
  const std::string text = text_of(*this);
  const Signature signature = sign(member.known.authority.parameters.signing, member.keys.signing, purpose, as_bytes(text), rng);
  return text + std::string(signature_line) + to_hex(encode(signature)) + "\n";
}

Result<BackupManifest> load_manifest(const std::filesystem::path& backup, const MemberSecrets& member) {
  TRY(ReadManifest read, read_manifest(backup));
  if (read.manifest.hospital != member.known.identity) {
    return failure(backup.string() + " is a backup of " + to_string(read.manifest.hospital) + ", not of " +
                   to_string(member.known.identity));
  }
  const auto signature = from_hex_text<Signature>(read.signature);
  const bool is_ours = signature && verify(member.known.authority.parameters.signing, member.keys.signing.verification_key(), purpose,
                                           as_bytes(read.text), *signature);
  if (!is_ours) return failure((backup / "manifest").string() + " was changed since the hospital wrote it");
  return std::move(read.manifest);
}

Result<std::filesystem::path> state_folder(const std::filesystem::path& backup) {
  TRY(const ReadManifest read, read_manifest(backup));
  return backup / read.manifest.state;
}

}  // namespace caduceus
