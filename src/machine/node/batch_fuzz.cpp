// Fuzzes what stands before any effect: parsing and checking a batch, and RESP. Build
// with -DASHLAR_FUZZ=ON and clang++, run as `batch_fuzz -max_total_time=60`.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "machine/node/batch_run.hpp"
#include "machine/node/resp.hpp"

using namespace ashlar::node;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const PreparedBatch batch = prepare_batch(text);
    // What is refused must say why; what is accepted must be ready to run.
    for (const Prepared& operation : batch.operations)
      if (operation.title.empty() || (operation.fault.empty() && !operation.work)) std::abort();
  } catch (const Failure& failure) {
    if (to_text({{"error", failure.what()}}).size() < 12) std::abort();
  }
  try {
    size_t position = 0;
    while (position < text.size() && parse_reply(text, position)) continue;
    if (position > text.size()) std::abort();
  } catch (const Failure&) {
    // No reply: a clear error is the right answer.
  }
  return 0;
}
