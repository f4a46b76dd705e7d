#include "base/standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace ashlar {

void keep_standard_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(number, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is this one. Opened for the other direction, so that using it fails.
    [[maybe_unused]] const int taken =
        ::open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

DescriptorOutput::DescriptorOutput(int descriptor) : descriptor_(descriptor), stream_(this) {
  setp(buffer_.data(), buffer_.data() + buffer_.size());
}

DescriptorOutput::~DescriptorOutput() {
  write_out();
}

int DescriptorOutput::finish() {
  stream_.flush();
  return failure_;
}

bool DescriptorOutput::write_out() {
  const char* at = pbase();
  while (at < pptr() && failure_ == 0) {
    const ssize_t written = ::write(descriptor_, at, static_cast<size_t>(pptr() - at));
    if (written < 0 && errno != EINTR) failure_ = errno;
    if (written > 0) at += written;
  }
  setp(buffer_.data(), buffer_.data() + buffer_.size());
  return failure_ == 0;
}

int DescriptorOutput::overflow(int character) {
  if (!write_out()) return traits_type::eof();
  if (!traits_type::eq_int_type(character, traits_type::eof()))
    sputc(traits_type::to_char_type(character));
  return traits_type::not_eof(character);
}

int DescriptorOutput::sync() {
  return write_out() ? 0 : -1;
}

}  // namespace ashlar
