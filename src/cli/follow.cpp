#include "cli/follow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <optional>
#include <ostream>
#include <thread>

#include "cli/json_view.hpp"
#include "cli/render.hpp"
#include "cli/step_output.hpp"

namespace ashlar::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::duration_cast;

constexpr Millis kRefreshAtMost{250};
constexpr Millis kServerMayBeAway{600'000};
constexpr Millis kPollPause{500};
constexpr Millis kStreamAgainAfter{10'000};

std::atomic<bool> interrupt_seen = false;  // set in a signal handler: lock-free
static_assert(std::atomic<bool>::is_always_lock_free);

bool is_noteworthy(const std::string& type) {
  return type.find("fail") != type.npos || type.find("stuck") != type.npos ||
         type.find("retry") != type.npos;
}

/// Draws one block of lines and replaces it by the next.
class Block {
 public:
  explicit Block(std::ostream& out) : out_(out) {}
  ~Block() { show_cursor(); }

  void draw(const std::string& text) {
    std::string bytes = "\x1b[?25l" + back();
    lines_ = std::ranges::count(text, '\n');
    out_ << bytes << text << std::flush;
    drawn_ = true;
  }
  /// A line that stays, above the block.
  void print_above(const std::string& line) {
    out_ << back() << line << "\n";
    lines_ = 0;
  }
  void erase() {
    if (drawn_) out_ << back() << std::flush;
    lines_ = 0;
    show_cursor();
  }

 private:
  std::string back() const {
    return (lines_ > 0 ? fmt::format("\x1b[{}A", lines_) : std::string()) + "\r\x1b[J";
  }
  void show_cursor() {
    if (drawn_) out_ << "\x1b[?25h" << std::flush;
    drawn_ = false;
  }

  std::ostream& out_;
  long lines_ = 0;
  bool drawn_ = false;
};

class Follower {
 public:
  Follower(ApiClient& api, std::string id, const Context& context, bool with_output)
      : api_(api),
        id_(std::move(id)),
        context_(context),
        block_(context.out),
        live_(context.out_is_terminal && !context.json()) {
    if (with_output)
      output_.emplace(api_, id_, [this](const Json& step, const std::string& line) {
        print_output(step, line);
      });
  }

  Followed run() {
    refresh();
    while (!over() && !InterruptGuard::interrupted()) {
      try {
        if (SteadyClock::now() >= stream_again_at_)
          stream();
        else
          poll();
        contact();
      } catch (const Error& error) {
        lost(error);
      }
    }
    block_.erase();
    if (over() && !live_) catch_up();
    if (output_) output_->end();
    return {operation_, !over()};
  }

 private:
  bool over() const { return flag_of(operation_, "final"); }

  void stream() {
    api_.stream_events(
        id_, seen_, output_.has_value(), [this](const Json& event) { return take(event); },
        [this] {
          contact();
          tick();
          return !InterruptGuard::interrupted();
        });
    refresh();
    // A stream that ended without a word while the operation goes on: the server is stopping.
    if (!over()) pause(kPollPause);
  }

  void poll() {
    const Json page = api_.get(fmt::format("/operations/{}/events?after={}", encode(id_), seen_));
    for (const Json& event : list_of(page, "items")) take(event);
    refresh();
    if (!over()) pause(kPollPause);
  }

  /// Events that the stream did not bring before the operation was seen to be final.
  void catch_up() {
    try {
      while (true) {
        const Json page =
            api_.get(fmt::format("/operations/{}/events?after={}", encode(id_), seen_));
        if (list_of(page, "items").empty()) return;
        for (const Json& event : list_of(page, "items")) take(event);
      }
    } catch (const Error&) {
      return;  // the operation itself is known; the rest of its history can be read later
    }
  }

  bool take(const Json& event) {
    // What is no event, but tells that a step has said more.
    if (output_ && event.contains("outputBytes")) {
      contact();
      output_->grew(text_of(event, "stepId"), integer_of(event, "outputBytes"));
      tick();
      return !InterruptGuard::interrupted();
    }
    const long long number = integer_of(event, "number");
    if (number <= seen_) return true;
    seen_ = number;
    contact();
    if (context_.json()) {
      context_.out << dump(event) << "\n" << std::flush;
    } else if (!live_) {
      context_.out << render_event(event, time_of(event)) << "\n" << std::flush;
    } else if (is_noteworthy(text_of(event, "type"))) {
      block_.print_above(
          shorten(render_event(event, time_of(event)), static_cast<size_t>(context_.style.width)));
    }
    dirty_ = true;
    tick();
    return !InterruptGuard::interrupted();
  }

  void print_output(const Json& step, const std::string& line) {
    if (context_.json())
      context_.out << dump(Json{{"type", "step.output"},
                                {"stepId", step.value("id", Json())},
                                {"stepKey", step.value("key", Json())},
                                {"node", step.value("node", Json())},
                                {"text", line}})
                   << "\n"
                   << std::flush;
    else if (live_)
      block_.print_above(render_output(step, line, context_.style));
    else
      context_.out << render_output(step, line, context_.style) << "\n" << std::flush;
  }

  /// Since the first event that was seen, or since the operation began where that is known.
  Millis time_of(const Json& event) {
    const auto at = from_rfc3339(text_of(event, "at"));
    if (!at) return Millis(0);
    const auto began =
        from_rfc3339(text_of(operation_, "startedAt", text_of(operation_, "createdAt")));
    return began ? std::max(Millis(0), *at - *began) : Millis(0);
  }

  void tick() {
    if (!live_) return;
    const auto now = SteadyClock::now();
    if (dirty_ && now - refreshed_at_ >= kRefreshAtMost) {
      try {
        refresh();
      } catch (const Error&) {
        // The stream will notice too, and run() then says so and tries again.
      }
    }
    draw();
  }

  void refresh() {
    operation_ = api_.get("/operations/" + encode(id_));
    elapsed_at_refresh_ = Millis(integer_of(operation_, "elapsedMs"));
    refreshed_at_ = SteadyClock::now();
    dirty_ = false;
    contact();
    if (output_) output_->see(operation_);
    if (live_ && !over()) draw();
  }

  void draw() {
    const auto since = duration_cast<Millis>(SteadyClock::now() - refreshed_at_);
    block_.draw(render_progress(operation_, elapsed_at_refresh_ + since, frame_++, notice_,
                                Style{context_.style.color, terminal_width()}));
  }

  void contact() {
    contact_at_ = SteadyClock::now();
    notice_.clear();
    told_ = false;
  }

  void lost(const Error& error) {
    const auto code = error.code();
    const bool passing = code == ErrorCode::kUnavailable || code == ErrorCode::kTimeout ||
                         code == ErrorCode::kTooManyRequests;
    // Polling asks the same questions one by one: it works where streams are refused, and it is the
    // first to notice that a server is back.
    if (SteadyClock::now() >= stream_again_at_) {
      stream_again_at_ = SteadyClock::now() + (passing ? kStreamAgainAfter : kServerMayBeAway);
      return;
    }
    if (!passing || SteadyClock::now() - contact_at_ > kServerMayBeAway) throw error;
    notice_ = "connection lost, trying again: " + error.message();
    if (!live_ && !told_) context_.err << notice_ << "\n";
    told_ = true;
    pause(Millis(1000));
  }

  void pause(Millis time) {
    const auto end = SteadyClock::now() + time;
    while (SteadyClock::now() < end && !InterruptGuard::interrupted()) {
      if (live_) draw();
      std::this_thread::sleep_for(Millis(100));
    }
  }

  ApiClient& api_;
  std::string id_;
  const Context& context_;
  Block block_;
  bool live_;
  std::optional<StepOutput> output_;
  SteadyClock::time_point stream_again_at_{};
  bool dirty_ = false;
  bool told_ = false;
  long long seen_ = 0;
  int frame_ = 0;
  Json operation_;
  Millis elapsed_at_refresh_{0};
  SteadyClock::time_point refreshed_at_;
  SteadyClock::time_point contact_at_ = SteadyClock::now();
  std::string notice_;
};

}  // namespace

InterruptGuard::InterruptGuard() {
  interrupt_seen = false;
  previous_ = std::signal(SIGINT, [](int) { interrupt_seen = true; });
}
InterruptGuard::~InterruptGuard() {
  std::signal(SIGINT, previous_);
}
bool InterruptGuard::interrupted() {
  return interrupt_seen;
}

Followed follow(ApiClient& api, const std::string& operation_id, const Context& context,
                bool with_output) {
  const InterruptGuard guard;
  return Follower(api, operation_id, context, with_output).run();
}

int follow_to_end(ApiClient& api, const std::string& operation_id, const Context& context,
                  bool with_output) {
  const Followed followed = follow(api, operation_id, context, with_output);
  if (followed.detached) {
    context.in_charge() << fmt::format(
        "Detached; the operation goes on.\n  ashlar watch {0}    follows it again\n"
        "  ashlar cancel {0}   stops it and undoes what it made\n",
        operation_id);
    return kExitInterrupted;
  }
  context.in_charge() << render_outcome(followed.operation, context.style);
  return text_of(followed.operation, "state") == "succeeded" ? 0 : kExitOperationFailed;
}

}  // namespace ashlar::cli
