#include "cli/spec_file.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "base/file.hpp"
#include "base/id.hpp"
#include "cli/peer.hpp"

namespace ashlar::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class Folder {
 public:
  Folder() : path(std::filesystem::temp_directory_path() / ("ashlar-spec-" + random_hex(6))) {
    std::filesystem::create_directory(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  const std::filesystem::path path;
};

SpecFiles parse(std::string_view text) {
  return specs_in(parse_documents("demo.yaml", text, "."), known_kinds());
}

SpecFiles load(const std::string& file) {
  return specs_in(read_documents({file}), known_kinds());
}

std::string refusal(std::string_view text) {
  try {
    parse(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidInput);
    return error.message();
  }
  ADD_FAILURE() << "accepted: " << text;
  return {};
}

TEST(SpecFile, OneResourceADocument) {
  const SpecFiles files = parse("kind: redis\nname: a\n---\nkind: redis\nname: b\n---\n");
  ASSERT_THAT(files.entries, SizeIs(2));
  EXPECT_EQ(files.entries[0].kind, "redis");
  EXPECT_EQ(files.entries[0].spec, (Json{{"name", "a"}}));
  EXPECT_EQ(files.entries[1].spec, (Json{{"name", "b"}}));
  EXPECT_EQ(files.entries[1].document->line_of("name"), 5);
  EXPECT_THAT(files.warnings, IsEmpty());
}

TEST(SpecFile, ADeployRequestHoldsSeveralClusters) {
  const SpecFiles files = parse(
      "kind: redis\n"
      "targetClusters: [redis-single]\n"
      "clusters:\n"
      "  - name: a\n"
      "  - name: b\n"
      "    targetClusters: [redis-prod-single]\n");
  ASSERT_THAT(files.entries, SizeIs(2));
  EXPECT_EQ(files.entries[0].spec, (Json{{"name", "a"}, {"targetClusters", {"redis-single"}}}));
  EXPECT_EQ(files.entries[1].spec,
            (Json{{"name", "b"}, {"targetClusters", {"redis-prod-single"}}}));
  EXPECT_EQ(files.entries[1].prefix, "clusters[1].");
}

struct Broken {
  std::string_view text, message;
};
void PrintTo(const Broken& broken, std::ostream* out) {
  *out << broken.text;
}

class BrokenSpec : public testing::TestWithParam<Broken> {};
TEST_P(BrokenSpec, SaysWhereAndWhat) {
  EXPECT_EQ(refusal(GetParam().text), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Files, BrokenSpec,
    testing::Values(
        Broken{"", "demo.yaml: holds no spec"}, Broken{"---\n", "demo.yaml: holds no spec"},
        Broken{"- a\n",
               "demo.yaml:1: a spec is a mapping that begins with 'kind: KIND', of which there "
               "are: redis, teapot\n     1 | - a"},
        Broken{"name: a\n",
               "demo.yaml:1: kind: is missing; write which kind of infrastructure this is, one of: "
               "redis, teapot\n     1 | name: a"},
        Broken{"kind: 7\n",
               "demo.yaml:1: kind: is missing; write which kind of infrastructure this is, one of: "
               "redis, teapot\n     1 | kind: 7"},
        Broken{"kind: mysql\n",
               "demo.yaml:1: kind: there is no kind 'mysql'; there are: redis, teapot\n"
               "     1 | kind: mysql"},
        Broken{"kind: redis\nname: [a\n", "demo.yaml:3: end of sequence flow not found\n     3 | "},
        Broken{"kind: redis\nname: a\nname: b\n",
               "demo.yaml:3: the key 'name' is given twice\n     3 | name: b"},
        Broken{"kind: redis\na: &x 1\nb: *x\n",
               "demo.yaml:3: aliases are not supported; write the value out\n     3 | b: *x"},
        Broken{
            "kind: redis\nclusters: []\n",
            "demo.yaml:2: clusters: must be a list of at least one cluster\n     2 | clusters: []"},
        Broken{
            "kind: redis\nclusters: {}\n",
            "demo.yaml:2: clusters: must be a list of at least one cluster\n     2 | clusters: {}"},
        Broken{"kind: redis\nclusters:\n  - a\n",
               "demo.yaml:3: clusters[0]: must be a mapping\n     3 |   - a"},
        Broken{"kind: redis\nregion: nyc1\nclusters: [{name: a}]\n",
               "demo.yaml:2: region: does not belong beside 'clusters'; there are: kind, "
               "targetClusters\n     2 | region: nyc1"},
        Broken{"kind: redis\nsystemPassword: {path: x}\n",
               "demo.yaml:2: systemPassword: must be {file: PATH}, naming the file whose first "
               "line is the password"},
        Broken{"kind: redis\nsystemPassword: [a-canary-secret]\n",
               "demo.yaml:2: systemPassword: must be {file: PATH}, naming the file whose first "
               "line is the password"},
        Broken{
            "kind: redis\nsystemPassword: {file: no/such}\n",
            "demo.yaml:2: systemPassword.file: cannot read ./no/such: No such file or directory"}));

TEST(SpecFile, TakesThePasswordFromAFileBesideTheSpec) {
  const Folder folder;
  write_file_atomically(folder.path / "password", "correct horse battery\nrest\n");
  write_file_atomically(
      folder.path / "demo.yaml",
      "kind: redis\nclusters:\n  - name: a\n    systemPassword: {file: password}\n");
  const SpecFiles files = load((folder.path / "demo.yaml").string());
  EXPECT_EQ(files.entries.at(0).spec["systemPassword"], "correct horse battery");
  EXPECT_THAT(files.warnings, IsEmpty());
}

TEST(SpecFile, AnEmptyPasswordFileIsAFault) {
  const Folder folder;
  write_file_atomically(folder.path / "password", "\nsecond\n");
  write_file_atomically(folder.path / "demo.yaml",
                        "kind: redis\nsystemPassword: {file: password}\n");
  EXPECT_THROW(load((folder.path / "demo.yaml").string()), Error);
}

TEST(SpecFile, ReadsEverySecretThatTheKindHasFromItsFile) {
  const Folder folder;
  write_file_atomically(folder.path / "password", "correct horse battery\n");
  write_file_atomically(folder.path / "tea.yaml",
                        "kind: teapot\nname: a\nrecipe: {file: password}\nguests:\n"
                        "  - {name: x, password: {file: password}}\n  - {name: y}\n"
                        "  - {name: z, password: in-the-open}\nsystemPassword: {file: x}\n");
  const SpecFiles files = load((folder.path / "tea.yaml").string());
  const Json& spec = files.entries.at(0).spec;
  EXPECT_EQ(spec["recipe"], "correct horse battery");
  EXPECT_EQ(spec["guests"][0]["password"], "correct horse battery");
  EXPECT_FALSE(spec["guests"][1].contains("password"));
  EXPECT_EQ(spec["systemPassword"], (Json{{"file", "x"}})) << "is no secret of this kind";
  ASSERT_THAT(files.warnings, SizeIs(1));
  EXPECT_THAT(files.warnings[0], HasSubstr("tea.yaml:7: guests[2].password stands here in plain"));
}

TEST(SpecFile, WarnsOfAPlainPasswordWithoutShowingIt) {
  const SpecFiles files = parse("kind: redis\nname: a\nsystemPassword: a-canary-secret\n");
  EXPECT_EQ(files.entries.at(0).spec["systemPassword"], "a-canary-secret");
  ASSERT_THAT(files.warnings, SizeIs(1));
  EXPECT_THAT(files.warnings[0],
              HasSubstr("demo.yaml:3: systemPassword stands here in plain text"));
  EXPECT_THAT(files.warnings[0], Not(HasSubstr("canary")));
}

TEST(SpecFile, AMissingFileIsNamed) {
  try {
    load("/no/such/demo.yaml");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kNotFound);
    EXPECT_THAT(error.what(), HasSubstr("/no/such/demo.yaml"));
  }
}

constexpr std::string_view kTwo =
    "kind: redis\n"
    "clusters:\n"
    "  - name: a\n"
    "    region: mars1\n"
    "  - name: b\n"
    "    desiredState:\n"
    "      roles:\n"
    "        sentinel: {count: 1}\n"
    "    systemPassword: short\n";

TEST(SpecFile, ShowsTheServersFaultsWhereTheyStand) {
  const SpecFiles files = parse(kTwo);
  EXPECT_EQ(render_faults({{"[0].region", "there is no region 'mars1'", 0},
                           {"[1].desiredState.roles.sentinel.count", "must be at least 3", 0},
                           {"[1].desiredState.roles.master", "is missing", 0},
                           {"[1].systemPassword", "must have 12 characters", 0},
                           {"[7].name", "of nowhere", 0},
                           {"", "of the whole", 0}},
                          files.entries, {}),
            "demo.yaml:4: clusters[0].region: there is no region 'mars1'\n"
            "     4 |     region: mars1\n"
            "demo.yaml:8: clusters[1].desiredState.roles.sentinel.count: must be at least 3\n"
            "     8 |         sentinel: {count: 1}\n"
            "demo.yaml:8: clusters[1].desiredState.roles.master: is missing\n"
            "     8 |         sentinel: {count: 1}\n"
            "demo.yaml:9: clusters[1].systemPassword: must have 12 characters\n"
            "[7].name: of nowhere\n"
            ": of the whole\n");
}

TEST(SpecFile, ASingleEntryNeedsNoIndexInThePath) {
  const SpecFiles files = parse("kind: redis\nname: a\nregion: mars1\n");
  EXPECT_EQ(render_faults({{"region", "there is no region 'mars1'", 0}, {"[0].name", "bad", 0}},
                          files.entries, {}),
            "demo.yaml:3: region: there is no region 'mars1'\n     3 | region: mars1\n"
            "demo.yaml:2: name: bad\n     2 | name: a\n");
}

}  // namespace
}  // namespace ashlar::cli
