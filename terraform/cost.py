#!/usr/bin/python3
"""`make cost STAGE=NN-name`: what a stage on AWS costs a month, from the resources of its plan and prices.yaml.

Also what a million requests and a thousand bookings cost at the capacity that was measured, if the machine were busy
all the time: the least they can cost, not what they will.
"""
import json
import math
import os
import pathlib
import sys

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import plan  # noqa: E402

RESULTS = plan.ROOT.parent / "docs/results"
SECONDS = 730 * 3600


class Unpriced(Exception):
    pass


SIZES = {"aws_instance": "instance_type", "aws_autoscaling_group": "instance_type", "aws_db_instance": "instance_class"}


def broker(values):
    return values["broker_node_group_info"][0]


def size(kind, values):
    if kind == "aws_msk_cluster":
        return broker(values)["instance_type"]
    return values.get(SIZES.get(kind, "node_type"))


def disk(kind, values):
    if kind == "aws_msk_cluster":
        return broker(values)["storage_info"][0]["ebs_storage_info"][0]["volume_size"]
    if kind == "aws_db_instance":
        return values["allocated_storage"]
    return sum(device["volume_size"] for device in values.get("root_block_device") or [])


def with_templates(resources):
    """The same, but a group of instances also knows what stands in the launch template beside it."""
    templates = {address.rsplit("aws_launch_template", 1)[0]: values for address, kind, values in resources if kind == "aws_launch_template"}
    for address, kind, values in resources:
        template = templates.get(address.rsplit("aws_autoscaling_group", 1)[0]) if kind == "aws_autoscaling_group" else None
        if template:
            disks = [mapping["ebs"][0] for mapping in template["block_device_mappings"]]
            values = dict(values, instance_type=template["instance_type"], root_block_device=disks)
        yield address, kind, values


def dollars(address, kind, values, prices):
    """A month of one resource; None when it costs nothing by itself."""
    if kind in prices["free"] or kind in prices["by_use"]:
        return None
    price = prices["priced"].get(kind)
    if price is None:
        raise Unpriced(f"{address}: no price for {kind} in terraform/prices.yaml")
    hours = prices["hours_per_month"]
    if "each_month" in price:
        return price["each_month"]
    if "each_hour" in price:
        return price["each_hour"] * hours
    hour = price["hour"].get(size(kind, values))
    if hour is None:
        raise Unpriced(f"{address}: no price for {size(kind, values)} in terraform/prices.yaml")
    number = (values.get("num_cache_clusters") or values.get("number_of_broker_nodes") or values.get("min_size") or 1) * (2 if values.get("multi_az") else 1)
    return number * ((hour + price.get("address_hour", 0)) * hours + price.get("disk_gb_month", 0) * disk(kind, values))


def bill(resources, prices):
    """[(address, what, dollars a month)], dearest first."""
    rows = []
    for address, kind, values in with_templates(resources):
        cost = dollars(address, kind, values, prices)
        if cost is not None:
            rows.append((address, size(kind, values) or "", cost))
    return sorted(rows, key=lambda row: -row[2])


def capacity(stage):
    """(requests a second, orders confirmed a second) as `RECORD=1 make capacity` measured them; or None."""
    path = RESULTS / f"capacity-{stage}.json"
    if not path.exists():
        return None
    rows = {row["name"]: row["measured"] for row in json.loads(path.read_text())["results"]}
    return rows["requests"], rows["orders confirmed"]


def for_each(total, stage):
    """(dollars per million requests, per thousand bookings), if it were as busy as it can be all the time; or None."""
    known = capacity(stage)
    return known and (total / known[0] / SECONDS * 1e6, total / known[1] / SECONDS * 1e3)


def digits(value):
    """Two that say something: 0.00057, never 5.7e-04."""
    return f"{value:.{max(2, 1 - math.floor(math.log10(value)))}f}"


def show(name):
    """Prints the bill of a stage; with RECORD=1 it also goes to docs/results, which README.md shows."""
    prices = yaml.safe_load((plan.ROOT / "prices.yaml").read_text())
    try:
        _, failed, made, said = plan.Workspace(name).test()
    except (plan.Missing, plan.Slow) as why:
        raise SystemExit(f"cost: {why}")
    if failed or made is None:
        raise SystemExit(f"cost: the plan could not be made\n{said}")
    resources = plan.resources(made)
    try:
        rows = bill(resources, prices)
    except Unpriced as why:
        raise SystemExit(f"cost: {why}")
    total = sum(row[2] for row in rows)
    print(f"Stage {name} on AWS, list prices of us-east-1 as of {prices['as_of']}, US dollars a month:\n")
    for address, what, cost in rows:
        print(f"  {address:<52} {what:<16} {cost:8.2f}")
    print(f"  {'together':<52} {'':<16} {total:8.2f}\n")
    for kind in sorted({kind for _, kind, _ in resources} & set(prices["by_use"])):
        print(f"  and by use: {kind}: {prices['by_use'][kind]}")
    dear = for_each(total, name)
    if dear:
        print(f"\nAt the capacity measured with all of it on 2 cores, busy all the time: {digits(dear[0])} per million requests, {digits(dear[1])}"
              " per thousand bookings.")
    if os.environ.get("RECORD") == "1":
        (RESULTS / f"cost-{name}.json").write_text(json.dumps({"as_of": prices["as_of"], "dollars_a_month": round(total, 2), "of_that": [
            {"resource": address, "size": what, "dollars_a_month": round(cost, 2)} for address, what, cost in rows]}, indent=1) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: cost.py NN-name")
    show(sys.argv[1])
