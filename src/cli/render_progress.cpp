#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "cli/json_view.hpp"
#include "cli/render.hpp"
#include "model/actor.hpp"

namespace ashlar::cli {
namespace {

// Lines for steps; the block must fit on a screen.
constexpr size_t kMostRunning = 8;
constexpr size_t kMostLate = 3;

bool is_active(std::string_view state) {
  return state == "running" || state == "waiting" || state == "undoing";
}
bool is_over(std::string_view state) {
  return state == "done" || state == "skipped" || state == "undone";
}

std::string_view spinner(int frame) {
  static constexpr std::array<std::string_view, 10> kFrames{"⠋", "⠙", "⠹", "⠸", "⠼",
                                                            "⠴", "⠦", "⠧", "⠇", "⠏"};
  return kFrames.at(static_cast<size_t>(frame) % kFrames.size());
}

std::string bar(long long done, long long total, size_t width) {
  const size_t full =
      total > 0 ? static_cast<size_t>(done * static_cast<long long>(width) / total) : 0;
  std::string text;
  for (size_t i = 0; i < width; ++i) text += i < full ? "█" : "░";
  return text;
}

struct Phase {
  std::string name;
  int total = 0, over = 0, active = 0, failed = 0;
};

/// In the order in which they first appear in the plan.
std::vector<Phase> phases_of(const Json& steps) {
  std::vector<Phase> phases;
  for (const Json& step : steps) {
    const std::string name = text_of(step, "phase");
    auto found = std::ranges::find(phases, name, &Phase::name);
    if (found == phases.end()) found = phases.insert(phases.end(), Phase{.name = name});
    const std::string state = text_of(step, "state");
    ++found->total;
    found->over += is_over(state);
    found->active += is_active(state);
    found->failed += state == "failed";
  }
  return phases;
}

std::string phase_line(const Phase& phase, int frame, const Style& style) {
  std::string sign;
  if (phase.failed > 0)
    sign = style.red("✗");
  else if (phase.over == phase.total)
    sign = style.green("✓");
  else if (phase.active > 0)
    sign = style.yellow(spinner(frame));
  else
    sign = style.faint("·");
  const std::string count = fmt::format("{} of {}", phase.over, phase.total);
  return fmt::format("  {} {}{}\n", sign, fit(phase.name, static_cast<size_t>(style.width) - 16),
                     fit_right(count, 12));
}

/// How long a step has been at it, by the server's clock: `elapsed` is the operation's own time. An
/// undo counts from when it began.
std::optional<Millis> time_of(const Json& step, const Json& operation, Millis elapsed) {
  const bool undoes = text_of(step, "state") == "undoing";
  const auto began = from_rfc3339(text_of(operation, "startedAt"));
  const auto step_began = from_rfc3339(text_of(step, undoes ? "progressAt" : "startedAt"));
  if (!began || !step_began) return std::nullopt;
  return *began + elapsed + Millis(integer_of(operation, "idleMs")) - *step_began;
}

/// A step that failed and will be tried again is `ready` and says why: people want to see it.
bool is_under_way(const Json& step) {
  const std::string state = text_of(step, "state");
  return is_active(state) || (state == "ready" && !text_of(step, "because").empty());
}

bool is_late(const Json& step, std::optional<Millis> time) {
  return flag_of(step, "stuck") ||
         (time && step.contains("lateAfterMs") && *time >= Millis(integer_of(step, "lateAfterMs")));
}

/// What a step is at: what it waits for, and for how long.
std::string step_line(const Json& step, std::optional<Millis> at_it, int frame,
                      const Style& style) {
  const std::string time = at_it ? stopwatch(*at_it) : "";
  std::string text = text_of(step, "title");
  if (const std::string because = text_of(step, "because"); !because.empty())
    text += ": " + because;
  if (const long long attempts = integer_of(step, "attempts");
      attempts > 1 && text_of(step, "state") == "ready")
    text += fmt::format(" (attempt {})", attempts);
  const bool late = is_late(step, at_it);
  const size_t width = static_cast<size_t>(style.width) - 4 - (time.empty() ? 0 : 8);
  if (late) text = (flag_of(step, "stuck") ? "stuck: " : "late: ") + text;
  const std::string line =
      time.empty() ? shorten(text, width) : fit(text, width) + fit_right(time, 8);
  return fmt::format("  {} {}\n", late ? style.red("!") : style.faint(spinner(frame)),
                     late ? style.red(line) : line);
}

/// The steps under way, either those that are late or the others.
std::string step_lines(const Json& operation, Millis elapsed, bool late, int frame,
                       const Style& style) {
  std::string text;
  size_t shown = 0;
  for (const Json& step : list_of(operation, "steps")) {
    const auto time = time_of(step, operation, elapsed);
    if (!is_under_way(step) || is_late(step, time) != late) continue;
    if (++shown <= (late ? kMostLate : kMostRunning)) text += step_line(step, time, frame, style);
  }
  const size_t most = late ? kMostLate : kMostRunning;
  if (shown > most) text += fmt::format("    and {} more\n", shown - most);
  return text;
}

}  // namespace

std::string render_progress(const Json& operation, Millis elapsed, int frame,
                            std::string_view notice, const Style& style) {
  const auto width = static_cast<size_t>(style.width);
  const long long done = integer_of(operation, "stepsDone");
  const long long total = integer_of(operation, "stepsTotal");
  const std::string clock =
      shorten(fmt::format("{} of {} steps  {} of about {}", done, total, stopwatch(elapsed),
                          stopwatch(Millis(integer_of(operation, "expectedMs")))),
              width - 12);
  const size_t bar_width = width - 7 - columns(clock);

  std::string text = style.bold(shorten(text_of(operation, "summary"), width)) + "\n";
  if (std::string asked = actor_words(operation); !asked.empty()) {
    if (const std::string because = text_of(operation, "because"); !because.empty())
      asked += ": " + because;
    text += style.faint(shorten("asked for by " + asked, width)) + "\n";
  }
  // What takes far too long is the news; how much is done already is not.
  text += step_lines(operation, elapsed, /*late=*/true, frame, style);
  text += fmt::format("{} {:>3}%  {}\n", style.green(bar(done, total, bar_width)),
                      integer_of(operation, "progressPercent"), clock);
  for (const Phase& phase : phases_of(list_of(operation, "steps")))
    text += phase_line(phase, frame, style);
  const std::string running = step_lines(operation, elapsed, /*late=*/false, frame, style);
  if (!running.empty()) text += "\n" + running;
  if (!notice.empty()) text += style.yellow(shorten(notice, width)) + "\n";
  return text;
}

namespace {

Actor actor_of(const Json& shown) {
  const auto found = shown.find("actor");
  return found == shown.end() ? Actor{} : actor_from(*found);
}

}  // namespace

std::string actor_words(const Json& shown) {
  return in_words(actor_of(shown));
}

std::string actor_word(const Json& shown) {
  const Actor actor = actor_of(shown);
  if (!actor.known()) return {};
  return actor.name.empty() ? std::string(to_string(actor.type)) : actor.name;
}

std::string render_event(const Json& event, Millis since_start) {
  // A cluster that is not ready yet can have very much to say about why.
  constexpr size_t kMostMessage = 200;
  return fmt::format("{:>7}  {:<20} {}", stopwatch(since_start), text_of(event, "type"),
                     shorten(text_of(event, "message"), kMostMessage));
}

std::string render_output(const Json& step, std::string_view line, const Style& style) {
  const std::string node = text_of(step, "node", text_of(step, "key"));
  return style.faint(fmt::format("{:<12} |", node)) + fmt::format(" {}", line);
}

namespace {

std::string failed_steps(const Json& operation, const Style& style) {
  std::string text;
  for (const Json& step : list_of(operation, "steps")) {
    if (text_of(step, "state") != "failed") continue;
    text += fmt::format("  {} {}\n", style.red("✗"), text_of(step, "title"));
    for (const std::string& line :
         wrap(text_of(step, "because"), static_cast<size_t>(style.width) - 4))
      text += fmt::format("    {}\n", line);
  }
  return text;
}

}  // namespace

std::string render_outcome(const Json& operation, const Style& style) {
  const std::string state = text_of(operation, "state");
  const std::string id = text_of(operation, "id");
  const std::string took = to_human(Millis(integer_of(operation, "elapsedMs")));
  const std::string what =
      fmt::format("{} {}", text_of(operation, "action"), text_of(operation, "resourceName"));
  if (state == "succeeded")
    return fmt::format("{} {}: done and proved in {}\n", style.green("✓"), what, took);
  if (state == "cancelled")
    return fmt::format("{} {}: cancelled after {}; what it had made is removed\n",
                       style.yellow("✓"), what, took);
  std::string text = fmt::format("{} {}: {} after {}\n", style.red("✗"), what, state, took);
  if (const std::string error = text_of(operation, "error"); !error.empty())
    for (const std::string& line : wrap(error, static_cast<size_t>(style.width) - 2))
      text += "  " + line + "\n";
  text += failed_steps(operation, style);
  return text + fmt::format(
                    "\n  ashlar retry {0}    continues where it stands\n"
                    "  ashlar cancel {0}   undoes what it made\n",
                    id);
}

}  // namespace ashlar::cli
