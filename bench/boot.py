"""12 machines to answering sshd: the pocket cloud beside the bare nspawn commands."""

import pathlib
import statistics
import subprocess
import time

from bare import BareMachines

HERE = pathlib.Path(__file__).resolve().parent
COUNT = 12
RUNS = 2


def floor(instance):
    started = time.monotonic()
    subprocess.run([HERE / "floor/boot.sh", instance.image, instance.directory / "floor-boot",
                    str(COUNT), str(instance.floor_pool)], check=True, stdin=subprocess.DEVNULL)
    took = time.monotonic() - started
    subprocess.run([HERE / "floor/boot.sh", "--down", instance.directory / "floor-boot"],
                   check=True, stdin=subprocess.DEVNULL)
    return took


def through_the_cloud(instance, number):
    machines = BareMachines(instance, COUNT, f"boot{number}", instance.directory / f"boot{number}")
    try:
        return machines.create()
    finally:
        machines.destroy()


def run(instance):
    floors = [floor(instance) for _ in range(RUNS)]
    clouds = [through_the_cloud(instance, number) for number in range(RUNS)]
    base = statistics.median(floors)
    return [{"what": f"{COUNT} machines to sshd", "who": who, "runs": RUNS, "ratio": seconds / base,
             "seconds": seconds}
            for who, seconds in (("bare nspawn", base), ("pocket cloud", statistics.median(clouds)))]
