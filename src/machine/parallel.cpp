#include <algorithm>
#include <atomic>
#include <thread>

#include "machine/machines.hpp"

namespace ashlar::machine {

void Machines::pause(Millis duration) {
  std::this_thread::sleep_for(duration);
}

Copied Machines::copy(const Target& target, const FileCopy& file, Millis) {
  throw Error(ErrorCode::kInternal,
              target.name + " cannot be sent files, such as " + file.file.string());
}

std::vector<std::exception_ptr> Machines::for_each(size_t count, size_t most_at_once,
                                                   const std::function<void(size_t)>& body) {
  return for_each_parallel(count, most_at_once, body);
}

std::vector<std::exception_ptr> for_each_parallel(size_t count, size_t most_at_once,
                                                  const std::function<void(size_t)>& body) {
  std::vector<std::exception_ptr> errors(count);
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t i = next++; i < count; i = next++) {
      try {
        body(i);
      } catch (...) {
        errors[i] = std::current_exception();
      }
    }
  };
  const size_t threads = std::min(count, std::max<size_t>(most_at_once, 1));
  std::vector<std::jthread> others;
  // The calling thread does its share.
  for (size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  others.clear();  // joins
  return errors;
}

}  // namespace ashlar::machine
