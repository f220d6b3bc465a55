#include "core/med/contract.h"

#include <algorithm>

#include "core/med/emr_index.h"

namespace caduceus::med {

const Contract* find_contract(std::string_view name) {
  static constexpr std::array contracts{emr_index};
  const auto* const found = std::ranges::find(contracts, name, &Contract::name);
  return found == contracts.end() ? nullptr : &*found;
}

}  // namespace caduceus::med
