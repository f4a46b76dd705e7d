#pragma once
// Tables of many rows, in SQL: filtered, sorted, counted and paged by the database. Internal to the
// store.

#include <string>
#include <vector>

#include "store/sql.hpp"
#include "store/store.hpp"

namespace ashlar::store {

/// Writes the resource's line, or removes it once the resource is deleted.
void put_summary(Connection& connection, const Resource& resource, const Summarize& summarize);
/// Writes the line of every resource when there is none at all: after a migration from a schema
/// without them. Not inside a transaction of the caller's.
void fill_summaries(Connection& connection, const Summarize& summarize);

CountedPage<ListedResource> search_resources(Connection& connection,
                                             const std::string& organization_id,
                                             const ResourceQuery& query,
                                             const PageRequest& request);
CountedPage<Operation> search_operations(Connection& connection, const std::string& organization_id,
                                         const OperationQuery& query, const PageRequest& request);
Page<Event> list_resource_events(Connection& connection, const std::string& organization_id,
                                 const std::string& resource_id, const PageRequest& request);
std::vector<Sample> list_samples(Connection& connection, const std::string& organization_id,
                                 const std::string& resource_id, Time since);

}  // namespace ashlar::store
