"""A real server on a real pocket cloud for the console's tests, steered over standard input.

Reads one JSON object a line, {"do": NAME, ...arguments}, and answers one a line: {"ok": ANSWER} or
{"failed": WHY}. Ends, and takes everything down, when its input does: whoever started it may die.
"""

import json
import os
import pathlib
import sys
import traceback

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import harness  # noqa: E402
from clients import Application  # noqa: E402

# Far more changes in a few minutes than DigitalOcean would allow.
CLOUD_OPTIONS = ("--minute-limit", 100_000, "--hourly-limit", 1_000_000)


class Lab:
    def __init__(self, observe_interval):
        self.instance = harness.Instance("console", CLOUD_OPTIONS)
        self.instance.observe_interval = observe_interval
        self.load = None

    def stop(self):
        if self.load:
            self.load.__exit__(None, None, None)
        self.instance.stop()

    def about(self):
        return {"url": self.instance.url, "token": self.instance.token(),
                "ranges": [str(self.instance.public_pool), str(self.instance.vpc_pool)]}

    def restart_server(self):
        self.instance.restart_server()

    def stop_server(self):
        self.instance.server.terminate()

    def start_server(self):
        self.instance.start_server()
        self.instance.wait_ready()

    def deploy(self, name, **counts):
        """The id of a cluster that is up."""
        wanted = harness.sentinel_cluster(self.instance, name, **counts)
        ended = self.instance.wait_operation(self.instance.deploy(wanted)["correlationId"], 300)
        assert ended["state"] == "succeeded", ended["error"]
        return self.instance.find_cluster(name)["id"]

    def deploy_single(self, name):
        wanted = harness.single(self.instance, name)
        ended = self.instance.wait_operation(self.instance.deploy(wanted)["correlationId"], 300)
        assert ended["state"] == "succeeded", ended["error"]
        return self.instance.find_cluster(name)["id"]

    def begin_deploy(self, name):
        """A deployment that stays on its way: one of its machines takes its time to boot."""
        self.instance.add_fault({"boot": "slow", "name": f"^{name}-replica-1", "delayMs": 3_600_000, "count": 1})
        operation = self.instance.deploy(harness.sentinel_cluster(self.instance, name))["correlationId"]
        harness.wait_until(
            "the other machines are ready",
            lambda: self.instance.operation(operation)["stepsDone"] >= 10, 120)
        return {"cluster": self.instance.find_cluster(name)["id"], "operation": operation}

    def cancel(self, identifier):
        self.instance.api("POST", f"/operations/{identifier}/cancel", 202)
        return self.instance.wait_operation(identifier, 120)["state"]

    def stop_cluster(self, identifier):
        answer = self.instance.api("PATCH", f"/servers/{identifier}/stop", 202, json={}).json()
        return self.instance.wait_operation(answer["correlationId"], 120)["state"]

    def observe(self, identifier):
        return self.instance.cluster(identifier, refresh=True)["status"]

    def operation(self, identifier):
        return self.instance.operation(identifier)

    def patch(self, identifier, body):
        """A change by somebody else, carried out to its end."""
        answer = self.instance.api("PATCH", f"/servers/{identifier}", 202, json=body).json()
        return self.instance.wait_operation(answer["correlationId"], 300)["state"]

    def failed_update(self, identifier):
        """The id of an update that failed since the provider would not sell a machine."""
        self.instance.add_fault({"method": "POST", "path": "/v2/droplets", "status": 422,
                                 "message": "you have reached your limit of droplets"})
        answer = self.instance.api("PATCH", f"/servers/{identifier}", 202, json={}).json()
        self.instance.wait_operation(answer["correlationId"], 120)
        self.instance.clear_faults()
        return answer["correlationId"]

    def last_operation(self, identifier):
        return self.instance.cluster(identifier)["currentOperationId"]

    def begin_load(self, identifier):
        """Something to measure: a client that writes and reads until the end."""
        self.load = Application(self.instance, identifier)
        self.load.__enter__()

    def droplets(self):
        return [droplet["name"] for droplet in self.instance.droplets()]

    def destroy_droplet(self, name):
        """As if somebody did so in the provider's own console."""
        for droplet in self.instance.droplets():
            if droplet["name"] == name:
                assert self.instance.cloud_delete(f"/v2/droplets/{droplet['id']}").ok
                harness.wait_until(f"{name} is gone", lambda: name not in self.droplets(), 30)
                return
        raise AssertionError(f"there is no droplet {name}")

    def add_fault(self, fault):
        self.instance.add_fault(fault)

    def clear_faults(self):
        self.instance.clear_faults()


def main():
    harness.end_on_sigterm()
    lab = Lab(int(os.environ.get("ASHLAR_OBSERVE_INTERVAL", "5")))
    try:
        lab.instance.start()
        print(json.dumps({"ok": lab.about()}), flush=True)
        for line in sys.stdin:
            request = json.loads(line)
            try:
                answer = {"ok": getattr(lab, request.pop("do"))(**request)}
            except (AssertionError, AttributeError, TypeError, KeyError,
                    requests.RequestException, OSError) as error:
                answer = {"failed": f"{error}\n{traceback.format_exc()}"}
            print(json.dumps(answer), flush=True)
    finally:
        lab.stop()


if __name__ == "__main__":
    main()
