import os
import shutil
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))
import clients  # noqa: E402
import harness  # noqa: E402


def missing_features():
    missing = []
    if os.geteuid() != 0:
        missing.append("root")
    for program in ("systemd-nspawn", "nft", "ip", "mmdebstrap", "ssh", "redis-cli"):
        if not shutil.which(program):
            missing.append(program)
    for program in (harness.ASHLAR, harness.POCKETCLOUD):
        if not program.exists():
            missing.append(str(program.name) + " (./x build)")
    return missing


def pytest_sessionstart(session):
    harness.end_on_sigterm()
    missing = missing_features()
    if missing:
        pytest.exit("the end-to-end tests need real machines and fail without: "
                    + ", ".join(missing), returncode=1)


@pytest.fixture(scope="module")
def instance(request):
    layers = harness.layer_options(getattr(request.module, "LAYERS", ()))
    made = harness.Instance(request.module.__name__,
                            (*getattr(request.module, "CLOUD_OPTIONS", ()), *layers))
    made.observe_interval = getattr(request.module, "OBSERVE_INTERVAL", 0)
    try:
        yield made.start()
    finally:
        made.stop()


@pytest.fixture(autouse=True)
def a_client_of_before(request):
    """Whatever a test does to its module's `cluster`: who was given the addresses before finds the
    master by them afterwards. A test whose change is meant to end addresses is marked so, and looks
    itself at what its clients were promised.
    """
    if "cluster" not in request.fixturenames:
        yield None
        return
    client = clients.Remembering(request.getfixturevalue("instance"),
                                 request.getfixturevalue("cluster"))
    yield client
    if client.groups and not request.node.get_closest_marker("addresses_change"):
        client.finds_masters()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    made = item.funcargs.get("instance") if hasattr(item, "funcargs") else None
    if report.failed and made:
        for log in ("ashlar.log", "pocketcloud.log"):
            path = made.directory / log
            if path.exists():
                report.sections.append((log, harness.tail(path, 60)))


@pytest.fixture
def measured(record_property, request):
    """measured("write gap", 1.2, "s") prints a figure and keeps it in the report."""
    def keep(name, value, unit):
        record_property(name, value)
        capture = request.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            print(f"\n  measured: {name} = {value:.3g} {unit}", flush=True)
    return keep
