"""Stock Kafka clients against a deployed cluster: confluent-kafka, with what the credentials route says and nothing else."""

import contextlib
import threading
import time
import uuid

from confluent_kafka import Consumer, KafkaError, Producer
from confluent_kafka.admin import AdminClient

from harness import wait_until

RATE = 50  # records a second
ENOUGH = 100  # records, before a change begins


class Stock:
    """How each user connects."""

    def __init__(self, instance, identifier):
        self.credentials = instance.credentials(identifier)
        self.bootstrap = self.credentials["connection"]["bootstrap"]
        self.passwords = {user["username"]: user["password"] for user in self.credentials["users"]}
        self.ca = None
        if self.credentials["caCertificate"]:
            self.ca = instance.directory / f"{self.credentials['name']}-ca.crt"
            self.ca.write_text(self.credentials["caCertificate"])

    def options(self, user, **more):
        options = {"bootstrap.servers": ",".join(self.bootstrap), "sasl.mechanism": "SCRAM-SHA-512",
                   "security.protocol": "SASL_SSL" if self.ca else "SASL_PLAINTEXT", "sasl.username": user,
                   "sasl.password": self.passwords[user], "log_level": 0}
        if self.ca:
            options["ssl.ca.location"] = str(self.ca)
        return {**options, **{name.replace("_", "."): value for name, value in more.items()}}

    def admin(self, user):
        return AdminClient(self.options(user))


class Load:
    """A producer that writes numbers to a topic at a steady rate, each acknowledged by all replicas in sync, and a consumer that
    reads them all. A consumer may be handed a record again when its group is dealt anew, so that what counts is where a record lies.
    """

    def __init__(self, stock, topic, partitions, writer, reader):
        self.topic, self.partitions = topic, partitions
        self.producer = Producer(stock.options(writer, enable_idempotence=True, acks="all", linger_ms=2,
                                               delivery_timeout_ms=60_000))
        self.run = uuid.uuid4().hex[:8]
        self.consumer = Consumer(stock.options(reader, group_id=f"{reader}-{self.run}", auto_offset_reset="earliest"))
        self.acknowledged, self.read, self.refused = {}, {}, []  # by partition: numbers; numbers by offset
        self.gap, self.last = 0.0, None
        self.written, self.until = False, float("inf")
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.write), threading.Thread(target=self.consume)]

    def answered(self, error, message):
        now = time.monotonic()
        if error:
            self.refused.append(str(error))
            return
        if self.last is not None:
            self.gap = max(self.gap, now - self.last)
        self.last = now
        self.acknowledged.setdefault(message.partition(), []).append(self.number_in(message))

    def write(self):
        number = 0
        while not self.stopping.is_set():
            self.producer.produce(self.topic, f"{self.run}:{number}", partition=number % self.partitions, on_delivery=self.answered)
            number += 1
            self.producer.poll(1 / RATE)
        self.producer.flush(60)
        self.written = True

    def consume(self):
        self.consumer.subscribe([self.topic])
        while time.monotonic() < self.until and not (self.written and self.count(self.read) >= self.count(self.acknowledged)):
            message = self.consumer.poll(0.2)
            if message is None or message.error():
                assert message is None or message.error().code() != KafkaError.TOPIC_AUTHORIZATION_FAILED
                continue
            if message.value().startswith(self.run.encode() + b":"):
                self.read.setdefault(message.partition(), {})[message.offset()] = self.number_in(message)
        self.consumer.close()

    @staticmethod
    def number_in(message):
        return int(message.value().decode().rpartition(":")[2])

    @staticmethod
    def count(records):
        return sum(map(len, records.values()))

    def faults(self):
        """What a client lost, saw twice or in another order; empty when all is well."""
        found = []
        for partition, written in self.acknowledged.items():
            read = [number for _, number in sorted(self.read.get(partition, {}).items())]
            lost = set(written) - set(read)
            if lost:
                found.append(f"partition {partition}: {len(lost)} of {len(written)} records are lost, such as {min(lost)}")
            if len(read) != len(set(read)):
                found.append(f"partition {partition}: {len(read) - len(set(read))} records are there twice")
            if read != sorted(read):
                found.append(f"partition {partition}: records are out of order")
        return found + self.refused


@contextlib.contextmanager
def load(stock, topic, partitions, writer, reader):
    """Writes and reads meanwhile, and afterwards holds what was read against what was acknowledged."""
    running = Load(stock, topic, partitions, writer, reader)
    for thread in running.threads:
        thread.start()
    try:
        wait_until(f"{ENOUGH} records are acknowledged", lambda: running.count(running.acknowledged) >= ENOUGH, 60)
        running.gap = 0.0
        yield running
    finally:
        running.stopping.set()
        running.until = time.monotonic() + 60
        for thread in running.threads:
            thread.join(90)
    faults = running.faults()
    assert faults == [], faults
