// SUP's state for who has no node: a doctor, a patient. What is read was proved against genesis, and says as of which block.
#pragma once

#include "app/sup_client.h"
#include "core/chain/revocation.h"
#include "core/sup/records.h"

namespace caduceus {

template <class T>
struct Known {
  T value;
  Height height;  // of the committed block whose state says so
  Time time;      // its: how old that is
};

// A doctor's or a hospital's account (R3), decoded.
struct MemberAccount {
  VerificationKey key;  // L
  G1 sealing_key;       // E
  Identity hospital;    // that it belongs to
};

class SupReader {
 public:
  explicit SupReader(SupClient client) : client_(std::move(client)) {}

  // Each: by a block that is not older than any that this reader has seen. Nothing: there is none, and that was proved.
  // Failure: as SupClient::prove(), a record that is none.
  [[nodiscard]] Result<Known<std::optional<MemberAccount>>> account(const Identity& identity);
  [[nodiscard]] Result<Known<std::optional<sup::PatientAccount>>> patient_account(const Identity& account);
  [[nodiscard]] Result<Known<std::optional<RevocationEntry>>> revocation(const Identity& hospital, const Identity& doctor);
  [[nodiscard]] Result<Known<std::optional<sup::EmergencyRecord>>> emergency(const TransactionHash& htxu);
  [[nodiscard]] Result<Known<std::optional<sup::DisputeRecord>>> dispute(const TransactionHash& dispute);

  // All that was done without consent since a height: of every tx_ur that is committed from there up to `height`, in the order of blocks. A
  // patient finds hers by their marks (§7), and nobody learns which she looks for.
  using Emergency = std::pair<TransactionHash, sup::EmergencyRecord>;
  [[nodiscard]] Result<Known<std::vector<Emergency>>> emergencies(Height since);

  // What is not read but written.
  [[nodiscard]] SupClient& client() { return client_; }

 private:
  template <class T>
  [[nodiscard]] Result<Known<std::optional<T>>> read(const std::string& what, Bytes key);
  [[nodiscard]] Result<Proven> prove(const sup::AskProof& question);
  [[nodiscard]] Result<void> add_page(const Proven& page, std::vector<Emergency>& all);

  SupClient client_;
  Height seen_;
};

}  // namespace caduceus
