// Jobs as they run on machines: the real program over SSH, started by a stand-in for systemd and
// installing with a stand-in for apt, in a mount namespace of their own.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "machine/machines.hpp"
#include "machine/test_support.hpp"

namespace ashlar::machine {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

/// Units are folders in /run/units. What it was not made for, it refuses.
constexpr const char* kSystemdRun = R"sh(#!/bin/bash
in=/dev/null out=/dev/null
while [[ $# -gt 0 ]]; do
  case $1 in
    --unit=*) unit=${1#--unit=} ;;
    --property=StandardInput=file:*) in=${1#*file:} ;;
    --property=StandardOutput=append:*) out=${1#*append:} ;;
    --) shift; break ;;
    --quiet|--remain-after-exit|--setenv=*|--property=*) ;;
    *) exit 64 ;;
  esac
  shift
done
folder=/run/units/$unit
mkdir -p /run/units && mkdir "$folder" || exit 1
setsid bash -c 'folder=$1 in=$2 out=$3; shift 3; "$@" <"$in" >>"$out" 2>&1; echo $? >"$folder/exit"' \
  job "$folder" "$in" "$out" "$@" </dev/null >/dev/null 2>&1 &
echo $! >"$folder/pid"
)sh";

constexpr const char* kSystemctl = R"sh(#!/bin/bash
for word in "$@"; do
  case $word in
    --*) ;;
    show|stop|reset-failed) verb=$word ;;
    *) unit=$word ;;
  esac
done
folder=/run/units/$unit
case $verb in
  show)
    [[ -d $folder ]] || { echo LoadState=not-found; echo ActiveState=inactive; exit; }
    echo LoadState=loaded
    [[ -e $folder/exit ]] || { echo ActiveState=active; echo SubState=running; exit; }
    code=$(<"$folder/exit")
    echo "ExecMainStatus=$code"; echo ExecMainCode=1
    [[ $code == 0 ]] && { echo ActiveState=active; echo SubState=exited; exit; }
    echo ActiveState=failed; echo SubState=failed ;;
  stop) [[ -d $folder ]] && kill -KILL -- "-$(<"$folder/pid")" 2>/dev/null; rm -rf "$folder" ;;
  reset-failed) rm -rf "$folder" ;;
  *) exit 64 ;;
esac
)sh";

/// Says what it does, waits until the test lets it go on, and notes the package as dpkg would.
constexpr const char* kAptGet = R"sh(#!/bin/bash
name=${!#}
echo "Unpacking $name ..."
for _ in {1..400}; do [[ -e /run/go-on ]] && break; sleep 0.05; done
echo "Setting up $name ..." >&2
[[ $name == broken ]] && { echo "E: no route to the mirror" >&2; exit 100; }
printf 'Package: %s\nStatus: install ok installed\nVersion: 1\n\n' "$name" >>/var/lib/dpkg/status
)sh";

std::string script(const std::string& path, const std::string& text) {
  return fmt::format("cat > {0} <<'END_OF_SCRIPT'\n{1}END_OF_SCRIPT\nchmod 0755 {0}", path, text);
}

class Jobs : public testing::Test {
 protected:
  BatchResult run(std::vector<Json> operations, bool check_only = false) {
    const BatchResult result = machines_->run(
        sshd_.target(), {.operations = std::move(operations), .check_only = check_only});
    return result;
  }
  OperationResult run_one(const Json& operation, bool check_only = false) {
    return run({operation}, check_only).results.at(0);
  }
  void TearDown() override {
    // The stand-in for apt is in a process group of its own.
    shell_there(
        "touch /run/go-on; for pid in /run/units/*/pid; do kill -KILL -- -$(<$pid); done; true");
  }
  /// Whatever is at work there.
  void shell_there(const std::string& line) {
    run({query({"bash", "-c", line})}, true).or_throw("the machine");
  }
  /// The job's output from the beginning, once `done` says so of what was polled.
  Json poll_until(const std::string& name, const std::function<bool(const Json&)>& done,
                  long long offset = 0) {
    for (int i = 0; i < 400; ++i) {
      const Json data = run_one(job_output(name, offset), true).data;
      if (done(data)) return data;
      std::this_thread::sleep_for(Millis{25});
    }
    ADD_FAILURE() << "the job " << name << " did not get so far";
    return run_one(job_output(name, offset), true).data;
  }
  Json poll_to_end(const std::string& name) {
    return poll_until(name, [](const Json& data) { return data.at("state") != "running"; });
  }
  static bool says(const Json& data, const std::string& text) {
    return data.at("output").get<std::string>().find(text) != std::string::npos;
  }

