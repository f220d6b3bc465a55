// One of the simulated parties: its disk, its clock, and how it asks others. It crashes at any moment; what it was about to do is lost then, and what its disk had not
// synced.
#pragma once

#include <map>

#include "core/roles/record_request.h"
#include "test/sim/roles_disk.h"
#include "test/sim/roles_setup.h"

namespace caduceus::sim {

class RolesCluster;

class RolesNode {
 public:
  // To the asker: a response, on its way back.
  using Respond = std::function<void(roles::RecordResponse)>;
  // What is asked, where it arrives.
  using Serve = std::function<void(const Respond& respond)>;
  // nullptr: no answer came in time, or none of the expected kind.
  using Then = std::function<void(const roles::RecordResponse* response)>;

  RolesNode(RolesCluster& cluster, std::size_t number);
  RolesNode(const RolesNode&) = delete;
  RolesNode& operator=(const RolesNode&) = delete;
  virtual ~RolesNode() = default;

  [[nodiscard]] std::size_t number() const { return number_; }
  [[nodiscard]] bool is_running() const { return is_running_; }
  [[nodiscard]] const RolesDisk& disk() const { return disk_; }
  [[nodiscard]] Time now() const;  // by its own clock
  void start();
  void crash();

 protected:
  // From what the disk has.
  virtual void started() = 0;
  virtual void stopped() = 0;

  [[nodiscard]] roles::WriteSet step() const { return disk_.step(); }
  // `then` when it is on disk, unless the node crashes before.
  void write(const roles::WriteSet& step, std::function<void()> then = [] {});
  // Later in this life.
  void after(std::uint64_t milliseconds, std::function<void()> what);
  void every(std::uint64_t milliseconds, const std::function<void()>& what);
  void exchange(std::size_t to, Serve serve, Then then);
  void ask(std::size_t hospital, const Identity& caller, roles::RecordRequest request, Then then);
  // Both chains can be read and handed to: the node hears one that follows them. `serve` happens there; `then(false)`: nobody heard it.
  void consult(std::function<void()> serve, std::function<void(bool)> then);
  [[nodiscard]] bool has(RolesPlant plant) const;

  RolesCluster& cluster_;

 private:
  void hear(std::uint64_t number, const roles::RecordResponse* response);

  std::size_t number_;
  std::uint64_t skew_;  // ms that its clock is ahead
  RolesDisk disk_;
  bool is_running_ = false;
  bool will_sync_ = false;
  std::uint64_t life_ = 0;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Then> waiting_;  // for responses
};

}  // namespace caduceus::sim
