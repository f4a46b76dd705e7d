// Feeds arbitrary bodies to the parser of deploy requests. Whatever it accepts must come out as one
// spec an entry, and whatever it refuses must name fields.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/deploy_request.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ashlar;
  const auto body = parse_json({reinterpret_cast<const char*>(data), size});
  if (!body || !body->is_object()) return 0;
  try {
    const engine::DeployBody form{
        .list = "clusters", .item = "cluster", .shared = {"targetClusters"}};
    const api::DeployRequest request = api::parse_deploy_request(form, *body);
    if (request.specs.size() != (*body)["clusters"].size()) std::abort();
    const std::vector<FieldError> errors{
        {"name", "m"}, {"[1].x", "m"}, {"[99999999999999999999]", "m"}, {"[", "m"}, {"", "m"}};
    if (api::to_request_paths(errors, request).empty()) std::abort();
  } catch (const Error& error) {
    if (error.fields().empty()) std::abort();
    for (const FieldError& field : error.fields())
      if (field.message.empty()) std::abort();
  }
  return 0;
}
