"""Stock Redis clients against a deployed cluster: redis-py's own Sentinel support, nothing of ours."""

import contextlib
import threading
import time
import uuid

import redis
import redis.sentinel

from harness import wait_until


MANY_WRITES = 50


def wait_for_load(load):
    """Waits until a load has confirmed many writes, however slow the machine is; how many it has."""
    wait_until(f"{MANY_WRITES} writes are confirmed", lambda: len(load.acknowledged) > MANY_WRITES, 60)
    return len(load.acknowledged)


def tls_options(ca_path):
    return {"ssl": True, "ssl_ca_certs": str(ca_path), "ssl_check_hostname": False}


class Stock:
    """Connection options for one cluster, made from its status and credentials alone."""

    def __init__(self, instance, identifier, directory, refresh=True):
        self.status = instance.cluster(identifier, refresh=refresh)["status"]
        credentials = instance.credentials(identifier)
        self.password = credentials["password"]
        self.options = {}
        if credentials.get("caCertificate"):
            ca_path = directory / f"{credentials['name']}-ca.crt"
            ca_path.write_text(credentials["caCertificate"])
            self.options = tls_options(ca_path)
        self.sentinel_password = credentials.get("sentinelPassword") or self.password

    def nodes(self, role):
        return [node for node in self.status["nodes"] if node["role"] == role]

    def node(self, address, port=6379):
        return redis.Redis(address, port, password=self.password, socket_timeout=2,
                           socket_connect_timeout=2, **self.options)

    def sentinel(self, addresses=None):
        """Through all its sentinels, or through those at these addresses [(host, port)] only."""
        return redis.sentinel.Sentinel(
            addresses or [(node["privateAddress"], 26379) for node in self.nodes("sentinel")],
            socket_timeout=0.5, socket_connect_timeout=0.5,
            sentinel_kwargs={"password": self.sentinel_password, **self.options,
                             "socket_timeout": 0.5, "socket_connect_timeout": 0.5},
            password=self.password, **self.options)

    def groups(self):
        return [group["name"] for group in self.status["groups"]]


class Remembering:
    """A client that was given the sentinels' addresses once, as Ashlar printed them, and nothing since.

    Each time it is asked to work it begins anew, as a service does that restarts: discovery by those
    addresses alone. Passwords and TLS may have changed; its operator gives it those.
    """

    def __init__(self, instance, identifier):
        self.instance = instance
        self.identifier = identifier
        connection = instance.cluster(identifier)["status"]["connection"]
        self.addresses = [(address.rsplit(":", 1)[0], int(address.rsplit(":", 1)[1]))
                          for address in connection["sentinels"]]
        self.groups = connection["masterNames"]

    def finds_masters(self, seconds=20):
        """Writes to the master of each group and reads it back; the masters' addresses."""
        return [wait_until(f"{self.addresses} lead to the master of {group}",
                           lambda group=group: self._work(group), seconds) for group in self.groups]

    def _work(self, group):
        stock = Stock(self.instance, self.identifier, self.instance.directory, refresh=False)
        value = uuid.uuid4().hex
        try:
            address = stock.sentinel(self.addresses).discover_master(group)[0]
            master = stock.sentinel(self.addresses).master_for(group)
            master.set("remembering", value)
            return address if master.get("remembering") == value.encode() else None
        except redis.exceptions.RedisError:
            return None

    def answering(self):
        """Those of its addresses at which a sentinel names a master now."""
        stock = Stock(self.instance, self.identifier, self.instance.directory, refresh=False)
        answered = []
        for address in self.addresses:
            with contextlib.suppress(redis.exceptions.RedisError):
                stock.sentinel([address]).discover_master(self.groups[0])
                answered.append(address)
        return answered


