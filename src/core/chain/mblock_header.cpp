#include "core/chain/mblock_header.h"

#include "core/crypto/hash.h"

namespace caduceus {

MblockHash mblock_hash(const MblockHeader& header) { return sha256(sha256(encode(header))); }

}  // namespace caduceus
