// Sharing as the paper publishes it: the first visit, the factors, TAKA, and the index under a fingerprint, moved to our groups. It is here
// for the attacks: the tests show that it is correct, as its authors say, and what it falls to.
//
// What is reconstructed. The paper's text is not at hand; what stands here follows the restatement in our specification, its list of flaws
// (R1, R7, R8, R10–R14), and where these leave a choice, the simplest that has just the flaws listed. By section:
//   - first visit: one MAC key for both directions, over the names and T_c1, T_a1 only (R7). That T_c2, T_a2 are the ones left out is a choice;
//   - factors: the recursion is ours, with one chain over all of a patient's records (R8);
//   - Q = Q_A + Q_B of names and expiry; the records are in no part of it (R13). What exactly Q_A and Q_B hash is a choice;
//   - the request: (h, v) is a Schnorr signature whose nonce is b (R12), so T_b is recovered from it. θ, what is asked for, goes as
//     N = H3(g_b) ⊕ θ, g_b = g^b; the hospital finds g_b as e(T_c1 + Q·P1, α_CB), and takes what makes sense of N for consent (R11);
//   - keys: K_j = e(b·T_a1, F_j) with the hospital's static a1 (R14) and the record's static F_j = c1·s_α^j·P2 (R13);
//   - type 3: T's, T_b in G1; α_C, α_CB, F_j, and T_c1' = c1·P2, which the hospital needs in place of T_c1 on the right, in G2.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "core/crypto/registration.h"

namespace caduceus::published::taka {

// A first visit. c1, c2 of a patient; a1, a2 of a hospital, which uses them for ever.
struct Secrets {
  Scalar first;
  Scalar second;

  static Secrets random(Rng& rng) { return {Scalar::random(rng), Scalar::random(rng)}; }
};

// T_1 = c1·P1, T_1' = c1·P2, T_2 = c2·P1.
struct Points {
  G1 first;
  G2 first_prime;
  G1 second;
};
Points points_of(const Secrets& secrets);

// What one side of a visit makes of what it has sent and received.
struct Visit {
  Bytes32 confirmation{};  // MAC(Hsk(a1·T_c1, K), ID_C, ID_A, T_c1, T_a1): what each sends, and what each expects
  G1 alpha;  // s_α = c1·T_a2 = a2·T_c1
  G1 beta;  // s_β = c2·T_a1 = a1·T_c2
};
Visit visit_of_patient(const AgreementKey& patient, const Secrets& own, const Identity& hospital, const Points& received);
Visit visit_of_hospital(const AgreementKey& hospital, const Secrets& own, const Identity& patient, const Points& received);

// s_α^1 … s_α^n of all n records of the patient at this hospital: s_β^i = H5(s_β^{i−1}), s_α^i = H5(s_α^{i−1} ⊕ s_β^{n−i+1}).
std::vector<Scalar> encryption_factors(const Visit& visit, std::size_t n);

// Q = Q_A + Q_B, Q_A = H0(ID_A, EXP), Q_B = H0(ID_B, EXP).
struct Consent {
  Identity doctor;
  Identity hospital;
  Time expires;
};
Scalar consent_value(const Consent& consent);

struct Grant {
  Consent consent;
  G2 alpha;  // α_C = (c1 + Q)^{-1}·P2
  std::map<std::uint32_t, G2> factors;  // F_j = c1·s_α^j·P2
};
// `factors` of the records consented to.
Grant make_grant(const Scalar& c1, const Consent& consent, const std::map<std::uint32_t, Scalar>& factors);

// d + x and (d + x)·P1, which is L + f·Ppub.
struct DoctorKey {
  Scalar secret;
  G1 public_key;

  static DoctorKey random(Rng& rng);
};

// θ.
struct Wanted {
  static constexpr std::uint32_t format = 0x454d5231;  // what makes sense begins with it

  std::uint32_t record = 0;
  Time time;
};

struct Request {
  Consent consent;
  ByteArray<16> n{};  // N = H3(g_b) ⊕ θ
  G2 alpha_cb;  // b·α_C
  Scalar h;  // H2(ID_A, ID_B, EXP, N, α_CB, T_b)
  Scalar v;  // b + h(d + x)
};

// g_b = e(T_c1 + Q·P1, α_CB): by the hospital, and by whoever else knows T_c1.
Gt request_secret(const G1& t_c1, const Request& request);
// N ⊕ H3(g_b), if it makes sense.
std::optional<Wanted> open_wanted(const Gt& g_b, const Request& request);
// T_b = v·P1 − h(L + f·Ppub).
G1 recover_t_b(const G1& doctor, const Request& request);

// By the book: α_CB = b·α_C, g_b = g^b.
Request make_request(const DoctorKey& doctor, const Grant& grant, const Wanted& wanted, const Scalar& b);
// With any α_CB and g_b.
Request make_request(const DoctorKey& doctor, const Consent& consent, const G2& alpha_cb, const Gt& g_b, const Wanted& wanted,
                     const Scalar& b);

struct Hospital {
  Identity identity;
  Secrets own;
  Points patient;  // T_c1 … of the patient's first visit
  std::vector<Scalar> factors;

  struct Accepted {
    Wanted wanted;
    G1 t_b;
  };
  // In force, signed by the doctor, and N makes sense.
  [[nodiscard]] std::optional<Accepted> check(const G1& doctor, const Request& request, Time now) const;
  // The record under K_j = e(a1·s_α^j·T_b, T_c1').
  [[nodiscard]] Bytes answer(const Accepted& accepted, ByteView emr, Rng& rng) const;
};

// With K_j = e(b·T_a1, F_j), or as an attacker has it.
Gt record_secret(const Scalar& b, const G1& t_a1, const G2& factor);
std::optional<Bytes> open_answer(const Gt& k, ByteView answer);

// An entry of the index: H6(fp) ⊕ EE.
Bytes seal_entry(ByteView fingerprint, ByteView entry);

}  // namespace caduceus::published::taka
