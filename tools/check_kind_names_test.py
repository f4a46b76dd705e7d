import pytest

import check_kind_names
from check_kind_names import faults_in, kinds_of, may_name, names_of

KINDS = ["kafka", "redis"]


@pytest.mark.parametrize("text", ["redis", "Redis", "ashlar_redis", "RedisEndpoint", "prepare_redis(", "REDISCLI_AUTH",
                                  "/infrastructure/redis/{id}", "prod-redis-1", "aRedisNode"])
def test_a_name_is_found_as_a_word_and_in_one(text):
    assert names_of(text, KINDS) == [(1, "redis")]


@pytest.mark.parametrize("text", ["redistribute", "predisposed", "sentinel", "Redistribution", ""])
def test_other_words_are_let_be(text):
    assert names_of(text, KINDS) == []


@pytest.mark.parametrize(("path", "kind"), [
    ("src/kinds/redis/plan/plan.cpp", "redis"), ("web/src/kinds/kafka/list/Page.tsx", "kafka"), ("src/main/serve.cpp", "kafka"),
    ("src/engine/engine_test.cpp", "redis"), ("src/machine/testing/fake.hpp", "redis"), ("tests/e2e/test_deploy.py", "kafka"),
    ("docs/guides/redis-day-two.md", "redis"), ("README.md", "redis"), ("examples/kafka.yaml", "kafka"),
    ("web/src/app/App.test.tsx", "redis"), ("api/openapi.yaml", "redis")])
def test_where_a_kind_may_be_named(path, kind):
    assert may_name(path, kind)


@pytest.mark.parametrize(("path", "kind"), [
    ("src/kinds/redis/redis.cpp", "kafka"), ("src/kinds/fleet/fleet.hpp", "redis"), ("src/engine/kind.hpp", "redis"),
    ("web/src/kinds/kafka/index.ts", "redis"), ("api/openapi/base.yaml", "redis"), ("src/cli/help.cpp", "redis"),
    ("src/main/console.cpp", "redis"), ("tools/x/build.sh", "redis")])
def test_where_it_may_not(path, kind):
    assert not may_name(path, kind)


def test_faults_name_the_place_and_the_kind():
    files = {"src/cli/a.cpp": "one\nKafka\n", "src/kinds/redis/b.cpp": "redis", "src/engine/redis.hpp": ""}
    assert faults_in(files, KINDS, {}) == ["src/cli/a.cpp:2: names the kind kafka", "src/engine/redis.hpp:0: names the kind redis"]


def test_what_is_owed_is_passed_over_until_it_is_paid():
    owed = {"src/cli/a.cpp": "a reason"}
    assert faults_in({"src/cli/a.cpp": "redis"}, KINDS, owed) == []
    assert faults_in({"src/cli/a.cpp": "any"}, KINDS, owed) == [
        "src/cli/a.cpp names no kind any more: take it off the list in tools/check_kind_names.py"]


def test_kinds_are_folders_but_for_what_they_share(tmp_path):
    for folder in ("src/kinds/redis", "src/kinds/fleet", "src/kinds/cluster", "web/src/kinds/kafka"):
        (tmp_path / folder).mkdir(parents=True)
    assert kinds_of(tmp_path) == KINDS


def test_every_reason_is_given():
    assert all(check_kind_names.OWED.values())
