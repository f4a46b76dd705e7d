# A room is a folder with one duty. `ashlar_room(base ...)` builds its *.cpp into the library
# ashlar_base, its *_test.cpp into the test program base_test, and its *_bench.cpp into base_bench,
# so that adding a file to a room needs no change here. PARTS: the folders of a large room, whose files belong to
# the same library and test program. TESTS_COMPUTE: the test program is optimized too.
include(GoogleTest)

# Most tests run once and in no time, so compiling them is what takes time. A template that a room and its
# test both instantiate is then the test's: where that matters, see TESTS_COMPUTE.
function(ashlar_compile_as_test TARGET)
  target_compile_options(${TARGET} PRIVATE $<$<CONFIG:Release>:-O0>)
endfunction()

function(ashlar_room NAME)
  cmake_parse_arguments(ROOM "TESTS_COMPUTE" "FOLDER" "DEPENDS;TEST_DEPENDS;PARTS" ${ARGN})
  if(NOT ROOM_FOLDER)
    set(ROOM_FOLDER ${CMAKE_CURRENT_SOURCE_DIR}/${NAME})
  endif()
  set(patterns ${ROOM_FOLDER}/*.cpp)
  foreach(part IN LISTS ROOM_PARTS)
    list(APPEND patterns ${ROOM_FOLDER}/${part}/*.cpp)
  endforeach()
  file(GLOB sources CONFIGURE_DEPENDS ${patterns})
  set(tests ${sources})
  set(benches ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER benches INCLUDE REGEX "_bench\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_(test|bench|main)\\.cpp$")

  if(sources)
    add_library(ashlar_${NAME} STATIC ${sources})
    target_include_directories(ashlar_${NAME} PUBLIC ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
    target_link_libraries(ashlar_${NAME} PUBLIC ${ROOM_DEPENDS})
    ashlar_precompiled(ashlar_${NAME} precompiled)
  else()
    add_library(ashlar_${NAME} INTERFACE)
    target_include_directories(ashlar_${NAME} INTERFACE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
    target_link_libraries(ashlar_${NAME} INTERFACE ${ROOM_DEPENDS})
  endif()

  if(tests AND BUILD_TESTING)
    add_executable(${NAME}_test ${tests})
    target_link_libraries(${NAME}_test PRIVATE ashlar_${NAME} ${ROOM_TEST_DEPENDS}
                                               ashlar_test_paths GTest::gmock GTest::gtest_main)
    if(ROOM_TESTS_COMPUTE)
      ashlar_precompiled(${NAME}_test precompiled)
    else()
      ashlar_compile_as_test(${NAME}_test)
      ashlar_precompiled(${NAME}_test precompiled_for_tests)
    endif()
    # One ctest entry a room: the runner's own summary counts the cases.
    add_test(NAME ${NAME} COMMAND ${NAME}_test)
  endif()

  if(benches)
    add_executable(${NAME}_bench EXCLUDE_FROM_ALL ${benches})
    target_link_libraries(${NAME}_bench PRIVATE ashlar_${NAME} ${ROOM_TEST_DEPENDS} ashlar_test_paths
                                                benchmark::benchmark benchmark::benchmark_main)
  endif()
endfunction()
