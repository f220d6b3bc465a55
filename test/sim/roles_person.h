// What a simulated doctor and a simulated patient have in common: like their commands, they do one thing at a time, each step of it on disk before the next;
// whoever is stopped goes on later, or begins again.
#pragma once

#include "test/sim/roles_node.h"

namespace caduceus::sim {

class PersonNode : public RolesNode {
 public:
  using RolesNode::RolesNode;

  [[nodiscard]] virtual const Identity& identity() const = 0;
  // Begins something, unless something is under way: anything that one may wish, or what was begun before.
  void act();
  void tend();
  // What was begun and has not come to its end: "" when nothing is.
  [[nodiscard]] std::string unfinished() const { return !is_running() || is_busy_ ? "busy" : what_waits(); }

 protected:
  using Next = std::function<void()>;

  virtual void wish() = 0;  // ends with end()
  virtual void sync() = 0;
  [[nodiscard]] virtual std::string what_waits() const = 0;
  virtual void read(const roles::Envelope& envelope) = 0;

  // Whether something may begin; if so, it has.
  [[nodiscard]] bool begin() { return is_running() && !std::exchange(is_busy_, true); }
  void end() { is_busy_ = false; }
  void started() override;
  void stopped() override { is_busy_ = false; }

  void ask(const Identity& hospital, roles::RecordRequest request, Then then);
  // The mail that waits at the relay.
  void collect(const Identity& relay, Next next);
  // Each to its relay; `sent` when that has it.
  struct Outgoing {
    std::uint64_t number = 0;
    Identity relay;
    roles::Envelope envelope;
  };
  void post(std::vector<Outgoing> letters, std::function<void(std::uint64_t number)> sent, Next next);

 private:
  bool is_busy_ = false;
};

}  // namespace caduceus::sim
