"""Just enough of Kafka for tests: what topics hold, by kcat."""
import json
import subprocess

SECONDS = 60


def kcat(stack, *words):
    result = subprocess.run(["kcat", "-q", "-b", stack.env["SHOP_BROKER_URL"], "-m", "10", *words], capture_output=True, text=True, timeout=SECONDS)
    if result.returncode != 0:
        raise OSError(f"kcat {' '.join(words)}: {result.stderr.strip().splitlines()[-1:]}")
    return result.stdout


def topics(stack):
    """The names of this set of data's, without what they all begin with."""
    prefix = stack.env["SHOP_BROKER_PREFIX"]
    names = [topic["topic"] for topic in json.loads(kcat(stack, "-L", "-J"))["topics"]]
    return [name[len(prefix):] for name in names if name.startswith(prefix)]


def partitions(stack):
    """(the leader's number, the numbers of who is in sync) of each that is in the cluster; nobody leads: -1."""
    found = json.loads(kcat(stack, "-L", "-J"))["topics"]
    return [(one["leader"], {broker["id"] for broker in one["isrs"]}) for topic in found for one in topic["partitions"]]


def records(stack, topic):
    """(key, {header: value}, payload or None) of each, partition after partition, from the beginning to what is the end now."""
    text = kcat(stack, "-C", "-t", stack.env["SHOP_BROKER_PREFIX"] + topic, "-o", "beginning", "-e", "-J")
    for line in text.splitlines():
        record = json.loads(line)
        headers = record.get("headers") or []
        yield record.get("key"), dict(zip(headers[::2], headers[1::2])), record.get("payload")
