// A simulated disk under a role's tables. What was written is seen at once; it survives a crash from its sync on, each step whole or not at
// all, and none without those before it.
#pragma once

#include <deque>

#include "core/roles/tables.h"

namespace caduceus::sim {

class RolesDisk {
 public:
  // A step that sees all that was written, on disk or not.
  [[nodiscard]] roles::WriteSet step() const { return roles::WriteSet(seen_); }
  // As a crash of this moment would leave it.
  [[nodiscard]] roles::WriteSet durable() const { return roles::WriteSet(durable_); }

  // `then` is called when the step is on disk, and all before it.
  void write(const roles::WriteSet& step, std::function<void()> then);
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  void sync();
  // Of what waits, the first `survivors` steps were on disk already; nobody hears of it any more.
  void crash(std::size_t survivors);

 private:
  class SimTables final : public roles::Tables {
   public:
    [[nodiscard]] std::optional<SecretBytes> get(roles::TableId table, ByteView key) const override;
    void for_each_from(roles::TableId table, ByteView first, const Visit& visit) const override;
    void apply(const std::map<std::pair<roles::TableId, Bytes>, std::optional<Bytes>>& writes);
    void copy(const SimTables& other) { entries_ = other.entries_; }

   private:
    std::map<std::pair<roles::TableId, Bytes>, Bytes> entries_;
  };
  struct Waiting {
    std::map<std::pair<roles::TableId, Bytes>, std::optional<Bytes>> writes;
    std::function<void()> then;
  };

  SimTables seen_;
  SimTables durable_;
  std::deque<Waiting> waiting_;
};

}  // namespace caduceus::sim
