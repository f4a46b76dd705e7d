"""Killing a master's machine under load: a new master, a measured gap, no confirmed write lost."""

import time

import harness
from clients import Stock, Writer, wait_for_load


def test_a_killed_master_machine_is_replaced_without_losing_confirmed_writes(instance, measured):
    started = time.monotonic()
    operation = instance.deploy(harness.sentinel_cluster(instance, "failover"))
    assert instance.wait_operation(operation["correlationId"])["state"] == "succeeded"
    measured("deploy of 6 machines with TLS", time.monotonic() - started, "s")
    identifier = instance.find_cluster("failover")["id"]
    stock = Stock(instance, identifier, instance.directory)
    group = stock.groups()[0]
    old = stock.sentinel().discover_master(group)[0]
    node = next(n for n in stock.status["nodes"] if n["privateAddress"] == old)

    with Writer(stock, group) as writer:
        before = wait_for_load(writer)
        instance.add_fault({"machine": "kill", "dropletId": int(node["providerId"])})
        new = harness.wait_until("the sentinels name another master",
                                 lambda: other_master(stock, group, old), 60, pause=0.2)
        harness.wait_until("writes go on", lambda: len(writer.acknowledged) > before + 100, 60)
    measured("write gap when the master's machine is killed", writer.longest_gap(), "s")
    measured("writes confirmed by WAIT 1", len(writer.acknowledged), "writes")
    assert writer.lost(stock.node(new)) == []


def other_master(stock, group, old):
    try:
        address = stock.sentinel().discover_master(group)[0]
    except Exception:  # while they vote there is none
        return None
    return address if address != old else None
