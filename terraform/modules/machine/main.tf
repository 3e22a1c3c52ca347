# What a machine is that runs the shop, however many there are: its system, what it does at its first boot (start.sh), what
# it may do in the account, and its security group, which lets nothing in: whoever uses this block says who may talk to it.
# Nobody can log in over the network (no SSH; Session Manager asks IAM).
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.80" }
  }
}

variable "name" { type = string }
variable "vpc_id" { type = string }
variable "image" { type = string } # ACCOUNT.dkr.ecr.REGION.amazonaws.com/shop:02-indexing
variable "parts" {                 # of the shop's program, that it runs
  type    = list(string)
  default = ["shop"]
}
variable "kms_key_arn" { type = string }
variable "databases" { type = map(string) } # a setting without SHOP_ and _FILE -> address of the server: POSTGRES_URL, REPLICA_URL
variable "postgres_secret_arn" { type = string }
variable "signing_key_arn" { type = string }
variable "provider_url" { type = string }
variable "redis" { # a setting without SHOP_ and _FILE -> where that Redis is, and the secret with its URL (modules/redis)
  type    = map(object({ endpoint = string, port = number, url_secret_arn = string }))
  default = {}
}
variable "settings" { # more of them: without SHOP_ -> value
  type    = map(string)
  default = {}
}

data "aws_region" "here" {}
data "aws_ssm_parameter" "system" {
  name = "/aws/service/debian/release/12/latest/amd64"
}

resource "aws_security_group" "this" {
  name        = "${var.name}-shop"
  description = "the shop: out to the world"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-shop" }
}

resource "aws_vpc_security_group_egress_rule" "all" {
  security_group_id = aws_security_group.this.id
  description       = "packages, images, the payment provider, the mail server"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
  tags              = { Name = "${var.name}-shop-out" }
}

resource "aws_iam_role" "this" {
  name = "${var.name}-shop"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
  tags = { Name = "${var.name}-shop" }
}

# what it may do: read these secrets, pull images, be reached by Session Manager
resource "aws_iam_role_policy" "this" {
  name = "shop"
  role = aws_iam_role.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = concat([var.postgres_secret_arn, var.signing_key_arn], values(var.redis)[*].url_secret_arn) },
      { Effect = "Allow", Action = "kms:Decrypt", Resource = var.kms_key_arn },
      { Effect = "Allow", Action = "ecr:GetAuthorizationToken", Resource = "*" }, # knows no narrower resource
      { Effect = "Allow", Action = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], Resource = "arn:aws:ecr:*:*:repository/shop" },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "session_manager" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_instance_profile" "this" {
  name = "${var.name}-shop"
  role = aws_iam_role.this.name
  tags = { Name = "${var.name}-shop" }
}

output "security_group_id" { value = aws_security_group.this.id }
output "instance_profile" { value = aws_iam_instance_profile.this.name }
output "system" { value = data.aws_ssm_parameter.system.value }
output "first_boot" {
  value = templatefile("${path.module}/start.sh", {
    region              = data.aws_region.here.name
    image               = var.image
    parts               = var.parts
    databases           = var.databases
    postgres_secret_arn = var.postgres_secret_arn
    signing_key_arn     = var.signing_key_arn
    redis               = var.redis
    settings            = merge(var.settings, { PAYMENTS_PROVIDER_URL = var.provider_url })
  })
}
