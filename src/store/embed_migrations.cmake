# Run as a script: writes OUTPUT, a C++ source that holds the text of every file of the
# semicolon-separated list MIGRATIONS, so that the program carries its own schema.
set(source "#include \"store/migrations.hpp\"\n\nnamespace ashlar::store {\n\n"
           "std::span<const Migration> embedded_migrations() {\n"
           "  static constexpr Migration kMigrations[] = {\n")
foreach(file IN LISTS MIGRATIONS)
  get_filename_component(name ${file} NAME_WE)
  if(NOT name MATCHES "^([0-9][0-9][0-9][0-9])_[a-z_]+$")
    message(FATAL_ERROR "${file}: a migration is called NNNN_what_it_does.sql")
  endif()
  math(EXPR version "1${CMAKE_MATCH_1} - 10000")
  if(DEFINED file_${version})
    message(FATAL_ERROR "${file} has the number of ${file_${version}}")
  endif()
  set(file_${version} ${file})
  file(READ ${file} text)
  string(APPEND source "      {${version}, \"${name}\", R\"sql(${text})sql\"},\n")
endforeach()
string(APPEND source "  };\n  return kMigrations;\n}\n\n}  // namespace ashlar::store\n")
file(WRITE ${OUTPUT} "${source}")
