#pragma once
// Standard input, output and errors, which whoever starts a program may have closed, or led to a
// full disk or to a reader that is gone.

#include <array>
#include <ostream>
#include <streambuf>

namespace ashlar {

/// Call it first in main(). A file or socket that is opened later would otherwise get the number of
/// a closed stream, and what is meant for people would be written into a database. The numbers are
/// taken by something that answers every read and write as a closed stream does. A reader that is
/// gone ends no process from then on: the write fails.
void keep_standard_streams();

/// Writes to a descriptor and remembers why it could not. Not thread-safe.
class DescriptorOutput : private std::streambuf {
 public:
  /// `descriptor` stays open.
  explicit DescriptorOutput(int descriptor);
  ~DescriptorOutput() override;

  std::ostream& stream() { return stream_; }
  /// Writes what is kept back. The first failure (errno) since the beginning; 0 when there was
  /// none.
  int finish();

 private:
  int overflow(int character) override;
  int sync() override;
  bool write_out();

  const int descriptor_;
  int failure_ = 0;
  std::array<char, 8192> buffer_{};
  std::ostream stream_;
};

}  // namespace ashlar
