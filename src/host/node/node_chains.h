// Both chains as a hospital's record keeping sees them, by the hospital's own nodes.
#pragma once

#include "host/node/hospital_chains.h"
#include "host/node/med_server.h"
#include "host/node/sup_server.h"

namespace caduceus {

class NodeChains : public HospitalChains {
 public:
  // Both outlive it.
  NodeChains(SupServer& sup, MedServer& med) : sup_(sup), med_(med) {}

  [[nodiscard]] const sup::SupState& sup() const override { return sup_.state(); }
  [[nodiscard]] Heights heights() const override;
  void submit(SupTransaction transaction, std::function<void(const sup::Reply&)> then) override;
  [[nodiscard]] Checked<med::ItemId> publish(med::SignedItem item) override { return med_.node().submit(std::move(item)); }
  [[nodiscard]] Fate fate_of(const TransactionHash& htxm) const override;
  [[nodiscard]] bool is_spent(const Identity& signer, const Slot& slot) const override;
  [[nodiscard]] std::optional<Slot> newest_slot(const Identity& signer, std::uint8_t device, Epoch from) const override;

 private:
  SupServer& sup_;
  MedServer& med_;
};

}  // namespace caduceus
