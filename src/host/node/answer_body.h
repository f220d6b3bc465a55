// A stored record on its way to a doctor: ε_j of PROTOCOL.md §6 and §7, in constant memory, however long the record is.
#pragma once

#include "host/node/record_store.h"

namespace caduceus {

class AnswerBody {
 public:
  // Under sk_j, which seals this body only; the salt is the record's. Nothing of the record has been read.
  AnswerBody(const SecretKey& key, RecordReader record, const Bytes32& htxm, Blob<0, 65'536> proof);

  // Of all of it, in bytes.
  [[nodiscard]] std::uint64_t size() const { return sealer_.sealed_size(); }
  // The next bytes, at most two chunks; empty behind the end. The view ends with the next call. Byte for byte what seal_body() makes of the
  // whole, also when it is asked for again. Failure: as RecordReader::next(); then what was given out is not to be used.
  [[nodiscard]] Result<ByteView> next();

 private:
  RecordReader record_;
  BodySealer sealer_;
  Bytes sealed_;
  bool read_all_ = false;
};

}  // namespace caduceus
