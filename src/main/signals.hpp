#pragma once

#include <csignal>
#include <string>

namespace ashlar {

/// Keeps SIGTERM and SIGINT from this thread and all it will make.
inline void block_signals() {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
}

/// Sleeps until one of them comes and returns its name. From then on another one ends the process.
inline std::string wait_for_signal() {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  int number = 0;
  sigwait(&ending, &number);
  pthread_sigmask(SIG_UNBLOCK, &ending, nullptr);
  return number == SIGINT ? "SIGINT" : "SIGTERM";
}

}  // namespace ashlar
