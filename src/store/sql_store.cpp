#include <algorithm>

#include "base/log.hpp"
#include "store/data_directory.hpp"
#include "store/event_hub.hpp"
#include "store/migrations.hpp"
#include "store/page.hpp"
#include "store/records.hpp"
#include "store/session_pool.hpp"
#include "store/sql_listing.hpp"
#include "store/sql_tokens.hpp"
#include "store/sql_transaction.hpp"
#include "store/write_queue.hpp"

namespace ashlar::store {
namespace {

// Readers never wait for the writer; this many queries run at once.
constexpr size_t kReadSessions = 4;
constexpr int kMostEvents = 1'000;

std::unique_ptr<Connection> open_and_migrate(const std::filesystem::path& file) {
  ensure_private_file(file);  // before SQLite does, which gives its other files the same mode
  auto connection = open_sqlite(file, false);
  try {
    migrate(*connection, embedded_migrations());
  } catch (const Error& error) {
    throw error.at(file.string());
  }
  return connection;
}

std::string known_key(Connection& connection) {
  return one_row<std::string>(connection,
                              "SELECT value FROM settings WHERE name = 'secret_key_fingerprint'")
      .value_or("");
}

class SqlStore final : public Store {
 public:
  SqlStore(const std::filesystem::path& data_directory, Summarize summarize)
      : directory_(data_directory),
        summarize_(std::move(summarize)),
        writer_(open_and_migrate(directory_.database())),
        vault_(directory_.secret_key(), known_key(*writer_)),
        readers_(kReadSessions, [this] { return open_sqlite(directory_.database(), true); }),
        queue_(*writer_) {
    write_sql([&](Connection& connection) {
      change(connection,
             "INSERT INTO settings (name, value) VALUES ('secret_key_fingerprint', :value) "
             "ON CONFLICT (name) DO NOTHING",
             vault_.fingerprint());
      fill_summaries(connection, summarize_);
    });
  }

  std::optional<Secret> ensure_first_organization(Time now) override {
    std::optional<Secret> token;
    write_sql([&](Connection& connection) {
      if (one_row<std::string>(connection, "SELECT id FROM organizations LIMIT 1")) return;
      const std::string id = insert_organization(connection, "default", now).id;
      token = insert_token(connection, id, "administrator", {"*"}, now).secret;
    });
    return token;
  }

  std::vector<Organization> organizations() override {
    return read([](Connection& connection) { return list_organizations(connection); });
  }

  Organization create_organization(const std::string& name, Time now) override {
    Organization organization;
    write_sql(
        [&](Connection& connection) { organization = insert_organization(connection, name, now); });
    return organization;
  }

  std::optional<Principal> authenticate(const Secret& token) override {
    auto found = read([&](Connection& connection) { return find_token(connection, token); });
    // A token made by an earlier process is known to redact() from its first use on.
    if (found) register_secret(token.reveal());
    return found;
  }

  NewToken create_token(const std::string& organization_id, const std::string& name,
                        const std::vector<std::string>& permissions, Time now) override {
    NewToken made;
    write_sql([&](Connection& connection) {
      made = insert_token(connection, organization_id, name, permissions, now);
    });
    return made;
  }

  std::vector<Token> list_tokens(const std::string& organization_id) override {
    return read(
        [&](Connection& connection) { return store::list_tokens(connection, organization_id); });
  }

  bool revoke_token(const std::string& organization_id, const std::string& token_id) override {
    bool revoked = false;
    write_sql([&](Connection& connection) {
      revoked = remove_token(connection, organization_id, token_id);
    });
    return revoked;
  }

  Secret create_session(const std::string& token_id, Time now, Time expires_at) override {
    Secret id;
    write_sql([&](Connection& connection) {
      id = insert_session(connection, token_id, now, expires_at);
    });
    return id;
  }

  std::optional<Session> find_session(const Secret& id, Time now) override {
    return read([&](Connection& connection) { return store::find_session(connection, id, now); });
  }

  void remove_session(const Secret& id) override {
    write_sql([&](Connection& connection) { store::remove_session(connection, id); });
  }

  Page<Resource> list_resources(const std::string& organization_id, const std::string& kind,
                                const PageRequest& request) override {
    return read([&](Connection& connection) {
      return read_page<Resource>(connection, organization_id, {"kind", kind},
                                 "AND state <> 'deleted'", request);
    });
  }

  CountedPage<ListedResource> search_resources(const std::string& organization_id,
                                               const ResourceQuery& query,
                                               const PageRequest& request) override {
    return read([&](Connection& connection) {
      return store::search_resources(connection, organization_id, query, request);
    });
  }

  CountedPage<Operation> search_operations(const std::string& organization_id,
                                           const OperationQuery& query,
                                           const PageRequest& request) override {
    return read([&](Connection& connection) {
      return store::search_operations(connection, organization_id, query, request);
    });
  }

  Page<Event> list_resource_events(const std::string& organization_id,
                                   const std::string& resource_id,
                                   const PageRequest& request) override {
    return read([&](Connection& connection) {
      return store::list_resource_events(connection, organization_id, resource_id, request);
    });
  }

  std::vector<Sample> list_samples(const std::string& organization_id,
                                   const std::string& resource_id, Time since) override {
    return read([&](Connection& connection) {
      return store::list_samples(connection, organization_id, resource_id, since);
    });
  }

  std::optional<Resource> find_resource(const std::string& organization_id,
                                        const std::string& resource_id) override {
    static const std::string sql =
        select<Resource>("WHERE id = :id AND organization_id = :organization_id");
    return read([&](Connection& connection) {
      return one_row<Resource>(connection, sql, resource_id, organization_id);
    });
  }

