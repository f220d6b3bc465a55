// The seeds of enrolment and of a hospital's records (docs/FORMATS.md). Those of "member" hold certificates, which hold fresh keys: they were made once.
#include "app/enrolment.h"
#include "host/node/record_store.h"
#include "test/fuzz/corpus.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {

void add_app(const Corpus& corpus) {
  const World& w = world();
  const Identity& hospital = w.hospital.signing.identity;
  const SecretKey secret(Bytes32{1, 2, 3});
  corpus.add_value("enrolment_token", EnrolmentToken{{"pkg.example:7000"}, {4}, secret.copy(), hospital, hospital});
  corpus.add_value("enrolment_token", EnrolmentToken{{""}, {4}, secret.copy(), hospital, hospital}, "no_address");

  corpus.add_value("authority_request", AuthorityRequest(AskAuthority{}), "valid_ask");
  corpus.add_value("authority_request", AuthorityRequest(EnrolmentRequest{secret.copy(), w.pending.request, {{5, 6}}}), "valid_enrolment");
  const RegistrationTerms terms{hospital, EncodedG1::of(w.issued.public_point), EncodedG1::of(G1::generator()), {}, {}, hospital, {}};
  corpus.add_value("authority_request", AuthorityRequest(AccountRequest{{7}, terms}), "valid_account");
  RegistrationTerms others = terms;
  others.hospital = w.doctor.signing.identity;
  corpus.add_value("authority_request", AuthorityRequest(AccountRequest{{7}, others}), "wrong_parties");
  corpus.add_value("authority_request", AuthorityRequest(PatientAccountRequest{{7}}), "valid_patient_account");
  corpus.add("authority_request", "unknown_kind", Bytes{4});

  corpus.add_value("authority_answer", AuthorityAnswer(Refusal::of(Reject::token_used)), "valid_refusal");
  const BlsKey& key = w.voters[0];
  corpus.add_value("authority_answer", AuthorityAnswer(sup::Authority{w.parameters, key.public_key, prove_possession(key), {{8}}}),
                   "valid_authority");
  corpus.add_value("authority_answer", AuthorityAnswer(sup::Authority{w.parameters, key.public_key, prove_possession(w.voters[1]), {{8}}}),
                   "other_possession");
  Enrolled enrolled{{}, {{9}}};
  enrolled.keys = std::move(*decode<IssuedKeys>(encode_secret(w.issued).expose()));
  corpus.add_value("authority_answer", AuthorityAnswer(std::move(enrolled)), "valid_enrolled");
  corpus.add_value("authority_answer", AuthorityAnswer(AccountSignature{EncodedG1::of(prove_possession(key))}), "valid_account");

  // As backup_manifest.cpp reads it: nobody signed it.
  const auto manifest = [&](std::string_view name, const std::string& text) { corpus.add("backup_manifest", name, as_bytes(text)); };
  const std::string first = "# caduceus hospital backup 1", hash(64, 'a'), signature = "# signature 00ff\n";
  const std::string lines = "# hospital " + to_hex(encode(hospital)) + " " + to_string(hospital) + "\n# network " + hash +
                            "\n# time 1800000000000\n# state state/1\n" + hash + "  state/1/member\n" + hash + "  blobs/aa/bb\n";
  manifest("valid", first + "\n" + lines + signature);
  manifest("signature_in_first_line", first + signature);
  manifest("without_state", first + "\n" + signature);
  manifest("without_signature", first + "\n" + lines);
  manifest("path_leads_out", first + "\n" + lines + hash + "  ../member\n" + signature);

  const Identity account{Role::patient_med, {std::string(64, 'a')}, 1};
  const auto patient_account = [&](const Identity& of) {
    return PatientAccount{{7}, {account, {8}, EncodedG1::of(G1::generator())}, extract_aggregate_key(w.master.aggregate, of)};
  };
  corpus.add_value("authority_answer", AuthorityAnswer(patient_account(account)), "valid_patient_account");
  corpus.add_value("authority_answer", AuthorityAnswer(patient_account({Role::patient_med, {"b"}, 1})), "key_of_another_account");

  const auto kept = [&](std::string media_type) {
    return KeptRecord{1000, {10}, {{std::move(media_type)}}, Secret<Bytes32>(Bytes32{11}), secret.copy()};
  };
  corpus.add_value("kept_record", kept("image/jpeg"));
  corpus.add_value("kept_record", kept(std::string(255, '~')), "valid_longest");
  corpus.add_value("kept_record", kept("text/plain\r\n"), "line_end");
  corpus.add_value("kept_record", kept(""), "no_media_type");
}

}  // namespace caduceus::fuzz
