"""Each stage's plan against the provider's real schema: is it valid, what does it make, is any of it public, unencrypted,
untagged or unpriced? The account is made up (mock_provider): nothing here says that AWS would accept it.

Without terraform or the provider on this machine these tests are skipped, and say why.
"""
import json
import pathlib
import shutil
import subprocess
import sys

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "terraform"))
import cost  # noqa: E402
import plan  # noqa: E402

STAGES = sorted(path.name for path in (ROOT / "terraform/stages").iterdir() if path.is_dir())
PRICES = yaml.safe_load((ROOT / "terraform/prices.yaml").read_text())


class Planned:
    def __init__(self, stage):
        try:
            self.workspace = plan.Workspace(stage)
        except plan.Missing as why:
            pytest.skip(str(why))
        self.stage = stage
        self.valid, self.complaint = self.workspace.validate()
        self.passed, self.failed, made, self.said = self.workspace.test()
        self.resources = plan.resources(made) if made else []

    def count(self, kind, name):
        return len([address for address, found, _ in self.resources if found == kind and f".{name}[" in address])

    def of(self, kind):
        return [values for _, found, values in self.resources if found == kind]


@pytest.fixture(scope="module", params=STAGES)
def planned(request):
    return Planned(request.param)


@pytest.mark.skipif(shutil.which("terraform") is None, reason="there is no terraform on this machine")
def test_the_files_are_formatted():
    result = subprocess.run(["terraform", "fmt", "-check", "-recursive", "terraform"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stdout


def test_it_is_valid_and_its_own_tests_pass(planned):
    """Among them: a wrong image, a wrong region, a domain without a zone are refused in words."""
    assert planned.valid, planned.complaint
    assert (planned.passed, planned.failed) == (5, 0), planned.said


def test_nothing_is_open_to_the_world(planned):
    rules = planned.of("aws_vpc_security_group_ingress_rule")
    assert len(rules) >= 2
    for rule in rules:
        assert rule["cidr_ipv4"] is None and rule["cidr_ipv6"] is None, "from a group or a prefix list, never from a range"
        assert rule["from_port"] == rule["to_port"] and rule["from_port"] in (5432, 6379, 8080, 9094)
    for database in planned.of("aws_db_instance"):
        assert database["publicly_accessible"] is False
    for balancer in planned.of("aws_lb"):
        assert balancer["drop_invalid_header_fields"] and balancer["enable_deletion_protection"]
    assert all(not subnet["map_public_ip_on_launch"] for subnet in planned.of("aws_subnet"))
    (edge,) = planned.of("aws_cloudfront_distribution")
    assert edge["default_cache_behavior"][0]["viewer_protocol_policy"] == "redirect-to-https"


def test_everything_at_rest_is_encrypted_and_kept(planned):
    (database,) = (values for values in planned.of("aws_db_instance") if not values["replicate_source_db"])
    assert database["backup_retention_period"] >= 7 and not database["skip_final_snapshot"]
    assert all(values["storage_encrypted"] and values["deletion_protection"] for values in planned.of("aws_db_instance"))
    (settings,) = planned.of("aws_db_parameter_group")
    assert ("rds.force_ssl", "1") in {(row["name"], row["value"]) for row in settings["parameter"]}
    for machine in planned.of("aws_instance"):
        assert machine["root_block_device"][0]["encrypted"]
        assert machine["metadata_options"][0]["http_tokens"] == "required"
    for template in planned.of("aws_launch_template"):
        assert all(mapping["ebs"][0]["encrypted"] == "true" for mapping in template["block_device_mappings"])
        assert template["metadata_options"][0]["http_tokens"] == "required"
    for cache in planned.of("aws_elasticache_replication_group"):
        assert cache["at_rest_encryption_enabled"] and cache["transit_encryption_enabled"]
    assert all(key["enable_key_rotation"] for key in planned.of("aws_kms_key"))


def untagged(resources):
    """Addresses of what can have a name and has none; and of what the provider's tags do not reach, where they are not said."""
    for address, kind, values in resources:
        tags = [{row["key"]: row["value"] for row in values["tag"]}] if kind == "aws_autoscaling_group" else \
            [row["tags"] for row in values["tag_specifications"]] if kind == "aws_launch_template" else \
            [values["volume_tags"] or {}] if kind == "aws_instance" else []
        named = [values["tags"] or {}] if "tags" in values else []
        if not all("Name" in found for found in tags + named) or not all("Project" in found for found in tags):
            yield address


def test_everything_that_can_be_is_tagged(planned):
    """With a name each, and all by the provider with the project and the stage, by which they are found and paid."""
    assert list(untagged(planned.resources)) == []
    root = (ROOT / f"terraform/stages/{planned.stage}/main.tf").read_text()
    assert f'default_tags {{ tags = {{ Project = local.name, Stage = "{planned.stage}", ManagedBy = "terraform" }} }}' in root
    assert f'"stagecraft-{planned.stage[:2]}"' in root


def test_what_has_no_tag_is_seen():
    group = {"tag": [{"key": "Name", "value": "shop"}]}
    template = {"tags": {"Name": "shop"}, "tag_specifications": [{"tags": {"Name": "shop", "Project": "p"}}, {"tags": {"Name": "shop"}}]}
    assert list(untagged([("aws_vpc.a", "aws_vpc", {"tags": {"Name": "a"}}), ("aws_vpc.b", "aws_vpc", {"tags": {"Owner": "b"}}), ("aws_eip.c", "aws_eip", {"tags": None}),
                          ("aws_autoscaling_group.d", "aws_autoscaling_group", group), ("aws_launch_template.e", "aws_launch_template", template),
                          ("aws_instance.f", "aws_instance", {"tags": {"Name": "f"}, "volume_tags": {"Name": "f"}}), ("aws_route.g", "aws_route", {})])) == \
        ["aws_vpc.b", "aws_eip.c", "aws_autoscaling_group.d", "aws_launch_template.e", "aws_instance.f"]


def test_somebody_hears_before_the_money_is_gone(planned):
    (budget,) = planned.of("aws_budgets_budget")
    assert {row["notification_type"] for row in budget["notification"]} == {"ACTUAL", "FORECASTED"}
    assert sum(row[2] for row in cost.bill(planned.resources, PRICES)) < float(budget["limit_amount"])


def test_the_sizes_are_the_stages(planned):
    sizes = {"01-monolith": {"t3.small", "db.t3.micro"}, "02-indexing": {"t3.small", "db.t3.small"},
             "03-caching": {"t3.small", "db.t3.small", "cache.t3.micro"},
             "04-horizontal": {"t3.small", "db.t3.small", "cache.t3.micro"},
             "05-queues": {"t3.small", "db.t3.small", "cache.t3.micro", "kafka.m7g.large"}}
    assert {row[1] for row in cost.bill(planned.resources, PRICES) if row[1]} == sizes[planned.stage]


def test_several_instances_are_behind_a_balancer(planned):
    """From stage 04 on: at least two, in both zones, only those that are ready, and what the group starts is tagged."""
    if planned.stage < "04":
        assert not planned.of("aws_autoscaling_group")
        return
    (group,) = (values for values in planned.of("aws_autoscaling_group") if values["health_check_type"] == "ELB")
    (target,) = planned.of("aws_lb_target_group")
    assert group["min_size"] >= 2 and target["health_check"][0]["path"] == "/readyz"
    for template in planned.of("aws_launch_template"):
        assert {row["resource_type"] for row in template["tag_specifications"]} == {"instance", "volume", "network-interface"}
    (replica,) = (values for values in planned.of("aws_db_instance") if values["replicate_source_db"])
    assert replica["instance_class"] == "db.t3.small"
    policies = {row["value"] for made in planned.of("aws_elasticache_parameter_group") for row in made["parameter"]}
    assert policies == {"allkeys-lfu", "noeviction"}, "a cache may forget, sessions may not"


def test_what_the_shop_has_told_is_kept_and_done(planned):
    """From stage 05 on: three brokers, told over TLS alone, from the shop's groups alone; and two machines that do it."""
    if planned.stage < "05":
        assert not planned.of("aws_msk_cluster")
        return
    (cluster,), (settings,) = map(planned.of, ("aws_msk_cluster", "aws_msk_configuration"))
    assert cluster["number_of_broker_nodes"] == 3 and planned.count("aws_subnet", "private") == 3
    assert cluster["encryption_info"][0]["encryption_in_transit"] == [{"client_broker": "TLS", "in_cluster": True}]
    assert cluster["broker_node_group_info"][0]["connectivity_info"][0]["public_access"] == [{"type": "DISABLED"}]
    told = dict(line.split("=") for line in settings["server_properties"].split())
    assert told["min.insync.replicas"] == "2" and told["unclean.leader.election.enable"] == "false"
    (work,) = (values for values in planned.of("aws_autoscaling_group") if values["health_check_type"] == "EC2")
    assert work["min_size"] >= 2
    for port in (5432, 6379, 9094):  # both groups, each server
        rules = [rule for rule in planned.of("aws_vpc_security_group_ingress_rule") if rule["from_port"] == port]
        assert len(rules) == (4 if port == 6379 else 2), port


def test_a_broker_costs_by_its_disk_as_well():
    node = {"instance_type": "kafka.t3.small", "storage_info": [{"ebs_storage_info": [{"volume_size": 20}]}]}
    rows = cost.bill([("module.kafka.aws_msk_cluster.this", "aws_msk_cluster", {"number_of_broker_nodes": 3, "broker_node_group_info": [node]})], PRICES)
    assert rows == [("module.kafka.aws_msk_cluster.this", "kafka.t3.small", pytest.approx(3 * (0.0456 * 730 + 20 * 0.10)))]


def test_a_group_costs_what_its_least_instances_cost():
    template = {"instance_type": "t3.small", "block_device_mappings": [{"ebs": [{"volume_size": 20}]}]}
    rows = cost.bill([("module.shop.aws_autoscaling_group.this", "aws_autoscaling_group", {"min_size": 2}),
                      ("module.shop.aws_launch_template.this", "aws_launch_template", template)], PRICES)
    assert rows == [("module.shop.aws_autoscaling_group.this", "t3.small", pytest.approx(2 * ((0.0208 + 0.005) * 730 + 20 * 0.08)))]


def test_the_price_that_the_readme_shows_is_that_of_the_plan(planned):
    """Another price, or another resource: `RECORD=1 make cost` for each stage, then `make readme`."""
    recorded = json.loads((ROOT / f"docs/results/cost-{planned.stage}.json").read_text())
    assert recorded["as_of"] == PRICES["as_of"]
    assert recorded["dollars_a_month"] == pytest.approx(sum(row[2] for row in cost.bill(planned.resources, PRICES)), abs=0.01)


def test_what_has_no_price_is_refused():
    with pytest.raises(cost.Unpriced, match="no price for aws_nat_gateway"):
        cost.bill([("aws_nat_gateway.this", "aws_nat_gateway", {})], PRICES)
    with pytest.raises(cost.Unpriced, match="no price for m7i.48xlarge"):
        cost.bill([("aws_instance.this", "aws_instance", {"instance_type": "m7i.48xlarge"})], PRICES)
    with pytest.raises(SystemExit, match="99-none has no terraform/stages/99-none"):
        plan.Workspace("99-none")


def test_what_a_request_costs_is_said_by_what_the_stage_was_measured_to_carry(tmp_path, monkeypatch):
    monkeypatch.setattr(cost, "RESULTS", tmp_path)
    assert cost.for_each(26.28, "01-monolith") is None
    rows = [{"name": "requests", "measured": 100}, {"name": "orders confirmed", "measured": 4}]
    (tmp_path / "capacity-01-monolith.json").write_text(json.dumps({"results": rows}))
    assert cost.for_each(26.28, "01-monolith") == (pytest.approx(0.1), pytest.approx(0.0025))  # a month has 2,628,000 s
    assert cost.for_each(26.28, "02-indexing") is None
    assert (cost.digits(0.000571), cost.digits(12.345)) == ("0.00057", "12.35")