  std::optional<Resource> find_resource_by_name(const std::string& organization_id,
                                                const std::string& kind,
                                                const std::string& name) override {
    return read([&](Connection& connection) {
      return store::find_resource_by_name(connection, organization_id, kind, name);
    });
  }

  std::vector<Machine> list_machines(const std::string& organization_id,
                                     const std::string& resource_id) override {
    static const std::string sql = select<Machine>(
        "WHERE resource_id = :resource_id AND organization_id = :organization_id "
        "ORDER BY created_at, name");
    return read([&](Connection& connection) {
      return all_rows<Machine>(connection, sql, resource_id, organization_id);
    });
  }

  Page<Operation> list_operations(const std::string& organization_id,
                                  const std::string& resource_id,
                                  const PageRequest& request) override {
    return read([&](Connection& connection) {
      return read_page<Operation>(connection, organization_id, {"resource_id", resource_id}, "",
                                  request);
    });
  }

  std::optional<Operation> find_operation(const std::string& organization_id,
                                          const std::string& operation_id) override {
    static const std::string sql =
        select<Operation>("WHERE id = :id AND organization_id = :organization_id");
    return read([&](Connection& connection) {
      return one_row<Operation>(connection, sql, operation_id, organization_id);
    });
  }

  std::vector<StepRecord> list_steps(const std::string& organization_id,
                                     const std::string& operation_id) override {
    if (!find_operation(organization_id, operation_id)) return {};
    return list_steps(operation_id);
  }

  std::optional<StepRecord> find_step(const std::string& organization_id,
                                      const std::string& resource_id,
                                      const std::string& step_id) override {
    static const std::string sql = select<StepRecord>(
        "WHERE id = :id AND operation_id IN (SELECT id FROM operations "
        "WHERE resource_id = :resource_id AND organization_id = :organization_id)");
    return read([&](Connection& connection) {
      return one_row<StepRecord>(connection, sql, step_id, resource_id, organization_id);
    });
  }

  std::vector<StepRecord> list_steps(const std::string& operation_id) override {
    static const std::string sql =
        select<StepRecord>("WHERE operation_id = :operation_id ORDER BY position");
    return read([&](Connection& connection) {
      return all_rows<StepRecord>(connection, sql, operation_id);
    });
  }

  std::vector<Event> list_events(const std::string& organization_id,
                                 const std::string& operation_id, long long after,
                                 int limit) override {
    if (!find_operation(organization_id, operation_id)) return {};
    return list_events(operation_id, after, limit);
  }

  std::vector<Event> list_events(const std::string& operation_id, long long after,
                                 int limit) override {
    static const std::string sql = select<Event>(
        "WHERE operation_id = :operation_id AND number > :after ORDER BY number LIMIT :most");
    return read([&](Connection& connection) {
      return all_rows<Event>(connection, sql, operation_id, after,
                             std::clamp(limit, 1, kMostEvents));
    });
  }

  StepOutput read_output(const std::string& step_id, long long offset,
                         long long most_bytes) override {
    return read([&](Connection& connection) {
      return store::read_output(connection, step_id, offset, most_bytes);
    });
  }

  std::map<std::string, long long> output_ends(const std::string& operation_id) override {
    return read(
        [&](Connection& connection) { return store::output_ends(connection, operation_id); });
  }

  std::optional<long long> output_position(const std::string& step_id,
                                           const std::string& source) override {
    return read([&](Connection& connection) {
      return store::output_position(connection, step_id, source);
    });
  }

  void wait_for_events(const std::string& operation_id, long long after, Millis most) override {
    hub_.wait(operation_id, after, most, [&] {
      return read([&](Connection& connection) {
        return *one_row<long long>(
            connection,
            "SELECT COALESCE(MAX(number), 0) FROM events WHERE operation_id = :operation_id",
            operation_id);
      });
    });
  }

  std::optional<Secret> find_secret(const std::string& organization_id, const std::string& owner,
                                    const std::string& name) override {
    return read([&](Connection& connection) {
      return store::find_secret(connection, vault_, {organization_id, owner, name});
    });
  }

  void write(const std::function<void(Transaction&)>& body) override {
    NewEvents new_events;
    queue_.run({.body =
                    [&] {
                      SqlTransaction transaction(*writer_, vault_, summarize_, new_events);
                      body(transaction);
                    },
                .committed =
                    [&] {
                      for (const auto& [operation, number] : new_events)
                        hub_.publish(operation, number);
                    }});
  }

  bool healthy() override try {
    return read([](Connection& connection) {
      return one_row<long long>(connection, "SELECT COUNT(*) FROM migrations") > 0;
    });
  } catch (const std::exception& error) {
    log::error("the database does not answer: {}", error.what());
    return false;
  }

 private:
  template <class Body>
  std::invoke_result_t<Body, Connection&> read(Body&& body) {
    const SessionPool::Lease session(readers_);
    return body(*session);
  }

  void write_sql(const std::function<void(Connection&)>& body) {
    queue_.run({.body = [&] { body(*writer_); }, .committed = [] {}});
  }

  DataDirectory directory_;
  const Summarize summarize_;
  std::unique_ptr<Connection> writer_;
  Vault vault_;
  SessionPool readers_;
  WriteQueue queue_;
  EventHub hub_;
};

}  // namespace

std::unique_ptr<Store> Store::open(const std::filesystem::path& data_directory,
                                   Summarize summarize) {
  if (!summarize) summarize = [](const Resource& resource) { return summary_of(resource, {}); };
  return std::make_unique<SqlStore>(data_directory, std::move(summarize));
}

}  // namespace ashlar::store
