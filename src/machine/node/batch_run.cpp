#include "machine/node/batch_run.hpp"

#include <algorithm>
#include <exception>

#include "machine/node/fields.hpp"
#include "machine/node/process.hpp"
#include "machine/node/text.hpp"

namespace ashlar::node {
namespace {

/// Nesting outside of strings, without recursion: depth costs a parser memory or stack.
bool is_nested_too_deep(const std::string& text) {
  size_t depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') ++i;
    if (c == '"') in_string = !in_string;
    if (in_string) continue;
    if ((c == '[' || c == '{') && ++depth > kMostDepth) return true;
    if ((c == ']' || c == '}') && depth > 0) --depth;
  }
  return false;
}

Json parse(const std::string& text) {
  if (text.empty()) throw Failure("the batch is empty");
  if (text.size() > kMostBatchBytes)
    throw Failure("the batch is larger than " + std::to_string(kMostBatchBytes) + " bytes");
  if (is_nested_too_deep(text))
    throw Failure("the batch is nested deeper than " + std::to_string(kMostDepth) + " levels");
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    // Its own message quotes the text, which may hold a secret: say only where.
    throw Failure("the batch is not JSON, or was cut off: fault at byte " +
                  std::to_string(error.byte) + " of " + std::to_string(text.size()));
  } catch (const Json::exception&) {
    throw Failure("the batch holds a number that no machine can represent");
  }
}

std::string title_of(const OperationType& type, const Json& operation) {
  std::string title = type.name;
  const auto field = operation.find(type.title_field);
  if (field == operation.end()) return title;
  const Json* value = &*field;
  if (value->is_array() && !value->empty()) value = &value->front();
  if (value->is_string()) title += " " + value->get<std::string>().substr(0, 200);
  if (value->is_number_integer()) title += " " + std::to_string(value->get<int64_t>());
  for (char& c : title)
    if (static_cast<unsigned char>(c) < ' ') c = '?';
  return title;
}

Prepared prepare_operation(const Json& operation) {
  if (!operation.is_object()) return {.title = "operation", .fault = "it must be a JSON object"};
  const auto name = operation.find("op");
  if (name == operation.end() || !name->is_string())
    return {.title = "operation", .fault = "field `op` must name the operation"};
  const OperationType* type = find_operation(name->get<std::string>());
  if (type == nullptr)
    return {.title = name->get<std::string>().substr(0, 100),
            .fault = "this version of ashlar-node has no such operation"};
  Fields fields(operation);
  Work work = type->prepare(fields);
  return {.title = title_of(*type, operation),
          .fault = joined(fields.faults(), "; "),
          .work = work,
          .beside = type->beside};
}

Json answer_of(const std::string& title, bool ok, const Outcome& outcome) {
  return {{"operation", title},
          {"ok", ok},
          {"changed", outcome.changed},
          {"message", outcome.message},
          {"data", outcome.data}};
}

Json carry_out(const Prepared& operation, const Context& context) {
  if (!operation.fault.empty())
    return answer_of(operation.title, false, {.message = operation.fault});
  try {
    return answer_of(operation.title, true, operation.work(context));
  } catch (const Failure& failure) {
    return answer_of(operation.title, false, {.message = failure.what(), .data = failure.data()});
  } catch (const std::exception& error) {
    return answer_of(operation.title, false,
                     {.message = std::string("internal fault: ") + error.what()});
  }
}

/// "package nginx: installed nginx", for people who read along.
std::string line_about(const Json& answer) {
  const std::string message = answer.at("message").get<std::string>();
  return answer.at("operation").get<std::string>() +
         (answer.at("ok").get<bool>() ? "" : " failed") + (message.empty() ? "" : ": " + message) +
         "\n";
}

}  // namespace

PreparedBatch prepare_batch(const std::string& text) {
  const Json json = parse(text);
  if (!json.is_object()) throw Failure("the batch must be a JSON object");
  // The batch's own fields are read like an operation's: faults are told, unknown ones refused.
  Fields fields(json);
  PreparedBatch batch{.check_only = fields.flag_or("check_only", false),
                      .keep_going = fields.flag_or("keep_going", false)};
  const Json& operations = fields.raw("operations");
  if (!operations.is_array()) fields.fault("operations", "must be a list");
  if (operations.is_array() && operations.size() > kMostOperations)
    fields.fault("operations",
                 "must have at most " + std::to_string(kMostOperations) + " elements");
  if (const auto faults = fields.faults(); !faults.empty())
    throw Failure("the batch: " + joined(faults, "; "));

  std::vector<std::string> refused;
  for (const Json& operation : operations) {
    batch.operations.push_back(prepare_operation(operation));
    const Prepared& last = batch.operations.back();
    if (!last.fault.empty())
      refused.push_back("operation " + std::to_string(batch.operations.size() - 1) + " (" +
                        last.title + "): " + last.fault);
  }
  if (!refused.empty() && !batch.keep_going) throw Failure(joined(refused, "; "));
  batch.beside = std::ranges::all_of(batch.operations, &Prepared::beside);
  return batch;
}

Json run_batch(const PreparedBatch& batch, const std::function<bool()>& wanted_still, int log) {
  Json results = Json::array();
  for (const Prepared& operation : batch.operations) {
    if (!wanted_still()) break;
    results.push_back(carry_out(operation, {.check_only = batch.check_only, .log = log}));
    if (log >= 0) write_to(log, line_about(results.back()));
    if (!results.back().at("ok").get<bool>() && !batch.keep_going) break;
  }
  return {{"results", std::move(results)}};
}

std::string to_text(const Json& answer) {
  return answer.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ashlar::node
