// Why input from outside was refused: one entry a rule of PROTOCOL.md. Tests assert the reason, not only the refusal.
#pragma once

#include <cstdint>
#include <string_view>

// X(entry, what the sender did wrong)
#define CADUCEUS_REJECTS(X)                                                                       \
  /* Encodings: docs/PROTOCOL.md, "Encodings". */                                                 \
  X(truncated, "fewer bytes than the value needs")                                                \
  X(trailing_bytes, "bytes left over after the value")                                            \
  X(too_long, "a length or count above the type's limit")                                         \
  X(too_short, "a length or count below the type's least")                                        \
  X(unknown_value, "a tag or enumeration without such an entry")                                  \
  X(not_canonical, "a value that has another encoding")                                           \
  X(identity_name, "a name with a character other than a-z 0-9 . -")                              \
  X(identity_version, "key version 0")                                                            \
  /* R1: points, scalars, GT. */                                                                  \
  X(point_encoding, "not a compressed point: wrong flags, or a coordinate not below p")           \
  X(point_not_on_curve, "no point of the curve has this coordinate")                              \
  X(point_not_in_group, "a point of the curve outside the group of order r")                      \
  X(point_is_identity, "the identity element, where it would void the check")                     \
  X(scalar_out_of_range, "a scalar not below r")                                                  \
  X(scalar_is_zero, "zero, where it would void the check")                                        \
  X(gt_is_one, "a pairing value of 1")                                                            \
  /* Registration, §2. */                                                                         \
  X(parameters_inconsistent, "s·P1 and s·P2 of one scheme have different s")                      \
  X(registration_proof, "the sender does not know the secret value it registers")                 \
  X(issued_identity, "keys for another identity")                                                 \
  X(issued_partial_key, "the partial key does not fit the public point")                          \
  X(issued_agreement_key, "a key agreement key that is not this identity's")                      \
  X(issued_aggregate_key, "an aggregate signing key that is not this identity's")                 \
  X(token_unknown, "an enrolment token that this authority did not give")                         \
  X(token_expired, "the enrolment token has expired")                                             \
  X(token_identity, "another identity than the enrolment token's")                                \
  X(token_used, "somebody has used the enrolment token")                                          \
  X(identity_enrolled, "the identity is enrolled: it needs the next key version")                 \
  X(member_keys, "a member's public file with keys of another role, or of somebody else")         \
  X(account_issued, "an account under another L than was issued")                                 \
  /* Certificateless signatures and licences, §2 and §3. */                                       \
  X(signature_other_key, "signed under another L than the registered one (R3)")                   \
  X(signature_invalid, "the signature does not verify")                                           \
  X(licence_device, "a device number above 15")                                                   \
  X(licence_parties, "a licence is given by a hospital to a doctor")                              \
  X(licence_issuer, "issued by another hospital than the one it names")                           \
  X(licence_period, "expires before it was issued")                                               \
  X(licence_not_yet_valid, "issued later than now")                                               \
  X(licence_expired, "expired")                                                                   \
  /* Aggregate signatures and slots, R4 to R6. */                                                 \
  X(aggregate_w_order, "the w's are not strictly ascending")                                      \
  X(aggregate_w_set, "the w's are not exactly those of the messages")                             \
  X(aggregate_w_reused, "one signer under one w twice")                                           \
  X(aggregate_w_not_own, "asked to sign under a w that does not hold one's own unused nonce")     \
  X(aggregate_invalid, "the aggregate does not verify")                                           \
  X(slot_device, "a device number above 15")                                                      \
  X(slot_exhausted, "all slots of the epoch are used")                                            \
  X(slot_clock, "the clock is off the newest Sblock's time by more than is tolerated")            \
  X(slot_waiting, "a ledger that was restored or overtaken waits for its epoch")                  \
  /* BLS multi-signatures, §3. */                                                                 \
  X(possession_invalid, "the proof of possession does not verify")                                \
  X(signer_set_padding, "a padding bit of the signer set is set")                                 \
  X(signer_set_size, "a signer set over another number of signers")                               \
  X(quorum_too_small, "fewer signers than the quorum")                                            \
  X(multi_signature_invalid, "the multi-signature does not verify")                               \
  /* Key agreement, §4. */                                                                        \
  X(agreement_parties, "these two roles do not agree on keys in this order")                      \
  X(agreement_half, "T' is missing, not asked for, or of another secret than T")                  \
  X(agreement_peer, "a message of, or for, somebody else")                                        \
  X(agreement_mac, "the key confirmation does not match (R7)")                                    \
  X(agreement_state, "a message that does not follow the one before it")                          \
  X(agreement_pinned, "another agreement with a peer whose values are pinned (R7)")               \
  X(record_place, "record numbers are 1 to n in a batch of at most 65,536")                       \
  /* Grants, §6. */                                                                               \
  X(policy_parties, "a grant is of a patient, for a doctor, at a hospital")                       \
  X(policy_records, "no records, or not strictly ascending")                                      \
  X(policy_period, "a policy that expires before it begins")                                      \
  X(policy_uses, "a policy for no use, or for more than 1,000")                                   \
  X(grant_factors, "not one factor for each record")                                              \
  X(grant_not_for_us, "the policy names another patient, doctor or hospital")                     \
  X(grant_records, "a record that the policy does not name (R13)")                                \
  X(grant_not_yet_in_force, "the policy is not in force yet")                                     \
  X(grant_expired, "the policy has expired")                                                      \
  X(grant_used_up, "no use is left")                                                              \
  X(grant_revoked, "the patient revoked the grant")                                               \
  X(grant_forged, "no consent of the patient: the factor does not fit the policy and T_b (R11)")  \
  X(request_time, "the request's time is more than 120 s off")                                    \
  X(request_signature, "the request is not signed by the doctor, or by who knows b")              \
  X(request_licence, "the licence is another doctor's")                                           \
  X(record_unknown, "no such record here")                                                        \
  X(doctor_revoked, "the doctor's licence is revoked")                                            \
  X(sup_behind, "the newest committed Sblock here is more than 120 s old")                        \
  X(answer_records, "not one body for each record asked for")                                     \
  X(record_hash, "the record is not the one whose hash is on chain")                              \
  X(possession_of_sealing_key, "the sender does not know the sealing key it names")               \
  /* Emergency, §7. */                                                                            \
  X(emergency_kind, "an opening names no records, a reading at least one")                        \
  X(emergency_not_committed, "no such committed request on SUP")                                  \
  X(emergency_other_request, "the committed request is another: kind, patient, records or nonce") \
  X(emergency_parties, "the committed request is another doctor's or hospital's")                 \
  X(emergency_used, "the committed request was used already, as often as it may be")              \
  X(emergency_expired, "the committed request is too old")                                        \
  X(emergency_marks, "no proof that the patient's index was opened (R15)")                        \
  /* Biometrics and the index, §5. */                                                             \
  X(template_unusable, "too few usable bits")                                                     \
  X(biometrics_differ, "another person, too different a scan, or an altered helper")              \
  X(keyslot_version, "a keyslot of a version that is not known here")                             \
  X(keyslot_key, "the key does not open the slot")                                                \
  X(index_entry_padding, "an index entry whose padding is not the one")                           \
  /* Records, mail and their keepers: docs/ARCHITECTURE.md, core/roles. */                        \
  X(card_parties, "a card of nobody who is a patient, or whose relay is no hospital")             \
  X(letter_parties, "a letter that is not from, or not to, whom it says")                         \
  X(letter_kind, "a letter that nobody of this role sends")                                       \
  X(mailbox_full, "the recipient's mailbox is full, or too much from you waits here")             \
  X(caller_other, "the caller is not who the request is to be of")                                \
  X(visit_unknown, "the patient has never been at this hospital")                                 \
  X(patient_unknown, "a patient without an account on SUP, or under another L (R3)")              \
  X(upload_unknown, "no such upload, or not the whole of it")                                     \
  X(upload_place, "bytes that do not follow those that came before")                              \
  X(delivery_records, "records that do not fit the signed group")                                 \
  X(answer_unknown, "no such answer, or it is not kept any more")                                 \
  X(access_log, "an entry of the access log that does not follow the one before it")              \
  X(keyslot_unknown, "no keyslot of this patient is held here")                                   \
  X(emergency_limit, "the patient's keyslot was given out as often as it may be in a day")        \
  X(backing_unknown, "no emergency request of this doctor waits for its signature")               \
  X(backing_other, "the signed request is not the one that was begun")                            \
  X(record_erased, "the record was erased")                                                       \
  X(grant_unknown, "no such grant")                                                               \
  X(agreement_unknown, "no agreement with this peer yet")                                         \
  X(request_unknown, "no such request")                                                           \
  X(record_not_on_chain, "no block of MED has this record")                                       \
  X(keyslot_other, "not the keyslot that MED names")                                              \
  X(wallet_backup, "not a backup of this wallet")                                                 \
  X(hospital_busy, "too many requests wait here: ask again later")                                \
  /* Consensus, §8. */                                                                            \
  X(genesis_hospital, "a hospital of the genesis that is none, or stands there twice")            \
  X(genesis_parameters, "parameters of the genesis out of their range")                           \
  X(genesis_certificate, "a QC of view 0 that is not QC0")                                        \
  X(timeout_high_views, "high views that do not fit the time-out, or the QC that comes with it")  \
  X(timeout_attachment, "a TC or vote of another view than the time-out's")                       \
  X(block_body, "a body that is not the header's")                                                \
  X(block_view, "a view that is not above the parent's")                                          \
  X(block_justification, "a view that does not follow from the block's certificates")             \
  X(block_height, "a height that is not the parent's + 1")                                        \
  X(block_time, "a time before the parent's")                                                     \
  X(block_roots, "other roots than those of the state after the block")                           \
  X(block_parent, "blocks that do not follow each other")                                         \
  X(commit_views, "headers and a certificate that commit nothing")                                \
  X(snapshot_roots, "a snapshot of another state than the block's")                               \
  X(evidence_order, "evidence of one proposal, or not in the order of the hashes")                \
  X(sender_unknown, "a message of nobody on the committee")                                       \
  X(sender_other, "a message in somebody else's name")                                            \
  X(transaction_parties, "a transaction of parties that do not make such a one")                  \
  X(transaction_known, "committed before")                                                        \
  X(transaction_time, "a time more than 10 minutes off the Sblock's")                             \
  X(transaction_pkg, "the PKG did not sign this account")                                         \
  X(account_taken, "the identity has an account: the first one wins (R3)")                        \
  X(account_unknown, "a signer without an account (R3)")                                          \
  X(account_hospital, "the doctor belongs to another hospital")                                   \
  X(revocation_licence, "a licence of others than the revocation's, or one that outlasts it")     \
  X(revocation_redundant, "adds who is on the list as long, or takes off who is not on it")       \
  X(revocation_expired, "a revocation whose licence has expired")                                 \
  X(revocation_root, "a revocation list other than the committed one")                            \
  X(dispute_request, "a dispute of what is no committed emergency request")                       \
  X(dispute_repeated, "this account disputed the request before")                                 \
  X(dispute_unknown, "an answer to what is no committed dispute")                                 \
  X(dispute_hospital, "an answer by another hospital than the one that backed the request")       \
  X(dispute_answered, "the dispute was answered before")                                          \
  X(evidence_known, "evidence against a replica of which there is some")                          \
  X(observed_known, "an Mblock that was observed before")                                         \
  X(observed_parent, "an Mblock whose parent is neither the anchor nor observed above it")        \
  X(observed_height, "an Mblock whose height is not its parent's + 1")                            \
  X(observed_sblock, "names an Sblock that is not below this one, or older than the anchor's")    \
  X(observed_time, "an Mblock that is older than the Sblock it names")                            \
  X(observed_ahead, "an Mblock more than 120 s ahead of its Sblock: to be tried again")           \
  X(pool_known, "a transaction that waits already")                                               \
  X(pool_full, "no room for more of its kind until some are committed")                           \
  X(pool_share, "one signer's share of the pool is used up")                                      \
  X(snapshot_order, "entries that are not in ascending order, or come after the last")            \
  /* MED, §5 and §9. */                                                                           \
  X(mblock_version, "a block of a version that is not known here")                                \
  X(mblock_known, "a block that is held already")                                                 \
  X(mblock_parent, "a block whose parent is not held")                                            \
  X(mblock_below_root, "a block that forks off below the newest anchor")                          \
  X(mblock_invalid_ancestor, "a block above an invalid one")                                      \
  X(mblock_height, "a height that is not the parent's + 1")                                       \
  X(mblock_target, "another target than the schedule asks for")                                   \
  X(mblock_work, "a hash above the target")                                                       \
  X(mblock_time, "a time not above the last eleven blocks' median, or before its parent's")       \
  X(mblock_sblock_order, "names an Sblock that does not follow the one its parent names")         \
  X(mblock_time_future, "a time more than 120 s ahead: to be tried again")                        \
  X(mblock_full, "no room for more, and lighter than what is held")                               \
  X(mblock_tip, "names a tip, and keeps back the headers that lead to it")                        \
  X(reply_kind, "a reply that does not go with the question")                                     \
  X(record_proof_other, "a proof of another record, or in another hospital's bundle")             \
  X(mblock_transactions, "a body that is not under the header's transaction root")                \
  X(mblock_parts, "asks for parts that the block has not, or for a part or an item twice")        \
  X(mblock_state, "another state than the one after the block")                                   \
  X(mblock_size, "a body of more than 8 MiB")                                                     \
  X(slot_epoch, "a slot of an epoch too far off the median time past's")                          \
  X(slot_used, "a slot under which the signer has signed on this branch")                         \
  X(signer_retired, "a signer who retired: it had used a w twice")                                \
  X(call_number, "a call whose number is not the account's next")                                 \
  X(contract_unknown, "no contract of this name")                                                 \
  X(index_version, "an entry whose version does not follow the one there")                        \
  X(index_entry_unknown, "no such entry in the account's index")                                  \
  X(index_limit, "more entries or bytes than an account may have")                                \
  X(index_holders, "holders that are no hospitals, or not strictly ascending")                    \
  /* Merkle trees and tries: core/chain. */                                                       \
  X(merkle_index, "an index that is not below the tree's size")                                   \
  X(merkle_path_length, "not as many hashes as lead from that leaf to the root")                  \
  X(merkle_root, "the leaf is not at that place under this root")                                 \
  X(rlp_list, "a list where a byte string belongs")                                               \
  X(rlp_string, "a byte string where a list belongs")                                             \
  X(trie_node_items, "a node of neither 2 nor 17 items")                                          \
  X(trie_node_path, "a path with a wrong prefix, or an empty or too long one")                    \
  X(trie_node_child, "neither a hash nor a whole node below 32 bytes")                            \
  X(trie_node_spare, "a node without which the trie would be the same")                           \
  X(trie_value, "a value that is empty or too long")                                              \
  X(trie_proof_hash, "not the node that its parent, or the root, names")                          \
  X(trie_proof_short, "the proof ends before the key does")                                       \
  X(trie_proof_long, "nodes beyond those that the key leads through")                             \
  /* Certificates and frames: docs/FORMATS.md. */                                                 \
  X(certificate_request, "not a request for an Ed25519 key, signed by that key")                  \
  X(certificate_encoding, "not an X.509 certificate of at most 4 KiB")                            \
  X(certificate_name, "not exactly one name, or not one of ours")                                 \
  /* Import of records: docs/FHIR.md. */                                                          \
  X(json_structure, "not JSON: a string, a bracket or a member that does not end")                \
  X(json_depth, "JSON nested deeper than 64")                                                     \
  X(fhir_resource, "no FHIR resource: an object that has a resourceType")                         \
  X(fhir_size, "a FHIR document above 64 MiB")                                                    \
  X(fhir_resources, "more than 50,000 entries in one bundle")                                     \
  X(fhir_records, "records that come to more than 256 MiB: what they share goes with each")       \
  X(media_type, "a media type that is not visible ASCII")                                         \
  /* Sealed data. */                                                                              \
  X(sealed_invalid, "changed, or sealed under another key or for another use")                    \
  X(stream_truncated, "ended before the chunk that is marked last")                               \
  X(stream_after_last, "data after the chunk that is marked last")                                \
  X(keystore_format, "not a keystore of a version that is known here")                            \
  X(keystore_parameters, "Argon2id parameters outside the accepted range")                        \
  X(keystore_passphrase, "wrong passphrase, or the keystore was changed")

namespace caduceus {

enum class Reject : std::uint8_t {
#define X(entry, meaning) entry,
  CADUCEUS_REJECTS(X)
#undef X
};

// The entry's name, for logs, --json and tests.
std::string_view name(Reject reason);

// What the sender did wrong, for people.
std::string_view explain(Reject reason);

}  // namespace caduceus
