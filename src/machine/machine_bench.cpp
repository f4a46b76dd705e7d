// What one idempotent batch costs, beside its floors: the program without SSH, and SSH without the
// program. Raw shell checks over OpenSSH's multiplexing are the peer.

#include <benchmark/benchmark.h>

#include "base/testing/paths.hpp"
#include "machine/machines.hpp"
#include "machine/test_support.hpp"

namespace ashlar::machine {
namespace {

Batch twenty_files(const std::string& folder) {
  Batch batch;
  for (int i = 0; i < 20; ++i)
    batch.operations.push_back(
        file(fmt::format("{}/f{}", folder, i), std::string(2'000, static_cast<char>('a' + i))));
  return batch;
}

void BM_TwentyFilesInPlace_Node(benchmark::State& state) {
  const test::TemporaryFolder folder;
  write_file_atomically(folder / "batch", to_text(twenty_files(folder.path())));
  const std::string line =
      fmt::format("{} < {} > /dev/null", built_node_program(), folder / "batch");
  for (auto _ : state)
    if (std::system(line.c_str()) != 0) state.SkipWithError("ashlar-node failed");
}

void BM_TwentyFilesInPlace_Ssh(benchmark::State& state) {
  const test::Sshd sshd;
  const auto machines = make_machines(sshd.options());
  const Batch batch = twenty_files(sshd.folder().path());
  machines->run(sshd.target(), batch);
  for (auto _ : state)
    if (machines->run(sshd.target(), batch).changed()) state.SkipWithError("not in place");
}

void BM_TwentyShellChecks_MultiplexedOpenSsh(benchmark::State& state) {
  test::Sshd sshd;
  const auto machines = make_machines(sshd.options());
  machines->run(sshd.target(), twenty_files(sshd.folder().path()));
  write_file_atomically(sshd.folder() / "client", sshd.options().private_key.reveal(), 0600);
  const std::string ssh = fmt::format(
      "ssh -F none -p {} -i {} -o KexAlgorithms=curve25519-sha256 -o StrictHostKeyChecking=no -o "
      "UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ControlMaster=auto -o ControlPersist=30 "
      "-o "
      "ControlPath={} root@127.0.0.1 ",
      sshd.port(), sshd.folder() / "client", sshd.folder() / "mux");
  for (auto _ : state)
    for (int i = 0; i < 20; ++i)
      if (std::system(fmt::format("{} 'sha256sum {}/f{} && stat -c %a:%U:%G {}/f{}' > /dev/null",
                                  ssh, sshd.folder().path(), i, sshd.folder().path(), i)
                          .c_str()) != 0)
        state.SkipWithError("a check failed");
  [[maybe_unused]] const int ended =
      std::system(fmt::format("{} -O exit 2> /dev/null", ssh).c_str());
}

void BM_NewConnection(benchmark::State& state) {
  const test::Sshd sshd;
  make_machines(sshd.options())->run(sshd.target(), {.operations = {facts()}});
  for (auto _ : state) make_machines(sshd.options())->run(sshd.target(), {.operations = {facts()}});
}

BENCHMARK(BM_TwentyFilesInPlace_Node)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_TwentyFilesInPlace_Ssh)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_TwentyShellChecks_MultiplexedOpenSsh)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(5);
BENCHMARK(BM_NewConnection)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(10);

}  // namespace
}  // namespace ashlar::machine
