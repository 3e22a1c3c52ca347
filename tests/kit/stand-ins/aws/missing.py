"""What moto's server has not and our roots ask for: a budget's subscribers and tags, groups of settings and
of subnets of Redis as a service, and databases that can be told apart. Each only as far as the provider looks at it.
"""
import datetime
import hashlib
import inspect
import json

from moto.budgets.responses import BudgetsResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models import ec2_backends
from moto.elasticache.exceptions import ElastiCacheException
from moto.elasticache.models import ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse
from moto.rds.models import RDSBackend
from moto.ssm.models import Parameter, ssm_backends

ACCOUNT, REGION = "123456789012", "us-east-1"
SYSTEM = "/aws/service/debian/release/12/latest/amd64"
BUDGET_TAGS = {}
GROUPS = {}  # of settings: name -> (what it is, {setting: value})


# --- budgets

def describe_subscribers_for_notification(self):
    wanted = self._get_param("Notification")
    budget = self.backend.budgets[self._get_param("AccountId")][self._get_param("BudgetName")]
    return json.dumps({"Subscribers": [one for row in budget.notifications if row.details == wanted for one in row.subscribers]})


def update_budget(self):
    fresh = self._get_param("NewBudget")
    self.backend.budgets[self._get_param("AccountId")][fresh["BudgetName"]].budget.update(fresh)
    return json.dumps({})


def tag_budget(self):
    BUDGET_TAGS[self._get_param("ResourceARN")] = self._get_param("ResourceTags")
    return json.dumps({})


def budget_tags(self):
    return json.dumps({"ResourceTags": BUDGET_TAGS.get(self._get_param("ResourceARN"), [])})


# --- Redis as a service

class GroupNotFound(ElastiCacheException):
    code = "CacheParameterGroupNotFound"

    def __init__(self, name):
        super().__init__(f"CacheParameterGroup {name} not found.")


def group(self):
    name = self._get_param("CacheParameterGroupName")
    if name not in GROUPS:
        raise GroupNotFound(name)
    return name, *GROUPS[name]


def create_cache_parameter_group(self):
    name, family = self._get_param("CacheParameterGroupName"), self._get_param("CacheParameterGroupFamily")
    arn = f"arn:aws:elasticache:{REGION}:{ACCOUNT}:parametergroup:{name}"
    facts = {"CacheParameterGroupName": name, "CacheParameterGroupFamily": family, "Description": self._get_param("Description"), "ARN": arn}
    GROUPS[name] = (facts, {})
    self.elasticache_backend.add_tags_to_resource(arn, self._get_param("Tags", []))
    return ActionResult({"CacheParameterGroup": facts})


def describe_cache_parameter_groups(self):
    return ActionResult({"CacheParameterGroups": [group(self)[1]]})


def describe_cache_parameters(self):
    return ActionResult({"Parameters": [{"ParameterName": name, "ParameterValue": value} for name, value in group(self)[2].items()]})


def modify_cache_parameter_group(self):
    name, _, values = group(self)
    values.update({row["ParameterName"]: row["ParameterValue"] for row in self._get_param("ParameterNameValues", [])})
    return ActionResult({"CacheParameterGroupName": name})


def reset_cache_parameter_group(self):
    name, _, values = group(self)
    for row in self._get_param("ParameterNameValues", []):
        values.pop(row["ParameterName"], None)
    return ActionResult({"CacheParameterGroupName": name})


def delete_cache_parameter_group(self):
    del GROUPS[group(self)[0]]
    return EmptyResult()


def list_tags_for_resource(self):
    tags = self.elasticache_backend.tagging_service.list_tags_for_resource(self._get_param("ResourceName"))
    return ActionResult({"TagList": tags["Tags"]})


def delete_cache_subnet_group(self):
    self.elasticache_backend.cache_subnet_groups.pop(self._get_param("CacheSubnetGroupName"), None)
    return EmptyResult()


def with_members(create):
    """A replication group whose members are there, too: the provider reads most of it from the first."""
    def created(self, **named):
        made = create(self, **named)
        like = {name: named.get(name) for name in list(inspect.signature(self.create_cache_cluster).parameters)}
        for member in made.member_clusters:
            self.create_cache_cluster(**dict(like, cache_cluster_id=member, num_cache_nodes=1, tags=[]))
            self.cache_clusters[member].at_rest_encryption_enabled = made.at_rest_encryption_enabled
        return made
    return created


def for_good(delete):
    def deleted(self, replication_group_id, retain_primary_cluster):
        gone = delete(self, replication_group_id, retain_primary_cluster)
        del self.replication_groups[replication_group_id]
        self.cache_clusters = {name: one for name, one in self.cache_clusters.items() if one.replication_group_id != replication_group_id}
        return gone
    return deleted


# --- databases: all have the same id there, by which the provider would find the wrong one

def with_an_id(create):
    def created(self, *words, **named):
        database = create(self, *words, **named)
        database.dbi_resource_id = "db-" + hashlib.sha256(database.db_instance_identifier.encode()).hexdigest()[:26].upper()
        return database
    return created


def add():
    """To a server that runs already: what its parts begin with is there then."""
    BudgetsResponse.describe_subscribers_for_notification = describe_subscribers_for_notification
    BudgetsResponse.update_budget = update_budget
    BudgetsResponse.tag_resource, BudgetsResponse.list_tags_for_resource = tag_budget, budget_tags
    for action in (create_cache_parameter_group, describe_cache_parameter_groups, describe_cache_parameters, modify_cache_parameter_group,
                   reset_cache_parameter_group, delete_cache_parameter_group, delete_cache_subnet_group,
                   list_tags_for_resource):
        setattr(ElastiCacheResponse, action.__name__, action)
    ElastiCacheBackend.create_replication_group = with_members(ElastiCacheBackend.create_replication_group)
    ElastiCacheBackend.delete_replication_group = for_good(ElastiCacheBackend.delete_replication_group)
    RDSBackend.create_db_instance = with_an_id(RDSBackend.create_db_instance)
    RDSBackend.create_db_instance_read_replica = with_an_id(RDSBackend.create_db_instance_read_replica)
    image = next(iter(ec2_backends[ACCOUNT][REGION].amis))
    ssm_backends[ACCOUNT][REGION]._parameters[SYSTEM].append(
        Parameter(account_id=ACCOUNT, name=SYSTEM, value=image, parameter_type="String", description="", allowed_pattern=None,
                  keyid=None, last_modified_date=datetime.datetime.now(), version=1, data_type="text"))
