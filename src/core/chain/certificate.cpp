#include "core/chain/certificate.h"

#include <algorithm>
#include <map>

namespace caduceus {
namespace {

template <class... Fields>
Bytes statement(std::string_view tag, const Fields&... fields) {
  Writer writer;
  write_length(writer, tag.size());
  writer.append(as_bytes(tag));
  (write(writer, fields), ...);
  return writer.take();
}

Checked<void> check_quorum(const Committee& committee, const SignerSet& signers) {
  if (signers.size() != committee.size()) return reject(Reject::signer_set_size);
  if (signers.count() < committee.quorum()) return reject(Reject::quorum_too_small);
  return {};
}

void add(std::vector<Claim>& claims, Claim claim) {
  if (std::ranges::find(claims, claim) == claims.end()) claims.push_back(std::move(claim));
}

}  // namespace

Bytes vote_statement(const NetworkId& net, View view, const BlockHash& block) { return statement("CADUCEUS-V1-VOTE", net, view, block); }

Bytes timeout_statement(const NetworkId& net, View view, View high_view) { return statement("CADUCEUS-V1-TIMEOUT", net, view, high_view); }

Bytes proposal_statement(const NetworkId& net, View view, const BlockHash& block) {
  return statement("CADUCEUS-V1-PROPOSAL", net, view, block);
}

QuorumCertificate genesis_certificate(const NetworkId& net, std::uint16_t n) { return {View(0), net, SignerSet(n), {}}; }

Checked<void> add_claims(const NetworkId& net, const Committee& committee, const QuorumCertificate& qc, std::vector<Claim>& claims) {
  if (qc.view == View(0)) {
    if (qc != genesis_certificate(net, committee.size())) return reject(Reject::genesis_certificate);
    return {};
  }
  TRY_VOID(check_quorum(committee, qc.signers));
  add(claims, {{{vote_statement(net, qc.view, qc.block), qc.signers}}, qc.sum});
  return {};
}

Checked<void> add_claims(const NetworkId& net, const Committee& committee, const TimeoutCertificate& tc, std::vector<Claim>& claims) {
  TRY_VOID(check_quorum(committee, tc.signers));
  const auto& high_views = tc.high_views.items;
  if (high_views.size() != tc.signers.count()) return reject(Reject::timeout_high_views);
  const View highest = *std::ranges::max_element(high_views);
  if (highest >= tc.view || highest != tc.high_qc.view) return reject(Reject::timeout_high_views);
  TRY_VOID(add_claims(net, committee, tc.high_qc, claims));

  std::map<View, SignerSet> said;
  auto high_view = high_views.begin();
  for (std::size_t place = 0; place < tc.signers.size(); ++place) {
    if (tc.signers.contains(place)) said.try_emplace(*high_view++, tc.signers.size()).first->second.insert(place);
  }
  Claim timed_out{{}, tc.sum};
  for (const auto& [view, signers] : said) timed_out.statements.push_back({timeout_statement(net, tc.view, view), signers});
  add(claims, std::move(timed_out));
  return {};
}

Checked<void> verify(const NetworkId& net, const Committee& committee, const QuorumCertificate& qc) {
  std::vector<Claim> claims;
  TRY_VOID(add_claims(net, committee, qc, claims));
  return committee.verify(claims);
}

}  // namespace caduceus
