# What carries a stage's tag, asked of the account itself and not of any state: `make destroy` looks here before it says that
# nothing is left. Makes nothing.
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.80" }
  }
}

variable "name" { type = string }
variable "region" { type = string }

provider "aws" { region = var.region }

data "aws_resourcegroupstaggingapi_resources" "all" {
  tag_filter {
    key    = "Project"
    values = [var.name]
  }
}

# an instance that is gone is listed for an hour
data "aws_instances" "alive" {
  instance_tags        = { Project = var.name }
  instance_state_names = ["pending", "running", "stopping", "stopped", "shutting-down"]
}

# a key is deleted after a week, and costs nothing meanwhile
data "aws_kms_key" "each" {
  for_each = toset([for arn in local.tagged : arn if strcontains(arn, ":kms:")])
  key_id   = each.value
}

locals {
  tagged = data.aws_resourcegroupstaggingapi_resources.all.resource_tag_mapping_list[*].resource_arn
  alive  = data.aws_instances.alive.ids
}

output "left" {
  value = [for arn in local.tagged : arn if !(
    (strcontains(arn, ":instance/") && !contains(local.alive, reverse(split("/", arn))[0])) ||
    (strcontains(arn, ":kms:") && try(data.aws_kms_key.each[arn].key_state, "") == "PendingDeletion")
  )]
}
