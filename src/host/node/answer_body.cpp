#include "host/node/answer_body.h"

namespace caduceus {

AnswerBody::AnswerBody(const SecretKey& key, RecordReader record, const Bytes32& htxm, Blob<0, 65'536> proof)
    : record_(std::move(record)), sealer_(key, {record_.salt(), htxm, std::move(proof)}, record_.hash(), record_.size()) {}

Result<ByteView> AnswerBody::next() {
  sealed_.clear();
  while (sealed_.empty() && !read_all_) {
    TRY(const ByteView emr, record_.next());
    read_all_ = emr.empty();
    sealer_.add(emr, sealed_);
  }
  return sealed_;
}

}  // namespace caduceus
