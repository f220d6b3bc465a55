// What a quorum of SUP's replicas said (PROTOCOL.md §8): that a block of a view has their votes, or that a view has timed out.
#pragma once

#include <optional>
#include <tuple>

#include "core/base/codec.h"
#include "core/base/number.h"
#include "core/chain/committee.h"
#include "core/crypto/one_time_string.h"

namespace caduceus {

using BlockHash = Bytes32;

// What is signed. Each has a tag of its own, so that no signature passes for another.
Bytes vote_statement(const NetworkId& net, View view, const BlockHash& block);
Bytes timeout_statement(const NetworkId& net, View view, View high_view);
Bytes proposal_statement(const NetworkId& net, View view, const BlockHash& block);

struct QuorumCertificate {
  View view;
  BlockHash block{};
  SignerSet signers;  // of size n; none in QC0
  SignaturePart sum{};

  static auto fields(auto& self) { return std::tie(self.view, self.block, self.signers, self.sum); }
  friend bool operator==(const QuorumCertificate&, const QuorumCertificate&) = default;
};

// QC0 = (0, H(genesis), empty).
QuorumCertificate genesis_certificate(const NetworkId& net, std::uint16_t n);

// TC(v): q replicas gave up on view v, each with the view of its high QC; the highest of these QCs comes with it.
struct TimeoutCertificate {
  View view;
  SignerSet signers;
  List<View, SignerSet::most_signers> high_views;  // in the order of the signers
  SignaturePart sum{};
  QuorumCertificate high_qc;

  static auto fields(auto& self) { return std::tie(self.view, self.signers, self.high_views, self.sum, self.high_qc); }
  friend bool operator==(const TimeoutCertificate&, const TimeoutCertificate&) = default;
};

// Checks all but the signatures, and adds what is claimed of these, unless it is claimed already, for Committee::verify().
// Reject::genesis_certificate (of view 0, but not QC0), signer_set_size, quorum_too_small.
[[nodiscard]] Checked<void> add_claims(const NetworkId& net, const Committee& committee, const QuorumCertificate& qc,
                                       std::vector<Claim>& claims);
// As of the QC in it, and Reject::timeout_high_views (not one a signer, not below the TC's view, or the greatest is not its QC's).
[[nodiscard]] Checked<void> add_claims(const NetworkId& net, const Committee& committee, const TimeoutCertificate& tc,
                                       std::vector<Claim>& claims);

// All of it. Reject as add_claims(), multi_signature_invalid, point_….
[[nodiscard]] Checked<void> verify(const NetworkId& net, const Committee& committee, const QuorumCertificate& qc);

}  // namespace caduceus
