# Run as a script: writes OUTPUT, a C++ source that holds the text of every file of the semicolon-separated list
# SOURCES, and one hash of all of them.
set(source "#include \"kinds/kafka/server/admin_sources.hpp\"\n\nnamespace ashlar::kafka {\n\n"
           "std::span<const AdminSource> admin_sources() {\n"
           "  static constexpr AdminSource kSources[] = {\n")
set(all "")
foreach(file IN LISTS SOURCES)
  get_filename_component(name ${file} NAME)
  file(SHA256 ${file} hash)
  string(APPEND all "${name} ${hash}\n")
  file(READ ${file} text)
  string(APPEND source "      {\"${name}\", R\"source(${text})source\"},\n")
endforeach()
string(SHA256 hash "${all}")
string(SUBSTRING "${hash}" 0 16 hash)
string(APPEND source "  };\n  return kSources;\n}\n\n"
       "std::string_view admin_sources_hash() {\n  return \"${hash}\";\n}\n\n}  // namespace ashlar::kafka\n")
file(WRITE ${OUTPUT} "${source}")
