# A room is a folder with one duty. `ashlar_room(base ...)` builds its *.cpp into the library
# ashlar_base, its *_test.cpp into the test program base_test, and its *_bench.cpp into base_bench,
# so that adding a file to a room needs no change here.
include(GoogleTest)

function(ashlar_room NAME)
  cmake_parse_arguments(ROOM "" "FOLDER" "DEPENDS;TEST_DEPENDS" ${ARGN})
  if(NOT ROOM_FOLDER)
    set(ROOM_FOLDER ${CMAKE_CURRENT_SOURCE_DIR}/${NAME})
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${ROOM_FOLDER}/*.cpp)
  set(tests ${sources})
  set(benches ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER benches INCLUDE REGEX "_bench\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_(test|bench|main)\\.cpp$")

  if(sources)
    add_library(ashlar_${NAME} STATIC ${sources})
    target_include_directories(ashlar_${NAME} PUBLIC ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
    target_link_libraries(ashlar_${NAME} PUBLIC ${ROOM_DEPENDS})
  else()
    add_library(ashlar_${NAME} INTERFACE)
    target_include_directories(ashlar_${NAME} INTERFACE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
    target_link_libraries(ashlar_${NAME} INTERFACE ${ROOM_DEPENDS})
  endif()

  if(tests AND BUILD_TESTING)
    add_executable(${NAME}_test ${tests})
    target_link_libraries(${NAME}_test PRIVATE ashlar_${NAME} ${ROOM_TEST_DEPENDS} GTest::gmock
                                               GTest::gtest_main)
    target_compile_definitions(${NAME}_test PRIVATE ASHLAR_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    # One ctest entry a room: the runner's own summary counts the cases.
    add_test(NAME ${NAME} COMMAND ${NAME}_test)
  endif()

  if(benches)
    add_executable(${NAME}_bench EXCLUDE_FROM_ALL ${benches})
    target_link_libraries(${NAME}_bench PRIVATE ashlar_${NAME} ${ROOM_TEST_DEPENDS}
                                                benchmark::benchmark benchmark::benchmark_main)
  endif()
endfunction()
