// Times 20 idempotent file operations on several machines, one round trip a machine:
//   batch_bench PRIVATE_KEY NODE_PROGRAM ROUNDS < machines
// `machines` has a line "address ssh-ed25519 AAAA..." each. Prints a JSON array of seconds, one a
// round; the first round copies ashlar-node and writes the files, the later ones only check.

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "machine/machines.hpp"

namespace {

namespace machine = ashlar::machine;

std::vector<machine::Target> read_targets() {
  std::vector<machine::Target> targets;
  std::string address, host_key;
  while (std::cin >> address && std::getline(std::cin >> std::ws, host_key)) {
    machine::Target target;
    target.name = target.address = address;
    target.host_key = host_key;
    targets.push_back(target);
  }
  return targets;
}

machine::Batch twenty_files() {
  machine::Batch batch;
  for (int i = 0; i < 20; ++i)
    batch.operations.push_back(machine::file("/etc/ashlar-bench/file-" + std::to_string(i),
                                             "line " + std::to_string(i) + "\n", "0640"));
  batch.operations.insert(batch.operations.begin(), machine::directory("/etc/ashlar-bench"));
  return batch;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: batch_bench PRIVATE_KEY NODE_PROGRAM ROUNDS < machines\n";
    return 2;
  }
  const std::vector<machine::Target> targets = read_targets();
  const machine::Batch batch = twenty_files();
  const auto machines = machine::make_machines(
      {.private_key = ashlar::Secret(ashlar::read_file(argv[1])), .node_program = argv[2]});

  std::cout << "[";
  for (int round = 0; round < std::atoi(argv[3]); ++round) {
    const auto started = std::chrono::steady_clock::now();
    const auto failures = machine::for_each_parallel(targets.size(), targets.size(), [&](size_t i) {
      machines->run(targets[i], batch).or_throw(targets[i].name);
    });
    for (const std::exception_ptr& failure : failures)
      if (failure) std::rethrow_exception(failure);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    std::cout << (round ? ", " : "") << took.count();
  }
  std::cout << "]\n";
}
