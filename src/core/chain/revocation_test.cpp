#include "core/chain/revocation.h"

#include <gmock/gmock.h>

#include "core/crypto/keccak.h"
#include "test/attacks/refusal.h"

namespace caduceus {
namespace {

const Identity hospital{Role::hospital, {"h1"}, 1};
const Identity lee{Role::doctor, {"lee"}, 1}, kim{Role::doctor, {"kim"}, 1};

MATCHER_P(shows, entry, "accepted, with that entry") { return arg.has_value() && *arg == entry; }

TEST(revocation, entry_is_ethereums_rlp) {
  const RevocationEntry entry{Time(1'700'000'000'000), Height(127)};
  EXPECT_EQ(to_hex(encode_entry(entry)), "c886018bcfe568007f");
  EXPECT_EQ(decode_entry(encode_entry(entry)), entry);
  EXPECT_EQ(to_hex(encode_entry({Time(0), Height(0)})), "c28080");
  EXPECT_THAT(decode_entry(Bytes{0xc1, 0x80}), refused_as(Reject::truncated));
  EXPECT_THAT(decode_entry(Bytes{0xc3, 0x80, 0x80, 0x80}), refused_as(Reject::trailing_bytes));
  EXPECT_THAT(decode_entry(Bytes{0x80}), refused_as(Reject::rlp_string));
}

TEST(revocation, is_proved_or_disproved_under_a_root) {
  const RevocationEntry entry{Time(9), Height(3)};
  const PatriciaTrie list = PatriciaTrie().put(revocation_key(hospital, lee), encode_entry(entry));
  const auto shown = [&](const Identity& doctor) {
    return verify_revocation(list.root(), hospital, doctor, list.prove(revocation_key(hospital, doctor)));
  };
  EXPECT_THAT(shown(lee), shows(std::optional(entry)));
  EXPECT_THAT(shown(kim), shows(std::optional<RevocationEntry>()));
  EXPECT_THAT(verify_revocation(list.root(), hospital, kim, {}), refused_as(Reject::trie_proof_short));
  EXPECT_THAT(verify_revocation(empty_trie_root, hospital, lee, list.prove(revocation_key(hospital, lee))),
              refused_as(Reject::trie_proof_long));
}

TEST(revocation, key_is_of_both_identities) {
  Bytes both = encode(hospital);
  const Bytes second = encode(lee);
  both.insert(both.end(), second.begin(), second.end());
  EXPECT_EQ(revocation_key(hospital, lee), keccak256(both));
}

}  // namespace
}  // namespace caduceus
