// What a hospital's record keeping asks of both chains, which its own node holds. All on the loop.
#pragma once

#include <functional>

#include "core/med/node.h"
#include "core/sup/query.h"
#include "core/sup/safety.h"
#include "core/sup/state.h"

namespace caduceus {

class HospitalChains {
 public:
  enum class Fate : std::uint8_t { absent, in_block, final };
  struct Heights {
    Height sup;  // newest committed block
    Time sup_time;
    Height med;  // newest block
    Height med_final;  // newest anchored one
    std::optional<sup::Abstention> abstention;  // of its replica of SUP, restored from a backup
  };

  HospitalChains() = default;
  HospitalChains(const HospitalChains&) = delete;
  HospitalChains& operator=(const HospitalChains&) = delete;
  virtual ~HospitalChains() = default;

  // After SUP's newest committed block here.
  [[nodiscard]] virtual const sup::SupState& sup() const = 0;
  [[nodiscard]] virtual Heights heights() const = 0;
  // As SUP's clients submit (core/sup/query.h): Committed once it is on disk here, or why not.
  virtual void submit(SupTransaction transaction, std::function<void(const sup::Reply&)> then) = 0;

  // Reject as med::Mempool::add().
  [[nodiscard]] virtual Checked<med::ItemId> publish(med::SignedItem item) = 0;
  // Of a record, on MED's best branch here.
  [[nodiscard]] virtual Fate fate_of(const TransactionHash& htxm) const = 0;
  // Whether MED will never have what this signer signs under this slot: it is used, its epoch is over, or the signer retired.
  [[nodiscard]] virtual bool is_spent(const Identity& signer, const Slot& slot) const = 0;
  // The newest one of an epoch from this one on that the signer used on the device, on MED's best branch here.
  [[nodiscard]] virtual std::optional<Slot> newest_slot(const Identity& signer, std::uint8_t device, Epoch from) const = 0;
};

}  // namespace caduceus
