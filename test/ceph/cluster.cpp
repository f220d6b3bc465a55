#include "test/ceph/cluster.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "test/process.h"

namespace caduceus::ceph {
namespace {

std::filesystem::path folder() {
  const char* const set = std::getenv("CADUCEUS_CEPH");
  if (set == nullptr) {
    std::cerr << "these tests take a cluster: tools/ceph/cluster.sh run -- ceph_test\n";
    std::exit(2);
  }
  return set;
}

}  // namespace

void cluster(const std::string& command) {
  const auto space = command.find(' ');
  const std::string rest = space == std::string::npos ? "" : command.substr(space);
  const Outcome outcome = run(CADUCEUS_CEPH_SCRIPT " " + command.substr(0, space) + " " + folder().string() + rest);
  ASSERT_EQ(outcome.status, 0) << command << ": " << outcome.output;
}

store::S3Service new_bucket() {
  static int number = 0;
  store::S3Service service;
  std::getline(std::ifstream(folder() / "endpoint"), service.endpoint);
  service.bucket = "test-" + std::to_string(::getpid()) + "-" + std::to_string(++number);
  service.credentials = folder() / "credentials";
  service.ca = folder() / "ca.pem";
  cluster("bucket " + service.bucket);
  return service;
}

}  // namespace caduceus::ceph
