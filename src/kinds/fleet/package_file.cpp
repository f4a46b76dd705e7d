#include "kinds/fleet/package_file.hpp"

#include <fmt/format.h>

#include "base/quantity.hpp"

namespace ashlar::fleet {
namespace {

using engine::StepContext;
using engine::Wait;

constexpr Millis kBetweenLooks{1'000};
constexpr Millis kBetweenSlices{50};

mirror::State state_of(const Tools& tools, const mirror::Source& source) {
  if (tools.mirror != nullptr) return tools.mirror->fetch(source);
  throw Error(ErrorCode::kInvalidInput,
              fmt::format("this control plane fetches nothing, so neither what is at {}",
                          mirror::host_of(source)),
              "use an image that brings it");
}

/// Whether there is more than at the last attempt.
bool is_more(StepContext& context, const std::string& what, long long bytes) {
  Json data = context.step.state_data.is_object() ? context.step.state_data : Json::object();
  if (data.value(what, -1LL) >= bytes) return false;
  data[what] = bytes;
  context.remember(std::move(data));
  return true;
}

std::string how_far(long long bytes, std::optional<long long> total) {
  if (!total) return bytes_for_people(bytes);
  return fmt::format("{} of {}", bytes_for_people(bytes), bytes_for_people(*total));
}

Wait while_fetching(StepContext& context, const mirror::Source& source,
                    const mirror::Fetching& there) {
  const bool progress = is_more(context, "fetchedBytes", there.bytes);
  return {kBetweenLooks,
          fmt::format("the package to be fetched from {}: {} here", mirror::host_of(source),
                      how_far(there.bytes, there.total)),
          progress};
}

}  // namespace

std::optional<Wait> fetch_package(const Tools& tools, StepContext& context,
                                  const mirror::Source& source) {
  const mirror::State state = state_of(tools, source);
  if (const auto* there = std::get_if<mirror::Fetching>(&state))
    return while_fetching(context, source, *there);
  return std::nullopt;
}

std::optional<Wait> copy_package(const Tools& tools, StepContext& context, const Machine& machine,
                                 const mirror::Source& source, const std::string& path) {
  const mirror::State state = state_of(tools, source);
  if (const auto* there = std::get_if<mirror::Fetching>(&state))
    return while_fetching(context, source, *there);
  const auto& kept = std::get<mirror::Kept>(state);
  const machine::FileCopy file{kept.file, kept.bytes, source.sha512, path};
  const machine::Copied copied = tools.machines.copy(target_of(machine), file);
  if (copied.whole) return std::nullopt;
  const bool progress = is_more(context, "copiedBytes", copied.bytes);
  return Wait{kBetweenSlices,
              fmt::format("the package to be copied to {}: {} there", machine.name,
                          how_far(copied.bytes, kept.bytes)),
              progress};
}

}  // namespace ashlar::fleet
