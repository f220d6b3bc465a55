// Floors: the primitives that an operation cannot do without, called bare. Only floor_*.cpp see blst, OpenSSL and Crypto++; each lists its
// calls in a comment, so that anyone can count them (docs/BENCHMARKS.md has them in a table).
//
// A floor is made from encodings, and keeps its own points, scalars and buffers: no allocation, no codec, no scalar arithmetic, none
// of our types is in it. Points that are decoded once (keys, signatures, system parameters) are affine already. It computes what
// the operation computes, and says whether that came out right.
#pragma once

#include <string_view>

#include "bench/measure.h"
#include "core/base/bytes.h"

namespace caduceus::bench {

// What a hash takes: seq(…) of docs/PROTOCOL.md, put together already, and its tag.
struct HashInput {
  Bytes bytes;
  std::string_view tag;
};

// floor_pairing.cpp

Work pairing_floor(ByteView g1, ByteView g2);

struct QuorumFloor {
  std::vector<Bytes> public_keys;  // of the signers, G2
  HashInput message;
  Bytes sum;  // G1
};
Work quorum_floor(const QuorumFloor& input);

// floor_signature.cpp

struct CertificatelessSignFloor {
  HashInput nonce;      // → t
  HashInput challenge;  // → h; as long as it will be
};
Work certificateless_sign_floor(const CertificatelessSignFloor& input);

struct CertificatelessVerifyFloor {
  HashInput factor;            // → f
  HashInput challenge;         // → h; T' is its last 48 bytes
  std::vector<Bytes> points;   // P1, L, Ppub
  std::vector<Bytes> scalars;  // v, −h, −hf; big-endian
  Bytes expected;              // h, big-endian
};
Work certificateless_verify_floor(const CertificatelessVerifyFloor& input);

// floor_aggregate.cpp

struct AggregateSignFloor {
  HashInput challenge;  // → c
  HashInput string;     // → P_w
  Bytes k0;
  Bytes k1;
  Bytes rho;
};
Work aggregate_sign_floor(const AggregateSignFloor& input);

// Under one w.
struct AggregateVerifyFloor {
  HashInput string;                   // → P_w
  std::vector<HashInput> challenges;  // → c_i
  std::vector<HashInput> signature0;  // → H1-SIG0(ID_i)
  std::vector<HashInput> signature1;  // → H1-SIG1(ID_i)
  bool cold = false;                  // the identities are hashed in it, not before it
  Bytes s;                            // S_w
  Bytes t;                            // T_w
  Bytes parameter;                    // s_agg·P2
};
Work aggregate_verify_floor(AggregateVerifyFloor input);

// floor_openssl.cpp

struct SealFloor {
  Bytes32 key;
  Bytes plain;
  std::size_t chunk = 0;
};
Work seal_floor(const SealFloor& input);

// floor_hashes.cpp

// Keccak-256 of each.
Work keccak_floor(std::vector<Bytes> messages);
// SHA-256 as often as a tree of so many leaves takes, over as many bytes.
Work merkle_floor(std::size_t leaves, std::size_t leaf_size);
// SHA-256 of SHA-256 of the message, so many times.
Work double_hash_floor(Bytes message, std::size_t times);

}  // namespace caduceus::bench
