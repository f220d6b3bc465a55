// Who is enrolled (PROTOCOL.md §2), and its folder:
//
//   DIR/pending.keystore  what the newcomer made, until the authority has answered
//   DIR/member.keystore   all its secrets, under a passphrase
//   DIR/account.keystore  a patient's account (PatientAccount), under the same passphrase
//   DIR/member            public, for whoever has to do with it: a consortium that it founds, the hospital that hires it
#pragma once

#include "app/enrolment.h"
#include "app/sealed_file.h"
#include "host/net/certificate.h"

namespace caduceus {

// A hospital's own key for SUP.
struct ConsensusKey {
  G2 key;  // BLS
  G1 possession;

  static auto fields(auto& self) { return std::tie(self.key, self.possession); }
};

// What everybody may know of a member. It says so itself: nobody puts another key beside an enrolled name.
struct Member {
  Identity identity;
  Identity hospital;  // a doctor's; anybody else's is itself
  sup::Authority authority;
  Blob<1, 4096> certificate;
  G1 public_point;                          // L
  std::optional<SealingPublicKey> sealing;  // E: all but a miner have one
  std::optional<ConsensusKey> consensus;    // a hospital's
  Signature signature;                      // certificateless, purpose "member", over all that is above

  static auto fields(auto& self) {
    return std::tie(self.identity, self.hospital, self.authority, self.certificate, self.public_point, self.sealing, self.consensus,
                    self.signature);
  }
  void sign(const SigningKey& key, Rng& rng);
  // All keys and names in it belong together. Reject::member_keys (not those of its role, or of somebody else), certificate_…,
  // parameters_inconsistent, possession_…, signature_….
  [[nodiscard]] Checked<void> check() const;
};

struct MemberSecrets {
  Member known;
  IdentityKeys keys;
  TlsKey tls;
  std::optional<SealingKey> sealing;
  std::optional<BlsKey> consensus;

  static auto fields(auto& self) { return std::tie(self.known, self.keys, self.tls, self.sealing, self.consensus); }
  // Under which the member's tables are sealed (host/node/sealed_tables.h).
  [[nodiscard]] SecretKey table_key() const { return derive_key(KeyHash::hsk, "tables", {encode_secret(keys).expose()}); }
  [[nodiscard]] TlsCredentials credentials() const { return {tls.bytes(), known.certificate.value, known.authority.certificate.value}; }
};

class MemberFolder {
 public:
  explicit MemberFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  [[nodiscard]] const std::filesystem::path& path() const { return folder_; }
  [[nodiscard]] std::filesystem::path pending() const { return folder_ / "pending.keystore"; }
  [[nodiscard]] std::filesystem::path keystore() const { return folder_ / "member.keystore"; }
  [[nodiscard]] std::filesystem::path account() const { return folder_ / "account.keystore"; }
  [[nodiscard]] std::filesystem::path known() const { return folder_ / "member"; }

  // Failure: nobody has enrolled here, another passphrase.
  [[nodiscard]] Result<MemberSecrets> open(const SecretBytes& passphrase) const;
  // A patient's, on this network. Failure: it has not registered, or on another one.
  [[nodiscard]] Result<PatientAccount> open_account(const NetworkId& net, const SecretBytes& passphrase) const;

 private:
  std::filesystem::path folder_;
};

// A member's public file. Failure: none, or it does not check().
[[nodiscard]] Result<Member> load_member(const std::filesystem::path& path);

// What the hospitals of a consortium compare over the phone: SHA-256 of its name and keys, in groups of four digits.
[[nodiscard]] std::string fingerprint_of(const sup::Hospital& hospital);

}  // namespace caduceus