  test::Sshd sshd_{fmt::format(
      "mount -t tmpfs none /usr/local/sbin && mount -t tmpfs none /var/log && "
      "mount -t tmpfs none /var/lib/dpkg && touch /var/lib/dpkg/status\n{}\n{}\n{}\ntrue",
      script("/usr/local/sbin/systemd-run", kSystemdRun),
      script("/usr/local/sbin/systemctl", kSystemctl), script("/usr/local/sbin/apt-get", kAptGet))};
  std::unique_ptr<Machines> machines_ = make_machines(sshd_.options());
};

TEST_F(Jobs, ABatchRunsAsAJobAndItsAnswerIsCollectedOnce) {
  const Batch batch{.operations = {file("/run/made", "by the job\n"), command({"true"})}};
  EXPECT_TRUE(run_one(job_start("make", batch), true).changed) << "a check says so";
  EXPECT_EQ(run_one(job_poll("make")).data["state"], "absent");
  EXPECT_TRUE(run_one(job_start("make", batch)).changed);
  const Json ended = poll_to_end("make");
  EXPECT_EQ(ended["state"], "succeeded");
  EXPECT_EQ(ended["exit_code"], 0);
  EXPECT_FALSE(ended["more"]);
  EXPECT_EQ(ended["output"], "file /run/made: new file\ncommand true: ran\n");
  const BatchResult answer = batch_result_from_json(ended["answer"]);
  EXPECT_EQ(answer.results.size(), 2u);
  EXPECT_TRUE(answer.ok() && answer.changed());
  EXPECT_FALSE(run_one(job_start("make", batch)).changed) << "it is there to be collected";
  EXPECT_TRUE(run_one(job_remove("make")).changed);
  EXPECT_FALSE(run_one(job_remove("make")).changed);
  const Json gone = run_one(job_output("make", 0)).data;
  EXPECT_EQ(gone["state"], "absent");
  EXPECT_TRUE(gone["answer"].is_null());
  EXPECT_EQ(gone["output"], "");
}

TEST_F(Jobs, WhatAptSaysIsReadWhileItInstalls) {
  const Batch batch{.operations = {package({"hello"}, true)}};
  run({job_start("install", batch)}).or_throw("m");
  const Json early =
      poll_until("install", [](const Json& data) { return says(data, "Unpacking hello"); });
  EXPECT_EQ(early["state"], "running");
  EXPECT_TRUE(early["answer"].is_null());
  EXPECT_TRUE(early["exit_code"].is_null());
  shell_there("touch /run/go-on");
  const Json late = poll_until(
      "install", [](const Json& data) { return data.at("state") != "running"; },
      early["next_offset"].get<long long>());
  EXPECT_EQ(late["output"], "Setting up hello ...\npackage hello: installed hello\n")
      << "standard error, too, and nothing twice";
  EXPECT_TRUE(batch_result_from_json(late["answer"]).ok());
  EXPECT_FALSE(run_one(package({"hello"}, true), true).changed);
}

TEST_F(Jobs, AFailureIsInTheAnswerAndInTheLog) {
  shell_there("touch /run/go-on");
  run({job_start("install", Batch{.operations = {package({"broken"}, true), file("/run/x", "")}})});
  const Json ended = poll_to_end("install");
  EXPECT_EQ(ended["state"], "succeeded") << "the batch was carried out; its answer says how";
  const BatchResult answer = batch_result_from_json(ended["answer"]);
  ASSERT_EQ(answer.results.size(), 1u);
  EXPECT_THAT(answer.results[0].message, HasSubstr("no route to the mirror"));
  EXPECT_THAT(ended["output"].get<std::string>(),
              AllOf(HasSubstr("E: no route to the mirror\n"),
                    HasSubstr("package broken failed: apt-get install broken: exit code 100")));
}

