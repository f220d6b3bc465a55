// What a hospital's operator, and its patients, are told of what is kept here: how much, the access log; and erasure on order.
#pragma once

#include "core/roles/hospital_erasure.h"
#include "host/node/record_letters.h"

namespace caduceus {

class RecordDesk {
 public:
  // `checkpoint`: the folder that copies are made in.
  RecordDesk(RecordRoom& room, RecordLetters& letters, std::filesystem::path checkpoint)
      : room_(room), letters_(letters), checkpoint_(std::move(checkpoint)) {}

  void on(Asked asked, const roles::AskRecordStatus& ask);
  void on(Asked asked, const roles::MakeCheckpoint& make);
  void on(Asked asked, const roles::AskLog& ask);
  void on(Asked asked, const roles::AskAccesses& ask);
  void on(Asked asked, const roles::EraseRecord& erase);

 private:
  void erase(const Asked& asked, const roles::EraseRecord& order, const Bytes32& body);

  RecordRoom& room_;
  RecordLetters& letters_;
  std::filesystem::path checkpoint_;
};

}  // namespace caduceus
