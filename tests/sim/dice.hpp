#pragma once
// All chance of one simulated life, from its seed.

#include <cstdint>
#include <random>
#include <vector>

#include "base/clock.hpp"

namespace ashlar::sim {

class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed * 0x9E3779B97F4A7C15ULL + 1) {}

  /// 0 to below - 1.
  int pick(int below) { return static_cast<int>(random_() % static_cast<uint64_t>(below)); }
  bool one_in(int many) { return pick(many) == 0; }
  /// Both ends included.
  Millis between(long long least, long long most) {
    return Millis{least +
                  static_cast<long long>(random_() % static_cast<uint64_t>(most - least + 1))};
  }
  double fraction() { return pick(1'000) / 1'000.0; }
  template <class T>
  const T& one_of(const std::vector<T>& list) {
    return list[static_cast<size_t>(pick(static_cast<int>(list.size())))];
  }
  // For std::ranges::shuffle, whose use of the bits is the same with every run of one build.
  std::mt19937_64& source() { return random_; }

 private:
  std::mt19937_64 random_;
};

}  // namespace ashlar::sim
