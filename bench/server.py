"""What the server costs when nobody asks anything of it: start time, memory, size on disk."""

import time

import harness
import table
from redis_cluster import apply

STARTS = 7
IDLE_SECONDS = 10
MIB = 2**20


def resident_bytes(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    raise RuntimeError(f"process {pid} has no VmRSS: has it ended?")


def start(instance):
    """Seconds from fork to the first answer that says ready; looked for every 2 ms."""
    instance.server.terminate()
    started = time.monotonic()
    instance.start_server()
    instance.wait_ready(pause=0.002)
    return time.monotonic() - started


def idle_memory(instance):
    """After it has made a cluster of 12 machines with TLS, and goes on watching it."""
    apply(instance, "idle")
    time.sleep(IDLE_SECONDS)
    bytes_now = resident_bytes(instance.server.process.pid)
    instance.cli("delete", "redis", "idle", "--yes")
    return bytes_now


def run(instance):
    starts = [start(instance) for _ in range(STARTS)]
    fresh = resident_bytes(instance.server.process.pid)
    after = idle_memory(instance)
    sizes = {program.name: program.stat().st_size for program in
             (harness.ASHLAR, harness.NODE_PROGRAM, harness.POCKETCLOUD)}
    return [table.row("server start to ready", "ashlar", starts),
            table.row("memory of the idle server (resident)", "just started", [fresh / MIB],
                      unit="MiB"),
            table.row("memory of the idle server (resident)",
                      f"{IDLE_SECONDS} s after a 12-node deploy", [after / MIB], unit="MiB",
                      aim="value", most=40),
            *(table.row("size of the program", name, [size / MIB], unit="MiB")
              for name, size in sizes.items())]
