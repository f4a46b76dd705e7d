import pathlib

import pytest
import yaml

from assemble_openapi import ROOT, Faulty, assemble, assemble_from

BASE = """\
openapi: 3.1.0
paths:
  # kinds: paths
  /servers: {}
schemas:
    # kinds: schemas
    Last: {}
"""


def test_parts_stand_where_the_base_says_in_the_order_of_their_names():
    parts = {
        "b.yaml": "paths:\n  /b:\n    get: {}\n\nschemas:\n  B: {}\n",
        "a.yaml": "# a comment of the file\npaths:\n  /a: {}  # kept\n",
    }
    assert assemble(BASE, parts) == """\
openapi: 3.1.0
paths:
  /a: {}  # kept
  /b:
    get: {}
  /servers: {}
schemas:
    B: {}
    Last: {}
"""


def test_a_section_may_be_text():
    assert assemble("text: |\n  Always.\n  # kinds: series\n", {"a": "series: |\n  Of a.\n"}) == "text: |\n  Always.\n  Of a.\n"


@pytest.mark.parametrize(("part", "fault"), [
    ("responses:\n  A: {}\n", "a: the base has no place for the section responses"),
    ("paths:\n  /a: {}\npaths:\n  /b: {}\n", "a:3: the section paths is there twice"),
    ("paths:\n/a: {}\n", "a:2: neither a section nor indented by two"),
])
def test_a_part_that_does_not_fit_is_refused(part, fault):
    with pytest.raises(Faulty, match=fault):
        assemble(BASE, {"a": part})


def test_the_projects_own_parts_are_yaml_and_make_the_contract():
    for path in pathlib.Path(ROOT).glob("src/kinds/*/openapi.yaml"):
        assert isinstance(yaml.safe_load(path.read_text()), dict)
    assert (ROOT / "api/openapi.yaml").read_text() == assemble_from(ROOT)
