# Kafka as a service (MSK): a broker in each of three zones, in private subnets; what has been acknowledged is on two of them
# at least. Encrypted at rest and on the way, and only who belongs to the shop reaches it: being in the group is what lets
# a client in (decision 0026).
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.80" }
  }
}

variable "name" { type = string }
variable "vpc_id" { type = string }
variable "subnet_ids" { type = list(string) } # a broker in each
variable "client_security_group_ids" { type = list(string) }
variable "kms_key_arn" { type = string }
variable "instance_type" { type = string }
variable "storage_gb" { type = number } # of each broker

locals { replicas = length(var.subnet_ids) }

resource "aws_security_group" "this" {
  name        = "${var.name}-kafka"
  description = "Kafka, from the shop and its workers alone"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-kafka" }
}

resource "aws_vpc_security_group_ingress_rule" "shop" {
  count                        = length(var.client_security_group_ids)
  security_group_id            = aws_security_group.this.id
  description                  = "the shop"
  referenced_security_group_id = var.client_security_group_ids[count.index]
  from_port                    = 9094
  to_port                      = 9094
  ip_protocol                  = "tcp"
  tags                         = { Name = "${var.name}-kafka" }
}

resource "aws_msk_configuration" "this" {
  name           = var.name
  kafka_versions = ["3.9.x.kraft"]
  # what infra/local/kafka/server.properties says as well: a topic is made on purpose, and a broker that has missed something leads nobody
  server_properties = <<-CONF
    auto.create.topics.enable=false
    default.replication.factor=${local.replicas}
    min.insync.replicas=${local.replicas - 1}
    unclean.leader.election.enable=false
  CONF
}

resource "aws_msk_cluster" "this" {
  cluster_name           = var.name
  kafka_version          = "3.9.x.kraft"
  number_of_broker_nodes = length(var.subnet_ids)
  configuration_info {
    arn      = aws_msk_configuration.this.arn
    revision = aws_msk_configuration.this.latest_revision
  }
  broker_node_group_info {
    instance_type   = var.instance_type
    client_subnets  = var.subnet_ids
    security_groups = [aws_security_group.this.id]
    storage_info {
      ebs_storage_info { volume_size = var.storage_gb }
    }
    connectivity_info {
      public_access { type = "DISABLED" }
    }
  }
  encryption_info {
    encryption_at_rest_kms_key_arn = var.kms_key_arn
    encryption_in_transit {
      client_broker = "TLS"
      in_cluster    = true
    }
  }
  client_authentication { unauthenticated = true } # by name; who reaches it is the group's
  tags = { Name = var.name }
}

output "settings" { # as modules/machine takes them
  value = {
    BROKER_URL      = aws_msk_cluster.this.bootstrap_brokers_tls
    BROKER_TLS      = "true"
    BROKER_PREFIX   = "shop."
    BROKER_REPLICAS = tostring(local.replicas)
  }
}
