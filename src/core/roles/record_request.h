// What a hospital's node does about records for whoever is enrolled, over mutual TLS; the caller is the identity in its certificate. Each request says
// who may ask it; anybody else is refused as caller_other. docs/FORMATS.md, "Records".
#pragma once

#include "core/base/refusal.h"
#include "core/crypto/vault.h"
#include "core/med/signing.h"
#include "core/roles/letter.h"
#include "core/sup/records.h"

namespace caduceus::roles {

// Mail (mailbox.h). Anybody's: leave an envelope for somebody whose mail is kept here.
struct Deposit {
  Envelope envelope;
  static auto fields(auto& self) { return std::tie(self.envelope); }
};
// The owner's. Answered by Mail list; what is not discarded comes again.
struct Collect {
  std::uint64_t after = 0;
  static auto fields(auto& self) { return std::tie(self.after); }
};
struct Discard {
  std::uint64_t up_to = 0;
  static auto fields(auto& self) { return std::tie(self.up_to); }
};

// A patient's: the first visit (§4), and her card, so that the hospital can write to her. Answered by Reply, then Ack.
struct Meet {
  Card card;
  Hello hello;
  static auto fields(auto& self) { return std::tie(self.card, self.hello); }
};
struct ConfirmMeeting {
  Confirm confirm;
  static auto fields(auto& self) { return std::tie(self.confirm); }
};

// A doctor's of this hospital: a record's bytes, in their order, before it is delivered. Whole once offset + bytes = size; a part that came
// already is answered again. Kept for an hour.
struct Upload {
  static constexpr std::size_t most_bytes = 768 * 1024;

  ByteArray<16> id{};  // the doctor's choice, fresh for each record
  Bytes32 salt{};
  std::uint64_t size = 0;  // of the EMR; below 2^32
  std::uint64_t offset = 0;
  Blob<0, most_bytes> bytes;

  static auto fields(auto& self) { return std::tie(self.id, self.salt, self.size, self.offset, self.bytes); }
};
// What was uploaded becomes the patient's records: one batch, whose lines' hashes are those of the uploads, in their order. Answered by
// Delivered; the same delivery again has the same answer.
struct DeliveredRecord {
  ByteArray<16> upload{};
  Text<0, 256> title;
  Text<1, 128> media_type;
  static auto fields(auto& self) { return std::tie(self.upload, self.title, self.media_type); }
};
struct Deliver {
  Identity patient;
  med::SignedGroup group;
  SignedLicence licence;
  List<DeliveredRecord, 4096, 1> records;
  static auto fields(auto& self) { return std::tie(self.patient, self.group, self.licence, self.records); }
};

// A doctor's of any hospital: an AccessRequest, sealed to this hospital's key, use "req". Answered by Answer when all of it is short, by
// StreamedAnswer when it is long.
struct AskRecords {
  SealedTo request;
  static auto fields(auto& self) { return std::tie(self.request); }
};
constexpr std::string_view request_use = "req";

// A patient's: a record of her own, under own_record_key(). Answered by StreamedAnswer.
struct AskOwn {
  RecordPlace place;
  Bytes32 nonce{};  // fresh
  static auto fields(auto& self) { return std::tie(self.place, self.nonce); }
};
[[nodiscard]] SecretKey own_record_key(const AgreedKeys& keys, const AskOwn& asked);

// Of the caller's own streamed answer: bytes part·part_bytes on of the i-th sealed body. In order; the newest one may be asked again. Answered by Part.
struct AskPart {
  static constexpr std::size_t part_bytes = 1U << 20U;

