// An operation's history, by polling and as a stream of server-sent events.

#include <fmt/format.h>

#include <map>

#include "api/input.hpp"
#include "api/metrics.hpp"
#include "api/redaction.hpp"
#include "api/views.hpp"
#include "base/log.hpp"

namespace ashlar::api {
namespace {

/// The largest that every client's numbers can hold.
constexpr long long kHighestNumber = (1LL << 53) - 1;
constexpr int kEventsAtOnce = 200;
// A stream notices a client that has gone, or a server that stops, within this.
constexpr Millis kLongestSleep{400};

http::Response poll(const Services& services, const Call& call) {
  const long long after = query_integer(call.request, "after", 0, 0, kHighestNumber);
  const int limit = static_cast<int>(query_integer(call.request, "limit", 200, 1, 1000));
  // The operation first: when it is final by then, the events that follow are all there are.
  const Operation operation = find_operation(services, call);
  const auto events = services.store.list_events(call.organization(), operation.id, after, limit);
  const bool complete = is_final(operation.state) && std::ssize(events) < limit;
  Json items = Json::array();
  for (const Event& event : events) items.push_back(to_json(event));
  const long long next = events.empty() ? after : events.back().number;
  return http::Response::json(200,
                              {{"items", std::move(items)},
                               {"next", complete ? Json() : Json(next)},
                               {"operation", operation_view(operation, services.clock.now())}});
}

/// Follows one operation. Holds at most kEventsAtOnce events at a time, however long it lives.
class Follower {
 public:
  /// `with_output`: it is told when a step has said more, too.
  Follower(const Services& services, std::string organization_id, std::string operation_id,
           long long after, bool with_output, std::function<bool()> still_allowed)
      : services_(services),
        organization_id_(std::move(organization_id)),
        operation_id_(std::move(operation_id)),
        after_(after),
        with_output_(with_output),
        still_allowed_(std::move(still_allowed)) {}

  void run(http::Stream& stream) {
    send(stream, "retry: 1000\n\n");
    while (stream.open() && may_go_on()) {
      const auto operation = services_.store.find_operation(organization_id_, operation_id_);
      const auto events =
          services_.store.list_events(organization_id_, operation_id_, after_, kEventsAtOnce);
      for (const Event& event : events) {
        if (!send(stream, http::sse_event(std::to_string(event.number), event.type,
                                          dump(redacted(to_json(event))))))
          return;
        after_ = event.number;
      }
      if (with_output_ && !tell_output(stream)) return;
      if (events.empty() && (!operation || is_final(operation->state))) return;
      if (events.empty() && !wait(stream)) return;
    }
  }

 private:
  using Clock = std::chrono::steady_clock;

  bool may_go_on() {
    if (Clock::now() - last_checked_ < services_.heartbeat) return true;
    last_checked_ = Clock::now();
    return still_allowed_();
  }

  bool send(http::Stream& stream, std::string_view text) {
    last_sent_ = Clock::now();
    return stream.send(text);
  }

  /// Of each step that has said more since the last look. It is no event: it has no number, and
  /// what was said is read where it is kept.
  bool tell_output(http::Stream& stream) {
    auto ends = services_.store.output_ends(operation_id_);
    for (const auto& [step_id, end] : ends) {
      const auto told = told_output_.find(step_id);
      if (told != told_output_.end() && told->second == end) continue;
      if (!send(stream, http::sse_event("", "step.output",
                                        dump(Json{{"stepId", step_id}, {"outputBytes", end}}))))
        return false;
    }
    told_output_ = std::move(ends);
    return true;
  }

  bool wait(http::Stream& stream) {
    const auto silence = Clock::now() - last_sent_;
    const auto to_heartbeat = services_.heartbeat - std::chrono::duration_cast<Millis>(silence);
    if (to_heartbeat <= Millis{0}) return send(stream, ": still here\n\n");
    services_.store.wait_for_events(operation_id_, after_, std::min(kLongestSleep, to_heartbeat));
    return true;
  }

  const Services& services_;
  const std::string organization_id_;
  const std::string operation_id_;
  long long after_;
  const bool with_output_;
  std::map<std::string, long long> told_output_;  // by step
  const std::function<bool()> still_allowed_;
  Clock::time_point last_sent_ = Clock::now();
  Clock::time_point last_checked_ = Clock::now();
};

long long first_after(const http::Request& request) {
  if (const auto last = request.header("Last-Event-ID"))
    return integer_within(*last, "the header Last-Event-ID", 0, kHighestNumber);
  return query_integer(request, "after", 0, 0, kHighestNumber);
}

http::Response follow(const Services& services, Metrics& metrics, const Call& call) {
  const long long after = first_after(call.request);
  const bool with_output = query_flag(call.request, "output");
  const Operation operation = find_operation(services, call);
  http::Response response;
  response.headers["Content-Type"] = "text/event-stream";
  response.headers["X-Accel-Buffering"] = "no";  // reverse proxies must not hold events back
  response.stream = [&services, &metrics, operation, after, with_output,
                     still_allowed = call.still_allowed](http::Stream& stream) {
    const auto open = metrics.count_stream();
    try {
      Follower(services, operation.organization_id, operation.id, after, with_output, still_allowed)
          .run(stream);
    } catch (const std::exception& error) {
      // The status is long sent: the client sees the stream end and resumes where it was.
      log::error("the event stream of {} ended early: {}", operation.id, error.what());
    }
  };
  return response;
}

}  // namespace

void add_event_routes(Routes& routes, const Services& services, Metrics& metrics) {
  const Access read = Access::permission_to("operations:read");
  routes.push_back({"GET", "/operations/{id}/events", read,
                    [&services](const Call& call) { return poll(services, call); }});
  routes.push_back(
      {"GET", "/operations/{id}/events/stream", read,
       [&services, &metrics](const Call& call) { return follow(services, metrics, call); }});
}

}  // namespace ashlar::api
