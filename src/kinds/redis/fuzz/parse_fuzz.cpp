// Any text, as YAML and as JSON, must come out as a spec or as faults: never a crash, and a spec
// that was accepted must survive being stored and planned.

#include <cstdlib>
#include <string>

#include "base/yaml.hpp"
#include "kinds/redis/plan/plan.hpp"
#include "kinds/redis/spec/spec.hpp"
#include "kinds/redis/testing/test_catalog.hpp"

namespace ashlar::redis {
namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void try_spec(const Json& input) {
  static const Catalog catalog = test_catalog();
  const auto parsed = parse(input, catalog);
  if (!parsed) {
    require(!parsed.error().empty());
    for (const auto& error : parsed.error()) require(!error.message.empty());
    return;
  }
  const Json normalized = to_json(parsed->spec);
  require(spec_from_json(normalized) == parsed->spec);
  const auto again = parse(normalized, catalog);
  require(again.has_value() && again->spec == parsed->spec);
  require(faults(plan(parsed->spec, nullptr, catalog)).empty());
}

}  // namespace
}  // namespace ashlar::redis

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto json = ashlar::parse_json(text)) ashlar::redis::try_spec(*json);
  if (const auto documents = ashlar::parse_yaml(text))
    for (const auto& document : *documents) ashlar::redis::try_spec(document.value);
  return 0;
}
