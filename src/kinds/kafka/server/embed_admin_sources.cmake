# Run as a script: writes OUTPUT, a C++ source that holds the text of every file of the
# semicolon-separated list SOURCES. Read as hexadecimal digits, since CMake would take brackets and
# semicolons in a text for lists.
set(source "#include \"kinds/kafka/server/admin_sources.hpp\"\n\nnamespace ashlar::kafka {\n\n")
set(entries "")
set(number 0)
foreach(file IN LISTS SOURCES)
  get_filename_component(name ${file} NAME)
  file(READ ${file} digits HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${digits}")
  string(APPEND source "static const unsigned char kText${number}[] = {${bytes}0};\n")
  string(APPEND entries
         "      {\"${name}\", {reinterpret_cast<const char*>(kText${number}), sizeof(kText${number}) - 1}},\n")
  math(EXPR number "${number} + 1")
endforeach()
string(APPEND source "\nstd::span<const SourceFile> admin_sources() {\n  static const SourceFile kSources[] = {\n"
       "${entries}  };\n  return kSources;\n}\n\n}  // namespace ashlar::kafka\n")
file(WRITE ${OUTPUT} "${source}")
