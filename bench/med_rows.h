// The rows of run_med(), by what they are about.
#pragma once

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace caduceus::bench {

struct MedRow {
  std::string name;
  std::function<nlohmann::ordered_json(double seconds)> measure;
};
std::vector<MedRow> med_block_rows();  // block.verify, tx.bytes, light.proof
std::vector<MedRow> med_sync_rows();   // sync, memory: a minute or two, which a run has once

// A row with fields of its own: a JSON object, or name and value of each.
void print_fields(std::ostream& out, const nlohmann::ordered_json& line, bool json);

inline double rounded(double value) { return std::round(value * 1000) / 1000; }

}  // namespace caduceus::bench
