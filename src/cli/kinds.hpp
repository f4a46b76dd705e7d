#pragma once
// What the server says of its kinds: the command line knows none by itself.

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "cli/api_client.hpp"

namespace ashlar::cli {

/// One kind as `GET /kinds` describes it; what is missing there is empty here.
struct KindView {
  /// A column of the table of nodes; see NodeColumn of the contract.
  struct Column {
    std::string title, member, unit, role;
  };

  std::string name;
  std::string title;
  std::string collection;  // the path of its resources
  // Of the body of a deploy: the member that lists the specs, what one is called, the other
  // members.
  std::string list, item;
  std::vector<std::string> shared;
  std::vector<std::string> roles;
  std::vector<std::string> secret_fields;  // of a spec: "password", "users[].password"
  std::vector<Column> node_columns;
  /// A list in the status that has a table of its own.
  struct Table {
    std::string name, title, member;
  };
  std::vector<Table> tables;
  std::vector<std::string> actions;
  std::string addresses, addresses_title;  // see KindDisplay of the contract
  Json description;                        // all of it, as it was answered

  /// The argument of the action that holds a secret; empty: it has none.
  std::string secret_argument_of(std::string_view action) const;
};
KindView kind_view(const Json& description);

class Kinds {
 public:
  explicit Kinds(std::vector<KindView> kinds) : kinds_(std::move(kinds)) {}

  const std::vector<KindView>& all() const { return kinds_; }
  const KindView* find(std::string_view name) const;
  /// Throws Error(kInvalidInput), which lists those that there are.
  const KindView& named(std::string_view name) const;
  /// With commas between them, for messages.
  std::string names() const;

 private:
  std::vector<KindView> kinds_;
};
/// Asks the server.
Kinds fetch_kinds(ApiClient& api);

}  // namespace ashlar::cli
