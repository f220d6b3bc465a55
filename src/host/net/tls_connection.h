// One connection: socket, TLS and frames, driven by the event loop. Only sources of this folder include it.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "host/net/frame.h"
#include "host/net/tls_session.h"
#include "host/net/transport.h"

namespace caduceus {

class TlsConnection : public std::enable_shared_from_this<TlsConnection> {
 public:
  using Clock = std::chrono::steady_clock;

  // Whoever has it. None of these comes after close().
  class Owner {
   public:
    virtual void on_established(TlsConnection& connection) = 0;
    virtual void on_frame(TlsConnection& connection, Bytes frame) = 0;
    // No reason: the other side closed it in good order.
    virtual void on_ended(TlsConnection& connection, const std::string& why, bool their_fault) = 0;

   protected:
    ~Owner() = default;
  };

  // `owner` and `scratch`, which all connections of a thread share, must live until close().
  TlsConnection(Owner& owner, boost::asio::ip::tcp::socket socket, Bytes& scratch);

  [[nodiscard]] const std::string& remote() const { return remote_; }
  [[nodiscard]] const TlsSession& session() const { return *session_; }

  // Tries these one after the other, then starts as a side that connects. The time for the handshake counts from now.
  void connect(const boost::asio::ip::tcp::resolver::results_type& endpoints, const TlsContext& context, Purpose purpose);
  // Once the socket is connected: the handshake, then on_established(). `purpose` is what a side that connects asks for.
  void start(const TlsContext& context, TlsSession::Side side, Purpose purpose = Purpose::peer);
  // In on_established(): who it is to the owner, how long his frames may be, and what there is to send him.
  void open(PeerId peer, std::size_t frame_limit, FrameQueue& queue);
  [[nodiscard]] PeerId peer() const { return peer_; }

  void flush();  // what is queued
  void pause() { paused_ = true; }
  void resume();
  void close();
  // Closes, and tells the owner why.
  void fail(const std::string& why) { end(why, false); }
  [[nodiscard]] bool is_closed() const { return closed_; }

  // Ends what makes no progress. The owner calls it now and then, so that nothing else has to set a timer.
  void check_progress(Clock::time_point now, std::chrono::milliseconds handshake, std::chrono::milliseconds frame);
  // Whether anything came over it, or it is as old as this: then it worked.
  [[nodiscard]] bool has_lived(std::chrono::milliseconds least) const { return frames_ > 0 || Clock::now() - since_ >= least; }

 private:
  void handshake();
  void read();
  void hand_on_frames();
  void wait_to_read();
  void wait_to_write();
  // False when the connection ended.
  bool send_encrypted();
  void end(const std::string& why, bool their_fault);

  Owner* owner_;
  boost::asio::ip::tcp::socket socket_;
  Bytes* scratch_;
  std::string remote_;
  std::unique_ptr<TlsSession> session_;  // once it is connected
  std::unique_ptr<FrameReader> reader_;  // from open() on
  FrameQueue* queue_ = nullptr;  // from open() on
  PeerId peer_;
  bool closed_ = false, paused_ = false, waits_to_read_ = false, waits_to_write_ = false;

  Clock::time_point since_ = Clock::now();
  Clock::time_point tried_;  // when the last of the endpoints so far had its turn
  int untried_ = 0;          // those that did not have it yet
  std::uint64_t frames_ = 0, received_ = 0, sent_ = 0;  // frames that came, bytes that came and left
  static constexpr std::uint64_t least_progress = 65'536;  // bytes of a frame that count as much as a whole one
  struct Progress {
    std::uint64_t count = 0;
    Clock::time_point at;
  } read_progress_, write_progress_;
};

}  // namespace caduceus
