import os
import shutil
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))
import kafka_node  # noqa: E402

# What a node runs, and what it may have been before.
VERSION = "4.4.0"
OLDER = "4.1.0"


def pytest_sessionstart(session):
    kafka_node.end_on_sigterm()
    missing = [program for program in ("java", "mvn", "openssl") if not shutil.which(program)]
    if missing:
        pytest.exit("the tests of Kafka's admin program run a real Kafka and fail without: " + ", ".join(missing),
                    returncode=1)


@pytest.fixture(scope="session")
def libs():
    return kafka_node.jars(VERSION)


@pytest.fixture(scope="session")
def admin(libs, tmp_path_factory):
    return kafka_node.Admin(tmp_path_factory.mktemp("admin"), libs)


@pytest.fixture(scope="session")
def formatted(libs, admin, tmp_path_factory):
    """A node that was formatted, and what the tool said."""
    node = kafka_node.Node(tmp_path_factory.mktemp("node"), libs, admin)
    return node, *node.format("--release-version", "4.1")


@pytest.fixture(scope="session")
def node(formatted):
    made = formatted[0]
    try:
        yield made.start()
    finally:
        made.stop()
