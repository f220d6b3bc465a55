#include "app/record_download.h"

#include <fstream>

#include "core/crypto/record_body.h"
#include "host/store/durable_file.h"

namespace caduceus {
namespace {

using namespace roles;
namespace pat = roles::patient;

// Beside the file that it becomes; gone if it does not.
class PartFile {
 public:
  explicit PartFile(std::filesystem::path path) : path_(std::move(path)), file_(path_, std::ios::binary | std::ios::trunc) {
    using std::filesystem::perms;
    std::error_code ignored;  // then it cannot be written either
    std::filesystem::permissions(path_, perms::owner_read | perms::owner_write, ignored);
  }
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  ~PartFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  Result<void> add(ByteView bytes) {
    file_ << as_text(bytes);
    if (!file_) return failure("cannot write " + path_.string() + ": is the disk full?");
    return {};
  }
  Result<void> become(const std::filesystem::path& final_path) {
    file_.close();
    if (!file_) return failure("cannot write " + path_.string() + ": is the disk full?");
    std::error_code error;
    std::filesystem::rename(path_, final_path, error);
    if (error) return failure("cannot write " + final_path.string() + ": " + error.message());
    return {};
  }

 private:
  std::filesystem::path path_;
  std::ofstream file_;
};

// Every part of the streamed body.
Result<void> receive_parts(Wallet& wallet, const Identity& hospital, const StreamedAnswer& answer, BodyOpener& opener, PartFile& file) {
  const std::uint64_t parts = (answer.sizes.items.front() + AskPart::part_bytes - 1) / AskPart::part_bytes;
  for (std::uint32_t part = 0; part < parts; ++part) {
    TRY(const Part sealed, wallet.hospitals().ask<Part>(hospital, AskPart{answer.answer, 0, part}));
    SecretBytes opened;
    if (const auto added = opener.add(sealed.bytes.value, opened); !added) return wallet.refused(Phrase::no_bytes, added.error());
    TRY_VOID(file.add(opened.expose()));
  }
  return {};
}

}  // namespace

Result<void> download_own(Wallet& wallet, const pat::HeldRecord& record, const std::filesystem::path& out) {
  if (std::filesystem::exists(out)) return failure(out.string() + " is there already: give another file");
  const pat::RecordName name = record.name();
  const auto visit = pat::visit_at(wallet.step(), name.hospital);
  if (!visit) return wallet.refused(Phrase::no_bytes, visit.error());
  const AskOwn asked{name.place, wallet.rng().bytes<32>()};
  TRY(const StreamedAnswer answer, wallet.hospitals().ask<StreamedAnswer>(name.hospital, asked));
  if (answer.sizes.items.size() != 1) return wallet.refused(Phrase::no_bytes, Reject::answer_records);

  BodyOpener opener(own_record_key(visit->keys(), asked), answer.sizes.items.front());
  std::filesystem::path part = out;
  part += ".part";
  PartFile file(part);
  TRY_VOID(receive_parts(wallet, name.hospital, answer, opener, file));
  if (!opener.finished()) return wallet.refused(Phrase::no_bytes, Reject::stream_truncated);
  if (opener.emr_hash() != record.notice.terms.record) return wallet.refused(Phrase::no_bytes, Reject::record_hash);
  return file.become(out);
}

}  // namespace caduceus
