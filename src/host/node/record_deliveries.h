// What a hospital's doctors hand in (PROTOCOL.md §5): the bytes of records, part by part, and the signed group that makes them a patient's.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include "host/node/record_letters.h"

namespace caduceus {

class RecordDeliveries {
 public:
  RecordDeliveries(RecordRoom& room, RecordLetters& letters);
  void start() { sweep(); }

  void on(Asked asked, roles::Upload upload);
  void on(Asked asked, roles::Deliver delivery);

 private:
  using UploadId = std::pair<Identity, ByteArray<16>>;  // the doctor's
  struct Arriving {
    Bytes32 salt{};
    std::uint64_t size = 0;
    std::uint64_t bytes = 0;  // that are here
    std::optional<RecordWriter> writer;  // until all are
    std::optional<roles::UploadedRecord> whole;
    Time touched;
    bool is_taken = false;  // by a delivery, which is under way
  };
  static constexpr std::uint64_t life = 3'600'000;  // ms
  static constexpr std::size_t most_uploads = 8192;  // of a doctor
  static constexpr std::size_t most_open = 64;  // of these: what is not whole holds a descriptor

  [[nodiscard]] bool may_begin(const Identity& doctor) const;
  void append(const Asked& asked, const std::shared_ptr<Arriving>& arriving, roles::Upload upload);
  // All its bytes are here: they become durable.
  void finish(const Asked& asked, const std::shared_ptr<Arriving>& arriving);
  // It is to come again, from its beginning.
  void give_up(const Asked& asked, const std::shared_ptr<Arriving>& arriving, Reject reason);
  void check(const Asked& asked, roles::Deliver delivery, std::vector<roles::UploadedRecord> uploads);
  void take(const Asked& asked, const roles::Deliver& delivery, const std::vector<roles::UploadedRecord>& uploads, std::uint32_t batch,
            std::vector<Secret<Scalar>> factors);
  // Its uploads are free for another delivery.
  void give_back(const Asked& asked, const roles::Deliver& delivery, Reject reason);
  [[nodiscard]] Checked<std::vector<roles::UploadedRecord>> uploads_of(const Identity& doctor, const roles::Deliver& delivery) const;
  // What nobody delivered goes.
  void sweep();

  RecordRoom& room_;
  RecordLetters& letters_;
  std::map<UploadId, std::shared_ptr<Arriving>> arriving_;
  boost::asio::steady_timer timer_;
};

}  // namespace caduceus
