#include "app/record_download.h"

#include "app/part_file.h"
#include "core/crypto/record_body.h"

namespace caduceus {
namespace {

using namespace roles;
namespace pat = roles::patient;

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
  PartFile file(out);
  TRY_VOID(receive_parts(wallet, name.hospital, answer, opener, file));
  if (!opener.finished()) return wallet.refused(Phrase::no_bytes, Reject::stream_truncated);
  if (opener.emr_hash() != record.notice.terms.record) return wallet.refused(Phrase::no_bytes, Reject::record_hash);
  TRY_VOID(file.become(""));
  return {};
}

}  // namespace caduceus
