import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import check_includes  # noqa: E402

TABLE = """# Architecture

```include-table
base         <- everything
model        -> base
cloud        -> base model
kinds/fleet  -> base
kinds/*      -> base kinds/fleet
kinds/*: spec < plan < steps
main         -> everything
pocketcloud  -> base
```
"""


@pytest.fixture
def project(tmp_path):
    """Checks a small project that consists of these files and some headers to include."""
    def check(files):
        headers = ("src/base/id.hpp", "src/model/plan.hpp", "src/kinds/fleet/fleet.hpp",
                   "src/kinds/redis/redis.hpp", "src/kinds/redis/plan/plan.hpp",
                   "src/kinds/redis/testing/golden.hpp", "src/main/main.hpp")
        for name, text in {**dict.fromkeys(headers, ""), "docs/architecture.md": TABLE, **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return check_includes.check(tmp_path)
    return check


@pytest.mark.parametrize("file, included", [
    ("src/model/a.cpp", "base/id.hpp"),
    ("src/model/a.cpp", "model/plan.hpp"),
    ("src/cloud/digitalocean/a.cpp", "model/plan.hpp"),
    ("src/kinds/redis/a.cpp", "kinds/fleet/fleet.hpp"),
    ("src/kinds/redis/a.cpp", "redis.hpp"),
    ("src/kinds/redis/a.cpp", "kinds/redis/plan/plan.hpp"),
    ("src/kinds/redis/plan/a.cpp", "kinds/redis/plan/plan.hpp"),
    ("src/kinds/redis/steps/a.cpp", "kinds/redis/plan/plan.hpp"),
    ("src/kinds/redis/spec/a_test.cpp", "kinds/redis/testing/golden.hpp"),
    ("src/main/a.cpp", "kinds/redis/redis.hpp"),
    ("pocketcloud/a.cpp", "base/id.hpp"),
])
def test_allowed(project, file, included):
    assert project({file: f'#include "{included}"\n#include <vector>\n'}) == (1, [])


@pytest.mark.parametrize("file, included, fault", [
    ("src/base/a.cpp", "model/plan.hpp", 'base may not include model ("model/plan.hpp")'),
    ("src/kinds/vpn/a.cpp", "kinds/redis/redis.hpp", "kinds/vpn may not include kinds/redis"),
    ("src/kinds/fleet/a.cpp", "kinds/redis/redis.hpp", "kinds/fleet may not include kinds/redis"),
    ("src/kinds/redis/a.cpp", "../../main/main.hpp", "kinds/redis may not include main"),
    ("src/kinds/redis/spec/a.cpp", "kinds/redis/plan/plan.hpp", "kinds/redis/spec comes before plan/plan.hpp"),
    ("src/kinds/redis/plan/a.cpp", "kinds/redis/redis.hpp", "kinds/redis/plan comes before redis.hpp"),
    ("src/kinds/redis/plan/a.cpp", "kinds/redis/testing/golden.hpp", "plan comes before testing/golden.hpp"),
    ("src/model/a.cpp", "no/such.hpp", "is not a file of this project"),
    ("pocketcloud/a.cpp", "model/plan.hpp", "pocketcloud may not include model"),
])
def test_refused(project, file, included, fault):
    seen, faults = project({file: f'// first line\n  #  include "{included}"\n'})
    assert seen == 1
    assert len(faults) == 1
    assert faults[0].startswith(f"{file}:2: ")
    assert fault in faults[0]


def test_a_folder_without_a_line_is_a_fault(project):
    _, faults = project({"src/plugins/a.cpp": ""})
    assert faults == ["src/plugins/a.cpp: its folder has no line in the include table"]


def test_a_missing_table_is_an_error():
    with pytest.raises(ValueError, match="no ```include-table"):
        check_includes.Table("# Architecture\n")


def test_an_unreadable_line_is_an_error():
    with pytest.raises(ValueError, match="cannot read"):
        check_includes.Table("```include-table\nmodel => base\n```\n")
