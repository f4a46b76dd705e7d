#pragma once
// What the store's tests share: a real store in a directory of its own, and records to put in it.

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "store/store.hpp"
#include "store/transaction.hpp"

namespace ashlar::store {

/// A directory that is gone when its owner is.
class TestDirectory {
 public:
  TestDirectory();
  ~TestDirectory();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The row of a resource of a kind that is made up for these tests.
ResourceSummary summary_of_made_up(const Resource& resource);

class StoreFixture {
 public:
  StoreFixture();

  Store& store() { return *store_; }
  const std::filesystem::path& directory() const { return directory_.path(); }
  std::filesystem::path database() const { return directory() / "ashlar.db"; }
  /// The organization of the first start.
  const std::string& organization() const { return organization_; }
  const Secret& first_token() const { return first_token_; }
  void close() { store_.reset(); }
  void reopen();

  /// Milliseconds after the test's beginning of time.
  static Time at(long long millis) { return Time{Millis{1'750'000'000'000 + millis}}; }

  Resource make_resource(const std::string& name) const;
  Operation make_operation(const Resource& resource) const;
  StepRecord make_step(const Operation& operation, int position, const std::string& key) const;
  Machine make_machine(const Resource& resource, const std::string& node) const;

  Resource insert_resource(const std::string& name);
  Operation insert_operation(const Resource& resource, const std::vector<StepRecord>& steps = {});
  /// An organization beside the first, made with SQL since the product has no command for it yet.
  std::string add_organization(const std::string& name);
  void append_events(const std::string& operation_id, int count);

 private:
  TestDirectory directory_;
  std::unique_ptr<Store> store_;
  std::string organization_;
  Secret first_token_;
};

/// Fails unless `body` throws an Error of this code whose text contains `part`.
void expect_error(ErrorCode code, const std::string& part, const std::function<void()>& body);

}  // namespace ashlar::store
