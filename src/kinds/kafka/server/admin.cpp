#include "kinds/kafka/server/admin.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <map>

#include "kinds/kafka/server/admin_sources.hpp"
#include "kinds/kafka/server/files.hpp"

namespace ashlar::kafka {
namespace {

constexpr const char* kFolder = "/usr/local/lib/ashlar/kafka-admin";

/// Names the folder: another version of Ashlar brings other sources.
std::string content_hash() {
  static const std::string hash = [] {
    crypto_generichash_state state;
    crypto_generichash_init(&state, nullptr, 0, 8);
    for (const auto& source : admin_sources()) {
      const auto add = [&](std::string_view text) {
        crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(text.data()),
                                  text.size());
      };
      add(source.name);
      add(source.text);
    }
    std::array<unsigned char, 8> digest{};
    crypto_generichash_final(&state, digest.data(), digest.size());
    std::array<char, 17> text{};
    sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
    return std::string(text.data());
  }();
  return hash;
}

std::string source_folder() {
  return fmt::format("{}/{}", kFolder, content_hash());
}

/// Another version of Kafka has other classes to compile against.
std::string program_folder(const std::string& version) {
  return fmt::format("{}/{}", source_folder(), version);
}

std::vector<std::string> with_port(const std::vector<std::string>& hosts, int port) {
  std::vector<std::string> addresses;
  for (const auto& host : hosts) addresses.push_back(fmt::format("{}:{}", host, port));
  return addresses;
}

}  // namespace

void add_admin_program(machine::Batch& batch, const std::string& version) {
  const std::string folder = source_folder();
  for (const std::string& each :
       {std::string("/usr/local/lib/ashlar"), std::string(kFolder), folder})
    batch.operations.push_back(machine::directory(each));
  for (const auto& source : admin_sources())
    batch.operations.push_back(
        machine::file(fmt::format("{}/{}", folder, source.name), std::string(source.text)));
  constexpr Millis kCompileTimeout{180'000};
  const std::string into = program_folder(version);
  batch.operations.push_back(
      machine::command({"/bin/sh", folder + "/build.sh", Paths::libraries(version), into}, {},
                       {"/usr/bin/test", "-x", into + "/admin"}, kCompileTimeout));
}

Json admin_operation(const AdminRequest& request, const std::string& version) {
  const Paths paths;
  const Json document{{"bootstrap", with_port(request.brokers, kInternalPort)},
                      {"bootstrapControllers", with_port(request.controllers, kControllerPort)},
                      {"properties",
                       {{"security.protocol", "SSL"},
                        {"ssl.keystore.type", "PEM"},
                        {"ssl.keystore.location", paths.identity()},
                        {"ssl.truststore.type", "PEM"},
                        {"ssl.truststore.location", paths.authorities()}}},
                      {"timeoutMs", request.timeout.count()},
                      {"stopOnError", request.stop_on_error},
                      {"operations", request.operations}};
  const std::vector<std::string> argv{program_folder(version) + "/admin"};
  constexpr Millis kStart{15'000};
  Json operation = request.read_only
                       ? machine::query(argv, dump(document), request.timeout + kStart)
                       : machine::command(argv, dump(document), {}, request.timeout + kStart);
  operation["most_output_bytes"] = 4 << 20;
  return operation;
}

std::vector<AdminResult> admin_results(const machine::OperationResult& result, size_t operations,
                                       const std::string& machine) {
  const auto fail = [&](const std::string& why) -> Error {
    return Error(ErrorCode::kMachine,
                 fmt::format("Kafka could not be asked on {}: {}", machine, why));
  };
  const auto answer = parse_json(result.data.value("stdout", std::string()));
  if (answer && answer->is_object() && answer->contains("error"))
    throw fail(answer->at("error").get<std::string>());
  if (!result.ok) throw fail(result.message);
  if (!answer || !answer->is_object() || !answer->contains("results"))
    throw fail("its answer is none");
  std::vector<AdminResult> results;
  for (const Json& one : answer->at("results"))
    results.push_back({one.at("ok"), one.value("data", Json()), one.value("error", std::string()),
                       one.value("type", std::string()), one.value("retriable", false)});
  if (results.size() != operations) throw fail("it answered less than it was asked");
  return results;
}

}  // namespace ashlar::kafka
