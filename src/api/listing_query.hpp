#pragma once
// What a request's query asks of a table. Each function throws a Refusal (400) that names the
// parameter.

#include "http/message.hpp"
#include "store/listing.hpp"

namespace ashlar::api {

/// `state`, `health`, `type`, `region`, `version` (lists separated by commas), `name` (a part of
/// it), `sort` and `order`.
store::ResourceQuery resource_query(const http::Request& request);
/// `resourceId`, and the lists `state` and `action`.
store::OperationQuery operation_query(const http::Request& request);

}  // namespace ashlar::api
