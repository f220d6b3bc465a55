#include "core/roles/patient_letters.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {
namespace {

using namespace roles;

// Of a wallet that was at the hospital.
struct Wallet {
  MemoryTables tables;
  SealingKey sealing;

  Wallet() {
    SeededRng rng(1);
    const SharingWorld& s = sharing_world();
    sealing = SealingKey::random(s.patient.signing.identity, rng);
    WriteSet step(tables);
    step.put(patient::visits, world().hospital.signing.identity, s.initiator);
    tables.apply(step);
  }
};

}  // namespace

// Who writes may be anybody enrolled: here whoever the letter names, with the signature taken for good, so that what is in it is looked at.
FUZZ_DECODER(Letter) {
  static const Wallet wallet;
  const SharingWorld& s = sharing_world();
  WriteSet step(wallet.tables);
  const patient::PatientSelf self{world().parameters.signing, s.patient, wallet.sealing};
  const VerificationKey writer{value.from, value.signature.public_point};
  accepted = verify(world().parameters.signing, writer, value).has_value();
  if (const auto* const notice = std::get_if<RecordNotice>(&value.content)) {
    if (const auto taken = patient::take_notice(step, value.from, *notice)) CHECK(patient::records_of(step).size() == 1);
  }
  if (const auto* const entry = std::get_if<SignedLogEntry>(&value.content)) {
    static_cast<void>(patient::take_entry(step, self, world().hospital.signing.verification_key(), *entry));
  }
  if (const auto* const grant = std::get_if<SealedGrant>(&value.content)) {
    CHECK(!open_grant(s.patient.signing.identity, value.to, s.patient_side.keys(), *grant) || value.to == world().doctor.signing.identity);
  }
}

}  // namespace caduceus::fuzz
