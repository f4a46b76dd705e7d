import multiprocessing
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests"))
import claims  # noqa: E402


@pytest.fixture(autouse=True)
def quiet_host(monkeypatch):
    """A host without routes, where every port is free."""
    monkeypatch.setattr(claims, "networks_in_use", lambda: [])
    monkeypatch.setattr(claims, "is_free", lambda port: True)


def made(tmp_path, name):
    (tmp_path / name).mkdir(exist_ok=True)
    return claims.Claim(tmp_path / name, tmp_path / "claims")


def take(arguments):
    return made(*arguments).number


def test_those_who_start_at_once_never_share(tmp_path):
    names = [f"run-{index}" for index in range(48)]
    with multiprocessing.get_context("fork").Pool(16) as pool:
        numbers = pool.map(take, [(tmp_path, name) for name in names])
    assert len(set(numbers)) == len(names)
    pools = {claims.pool_of(number) for number in numbers}
    ports = {port for number in numbers for port in claims.ports_of(number)}
    assert len(pools) == len(names) and len(ports) == 4 * len(names)


def test_what_is_released_or_left_behind_is_free_again(tmp_path):
    for index in range(claims.NUMBERS):
        claim = made(tmp_path, f"run-{index}")
    with pytest.raises(RuntimeError, match="in use or claimed"):
        made(tmp_path, "one-more")
    claim.release()
    assert made(tmp_path, "one-more").number == claim.number
    (tmp_path / "run-0").rmdir()
    made(tmp_path, "another")


def test_a_claim_that_is_somebody_elses_by_now_is_not_released(tmp_path):
    claim = made(tmp_path, "run")
    (tmp_path / "other").mkdir()
    claim.file.write_text(f"{tmp_path / 'other'}\n")
    claim.release()
    assert claim.file.exists()


def test_pools_that_a_route_touches_and_ports_in_use_are_passed_over(tmp_path, monkeypatch):
    wanted = made(tmp_path, "run")
    wanted.release()
    monkeypatch.setattr(claims, "networks_in_use", lambda: [wanted.pool])
    assert made(tmp_path, "run").number == (wanted.number + 1) % claims.NUMBERS
    monkeypatch.setattr(claims, "networks_in_use", lambda: [])
    monkeypatch.setattr(claims, "is_free", lambda port: port != wanted.ports[3])
    assert made(tmp_path, "run").number == (wanted.number + 1) % claims.NUMBERS


def test_the_shell_and_the_tests_mean_the_same_by_a_number():
    text = (pathlib.Path(__file__).parent / "x/instance.sh").read_text()
    assert f"claims_dir={claims.FOLDER}\n" in text
    assert "second=$((64 + number))" in text and "ASHLAR_PORT=$((17400 + 4 * number))" in text
    assert f"offset < {claims.NUMBERS}" in text and str(claims.pool_of(3)) == "10.67.0.0/16"
