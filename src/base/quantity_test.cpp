#include "base/quantity.hpp"

#include <gtest/gtest.h>

namespace ashlar {
namespace {

TEST(Quantity, OfBytesIsShort) {
  EXPECT_EQ(bytes_for_people(0), "0 B");
  EXPECT_EQ(bytes_for_people(999), "999 B");
  EXPECT_EQ(bytes_for_people(1'000), "1.0 kB");
  EXPECT_EQ(bytes_for_people(999'949'999), "999.9 MB");
  EXPECT_EQ(bytes_for_people(999'960'000), "1.0 GB");
  EXPECT_EQ(bytes_for_people(4'200'000'000), "4.2 GB");
  EXPECT_EQ(bytes_for_people(9'000'000'000'000'000'000), "9000.0 PB");
}

}  // namespace
}  // namespace ashlar
