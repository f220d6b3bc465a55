// A patient does this to an index that has one entry and a keyslot: it is refused and leaves no trace, or does what it says and nothing else.
#include "test/fuzz/decoder.h"
#include "test/fuzz/med_chain.h"

namespace caduceus::fuzz {
namespace {

struct Index {
  Index() {
    CHECK(call(0, med::PutEntry{{{1}, 1, {Bytes(540, 7)}}}));
    CHECK(call(0, med::SetSlot{{2}, {{med_chain().people.hospital(0).identity()}}}));
    CHECK(call(1, med::PutEntry{{{1}, 1, {Bytes(540, 8)}}}));
  }
  Checked<void> call(std::size_t patient, const med::IndexOperation& operation) {
    const Identity& account = med_chain().people.patient(patient).account.identity;
    med::Transition next(state, {Height(1), Time(), MedWorld::epoch_length});
    TRY_VOID(next.apply(Call{account, state.next_call(account), {std::string(med::emr_index_name)}, {encode(operation)}, {}}));
    state = next.state();
    return {};
  }
  [[nodiscard]] std::optional<Bytes> entry(std::size_t patient, const med::EntryId& id) const {
    return state.stored(med::emr_index_name, med::index_entry_key(med_chain().people.patient(patient).account.identity.name.value, id));
  }
  [[nodiscard]] med::IndexRecord record(std::size_t patient) const {
    const auto bytes =
        state.stored(med::emr_index_name, med::index_record_key(med_chain().people.patient(patient).account.identity.name.value));
    CHECK(bytes.has_value());
    return *decode<med::IndexRecord>(*bytes);
  }
  med::State state;
};

}  // namespace

FUZZ_DECODER(med::IndexOperation) {
  static const Index before;
  Index after = before;
  const bool is_done = after.call(0, value).has_value();
  CHECK(after.record(1) == before.record(1) && after.entry(1, {1}) == before.entry(1, {1}));
  if (!is_done) {
    CHECK(after.state.root() == before.state.root());
    return;
  }
  const med::IndexRecord record = after.record(0);
  if (const auto* put = std::get_if<med::PutEntry>(&value)) {
    const bool is_new = !before.entry(0, put->entry.id);
    CHECK(put->entry.version == (is_new ? 1U : 2U) && record.entries == (is_new ? 2U : 1U));
    CHECK(after.entry(0, put->entry.id) == encode(put->entry));
  } else if (const auto* taken = std::get_if<med::DeleteEntry>(&value)) {
    CHECK(before.entry(0, taken->id) && !after.entry(0, taken->id) && record.entries == 0 && record.bytes == 0);
  } else {
    CHECK(record.slot == std::get<med::SetSlot>(value) && record.entries == 1);
  }
}

}  // namespace caduceus::fuzz
