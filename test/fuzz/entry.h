// What every fuzzer is: a judge of one input. In preset `fuzz`, fuzz_NAME hands it what libFuzzer makes; in every other build,
// replay_NAME hands it the files of corpus/NAME and mutants of them.
//
// A fuzzer defines LLVMFuzzerTestOneInput, and LLVMFuzzerCustomMutator where bytes changed at random would never get past the first
// check (a group element, a tag): half of its mutants are values changed by their structure.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed);
// Changes bytes at random: libFuzzer's, or replay.cpp's.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace caduceus::fuzz {

// Whether the last input was accepted: by the decoder, or by whoever it is for where the fuzzer asks that one. Seeds named valid… must be, and no other: one that a new format refuses would teach nothing,
// unnoticed. What fuzzers found is named found… and may be either.
inline bool accepted = false;

}  // namespace caduceus::fuzz
