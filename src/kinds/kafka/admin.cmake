# Embeds the admin program's sources into the kind's library: machines compile them, this build needs no Java.
# `include(kinds/kafka/admin.cmake)` after ashlar_room(kafka ...).
file(GLOB kafka_admin_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/admin/*.java ${CMAKE_CURRENT_LIST_DIR}/admin/*.sh)
list(SORT kafka_admin_sources)
set(kafka_admin_embedded ${CMAKE_CURRENT_BINARY_DIR}/kafka_admin_sources.cpp)
add_custom_command(
  OUTPUT ${kafka_admin_embedded}
  COMMAND ${CMAKE_COMMAND} "-DOUTPUT=${kafka_admin_embedded}" "-DSOURCES=${kafka_admin_sources}" -P
          ${CMAKE_CURRENT_LIST_DIR}/embed_admin.cmake
  DEPENDS ${kafka_admin_sources} ${CMAKE_CURRENT_LIST_DIR}/embed_admin.cmake
  COMMENT "Embedding Kafka's admin program"
  VERBATIM)
target_sources(ashlar_kafka PRIVATE ${kafka_admin_embedded})
