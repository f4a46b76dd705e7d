# Fuzzers are a build of their own: clang, with what lies between the bytes and their meaning instrumented.
# `./x fuzz` configures it (cmake -DASHLAR_FUZZ=ON -DCMAKE_CXX_COMPILER=clang++-19), builds every target
# named *_fuzz and runs it; libFuzzer's corpus and limits are given at run time.
option(ASHLAR_FUZZ "Build the fuzzers; needs clang++" OFF)

set(fuzz_options -O1 -g -fsanitize=fuzzer-no-link,address,undefined)

# What they all stand on is compiled once for all of them.
if(ASHLAR_FUZZ)
  file(GLOB fuzzed_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/base/*.cpp ${PROJECT_SOURCE_DIR}/src/model/*.cpp)
  list(FILTER fuzzed_sources EXCLUDE REGEX "_(test|bench|main)\\.cpp$")
  add_library(ashlar_fuzzed STATIC EXCLUDE_FROM_ALL ${fuzzed_sources})
  target_include_directories(ashlar_fuzzed PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_compile_options(ashlar_fuzzed PRIVATE ${fuzz_options})
  target_link_libraries(ashlar_fuzzed PUBLIC fmt::fmt spdlog::spdlog nlohmann_json::nlohmann_json yaml-cpp
                                             OpenSSL::Crypto PkgConfig::SODIUM Threads::Threads)
endif()

# ashlar_fuzzer(parse_fuzz SOURCE...): a fuzzer and what it needs beside base and model, not whole rooms.
function(ashlar_fuzzer NAME)
  if(NOT ASHLAR_FUZZ)
    return()
  endif()
  add_executable(${NAME} ${ARGN})
  target_link_libraries(${NAME} PRIVATE ashlar_fuzzed)
  target_compile_options(${NAME} PRIVATE ${fuzz_options})
  target_link_options(${NAME} PRIVATE -fsanitize=fuzzer,address,undefined)
  set_target_properties(${NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
endfunction()
