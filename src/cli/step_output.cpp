#include "cli/step_output.hpp"

#include <fmt/format.h>

#include "base/program_output.hpp"
#include "cli/json_view.hpp"

namespace ashlar::cli {

void StepOutput::see(const Json& operation) {
  for (const Json& step : list_of(operation, "steps")) {
    const long long bytes = integer_of(step, "outputBytes");
    const auto [found, is_new] = readings_.try_emplace(text_of(step, "id"));
    Reading& reading = found->second;
    reading.step = step;
    const bool is_past = !text_of(step, "finishedAt").empty() && text_of(step, "state") != "failed";
    if (is_new && is_past) reading.offset = bytes;
    read(reading, bytes);
  }
}

void StepOutput::grew(const std::string& step_id, long long bytes) {
  if (const auto found = readings_.find(step_id); found != readings_.end())
    read(found->second, bytes);
}

void StepOutput::end() {
  for (auto& [id, reading] : readings_)
    if (!reading.begun.empty()) take_lines(reading, "\n");
}

void StepOutput::read(Reading& reading, long long bytes) {
  while (reading.offset < bytes) {
    const Json part =
        api_.get(fmt::format("/operations/{}/steps/{}/output?offset={}", encode(operation_id_),
                             encode(text_of(reading.step, "id")), reading.offset));
    const long long next = integer_of(part, "nextOffset");
    if (integer_of(part, "offset") > reading.offset)
      take_lines(reading, "\n[earlier output is not kept any more]\n");
    take_lines(reading, plain_lines(text_of(part, "text")));
    if (next <= reading.offset) return;
    reading.offset = next;
  }
}

void StepOutput::take_lines(Reading& reading, const std::string& text) {
  for (const char c : text) {
    if (c != '\n') {
      reading.begun += c;
      continue;
    }
    if (!reading.begun.empty()) take_(reading.step, reading.begun);
    reading.begun.clear();
  }
}

}  // namespace ashlar::cli
