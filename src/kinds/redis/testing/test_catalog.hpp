#pragma once

#include "kinds/fleet/testing/test_catalog.hpp"

namespace ashlar::redis {

using fleet::testing::test_catalog;

}  // namespace ashlar::redis
