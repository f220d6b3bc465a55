// What doctors write at a hospital's records port: whole or not at all, and refused by name.
#include "host/node/record_deliveries.h"

#include "test/node/records_world.h"

namespace caduceus {
namespace {

class record_deliveries : public RecordsWorld {};

TEST_F(record_deliveries, what_a_doctor_writes_is_the_patients_and_gets_on_chain) {
  visit();
  const roles::Deliver delivery = write(doctor(), {text(1), text(2), text(3)});
  const auto delivered = get<roles::Delivered>(doctor().identity(), delivery);
  EXPECT_EQ(delivered.records, 3U);
  EXPECT_EQ(get<roles::Delivered>(doctor().identity(), delivery).batch, delivered.batch);  // again: the same answer
  EXPECT_EQ(deliver({text(4)}).batch, 2U);

  ASSERT_TRUE(until([&] { return letters_of<roles::RecordNotice>().size() == 4; }));
  const auto notices = letters_of<roles::RecordNotice>();
  for (const roles::RecordNotice& notice : notices) {
    ASSERT_TRUE(notice.emr.has_value());
    EXPECT_EQ(record_hash(notice.salt, notice.emr->value), notice.terms.record);
  }
  EXPECT_EQ(notices[3].place, (RecordPlace{2, 1}));
  EXPECT_EQ(notices[0].batch_size, 3U);
  ASSERT_TRUE(until([&] { return get<roles::RecordStatus>(hospital().identity(), roles::AskRecordStatus{}).unpublished == 0; }));
  const auto status = get<roles::RecordStatus>(hospital().identity(), roles::AskRecordStatus{});
  EXPECT_EQ(status.records, 4U);
  EXPECT_EQ(status.patients, 1U);
  EXPECT_GT(status.med_final.value(), 0U);
}

TEST_F(record_deliveries, deliveries_are_refused_by_name) {
  visit();
  roles::Deliver delivery = write(doctor(), {text(1)});
  roles::Deliver unsigned_one = delivery;
  unsigned_one.group.group.records.items[0].written = unsigned_one.group.group.records.items[0].written + 1;
  EXPECT_EQ(refusal(doctor().identity(), unsigned_one), name_of(Reject::aggregate_invalid));
  roles::Deliver other_bytes = delivery;
  other_bytes.group.group.records.items[0].record[0] ^= 1U;
  EXPECT_EQ(refusal(doctor().identity(), other_bytes), name_of(Reject::delivery_records));
  roles::Deliver other_doctors = delivery;
  EXPECT_EQ(refusal(guest().identity(), other_doctors), name_of(Reject::caller_other));
  roles::Deliver unknown_patient = delivery;
  unknown_patient.patient = world().enrol_patient().identity();
  EXPECT_EQ(refusal(doctor().identity(), unknown_patient), name_of(Reject::visit_unknown));
  EXPECT_TRUE(std::holds_alternative<roles::Delivered>(ask(doctor().identity(), delivery)));
  // Under a slot that is used.
  roles::Deliver slot_again = write(doctor(), {text(2)});
  slot_again.group.group.slot = delivery.group.group.slot;
  EXPECT_EQ(refusal(doctor().identity(), slot_again), name_of(Reject::slot_used));
  EXPECT_EQ(refusal(doctor().identity(), roles::Upload{{9}, {}, 10, 5, {{1}}}), name_of(Reject::upload_unknown));
}

// Each has a descriptor of the hospital's: a doctor who begins many and ends none takes them from nobody else.
TEST_F(record_deliveries, uploads_that_are_not_whole_are_few) {
  const auto begin = [](Byte which) { return roles::Upload{{which}, {}, 2, 0, {{1}}}; };
  for (Byte i = 0; i < 64; ++i) get<roles::Uploaded>(doctor().identity(), begin(i));
  EXPECT_EQ(refusal(doctor().identity(), begin(64)), name_of(Reject::hospital_busy));
  get<roles::Uploaded>(doctor().identity(), roles::Upload{{0}, {}, 2, 1, {{1}}});  // it is whole
  get<roles::Uploaded>(doctor().identity(), begin(64));
}

}  // namespace
}  // namespace caduceus
