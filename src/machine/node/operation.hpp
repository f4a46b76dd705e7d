#pragma once
// What an operation is: parsed and checked first (pure), carried out later.

#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace ashlar::node {

using Json = nlohmann::ordered_json;

/// What one operation answers. An operation that cannot do its work throws Failure instead.
struct Outcome {
  bool changed = false;
  std::string message;
  Json data = Json::object();
};

/// An operation's failure, in words for the person who reads them; `data` may say more.
class Failure : public std::runtime_error {
 public:
  explicit Failure(const std::string& message, Json data = Json::object())
      : std::runtime_error(message), data_(std::move(data)) {}
  const Json& data() const { return data_; }

 private:
  Json data_;
};

/// "cannot WHAT: the operating system's reason", from errno.
Failure system_failure(const std::string& what);

struct Context {
  /// Change nothing; `changed` says what would be.
  bool check_only = false;
  /// Where programs that take long copy what they say, as it comes: the log of the job that the
  /// batch runs as. -1: nowhere.
  int log = -1;
};

/// A checked operation, ready to be carried out.
using Work = std::function<Outcome(const Context&)>;

class Fields;

/// Reads an operation's fields and returns its work. Touches nothing: what is wrong with the fields
/// is collected in them, and the whole batch is refused before any of it runs.
using Prepare = Work (*)(Fields&);

struct OperationType {
  const char* name;
  Prepare prepare;
  /// The field that tells this operation from others of its kind in messages; may be "".
  const char* title_field;
  /// It may be carried out beside another batch that is at work.
  bool beside = false;
};

/// Null for an unknown name.
const OperationType* find_operation(const std::string& name);

// One group of operations a file: to add one, write its prepare function, declare it here and list
// it in operations.cpp.
Work prepare_file(Fields&);  // files.cpp
Work prepare_file_once(Fields&);
Work prepare_read_file(Fields&);
Work prepare_directory(Fields&);
Work prepare_remove_path(Fields&);
Work prepare_package(Fields&);  // packages.cpp
Work prepare_installed_packages(Fields&);
Work prepare_user(Fields&);          // users.cpp
Work prepare_systemd_unit(Fields&);  // units.cpp
Work prepare_job_start(Fields&);     // jobs.cpp
Work prepare_job_poll(Fields&);
Work prepare_job_remove(Fields&);
Work prepare_sysctl(Fields&);    // kernel.cpp
Work prepare_nftables(Fields&);  // nftables.cpp
Work prepare_command(Fields&);   // commands.cpp
Work prepare_wait_for_port(Fields&);
Work prepare_facts(Fields&);  // facts.cpp
Work prepare_resp(Fields&);   // resp_commands.cpp

}  // namespace ashlar::node
