# Embeds store/migrations/*.sql into the store's library, again whenever one of them changes.
file(GLOB migrations CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/migrations/*.sql)
list(SORT migrations)
set(embedded ${CMAKE_CURRENT_BINARY_DIR}/store_migrations.cpp)
add_custom_command(
  OUTPUT ${embedded}
  COMMAND ${CMAKE_COMMAND} "-DOUTPUT=${embedded}" "-DMIGRATIONS=${migrations}" -P
          ${CMAKE_CURRENT_LIST_DIR}/embed_migrations.cmake
  DEPENDS ${migrations} ${CMAKE_CURRENT_LIST_DIR}/embed_migrations.cmake
  COMMENT "Embedding the store's migrations"
  VERBATIM)
target_sources(ashlar_store PRIVATE ${embedded})
