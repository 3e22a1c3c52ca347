"""What moto's server has not of Kafka as a service, and our root for stage 05 asks for: groups of settings, where the
brokers are, and clusters that are ready at once and gone when they are deleted. Each only as far as the provider looks at it.
"""
import datetime
import json
import uuid
from urllib.parse import unquote

from moto.core.exceptions import JsonRESTError
from moto.kafka import urls
from moto.kafka.exceptions import NotFoundException
from moto.kafka.models import FakeKafkaCluster, KafkaBackend
from moto.kafka.responses import KafkaResponse

ACCOUNT, REGION = "123456789012", "us-east-1"
SETTINGS = {}  # arn -> what a group of settings is


class NoSuchSettings(JsonRESTError):
    """In the words by which the provider knows that they are gone."""

    def __init__(self, arn):
        super().__init__("BadRequestException", f"The request is invalid: {arn}. Configuration ARN does not exist.")


def create_configuration(self):
    name = self._get_param("name")
    arn = f"arn:aws:kafka:{REGION}:{ACCOUNT}:configuration/{name}/{uuid.uuid4()}"
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    SETTINGS[arn] = {"arn": arn, "name": name, "creationTime": now, "state": "ACTIVE", "description": "", "kafkaVersions": self._get_param("kafkaVersions"),
                     "latestRevision": {"revision": 1, "creationTime": now}, "serverProperties": self._get_param("serverProperties")}
    return json.dumps({key: SETTINGS[arn][key] for key in ("arn", "name", "creationTime", "state", "latestRevision")})


def asked(self):
    """The group of settings that the path is about."""
    arn = unquote(self.parsed_url.path).split("/configurations/")[1].split("/revisions/")[0]
    if arn not in SETTINGS:
        raise NoSuchSettings(arn)
    return SETTINGS[arn]


def describe_configuration(self):
    return json.dumps({key: value for key, value in asked(self).items() if key != "serverProperties"})


def describe_configuration_revision(self):
    found = asked(self)
    return json.dumps({"arn": found["arn"], "revision": 1, "creationTime": found["creationTime"], "description": "", "serverProperties": found["serverProperties"]})


def delete_configuration(self):
    arn = asked(self)["arn"]
    del SETTINGS[arn]
    return json.dumps({"arn": arn, "state": "DELETING"})


def get_bootstrap_brokers(self):
    return json.dumps({"bootstrapBrokerStringTls": ",".join(f"b-{number}.kafka.example:9094" for number in (1, 2, 3))})


def ready(create):
    """A cluster that is so at once."""
    def created(self, **named):
        arn, name, _ = create(self, **named)
        self.clusters[arn].state = "ACTIVE"
        return arn, name, "ACTIVE"
    return created


def or_not_found(describe):
    def described(self, cluster_arn):
        if cluster_arn not in self.clusters:
            raise NotFoundException(f"Cluster {cluster_arn} does not exist")
        return describe(self, cluster_arn)
    return described


def add():
    for action in (create_configuration, describe_configuration, describe_configuration_revision, delete_configuration, get_bootstrap_brokers):
        setattr(KafkaResponse, action.__name__, action)
    for path in ("configurations$", "configurations/(?P<arn>.+)$"):
        urls.url_paths[f"{{0}}/v1/{path}"] = KafkaResponse.dispatch
    FakeKafkaCluster._generate_arn = lambda self: f"arn:aws:kafka:{REGION}:{ACCOUNT}:cluster/{self.cluster_name}/{self.cluster_id}-1"
    KafkaBackend.create_cluster = ready(KafkaBackend.create_cluster)
    KafkaBackend.describe_cluster = or_not_found(KafkaBackend.describe_cluster)
    KafkaBackend.describe_cluster_v2 = or_not_found(KafkaBackend.describe_cluster_v2)
