# The headers that nearly every file reads are parsed once and loaded by all. Every file still includes
# what it uses: clang-tidy, in `./x check`, reads each one without this, and -DASHLAR_PRECOMPILE=OFF
# builds everything so.
option(ASHLAR_PRECOMPILE "Parse the most used headers once, not once a file" ON)

set(precompiled_headers
  <algorithm> <array> <atomic> <charconv> <chrono> <condition_variable> <cstdint> <cstdlib> <cstring>
  <deque> <expected> <filesystem> <fstream> <functional> <map> <memory> <mutex> <optional> <set> <span>
  <sstream> <stdexcept> <string> <string_view> <thread> <unordered_map> <utility> <variant> <vector>
  <fmt/format.h> <fmt/ranges.h> <nlohmann/json.hpp>)

# ashlar_precompile_into(OWNER HEADER...): makes the target that owns one set of parsed headers.
function(ashlar_precompile_into OWNER)
  set(source ${PROJECT_BINARY_DIR}/${OWNER}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "// A precompiled header needs a target with a source.\n")
  add_library(${OWNER} OBJECT ${source})
  target_link_libraries(${OWNER} PRIVATE fmt::fmt spdlog::spdlog nlohmann_json::nlohmann_json)
  target_precompile_headers(${OWNER} PRIVATE ${ARGN})
  if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    # Or the compiler refuses what ccache kept, since CMake has written the list of headers anew.
    target_compile_options(${OWNER} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
endfunction()

if(ASHLAR_PRECOMPILE)
  ashlar_precompile_into(precompiled ${precompiled_headers})
  if(BUILD_TESTING)
    ashlar_precompile_into(precompiled_for_tests ${precompiled_headers} <gmock/gmock.h> <gtest/gtest.h>)
    target_link_libraries(precompiled_for_tests PRIVATE GTest::gmock)
    ashlar_compile_as_test(precompiled_for_tests)
  endif()
endif()

# ashlar_precompiled(TARGET OWNER): the target must have the owner's flags and definitions, or the
# compiler says that it does without.
function(ashlar_precompiled TARGET OWNER)
  if(ASHLAR_PRECOMPILE)
    target_precompile_headers(${TARGET} REUSE_FROM ${OWNER})
  endif()
endfunction()
