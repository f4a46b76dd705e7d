# Embeds admin/*.java, and what compiles them, into the room's library, again whenever one of them changes.
file(GLOB admin_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/../admin/*.java
     ${CMAKE_CURRENT_LIST_DIR}/../admin/build.sh)
list(SORT admin_sources)
set(embedded ${CMAKE_CURRENT_BINARY_DIR}/kafka_admin_sources.cpp)
add_custom_command(
  OUTPUT ${embedded}
  COMMAND ${CMAKE_COMMAND} "-DOUTPUT=${embedded}" "-DSOURCES=${admin_sources}" -P
          ${CMAKE_CURRENT_LIST_DIR}/embed_admin_sources.cmake
  DEPENDS ${admin_sources} ${CMAKE_CURRENT_LIST_DIR}/embed_admin_sources.cmake
  COMMENT "Embedding Kafka's admin program"
  VERBATIM)
target_sources(ashlar_kafka PRIVATE ${embedded})