class Writer:
    """Writes numbered keys through the sentinels, each confirmed by WAIT 1, and measures the gaps."""

    def __init__(self, stock, group):
        self.master = stock.sentinel().master_for(group, retry_on_timeout=False)
        self.acknowledged = []
        self.times = []
        self.errors = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        number = 0
        while not self._stop.is_set():
            number += 1
            with contextlib.suppress(Exception):
                # WAIT counts replicas for this connection's last write: both on one connection.
                with self.master.pipeline(transaction=False) as pipe:
                    pipe.set(f"write:{number}", number)
                    pipe.execute_command("WAIT", 1, 500)
                    stored, replicas = pipe.execute()
                if stored and replicas >= 1:
                    self.acknowledged.append(number)
                    self.times.append(time.monotonic())
                    time.sleep(0.01)
                    continue
            self.errors += 1
            time.sleep(0.02)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join(10)

    def longest_gap(self):
        return max((b - a for a, b in zip(self.times, self.times[1:])), default=float("inf"))

    def lost(self, client):
        """Acknowledged numbers that `client` does not have."""
        missing = []
        for start in range(0, len(self.acknowledged), 500):
            numbers = self.acknowledged[start:start + 500]
            values = client.mget([f"write:{number}" for number in numbers])
            missing += [n for n, value in zip(numbers, values) if value != str(n).encode()]
        return missing


class Application:
    """Writes and reads through the sentinels for as long as it lives, whatever happens to them.

    Each write is confirmed by WAIT 1 on its own connection. When the sentinels or the password that
    it knows do not serve any more, it reads the connection details again, as a service would.
    """

    def __init__(self, instance, identifier):
        self.instance = instance
        self.identifier = identifier
        self.acknowledged = []
        self.times = []
        self.write_errors = []
        self.read_errors = []
        self.reads = 0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._loop, args=(work, errors), daemon=True)
                         for work, errors in ((self._write, self.write_errors),
                                              (self._read, self.read_errors))]
        self._run = uuid.uuid4().hex  # so that no earlier run's value passes for this one's
        self._number = 0

    def _loop(self, work, errors):
        clients = None
        while not self._stop.is_set():
            try:
                if clients is None:
                    stock = Stock(self.instance, self.identifier, self.instance.directory,
                                  refresh=False)
                    sentinel = stock.sentinel()
                    group = stock.groups()[0]
                    clients = (sentinel.master_for(group, retry_on_timeout=False),
                               sentinel.slave_for(group, retry_on_timeout=False))
                work(*clients)
                time.sleep(0.01)
            except redis.exceptions.ReadOnlyError as error:
                errors.append(error)  # a former master: the next connection asks the sentinels
                clients[0].connection_pool.disconnect()
            except (redis.sentinel.MasterNotFoundError, redis.sentinel.SlaveNotFoundError,
                    redis.exceptions.AuthenticationError) as error:
                errors.append(error)
                clients = None
                time.sleep(0.05)
            except Exception as error:  # whatever it is, an application tries again
                errors.append(error)
                time.sleep(0.02)

    def _write(self, master, _):
        self._number += 1
        number = self._number
        # WAIT counts replicas for this connection's last write: both on one connection.
        with master.pipeline(transaction=False) as pipe:
            pipe.set(f"day-two:{number}", f"{self._run}:{number}")
            pipe.execute_command("WAIT", 1, 500)
            stored, replicas = pipe.execute()
        if stored and replicas >= 1:
            self.acknowledged.append(number)
            self.times.append(time.monotonic())

    def _read(self, _, replica):
        replica.get("day-two:1")
        self.reads += 1

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join(10)

    def longest_gap(self):
        """Seconds between two acknowledged writes."""
        return max((b - a for a, b in zip(self.times, self.times[1:])), default=float("inf"))

    def lost(self):
        """Acknowledged numbers that the present master does not have."""
        stock = Stock(self.instance, self.identifier, self.instance.directory)
        master = stock.sentinel().master_for(stock.groups()[0])
        missing = []
        for start in range(0, len(self.acknowledged), 500):
            numbers = self.acknowledged[start:start + 500]
            values = master.mget([f"day-two:{number}" for number in numbers])
            missing += [n for n, value in zip(numbers, values) if value != f"{self._run}:{n}".encode()]
        return missing
