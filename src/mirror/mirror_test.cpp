// What is fetched once and kept: whatever broke on the way, and whatever the other side sends.

#include "mirror/mirror.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "base/certificate.hpp"
#include "base/file.hpp"
#include "base/testing/error_of.hpp"
#include "http/server.hpp"
#include "mirror/digest.hpp"

namespace ashlar::mirror {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using namespace std::chrono_literals;

std::string sha512_of(const std::string& text) {
  Sha512 digest;
  digest.add(text);
  return digest.so_far();
}

std::string some_bytes(size_t count, unsigned seed = 1) {
  std::string bytes;
  while (bytes.size() < count) bytes += static_cast<char>((seed = seed * 1103515245 + 12345) >> 16);
  return bytes;
}

/// A folder, and an https server with an authority of its own whose answers a test decides.
class MirrorTest : public ::testing::Test {
 protected:
  MirrorTest() {
    std::string name = (fs::temp_directory_path() / "mirror-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    write_file_atomically(directory_ / "authority.pem", authority_);
    options_ = {.folder = directory_ / "kept",
                .authorities_file = directory_ / "authority.pem",
                .least_free_bytes = 0};
    http::ServerOptions serving;
    const Secret key = generate_key();
    const CertificateRequest identity{.name = "s", .dns_names = {}, .addresses = {"127.0.0.1"}};
    serving.tls = {issue_certificate(identity, key, authority_, authority_key_, 10, now_), key};
    server_ = std::make_unique<http::Server>(
        serving, [this](const http::Request& request) { return handle(request); });
  }
  ~MirrorTest() override {
    blocked_ = false;
    server_.reset();
    fs::remove_all(directory_);
  }

  http::Response handle(const http::Request& request) {
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back(request.path + " " + request.header("Range").value_or("whole"));
    }
    return answer_ ? answer_(request) : file_of(request);
  }

  /// As an ordinary server does, with the rest where only that is asked for.
  http::Response file_of(const http::Request& request) const {
    auto response = http::Response::text(200, content_, "application/gzip");
    const auto range = request.header("Range");
    if (!range || !knows_ranges_) return response;
    const size_t from = std::stoul(range->substr(std::string("bytes=").size()));
    if (from >= content_.size()) return http::Response::empty(416);
    response.status = 206;
    response.body = content_.substr(from);
    response.headers["Content-Range"] = "bytes " + std::to_string(from) + "-" +
                                        std::to_string(content_.size() - 1) + "/" +
                                        std::to_string(content_.size());
    return response;
  }

  /// The beginning, and then nothing until the test lets go.
  http::Response stuck() {
    http::Response response;
    response.stream = [this](http::Stream& stream) {
      stream.send(content_.substr(0, 1000));
      while (blocked_ && stream.open()) std::this_thread::sleep_for(10ms);
    };
    return response;
  }

  Source source(const std::string& path = "/kafka.tgz") const {
    return {server_->url() + path, sha512_of(content_)};
  }
  /// With what must never be seen in an error.
  Source secret_source() const {
    std::string url = source("/kafka.tgz?token=hidden-token").url;
    return {url.insert(std::string("https://").size(), "me:hidden-word@"), source().sha512};
  }

  static Kept until_kept(Mirror& mirror, const Source& source) {
    for (int i = 0; i < 2000; ++i) {
      const State state = mirror.fetch(source);
      if (const auto* kept = std::get_if<Kept>(&state)) return *kept;
      std::this_thread::sleep_for(5ms);
    }
    throw Error(ErrorCode::kTimeout, "it is not kept after 10 s");
  }
  Error failure_of(const Source& source) {
    const auto mirror = make_mirror(options_);
    return error_of([&] { until_kept(*mirror, source); });
  }
  void expect_kept(const Source& wanted) {
    const auto mirror = make_mirror(options_);
    const Kept kept = until_kept(*mirror, wanted);
    EXPECT_EQ(read_file(kept.file), content_);
    EXPECT_EQ(kept.bytes, static_cast<long long>(content_.size()));
  }

  fs::path part() const { return options_.folder / (sha512_of(content_) + ".part"); }
  void leave_half(const std::string& bytes) {
    fs::create_directories(options_.folder);
    write_file_atomically(part(), bytes);
  }
  std::vector<std::string> names_kept() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(options_.folder))
      names.push_back(entry.path().filename().string());
    return names;
  }
  std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

  const Time now_ = SystemClock().now();
  const Secret authority_key_ = generate_key();
  const std::string authority_ = make_authority(authority_key_, "test authority", now_);
  fs::path directory_;
  MirrorOptions options_;
  std::string content_ = some_bytes(3 << 20);
  bool knows_ranges_ = true;
  std::atomic<bool> blocked_ = true;
  std::function<http::Response(const http::Request&)> answer_;
  std::mutex mutex_;
  std::vector<std::string> asked_;
  std::unique_ptr<http::Server> server_;
};

