"""12 machines to 12 answering sshd: the pocket cloud's droplets, and bare containers of its image.

The pocket cloud also does what the floor is spared: a disk of its own for each machine, firewall,
VPC, addresses, memory limits, and an API to ask for it all. Machines of both are gone before the
next round.
"""

import pathlib
import shutil
import subprocess
import time

import harness
import table
from bare import BareMachines

HERE = pathlib.Path(__file__).resolve().parent
MACHINES = 12
ROUNDS = 3
FLOOR, POCKETCLOUD = "bare systemd-nspawn", "pocket cloud"


def image_root():
    roots = sorted(harness.IMAGE_CACHE.glob("debian-12-*/root"), key=lambda p: p.stat().st_mtime)
    if not roots:
        raise RuntimeError(f"there is no machine image in {harness.IMAGE_CACHE}")
    return roots[-1]


def floor(directory):
    directory.mkdir()
    try:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
                        directory / "host_key"], check=True)
        done = subprocess.run([HERE / "floor/boot.sh", image_root(), directory, str(MACHINES)],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"boot.sh ended with {done.returncode}: {done.stderr[-2000:]}")
        return float(done.stdout)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        for left in pathlib.Path("/run/systemd/nspawn/propagate").glob("bench-m*"):
            left.rmdir()  # nspawn leaves it when it is killed


def droplets(instance, directory):
    names = [f"boot-{number + 1}" for number in range(MACHINES)]
    machines = BareMachines(instance, dict.fromkeys(names, "s-1vcpu-1gb"), directory)
    try:
        started = time.monotonic()
        machines.create()
        machines.wait_for_banners()
        return time.monotonic() - started
    finally:
        machines.destroy()


def run(instance):
    times = {FLOOR: [], POCKETCLOUD: []}
    for number in range(ROUNDS):
        times[FLOOR].append(floor(instance.directory / f"floor-{number}"))
        times[POCKETCLOUD].append(droplets(instance, instance.directory / f"boot-{number}"))
    return table.contest(f"{MACHINES} machines to answering sshd", times, against=FLOOR)
