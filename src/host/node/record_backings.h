// What a hospital stands for on SUP (PROTOCOL.md §7): its doctors' emergency requests, and answers to those who dispute them.
#pragma once

#include "core/roles/hospital_disputes.h"
#include "host/node/record_letters.h"

namespace caduceus {

class RecordBackings {
 public:
  RecordBackings(RecordRoom& room, RecordLetters& letters) : room_(room), letters_(letters) {}

  void on(Asked asked, const roles::BeginBacking& begin);
  void on(Asked asked, const roles::CompleteBacking& complete);
  void on(Asked asked, const roles::DisputeWords& words);
  void on(Asked asked, const roles::AskDisputes& ask);
  void on(Asked asked, const roles::AnswerDispute& answer);

 private:
  struct Begun {
    EmergencyTerms terms;
    SignatureNonce doctors{};
    OwnNonce own;
    Time since;
  };
  static constexpr std::uint64_t life = 600'000;  // ms: SUP takes no older ts3
  static constexpr std::size_t most_begun = 1024;
  static constexpr std::size_t most_of_one = 16;  // doctor

  RecordRoom& room_;
  RecordLetters& letters_;
  std::map<TransactionHash, Begun> begun_;  // by htxu
};

}  // namespace caduceus
