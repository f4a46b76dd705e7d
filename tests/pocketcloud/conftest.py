import os
import signal

import pytest

import cloud as clouds


def pytest_sessionstart():
    # As by Ctrl-C, so that a killed run takes its machines down too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def cloud():
    """One cloud for the tests that leave it as they found it. Its quota is wide, since tests poll."""
    assert os.geteuid() == 0, "these tests boot machines and need root"
    assert clouds.PROGRAM.exists(), f"{clouds.PROGRAM} is not built"
    made = clouds.Cloud("--minute-limit", "100000", "--hourly-limit", "100000")
    try:
        yield made.start()
    finally:
        made.close()


@pytest.fixture
def own_cloud():
    """Makes clouds that a test may break; removed afterwards whatever happened."""
    made = []

    def make(*options):
        made.append(clouds.Cloud(*options))
        return made[-1].start()

    yield make
    for each in made:
        each.close()


@pytest.fixture(autouse=True)
def no_faults_left(request):
    yield
    if "cloud" in request.fixturenames:
        request.getfixturevalue("cloud").delete("/_pocket/faults")


def pytest_collection_modifyitems(items):
    """The check of all recorded traffic comes after the traffic."""
    items.sort(key=lambda item: item.name == "test_all_traffic_is_as_specified")
