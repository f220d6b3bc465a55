// The index key against @noble/hashes'.
#include "core/crypto/index_key.h"
#include "test/vectors_sharing.h"

namespace caduceus {
namespace {

TEST(index_key, is_as_another_implementation_has_it) {
  const Json file = load_vectors("index_key");
  ASSERT_FALSE(file.at("keys").empty());
  for (const auto& v : file.at("keys")) {
    SCOPED_TRACE(text_at(v, "what"));
    const Identity patient = identity_at(v, "identity");
    const auto net = value_at<Bytes32>(v, "net");
    EXPECT_EQ(to_hex(index_key(net, patient)), text_at(v, "index_key"));
    EXPECT_EQ(med_account(net, patient), (Identity{Role::patient_med, {text_at(v, "index_key")}, patient.version}));
  }
}

}  // namespace
}  // namespace caduceus
