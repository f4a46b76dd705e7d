#pragma once
// Everything that must survive, in SQL. One writer at a time; every write is durable when it
// returns.

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "model/operation.hpp"
#include "model/output.hpp"
#include "model/resource.hpp"
#include "model/resource_summary.hpp"
#include "store/listing.hpp"

namespace ashlar::store {

struct Organization {
  std::string id;
  std::string name;
  Time created_at{};
};

/// An API token. Only its hash is stored (SHA-256 is enough: tokens are 256 random bits).
struct Principal {
  std::string token_id;
  std::string organization_id;
  std::string name;
  std::vector<std::string> permissions;  // "servers:read", ...; "*" is all
};

/// A token as people look at it; itself it is stored as a hash only.
struct Token {
  std::string id;
  std::string name;
  std::vector<std::string> permissions;
  Time created_at{};
};

/// The only time at which the token itself can be read.
struct NewToken {
  Token token;
  Secret secret;
};

/// A browser's sign-in: it may do what its token may, until it ends.
struct Session {
  Principal principal;
  std::string organization_name;
  Time expires_at{};
};

/// A page of a listing, newest first. `next` is empty on the last page.
template <class T>
struct Page {
  std::vector<T> items;
  std::string next;
};
/// A page, and how many rows there are on all of them.
template <class T>
struct CountedPage : Page<T> {
  long long total = 0;
};
struct PageRequest {
  std::string
      cursor;      // Page::next of the page before; empty: the first. Others: Error(kInvalidInput)
  int limit = 50;  // 1 to 200; clamped
};

class Transaction;  // see transaction.hpp: the writes that the engine combines

/// Thread-safe.
class Store {
 public:
  /// Opens (or creates) the database, runs migrations, and reads or creates the key that encrypts
  /// secrets (`secret.key`, readable by its owner only, beside the database). Throws
  /// Error(kConflict) when another process has this data directory, a newer Ashlar has used it, or
  /// the key is not the database's; Error(kForbidden) when others may read the key.
  /// `summarize` says how each resource that is written is listed; empty: without what only its
  /// kind knows. It is called within transactions, so it must be quick and not use the store.
  static std::unique_ptr<Store> open(const std::filesystem::path& data_directory,
                                     Summarize summarize = {});
  virtual ~Store() = default;

  // Organizations and tokens.
  /// Creates organization and administrator token unless one exists; returns the new token.
  virtual std::optional<Secret> ensure_first_organization(Time now) = 0;
  /// Oldest first.
  virtual std::vector<Organization> organizations() = 0;
  virtual Organization create_organization(const std::string& name, Time now) = 0;
  virtual std::optional<Principal> authenticate(const Secret& token) = 0;
  virtual NewToken create_token(const std::string& organization_id, const std::string& name,
                                const std::vector<std::string>& permissions, Time now) = 0;
  /// Oldest first.
  virtual std::vector<Token> list_tokens(const std::string& organization_id) = 0;
  /// Ends the token, and with it every session that was begun with it. False when the organization
  /// has no such token.
  virtual bool revoke_token(const std::string& organization_id, const std::string& token_id) = 0;

  // Sessions. Their ids are 256 random bits, of which only the hash is stored.
  /// Begins one and returns its id. Throws Error(kNotFound) for an unknown token.
  virtual Secret create_session(const std::string& token_id, Time now, Time expires_at) = 0;
  /// Nothing when it is unknown or over, or its token was revoked.
  virtual std::optional<Session> find_session(const Secret& id, Time now) = 0;
  /// Nothing happens when there is none.
  virtual void remove_session(const Secret& id) = 0;

  // Reading. Every query is scoped to an organization. `kind` empty: all. Listings leave deleted
  // resources and their names out; find_resource finds them, for the history of their operations.
  virtual Page<Resource> list_resources(const std::string& organization_id, const std::string& kind,
                                        const PageRequest&) = 0;
  /// One page of a table of resources, in the order that the query asks for. A cursor belongs to
  /// its order: with another one it is Error(kInvalidInput).
  virtual CountedPage<ListedResource> search_resources(const std::string& organization_id,
                                                       const ResourceQuery&,
                                                       const PageRequest&) = 0;
  virtual std::optional<Resource> find_resource(const std::string& organization_id,
                                                const std::string& resource_id) = 0;
  virtual std::optional<Resource> find_resource_by_name(const std::string& organization_id,
                                                        const std::string& kind,
                                                        const std::string& name) = 0;
  virtual std::vector<Machine> list_machines(const std::string& organization_id,
                                             const std::string& resource_id) = 0;
  virtual Page<Operation> list_operations(const std::string& organization_id,
                                          const std::string& resource_id /* empty: all */,
                                          const PageRequest&) = 0;
  virtual CountedPage<Operation> search_operations(const std::string& organization_id,
                                                   const OperationQuery&, const PageRequest&) = 0;
  virtual std::optional<Operation> find_operation(const std::string& organization_id,
                                                  const std::string& operation_id) = 0;
  /// In the order of the plan.
  virtual std::vector<StepRecord> list_steps(const std::string& organization_id,
                                             const std::string& operation_id) = 0;
  /// Of any operation of the resource.
  virtual std::optional<StepRecord> find_step(const std::string& organization_id,
                                              const std::string& resource_id,
                                              const std::string& step_id) = 0;
  /// Events with a number greater than `after`, oldest first.
  virtual std::vector<Event> list_events(const std::string& organization_id,
                                         const std::string& operation_id, long long after,
                                         int limit) = 0;
  /// Of all operations of a resource, the latest event first.
  virtual Page<Event> list_resource_events(const std::string& organization_id,
                                           const std::string& resource_id, const PageRequest&) = 0;
  /// Not older than `since`, oldest first.
  virtual std::vector<Sample> list_samples(const std::string& organization_id,
                                           const std::string& resource_id, Time since) = 0;
  // Not scoped: only with an operation id that the caller has resolved within its organization.
  virtual std::vector<StepRecord> list_steps(const std::string& operation_id) = 0;
  virtual std::vector<Event> list_events(const std::string& operation_id, long long after,
                                         int limit) = 0;
  /// At most `most_bytes` of what the step wrote, from a byte on. Whole characters.
  virtual StepOutput read_output(const std::string& step_id, long long offset,
                                 long long most_bytes) = 0;
  /// How many bytes each step of the operation wrote so far, by its id; none that wrote nothing.
  virtual std::map<std::string, long long> output_ends(const std::string& operation_id) = 0;
  /// How far the log of one of the step's jobs has been read; nothing when it never was.
  virtual std::optional<long long> output_position(const std::string& step_id,
                                                   const std::string& source) = 0;
  /// Blocks until the operation may have events beyond `after`, or the time is over. Sleeps, never
  /// polls; any number of threads may wait. Must have returned before the store is destroyed.
  virtual void wait_for_events(const std::string& operation_id, long long after, Millis most) = 0;

  // Secrets, encrypted with XChaCha20-Poly1305; the organization, owner and name are bound in.
  virtual std::optional<Secret> find_secret(const std::string& organization_id,
                                            const std::string& owner, const std::string& name) = 0;

  // Writing.
  /// Runs `body` in one transaction: committed and on disk when write() returns; rolled back when
  /// `body` throws, which write() passes on. Writers are served in the order in which they come,
  /// and those that wait at the same time share one flush of the disk, so `body` may run on the
  /// thread of another writer: keep it short, block on nothing, and do not call the store from
  /// within it.
  virtual void write(const std::function<void(Transaction&)>& body) = 0;

  /// True when the database answers; for readiness.
  virtual bool healthy() = 0;
};

}  // namespace ashlar::store