TEST_F(Jobs, OneThatRunsHoldsUpOtherChangesButNotTheLooksAtIt) {
  run({job_start("install", Batch{.operations = {package({"hello"}, true)}})});
  poll_until("install", [](const Json& data) { return says(data, "Unpacking"); });
  EXPECT_FALSE(
      run_one(job_start("install", Batch{.operations = {package({"hello"}, true)}})).changed)
      << "it runs already";
  EXPECT_EQ(run_one(job_poll("install")).data["state"], "running");
  EXPECT_TRUE(run_one(package({"other"}, true), true).changed) << "a check waits for nobody";
  // A change waits for its turn: here until the machine is asked no more.
  EXPECT_THROW(
      machines_->run(sshd_.target(), {.operations = {file("/run/beside", "")}}, Millis{700}),
      Error);
  EXPECT_TRUE(run_one(job_remove("install")).changed) << "it is ended all the same";
  EXPECT_EQ(run_one(job_poll("install")).data["state"], "absent");
  EXPECT_TRUE(run_one(file("/run/after", "")).ok);
}

TEST_F(Jobs, OneThatDiedWithTheMachineIsStartedAgain) {
  const Batch batch{.operations = {package({"hello"}, true)}};
  run({job_start("install", batch)});
  poll_until("install", [](const Json& data) { return says(data, "Unpacking"); });
  shell_there("kill -KILL -- -$(cat /run/units/*/pid); rm -rf /run/units /run/ashlar");
  EXPECT_EQ(run_one(job_poll("install")).data["state"], "absent");
  EXPECT_TRUE(run_one(job_start("install", batch)).changed);
  const Json again =
      poll_until("install", [](const Json& data) { return says(data, "Unpacking"); });
  EXPECT_EQ(again["output"], "Unpacking hello ...\n") << "its log begins anew";
}

TEST_F(Jobs, OutputComesInWholeLinesAndWholeCharacters) {
  const std::string talk =
      "printf 'one\\ntwo, begun'; while [ ! -e /run/go-on ]; do sleep 0.05; done; "
      "printf ' and ended: gr\\303\\274\\303\\237\\n\\377 is no text\\nno line'";
  run({job_start("talk", {"sh", "-c", talk})});
  Json look = poll_until("talk", [](const Json& data) { return data.at("log_bytes") == 14; });
  EXPECT_EQ(look["output"], "one\n");
  EXPECT_EQ(look["next_offset"], 4);
  EXPECT_FALSE(look["more"]);
  shell_there("touch /run/go-on");
  poll_to_end("talk");
  look = run_one(job_output("talk", 4)).data;
  EXPECT_EQ(look["output"], "two, begun and ended: grüß\n\xEF\xBF\xBD is no text\nno line");
  EXPECT_TRUE(look["answer"].is_null()) << "it is no batch";
  EXPECT_EQ(run_one(job_output("talk", 1'000)).data["output"], "") << "it is not so long";
}

TEST_F(Jobs, ALongLogIsReadInParts) {
  run({job_start("count", {"seq", "1", "20000"})});
  poll_to_end("count");
  std::string all;
  long long offset = 0;
  for (int parts = 0; parts < 10; ++parts) {
    const Json part = run_one(job_output("count", offset)).data;
    EXPECT_THAT(part["output"].get<std::string>(), EndsWith("\n"));
    EXPECT_LE(part["output"].get<std::string>().size(), 65'536u);
    all += part["output"].get<std::string>();
    offset = part["next_offset"];
    EXPECT_EQ(part["more"].get<bool>(), offset < part["log_bytes"].get<long long>());
    if (!part["more"].get<bool>()) break;
  }
  EXPECT_EQ(all.size(), 108'894u);
  EXPECT_TRUE(all.ends_with("\n19999\n20000\n"));
}

TEST_F(Jobs, ItsInputIsGoneOnceItWasRead) {
  const Batch batch{
      .operations = {file("/run/secret", "swordfish", "0600"), package({"hello"}, true)}};
  run({job_start("install", batch)});
  poll_until("install", [](const Json& data) { return says(data, "Unpacking"); });
  const OperationResult found =
      run_one(query({"grep", "-rl", "swordfish", "/run/ashlar", "/var/log"}), true);
  EXPECT_EQ(found.data["stdout"], "");
}

}  // namespace
}  // namespace ashlar::machine