TEST_F(MirrorTest, FetchesOnceAndKeepsForTheNextProcess) {
  expect_kept(source());
  expect_kept(source("/the-same-by-another-name"));
  EXPECT_THAT(asked(), ElementsAre("/kafka.tgz whole"));
  struct stat status{};
  ASSERT_EQ(::stat(options_.folder.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
}

TEST_F(MirrorTest, GoesOnFromWhatAKilledProcessLeft) {
  leave_half(content_.substr(0, 1 << 20));
  expect_kept(source());
  EXPECT_THAT(asked(), ElementsAre("/kafka.tgz bytes=1048576-"));
  EXPECT_THAT(names_kept(), ElementsAre(sha512_of(content_)));
}

TEST_F(MirrorTest, AsksForNothingWhereOnlyTheNameWasMissing) {
  leave_half(content_);
  expect_kept(source());
  EXPECT_THAT(asked(), IsEmpty());
}

TEST_F(MirrorTest, BeginsAnewBehindAServerWithoutRangesOrAHalfOfSomethingElse) {
  leave_half(content_.substr(0, 1 << 20));
  knows_ranges_ = false;
  expect_kept(source());
  EXPECT_EQ(asked().size(), 1u);
  fs::remove_all(options_.folder);
  knows_ranges_ = true;
  for (const size_t size : {1u << 20, 4u << 20}) {  // the latter is longer than the file
    leave_half(std::string(size, 'x'));
    expect_kept(source());
    fs::remove_all(options_.folder);
  }
}

TEST_F(MirrorTest, EndsAtOnceAndTheNextProcessGoesOn) {
  answer_ = [this](const http::Request&) { return stuck(); };
  auto mirror = make_mirror(options_);
  for (long long bytes = 0; bytes < 1000;) {
    bytes = std::get<Fetching>(mirror->fetch(source())).bytes;
    std::this_thread::sleep_for(5ms);
  }
  const auto begin = std::chrono::steady_clock::now();
  mirror.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
  answer_ = nullptr;
  expect_kept(source());
  EXPECT_EQ(asked().back(), "/kafka.tgz bytes=1000-");
}

TEST_F(MirrorTest, RefusesAnotherDigestAndKeepsNothingOfIt) {
  Source wanted = secret_source();
  wanted.sha512 = std::string(128, 'a');
  const Error error = failure_of(wanted);
  EXPECT_EQ(error.code(), ErrorCode::kUntrusted);
  EXPECT_THAT(error.what(), AllOf(HasSubstr(sha512_of(content_)), HasSubstr(wanted.sha512),
                                  HasSubstr("127.0.0.1"), Not(HasSubstr("hidden"))));
  EXPECT_THAT(names_kept(), ElementsAre(wanted.sha512 + ".part"));
  EXPECT_EQ(fs::file_size(options_.folder / (wanted.sha512 + ".part")), 0u);
}

TEST_F(MirrorTest, TwoThatAskAtOnceShareOneFetch) {
  const auto mirror = make_mirror(options_);
  std::vector<std::jthread> askers;
  for (int i = 0; i < 8; ++i)
    askers.emplace_back(
        [&] { EXPECT_EQ(read_file(until_kept(*mirror, source()).file), content_); });
  askers.clear();
  EXPECT_EQ(asked().size(), 1u);
}

TEST_F(MirrorTest, FetchesOnlySoManyAtOnce) {
  options_.most_at_once = 1;
  answer_ = [this](const http::Request& request) {
    return request.path == "/slow" ? stuck() : file_of(request);
  };
  const auto mirror = make_mirror(options_);
  Source slow = source("/slow");
  slow.sha512 = std::string(128, 'b');
  mirror->fetch(slow);
  EXPECT_EQ(std::get<Fetching>(mirror->fetch(source())).total, std::nullopt);
  std::this_thread::sleep_for(100ms);
  EXPECT_THAT(asked(), Not(::testing::Contains("/kafka.tgz whole")));
  blocked_ = false;
  EXPECT_EQ(error_of([&] { until_kept(*mirror, slow); }).code(), ErrorCode::kUntrusted);
  EXPECT_EQ(read_file(until_kept(*mirror, source()).file), content_);
}

TEST_F(MirrorTest, TakesNoMoreThanItMayAndLeavesTheDiskItsRoom) {
  options_.most_file_bytes = 1 << 20;
  const Error large = failure_of(source());
  EXPECT_EQ(large.code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(large.what(), HasSubstr("larger than 1.0 MB"));
  // Its size is only known once it is too large.
  answer_ = [this](const http::Request&) {
    http::Response response;
    response.stream = [this](http::Stream& stream) { stream.send(content_); };
    return response;
  };
  EXPECT_EQ(failure_of(source()).code(), ErrorCode::kInvalidInput);
  answer_ = nullptr;
  options_.most_file_bytes = 1LL << 30;
  options_.least_free_bytes = 1LL << 60;
  const Error full = failure_of(source());
  EXPECT_EQ(full.code(), ErrorCode::kUnavailable);
  EXPECT_THAT(full.what(), AllOf(HasSubstr("no room"), HasSubstr(options_.folder.string())));
  EXPECT_EQ(fs::file_size(part()), 0u);
}

TEST_F(MirrorTest, SaysWhatTheServerAnsweredWithoutSecrets) {
  int status = 404;
  answer_ = [&](const http::Request&) { return http::Response::text(status, "no"); };
  for (const auto& [answered, code] :
       {std::pair{404, ErrorCode::kNotFound}, std::pair{403, ErrorCode::kInvalidInput},
        std::pair{503, ErrorCode::kUnavailable}, std::pair{429, ErrorCode::kUnavailable}}) {
    status = answered;
    const Error error = failure_of(secret_source());
    EXPECT_EQ(error.code(), code) << answered;
    EXPECT_THAT(error.what(), AllOf(HasSubstr("/kafka.tgz"), Not(HasSubstr("hidden"))));
  }
}

TEST_F(MirrorTest, BeginsAnewAfterAFailureThatWasTold) {
  answer_ = [](const http::Request&) { return http::Response::text(503, "later"); };
  const auto mirror = make_mirror(options_);
  EXPECT_EQ(error_of([&] { until_kept(*mirror, source()); }).code(), ErrorCode::kUnavailable);
  answer_ = nullptr;
  EXPECT_EQ(read_file(until_kept(*mirror, source()).file), content_);
}

TEST_F(MirrorTest, FollowsRedirectsToHttpsAlone) {
  std::string location;
  answer_ = [&](const http::Request& request) {
    if (request.path != "/moved") return file_of(request);
    auto response = http::Response::text(302, "it is elsewhere");
    response.headers["Location"] = location;
    return response;
  };
  location = "http://127.0.0.1:1/kafka.tgz";
  const Error error = failure_of(source("/moved"));
  EXPECT_EQ(error.code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(error.what(), HasSubstr("not https://"));
  location = "/moved";
  EXPECT_EQ(failure_of(source("/moved")).code(), ErrorCode::kInvalidInput);
  location = "/kafka.tgz";
  expect_kept(source("/moved"));
}

TEST_F(MirrorTest, AsksOverHttpsAndOnlyWhomItTrusts) {
  EXPECT_EQ(failure_of({"http://127.0.0.1/x", source().sha512}).code(), ErrorCode::kInvalidInput);
  EXPECT_EQ(failure_of({source().url, "../../etc/passwd"}).code(), ErrorCode::kInvalidInput);
  options_.authorities_file.clear();
  const Error error = failure_of(secret_source());
  EXPECT_EQ(error.code(), ErrorCode::kUntrusted);
  EXPECT_THAT(error.what(), Not(HasSubstr("hidden")));
  EXPECT_THAT(asked(), IsEmpty());
}

TEST_F(MirrorTest, ReadsWhatAnEarlierProcessKeptBeforeItCounts) {
  expect_kept(source());
  write_file_atomically(options_.folder / sha512_of(content_), content_.substr(1));
  expect_kept(source());
  EXPECT_EQ(asked().size(), 2u);
}

TEST_F(MirrorTest, FetchesAgainWhatSomebodyRemoved) {
  const auto mirror = make_mirror(options_);
  fs::remove(until_kept(*mirror, source()).file);
  EXPECT_EQ(read_file(until_kept(*mirror, source()).file), content_);
}

TEST_F(MirrorTest, DropsWhatWasNotAskedForLongest) {
  options_.most_kept_bytes = 7 << 20;  // two files
  std::vector<std::string> digests;
  for (unsigned i = 0; i < 3; ++i) {
    content_ = some_bytes(3 << 20, i + 7);
    expect_kept(source());
    digests.push_back(source().sha512);
    const auto age = i == 2 ? 0min : 60min - i * 10min;
    fs::last_write_time(options_.folder / digests.back(), fs::file_time_type::clock::now() - age);
  }
  EXPECT_THAT(names_kept(), ::testing::UnorderedElementsAre(digests[1], digests[2]));
  // Those in use stay, whatever they take.
  fs::last_write_time(options_.folder / digests[1], fs::file_time_type::clock::now());
  content_ = some_bytes(3 << 20, 99);
  expect_kept(source());
  EXPECT_EQ(names_kept().size(), 3u);
}

TEST(Mirror, NamesTheHostAlone) {
  EXPECT_EQ(host_of({"https://me:word@archive.example:8443/a/b.tgz?token=x", ""}),
            "archive.example:8443");
  EXPECT_EQ(host_of({"https://archive.example", ""}), "archive.example");
  EXPECT_EQ(host_of({"https://me:wo@rd@archive.example/x", ""}), "an address that cannot be read");
  EXPECT_EQ(host_of({"https://me:w/rd@archive.example/x", ""}), "an address that cannot be read");
}

}  // namespace
}  // namespace ashlar::mirror
