# Several instances of the shop behind a balancer: as many as the processors' load asks for. One that is not ready gets no
# requests and is replaced; one that goes first finishes what it has; a change replaces one after another. CloudFront may
# talk to the balancer, and the balancer alone to the instances. They have public addresses to reach packages and images
# with, for want of a NAT gateway, and nothing comes in by these.
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.80" }
  }
}

variable "name" { type = string }
variable "vpc_id" { type = string }
variable "subnet_ids" { type = list(string) }
variable "instance_type" { type = string }
variable "image" { type = string } # ACCOUNT.dkr.ecr.REGION.amazonaws.com/shop:02-indexing
variable "kms_key_arn" { type = string }
variable "databases" { type = map(string) } # as modules/machine takes them, and those below
variable "postgres_secret_arn" { type = string }
variable "signing_key_arn" { type = string }
variable "provider_url" { type = string }
variable "redis" {
  type    = map(object({ endpoint = string, port = number, url_secret_arn = string }))
  default = {}
}
variable "settings" { # more of them: without SHOP_ -> value
  type    = map(string)
  default = {}
}
variable "processes" { # that are beside the shop on the same database, at most
  type    = number
  default = 0
}
variable "instances_min" { type = number }
variable "instances_max" { type = number }
variable "keep" { # false: the balancer may be destroyed
  type    = bool
  default = true
}

locals { drain_seconds = 30 }

module "machine" {
  source              = "../machine"
  name                = var.name
  vpc_id              = var.vpc_id
  image               = var.image
  kms_key_arn         = var.kms_key_arn
  databases           = var.databases
  postgres_secret_arn = var.postgres_secret_arn
  signing_key_arn     = var.signing_key_arn
  provider_url        = var.provider_url
  redis               = var.redis
  settings = merge(var.settings, {
    PROCESS_INSTANCES      = tostring(var.instances_max + 1 + var.processes) # one more while they change: all their connections must fit
    PROCESS_DRAIN_DELAY_MS = "5000"
  })
}

data "aws_ec2_managed_prefix_list" "cloudfront" {
  name = "com.amazonaws.global.cloudfront.origin-facing"
}

# --- the balancer

resource "aws_security_group" "balancer" {
  name        = "${var.name}-balancer"
  description = "the balancer: in from CloudFront, out to the shop"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-balancer" }
}

resource "aws_vpc_security_group_ingress_rule" "cloudfront" {
  security_group_id = aws_security_group.balancer.id
  description       = "CloudFront"
  prefix_list_id    = data.aws_ec2_managed_prefix_list.cloudfront.id
  from_port         = 8080
  to_port           = 8080
  ip_protocol       = "tcp"
  tags              = { Name = "${var.name}-balancer-in" }
}

resource "aws_vpc_security_group_egress_rule" "shop" {
  security_group_id            = aws_security_group.balancer.id
  description                  = "the shop"
  referenced_security_group_id = module.machine.security_group_id
  from_port                    = 8080
  to_port                      = 8080
  ip_protocol                  = "tcp"
  tags                         = { Name = "${var.name}-balancer-out" }
}

resource "aws_vpc_security_group_ingress_rule" "balancer" {
  security_group_id            = module.machine.security_group_id
  description                  = "the balancer"
  referenced_security_group_id = aws_security_group.balancer.id
  from_port                    = 8080
  to_port                      = 8080
  ip_protocol                  = "tcp"
  tags                         = { Name = "${var.name}-shop-in" }
}

resource "aws_lb" "this" {
  name                       = var.name
  load_balancer_type         = "application"
  internal                   = false
  subnets                    = var.subnet_ids
  security_groups            = [aws_security_group.balancer.id]
  drop_invalid_header_fields = true
  enable_deletion_protection = var.keep
  idle_timeout               = 125 # a report may take two minutes
  tags                       = { Name = var.name }
}

resource "aws_lb_target_group" "shop" {
  name                          = var.name
  vpc_id                        = var.vpc_id
  port                          = 8080
  protocol                      = "HTTP"
  target_type                   = "instance"
  load_balancing_algorithm_type = "least_outstanding_requests"
  deregistration_delay          = local.drain_seconds
  health_check {
    path                = "/readyz"
    matcher             = "200"
    interval            = 5
    timeout             = 3
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
  tags = { Name = var.name }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  port              = 8080
  protocol          = "HTTP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.shop.arn
  }
  tags = { Name = var.name }
}

# --- the instances

module "group" {
  source            = "../group"
  name              = "${var.name}-shop"
  subnet_ids        = var.subnet_ids
  instance_type     = var.instance_type
  instances_min     = var.instances_min
  instances_max     = var.instances_max
  system            = module.machine.system
  first_boot        = module.machine.first_boot
  instance_profile  = module.machine.instance_profile
  security_group_id = module.machine.security_group_id
  target_group_arns = [aws_lb_target_group.shop.arn]
}

output "security_group_id" { value = module.machine.security_group_id }
output "host" { value = aws_lb.this.dns_name }
