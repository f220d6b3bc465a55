// Who shares in the consortium of world.h: a patient, the hospital where she was, its doctor; all that they send each other, and what each
// of them keeps. The same in every run.
#pragma once

#include "core/crypto/emergency.h"
#include "core/crypto/grant.h"
#include "core/crypto/sealing_key.h"
#include "core/crypto/vault.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {

struct SharingWorld {
  IdentityKeys patient;
  SealingKey sealing;  // the hospital's
  SealingPublicKey published;
  SealedTo sealed;  // `message` to it, for World::purpose

  // The first visit, and both sides as they are stored on the way.
  Reply reply;
  Confirm confirm;
  Ack ack;
  SecretBytes initiator_waiting;
  SecretBytes initiator_pending;
  SecretBytes responder_answered;
  Initiator initiator;  // active
  Responder responder;  // active
  // The doctor's and the patient's, after the Hello.
  Initiator doctor_side;
  Responder patient_side;

  std::vector<Secret<Scalar>> factors;  // of batch 1, three records
  std::vector<SecretKey> tokens;
  std::vector<RecordBody> bodies;

  // Of records 1 and 3.
  Grant grant;
  GrantRequester requester;
  GrantMemory memory;  // after the answer
  Answer answer;

  struct Emergency {
    CommittedEmergency committed;
    EmergencyRequester requester;
    EmergencyMemory memory;
    Answer answer;
  };
  Emergency opening;
  Emergency reading;  // of records 1 and 3

  Template scan;
  Extracted extracted;
  VaultKey vault;
  Keyslot keyslot;
  Keyslot keyslot_of_two;  // fingers
  Bytes32 index_key{};
  IndexEntry entry;
  SealedEntry sealed_entry;

  // What the hospital knows when a request comes in.
  [[nodiscard]] HospitalView view() const;
  // The same when SUP holds the tx_ur of this emergency.
  [[nodiscard]] EmergencyView view(const Emergency& emergency) const;
};

const SharingWorld& sharing_world();

// The values of these places, by their index; where there is no such record, another's.
template <class T>
std::vector<const T*> of_places(const std::vector<T>& values, const std::vector<RecordPlace>& places) {
  std::vector<const T*> found;
  found.reserve(places.size());
  for (const RecordPlace& place : places) found.push_back(&values[(place.index - 1) % values.size()]);
  return found;
}

}  // namespace caduceus::fuzz
