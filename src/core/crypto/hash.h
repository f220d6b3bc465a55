// The hashes of PROTOCOL.md §1. Each takes a sequence of byte strings, each preceded by its length, under a tag of its own.
#pragma once

#include <initializer_list>
#include <span>

#include "core/base/secret.h"
#include "core/crypto/group.h"

namespace caduceus {

// seq(x1, …, xn) of docs/PROTOCOL.md: each part after its u32 length. Wiped when it goes, since some parts are secret.
SecretBytes sequence(std::span<const ByteView> parts);
inline SecretBytes sequence(std::initializer_list<ByteView> parts) { return sequence(std::span(parts.begin(), parts.size())); }

// H0, H2, H4, H5, H7: bytes → Zr.
enum class ScalarHash : std::uint8_t { h0, h2, h4, h5, h7 };
Scalar hash_to_scalar(ScalarHash which, std::span<const ByteView> parts);
inline Scalar hash_to_scalar(ScalarHash which, std::initializer_list<ByteView> parts) {
  return hash_to_scalar(which, std::span(parts.begin(), parts.size()));
}

// H1-KA, H1-SIG0, H1-SIG1, H1-W and those of BLS signatures: bytes → G1.
enum class PointHash : std::uint8_t { key_agreement, signature0, signature1, one_time_string, bls_message, bls_possession };
G1 hash_to_g1(PointHash which, std::initializer_list<ByteView> parts);

// H1'-KA: bytes → G2.
G2 hash_to_g2(std::initializer_list<ByteView> parts);

// H: bytes → 32 bytes, SHA-256.
Bytes32 hash(std::span<const ByteView> parts);
inline Bytes32 hash(std::initializer_list<ByteView> parts) { return hash(std::span(parts.begin(), parts.size())); }

// SHA-256 of bytes as they are, without tag or lengths: what hash trees and files are named by.
Bytes32 sha256(ByteView bytes);

// H6, Hsk: key material → a 32-byte key for the use that the label names. HKDF-SHA-256.
enum class KeyHash : std::uint8_t { h6, hsk };
SecretKey derive_key(KeyHash which, std::string_view label, std::span<const ByteView> parts);
inline SecretKey derive_key(KeyHash which, std::string_view label, std::initializer_list<ByteView> parts) {
  return derive_key(which, label, std::span(parts.begin(), parts.size()));
}

// MAC(k, x1, …, xn): HMAC-SHA-256 over seq(x1, …, xn).
Bytes32 mac(const SecretKey& key, std::initializer_list<ByteView> parts);

}  // namespace caduceus
