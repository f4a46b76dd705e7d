"""What the server costs when nobody asks anything of it: start time, memory, size on disk."""

import statistics
import time

import harness


def resident_bytes(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    raise RuntimeError("no VmRSS")


def run(instance):
    starts = []
    for _ in range(5):
        instance.server.terminate()
        started = time.monotonic()
        instance.start_server()
        instance.wait_ready()
        starts.append(time.monotonic() - started)
    time.sleep(3)
    return [
        {"what": "server start to ready", "who": "ashlar", "seconds": statistics.median(starts),
         "runs": len(starts)},
        {"what": "idle memory", "who": "ashlar", "aim": "< 40",
         "value": resident_bytes(instance.server.process.pid) / 2**20, "unit": "MiB"},
        {"what": "binary size", "who": "ashlar", "value": harness.ASHLAR.stat().st_size / 2**20,
         "unit": "MiB"},
        {"what": "binary size", "who": "ashlar-node",
         "value": harness.NODE_PROGRAM.stat().st_size / 2**20, "unit": "MiB"},
    ]
