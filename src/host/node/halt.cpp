#include "host/node/halt.h"

#include <unistd.h>

#include <iostream>

namespace caduceus {

void halt(const std::string& why) {
  std::cerr << "caduceus: HALTED: " << why << '\n' << std::flush;
  ::_exit(halted_status);
}

}  // namespace caduceus