  ByteArray<16> answer{};
  std::uint32_t record = 0;
  std::uint32_t part = 0;
  static auto fields(auto& self) { return std::tie(self.answer, self.record, self.part); }
};

// A doctor's of this hospital: that it backs an emergency request (§7). It is given the hospital's nonce; both sign; the hospital submits it, and
// answers by Committed when SUP has it. The hospital's own nonce is used once: a doctor that begins again gets another.
struct BeginBacking {
  EmergencyTerms terms;
  SignatureNonce nonce{};  // the doctor's
  SignedLicence licence;
  static auto fields(auto& self) { return std::tie(self.terms, self.nonce, self.licence); }
};
struct CompleteBacking {
  TransactionHash htxu{};
  EncodedSum part;  // the doctor's
  static auto fields(auto& self) { return std::tie(self.htxu, self.part); }
};

// A patient's: from now on nothing more by this policy. On disk before it is answered by Done.
struct RevokeGrant {
  Identity patient;
  Identity hospital;
  Bytes32 policy{};  // H(policy)
  Time time;
  Signature signature;  // hers, "revoke-grant", over what stands before it
  static auto fields(auto& self) { return std::tie(self.patient, self.hospital, self.policy, self.time, self.signature); }
};
[[nodiscard]] RevokeGrant sign_revocation(const G1& ppub, const SigningKey& patient, const Identity& hospital, const Bytes32& policy,
                                          Time now, Rng& rng);
// Reject::letter_parties, signature_….
[[nodiscard]] Checked<void> verify(const G1& ppub, const VerificationKey& patient, const RevokeGrant& revocation);

// A patient's: this hospital is to hold her keyslot, in place of the one before.
struct StoreKeyslot {
  Keyslot keyslot;
  static auto fields(auto& self) { return std::tie(self.keyslot); }
};
// A patient's: her entries of the access log after the first so many. Answered by Accesses.
struct AskAccesses {
  std::uint64_t after = 0;
  static auto fields(auto& self) { return std::tie(self.after); }
};
// A patient's, to the hospital that backed the request: the words of a dispute that is committed on SUP, whose hash is of them.
struct DisputeWords {
  TransactionHash dispute{};
  Identity patient;  // whose account it is: known from now on to this hospital, which is to answer her
  Party reply_to;
  Text<1, 4096> words;
  static auto fields(auto& self) { return std::tie(self.dispute, self.patient, self.reply_to, self.words); }
};

// The hospital's own: its operator.
struct AskRecordStatus {
  static auto fields(auto& /*self*/) { return std::tie(); }
};
// A copy of its tables and keys as they are now, for a backup. Answered by Checkpoint.
struct MakeCheckpoint {
  static auto fields(auto& /*self*/) { return std::tie(); }
};
struct EraseRecord {
  TransactionHash htxm{};
  Text<1, 256> reason;
  static auto fields(auto& self) { return std::tie(self.htxm, self.reason); }
};
struct AskLog {
  std::uint64_t after = 0;
  static auto fields(auto& self) { return std::tie(self.after); }
};
struct AskDisputes {
  static auto fields(auto& /*self*/) { return std::tie(); }
};
struct AnswerDispute {
  TransactionHash dispute{};
  Text<1, 4096> words;
  static auto fields(auto& self) { return std::tie(self.dispute, self.words); }
};

using RecordRequest = std::variant<Deposit, Collect, Discard, Meet, ConfirmMeeting, Upload, Deliver, AskRecords, AskOwn, AskPart,
                                   BeginBacking, CompleteBacking, RevokeGrant, StoreKeyslot, AskAccesses, DisputeWords, AskRecordStatus,
                                   EraseRecord, AskLog, AskDisputes, AnswerDispute, MakeCheckpoint>;

struct Done {  // what was asked for is on disk
  static auto fields(auto& /*self*/) { return std::tie(); }
};
struct MailList {
  List<NumberedEnvelope, Mailbox::most_collected> envelopes;
  bool is_all = true;
  static auto fields(auto& self) { return std::tie(self.envelopes, self.is_all); }
};
struct Uploaded {
  std::uint64_t bytes = 0;  // that are here
  static auto fields(auto& self) { return std::tie(self.bytes); }
};
struct Delivered {
  std::uint32_t batch = 0;
  std::uint32_t records = 0;  // n
  static auto fields(auto& self) { return std::tie(self.batch, self.records); }
};
struct StreamedAnswer {
  ByteArray<16> answer{};
  std::optional<G1> t_a;  // of a doctor's
  List<std::uint64_t, most_records_at_once, 1> sizes;  // of the sealed bodies
  static auto fields(auto& self) { return std::tie(self.answer, self.t_a, self.sizes); }
};
struct Part {
  Blob<0, AskPart::part_bytes> bytes;
  static auto fields(auto& self) { return std::tie(self.bytes); }
};
struct Backing {
  SignatureNonce nonce{};  // the hospital's
  static auto fields(auto& self) { return std::tie(self.nonce); }
};
struct Accesses {
  List<SignedLogEntry, 64> entries;
  bool is_all = true;
  static auto fields(auto& self) { return std::tie(self.entries, self.is_all); }
};
struct RecordStatus {
  std::uint64_t patients = 0;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;  // of these
  std::uint64_t unpublished = 0;  // records that no final block has yet
  std::uint64_t letters = 0;  // that wait here
  LogHead log;
  Height sup;  // newest committed block here
  Time sup_time;
  Height med;  // newest block of MED here
  Height med_final;  // newest anchored one
  // Of a hospital that was restored from a backup: it waits until then. 0: for nothing.
  Time publishes_again;
  Time votes_again;  // once SUP has a block of this time
  bool is_another_seen = false;  // meanwhile somebody else votes in its name

  static auto fields(auto& self) {
    return std::tie(self.patients, self.records, self.bytes, self.unpublished, self.letters, self.log, self.sup, self.sup_time, self.med,
                    self.med_final, self.publishes_again, self.votes_again, self.is_another_seen);
  }
};
struct Checkpoint {
  Text<0, 1024> problem;  // none: it is where the node was told to put it
  static auto fields(auto& self) { return std::tie(self.problem); }
};
struct LogList {
  List<LogEntry, 256> entries;
  bool is_all = true;
  static auto fields(auto& self) { return std::tie(self.entries, self.is_all); }
};
struct OpenDispute {
  TransactionHash dispute{};
  TransactionHash htxu{};
  Text<1, 4096> words;
  bool is_answered = false;
  static auto fields(auto& self) { return std::tie(self.dispute, self.htxu, self.words, self.is_answered); }
};
struct DisputeList {
  List<OpenDispute, 1024> disputes;
  static auto fields(auto& self) { return std::tie(self.disputes); }
};

using RecordResponse = std::variant<Refusal, Done, MailList, Reply, Ack, Uploaded, Delivered, Answer, StreamedAnswer, Part, Backing,
                                    sup::Committed, Accesses, RecordStatus, ErasureReceipt, LogList, DisputeList, Checkpoint>;

// A request and its response have the same number, the asker's choice.
struct NumberedRequest {
  std::uint64_t number = 0;
  RecordRequest request;
  static auto fields(auto& self) { return std::tie(self.number, self.request); }
};
struct NumberedResponse {
  std::uint64_t number = 0;
  RecordResponse response;
  static auto fields(auto& self) { return std::tie(self.number, self.response); }
};

constexpr std::size_t most_record_request = 2U << 20U;  // bytes of a frame
constexpr std::size_t most_whole_answer = 4U << 20U;  // bytes of an Answer
constexpr std::size_t most_record_response = 5U << 20U;  // of a frame

}  // namespace caduceus::roles
