#include "tests/sim/seeds.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <sstream>
#include <thread>

namespace ashlar::sim {
namespace {

constexpr unsigned kBatch = 8;          // seeds a process
constexpr unsigned kMostSeconds = 300;  // of a process
constexpr size_t kMostFailuresShown = 12;

unsigned number_from(const char* variable, unsigned otherwise) {
  const char* value = std::getenv(variable);
  return value == nullptr ? otherwise : static_cast<unsigned>(std::stoul(value));
}

/// Empty: it holds.
std::string fault_of(const Live& live, unsigned seed, bool spoken, Counts& counts) {
  try {
    for (const auto& [name, count] : live(seed, spoken)) counts[name] += count;
    return {};
  } catch (const std::exception& error) {
    return error.what();
  }
}

/// One child process with a range of seeds. It answers in lines: "begin SEED", "fault TEXT",
/// "count NAME NUMBER".
class Batch {
 public:
  Batch(const Live& live, unsigned first, unsigned end) : first_(first), end_(end) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("cannot make a pipe");
    std::fflush(nullptr);
    process_ = ::fork();
    if (process_ < 0) throw std::runtime_error("cannot make a process");
    if (process_ == 0) {
      ::close(ends[0]);
      answer(live, ends[1]);
    }
    ::close(ends[1]);
    answers_ = ends[0];
  }

  pid_t process() const { return process_; }

  /// After it has ended with this status.
  void collect(int status, Counts& counts, std::map<unsigned, std::string>& faults) {
    std::string text;
    char buffer[4'096];
    for (ssize_t read; (read = ::read(answers_, buffer, sizeof buffer)) > 0;)
      text.append(buffer, static_cast<size_t>(read));
    ::close(answers_);
    unsigned seed = first_;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string what;
      words >> what;
      if (what == "begin") {
        words >> seed;
      } else if (what == "fault") {
        faults[seed] = line.substr(6);
      } else if (what == "count") {
        std::string name;
        long long count = 0;
        words >> name >> count;
        counts[name] += count;
      }
    }
    if (WIFSIGNALED(status))
      faults[seed] = fmt::format("its process was ended by signal {}", WTERMSIG(status));
  }

 private:
  [[noreturn]] void answer(const Live& live, int to) const {
    ::alarm(kMostSeconds);
    Counts counts;
    const auto say = [&](const std::string& line) {
      if (::write(to, line.data(), line.size()) < 0) ::_exit(1);
    };
    for (unsigned seed = first_; seed < end_; ++seed) {
      say(fmt::format("begin {}\n", seed));
      std::string fault = fault_of(live, seed, false, counts);
      std::ranges::replace(fault, '\n', ' ');
      if (!fault.empty()) say(fmt::format("fault {}\n", fault.substr(0, 1'000)));
    }
    for (const auto& [name, count] : counts) say(fmt::format("count {} {}\n", name, count));
    std::fflush(nullptr);
    ::_exit(0);
  }

  unsigned first_;
  unsigned end_;
  pid_t process_ = -1;
  int answers_ = -1;
};

}  // namespace

Counts live_all(unsigned usual, const Live& live) {
  Counts counts;
  if (std::getenv("ASHLAR_SIM_SEED") != nullptr) {
    const unsigned seed = number_from("ASHLAR_SIM_SEED", 1);
    const std::string fault = fault_of(live, seed, true, counts);
    EXPECT_EQ(fault, "") << "seed " << seed;
    return counts;
  }
  const unsigned first = number_from("ASHLAR_SIM_FIRST", 1);
  const unsigned end = first + number_from("ASHLAR_SIM_SEEDS", usual);
  const auto began = std::chrono::steady_clock::now();
  std::map<unsigned, std::string> faults;
  std::vector<Batch> running;
  const size_t most = std::max(1U, std::thread::hardware_concurrency());
  for (unsigned next = first; next < end || !running.empty();) {
    if (next < end && running.size() < most) {
      const unsigned until = std::min(end, next + kBatch);
      running.emplace_back(live, next, until);
      next = until;
      continue;
    }
    int status = 0;
    const pid_t ended = ::wait(&status);
    const auto batch = std::ranges::find(running, ended, &Batch::process);
    if (batch == running.end()) continue;
    batch->collect(status, counts, faults);
    running.erase(batch);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  fmt::print("{} seeds in {:.1f} s, {:.0f} a second", end - first, took.count(),
             (end - first) / took.count());
  for (const auto& [name, count] : counts) fmt::print(", {} {}", count, name);
  fmt::print("\n");

  size_t shown = 0;
  for (const auto& [seed, fault] : faults)
    if (++shown <= kMostFailuresShown)
      ADD_FAILURE() << "ASHLAR_SIM_SEED=" << seed << " replays it: " << fault;
  if (faults.size() > shown || shown > kMostFailuresShown)
    ADD_FAILURE() << faults.size() << " of " << end - first << " seeds failed";
  if (!faults.empty()) {
    fmt::print("\nseed {} again:\n", faults.begin()->first);
    Counts ignored;
    fault_of(live, faults.begin()->first, true, ignored);
  }
  return counts;
}

}  // namespace ashlar::sim
