# Instances that are all the same: as many as their processors' load asks for, in all the subnets' zones. One that fails is
# replaced (with a balancer in front: also one that is not ready), a change replaces one after another.
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.80" }
  }
}

variable "name" { type = string }
variable "subnet_ids" { type = list(string) }
variable "instance_type" { type = string }
variable "instances_min" { type = number }
variable "instances_max" { type = number }
variable "system" { type = string } # this and the next three are modules/machine's
variable "first_boot" { type = string }
variable "instance_profile" { type = string }
variable "security_group_id" { type = string }
variable "target_group_arns" {
  type    = list(string)
  default = []
}

data "aws_default_tags" "all" {} # of the provider: what the group starts must be given them by name

resource "aws_launch_template" "this" {
  name                   = var.name
  image_id               = var.system
  instance_type          = var.instance_type
  update_default_version = true
  user_data              = base64encode(var.first_boot)
  iam_instance_profile { name = var.instance_profile }
  network_interfaces {
    associate_public_ip_address = true
    delete_on_termination       = true
    security_groups             = [var.security_group_id]
  }
  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1 # containers do not reach the instance's credentials
  }
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_type           = "gp3"
      volume_size           = 20
      encrypted             = true # by the account's own key: the group's role may not use ours, and no data is on this disk
      delete_on_termination = true
    }
  }
  dynamic "tag_specifications" {
    for_each = ["instance", "volume", "network-interface"]
    content {
      resource_type = tag_specifications.value
      tags          = merge(data.aws_default_tags.all.tags, { Name = var.name })
    }
  }
  tags = { Name = var.name }
  lifecycle { ignore_changes = [image_id] } # a newer system comes with the next change, not by itself
}

resource "aws_autoscaling_group" "this" {
  name                      = var.name
  vpc_zone_identifier       = var.subnet_ids
  min_size                  = var.instances_min
  max_size                  = var.instances_max
  target_group_arns         = var.target_group_arns
  health_check_type         = length(var.target_group_arns) > 0 ? "ELB" : "EC2"
  health_check_grace_period = 300 # packages and the image have to come first
  default_instance_warmup   = 120
  wait_for_capacity_timeout = "15m"
  launch_template {
    id      = aws_launch_template.this.id
    version = aws_launch_template.this.latest_version
  }
  instance_refresh {
    strategy = "Rolling"
    preferences { min_healthy_percentage = 100 }
  }
  dynamic "tag" {
    for_each = merge(data.aws_default_tags.all.tags, { Name = var.name })
    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = false # the launch template does
    }
  }
  lifecycle { ignore_changes = [desired_capacity] } # the load says
}

resource "aws_autoscaling_policy" "processors" {
  name                   = "${var.name}-processors"
  autoscaling_group_name = aws_autoscaling_group.this.name
  policy_type            = "TargetTrackingScaling"
  target_tracking_configuration {
    target_value = 60
    predefined_metric_specification { predefined_metric_type = "ASGAverageCPUUtilization" }
  }
}
