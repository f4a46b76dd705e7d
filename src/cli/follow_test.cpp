#include "cli/follow.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <thread>

#include "cli/peer.hpp"

namespace ashlar::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

const std::string kOperation = "/operations/op_1";
const std::string kStream = kOperation + "/events/stream";
const std::string kPoll = kOperation + "/events";

Json operation(const std::string& state, int done) {
  return {{"id", "op_1"},
          {"action", "deploy"},
          {"resourceName", "demo"},
          {"summary", "Deploy demo"},
          {"state", state},
          {"final", state == "succeeded" || state == "failed" || state == "cancelled"},
          {"error", nullptr},
          {"stuck", false},
          {"stepsTotal", 2},
          {"stepsDone", done},
          {"progressPercent", done * 50},
          {"expectedMs", 2'000},
          {"elapsedMs", 1'000},
          {"startedAt", "2026-11-21T00:00:00.000Z"},
          {"createdAt", "2026-11-21T00:00:00.000Z"},
          {"steps", Json::array()}};
}

Json event(int number, const std::string& type, const std::string& message) {
  return {{"number", number},
          {"type", type},
          {"message", message},
          {"at", fmt::format("2026-11-21T00:00:0{}.000Z", number)}};
}

http::Handler streams(const std::vector<Json>& events) {
  return [=](const http::Request&) {
    http::Response response;
    response.headers["Content-Type"] = "text/event-stream";
    response.stream = [=](http::Stream& stream) {
      for (const Json& each : events)
        stream.send(http::sse_event(std::to_string(each["number"].get<int>()),
                                    each["type"].get<std::string>(), dump(each)));
    };
    return response;
  };
}

http::Handler after(const std::string& expected_id, http::Handler then) {
  return [=](const http::Request& request) {
    EXPECT_EQ(request.header("Last-Event-ID"), expected_id);
    return then(request);
  };
}

Json events_page(const Json& items) {
  return {{"items", items}, {"next", nullptr}, {"operation", nullptr}};
}

struct Follow : testing::Test {
  Peer peer;
  Person person;

  Followed run(bool terminal = false, Format format = Format::kTable, bool output = false) {
    Context context = person.context(peer.endpoint());
    context.out_is_terminal = terminal;
    context.format = format;
    ApiClient api(context.endpoint);
    return follow(api, "op_1", context, output);
  }
};

/// An operation with one step, which has said so many bytes.
Json with_output(Json operation, const std::string& state, int bytes) {
  const bool is_over = state == "done" || state == "failed";
  operation["steps"] =
      Json::array({{{"id", "step_1"},
                    {"key", "install/replica-1"},
                    {"node", "replica-1"},
                    {"title", "Install it"},
                    {"state", state},
                    {"because", nullptr},
                    {"finishedAt", is_over ? Json("2026-11-21T00:00:05.000Z") : Json(nullptr)},
                    {"outputBytes", bytes}}});
  return operation;
}

http::Handler part(const std::string& offset, const std::string& text, int begins, int next) {
  return [=](const http::Request& request) {
    EXPECT_EQ(request.query_value("offset"), offset);
    return http::Response::json(200, {{"text", text}, {"offset", begins}, {"nextOffset", next}});
  };
}

const std::string kOutput = kOperation + "/steps/step_1/output";

http::Handler says_so_far(int bytes) {
  return [=](const http::Request& request) {
    EXPECT_EQ(request.query_value("output"), "true");
    http::Response response;
    response.headers["Content-Type"] = "text/event-stream";
    response.stream = [=](http::Stream& stream) {
      stream.send(http::sse_event("", "step.output",
                                  dump(Json{{"stepId", "step_1"}, {"outputBytes", bytes}})));
    };
    return response;
  };
}

TEST_F(Follow, WritesWhatStepsSayLineByLineWithTheNodeInFront) {
  peer.expect("GET " + kOperation, 200, with_output(operation("running", 0), "waiting", 0))
      .expect("GET " + kStream, says_so_far(20))
      .expect("GET " + kOutput, part("0", "Unpacking it\nSetting", 0, 20))
      .expect("GET " + kOperation, 200, with_output(operation("succeeded", 2), "done", 50))
      .expect("GET " + kOutput, part("20", " up\x1b[1m it\n", 20, 32))
      .expect("GET " + kOutput, part("32", "and no line's end", 32, 50))
      .expect("GET " + kPoll, 200, events_page(Json::array()));
  run(false, Format::kTable, true);
  EXPECT_EQ(person.out.str(),
            "replica-1    | Unpacking it\n"
            "replica-1    | Setting up it\n"
            "replica-1    | and no line's end\n");
}

TEST_F(Follow, WritesOutputAsJsonObjectsBesideTheEvents) {
  peer.expect("GET " + kOperation, 200, with_output(operation("failed", 0), "failed", 4))
      .expect("GET " + kOutput, part("0", "why\n", 0, 4))
      .expect("GET " + kPoll, 200, events_page(Json::array()));
  run(false, Format::kJson, true);
  EXPECT_EQ(parse_json(person.out.str()).value(), (Json{{"type", "step.output"},
                                                        {"stepId", "step_1"},
                                                        {"stepKey", "install/replica-1"},
                                                        {"node", "replica-1"},
                                                        {"text", "why"}}));
}

TEST_F(Follow, LeavesOutWhatWasOverBeforeAndSaysWhatIsNotKept) {
  peer.expect("GET " + kOperation, 200, with_output(operation("succeeded", 2), "done", 4'000))
      .expect("GET " + kPoll, 200, events_page(Json::array()));
  run(false, Format::kTable, true);
  EXPECT_EQ(person.out.str(), "") << "what was done before is not news";
  peer.expect("GET " + kOperation, 200, with_output(operation("failed", 0), "failed", 300'004))
      .expect("GET " + kOutput, part("0", "why\n", 300'000, 300'004))
      .expect("GET " + kPoll, 200, events_page(Json::array()));
  run(false, Format::kTable, true);
  EXPECT_EQ(person.out.str(),
            "replica-1    | [earlier output is not kept any more]\n"
            "replica-1    | why\n");
}

TEST_F(Follow, AsksForNoOutputUnlessToldTo) {
  peer.expect("GET " + kOperation, 200, with_output(operation("running", 0), "waiting", 40))
      .expect("GET " + kStream,
              [](const http::Request& request) {
                EXPECT_FALSE(request.query_value("output").has_value());
                return http::Response::json(404, {{"code", "not-found"}, {"detail", "none"}});
              })
      .expect("GET " + kPoll, 200, events_page(Json::array()))
      .expect("GET " + kOperation, 200, with_output(operation("succeeded", 2), "done", 40))
      .expect("GET " + kPoll, 200, events_page(Json::array()));
  run();
  EXPECT_EQ(person.out.str(), "");
}

TEST_F(Follow, WritesALineAnEventOnAPipe) {
  peer.expect("GET " + kOperation, 200, operation("running", 0))
      .expect("GET " + kStream, after("0", streams({event(1, "operation.started", "Deploy demo"),
                                                    event(2, "step.done", "Create the VPC")})))
      .expect("GET " + kOperation, 200, operation("succeeded", 2))
      .expect("GET " + kPoll, 200, events_page(Json::array()));
  EXPECT_FALSE(run().detached);
  EXPECT_EQ(person.out.str(),
            "   0:01  operation.started    Deploy demo\n"
            "   0:02  step.done            Create the VPC\n");
}

TEST_F(Follow, WritesOneJsonObjectAnEvent) {
  const Json first = event(1, "operation.started", "Deploy demo");
  peer.expect("GET " + kOperation, 200, operation("running", 0))
      .expect("GET " + kStream, streams({first}))
      .expect("GET " + kOperation, 200, operation("succeeded", 2))
      .expect("GET " + kPoll, 200, events_page(Json::array()));
  run(false, Format::kJson);
  EXPECT_EQ(person.out.str(), dump(first) + "\n");
}

TEST_F(Follow, ResumesAfterTheLastEventWhenTheStreamBreaks) {
  peer.expect("GET " + kOperation, 200, operation("running", 0))
      .expect("GET " + kStream,
              after("0", streams({event(1, "a", "first"), event(2, "b", "second")})))
      .expect("GET " + kOperation, 200, operation("running", 1))
      .expect("GET " + kStream,
              after("2", streams({event(2, "b", "second"), event(3, "c", "third")})))
      .expect("GET " + kOperation, 200, operation("succeeded", 2))
      .expect("GET " + kPoll, 200, events_page(Json::array()));
  run();
  EXPECT_EQ(person.out.str(),
            "   0:01  a                    first\n"
            "   0:02  b                    second\n"
            "   0:03  c                    third\n");
}

TEST_F(Follow, PollsWhereStreamsAreRefused) {
  peer.expect("GET " + kOperation, 200, operation("running", 0))
      .expect("GET " + kStream, 404, {{"code", "not-found"}, {"detail", "a proxy ate it"}})
      .expect("GET " + kPoll,
              [](const http::Request& request) {
                EXPECT_EQ(request.query_value("after"), "0");
                return http::Response::json(200,
                                            events_page(Json::array({event(1, "a", "first")})));
              })
      .expect("GET " + kOperation, 200, operation("running", 1))
      .expect("GET " + kPoll,
              [](const http::Request& request) {
                EXPECT_EQ(request.query_value("after"), "1");
                return http::Response::json(200,
                                            events_page(Json::array({event(2, "b", "second")})));
              })
      .expect("GET " + kOperation, 200, operation("succeeded", 2))
      .expect("GET " + kPoll, 200, events_page(Json::array()));
  run();
  EXPECT_THAT(person.out.str(), EndsWith("0:02  b                    second\n"));
}

TEST_F(Follow, SurvivesAServerThatIsAwayForAWhile) {
  // Allowed more than once: libcurl repeats a GET whose kept connection breaks before any answer.
  peer.allow("GET " + kStream, [](const http::Request&) {
    http::Response response;
    response.drop_connection = true;
    return response;
  });
  peer.expect("GET " + kOperation, 200, operation("running", 0))
      .expect("GET " + kPoll, 503, {{"code", "unavailable"}, {"detail", "starting"}})
      .expect("GET " + kPoll, 200, events_page(Json::array({event(1, "a", "first")})))
      .expect("GET " + kOperation, 200, operation("succeeded", 2))
      .expect("GET " + kPoll, 200, events_page(Json::array()));
  EXPECT_FALSE(run().detached);
  EXPECT_EQ(person.out.str(), "   0:01  a                    first\n");
  EXPECT_EQ(person.err.str(), "connection lost, trying again: starting\n");
}

TEST_F(Follow, DrawsABlockOnATerminalAndErasesIt) {
  peer.expect("GET " + kOperation, 200, operation("running", 1))
      .expect("GET " + kStream,
              streams({event(1, "step.retry", "Create the VPC: 429; again in 1 s")}))
      .expect("GET " + kOperation, 200, operation("succeeded", 2));
  run(true);
  const std::string shown = person.out.str();
  EXPECT_THAT(shown, HasSubstr("1 of 2 steps"));
  EXPECT_THAT(shown, HasSubstr("step.retry           Create the VPC: 429; again in 1 s\n"));
  EXPECT_THAT(shown, EndsWith("\x1b[2A\r\x1b[J\x1b[?25h"))
      << "the block of two lines is left on the screen";
}

TEST_F(Follow, CtrlCDetachesFromAStreamThatIsSilent) {
  peer.expect("GET " + kOperation, 200, operation("running", 0))
      .expect("GET " + kStream, [](const http::Request&) {
        http::Response response;
        response.stream = [](http::Stream& stream) {
          stream.send(": begins\n\n");
          std::raise(SIGINT);
          while (stream.open()) std::this_thread::sleep_for(Millis(5));
        };
        return response;
      });
  peer.allow("GET " + kOperation, operation("running", 0));
  Context context = person.context(peer.endpoint());
  ApiClient api(context.endpoint);
  EXPECT_EQ(follow_to_end(api, "op_1", context), kExitInterrupted);
  EXPECT_THAT(person.out.str(), HasSubstr("ashlar watch op_1"));
  EXPECT_THAT(person.out.str(), HasSubstr("ashlar cancel op_1"));
}

TEST_F(Follow, AnUnknownOperationIsAnErrorAtOnce) {
  peer.expect("GET " + kOperation, 404,
              {{"code", "not-found"}, {"detail", "there is no operation 'op_1'"}});
  EXPECT_THROW(run(), Error);
}

TEST_F(Follow, ATokenThatIsNoLongerValidEndsIt) {
  peer.expect("GET " + kOperation, 200, operation("running", 0))
      .expect("GET " + kStream, 401, {{"code", "unauthenticated"}, {"detail", "no valid token"}})
      .expect("GET " + kPoll, 401, {{"code", "unauthenticated"}, {"detail", "no valid token"}});
  try {
    run();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUnauthenticated);
  }
}

TEST_F(Follow, AFailureExitsWithItsCodeAndSaysWhatToDo) {
  Json failed = operation("failed", 1);
  failed["error"] = "Create demo-master-1: it did not boot";
  peer.expect("GET " + kOperation, 200, failed)
      .expect("GET " + kPoll, 200, events_page(Json::array()));
  Context context = person.context(peer.endpoint());
  ApiClient api(context.endpoint);
  EXPECT_EQ(follow_to_end(api, "op_1", context), kExitOperationFailed);
  EXPECT_THAT(person.out.str(), HasSubstr("Create demo-master-1: it did not boot"));
  EXPECT_THAT(person.out.str(), HasSubstr("ashlar retry op_1"));
}

}  // namespace
}  // namespace ashlar::cli
