# The facts that matter, asked of a plan against the real provider's schema and an account that is made up. Every stage's
# root is tested with this file (tests/terraform puts it beside the root).
mock_provider "aws" {
  mock_data "aws_availability_zones" { defaults = { names = ["us-east-1a", "us-east-1b", "us-east-1c"] } }
  mock_data "aws_default_tags" { defaults = { tags = { Project = "the stage's" } } }
  mock_data "aws_secretsmanager_random_password" { defaults = { random_password = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" } }
  mock_resource "aws_kms_key" { defaults = { arn = "arn:aws:kms:us-east-1:123456789012:key/0" } }
  mock_resource "aws_secretsmanager_secret" { defaults = { arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:s" } }
  mock_resource "aws_iam_role" { defaults = { arn = "arn:aws:iam::123456789012:role/r" } }
  mock_resource "aws_launch_template" { defaults = { id = "lt-0123456789abcdef0" } }
  mock_resource "aws_msk_configuration" { defaults = { arn = "arn:aws:kafka:us-east-1:123456789012:configuration/c/0" } }
  mock_resource "aws_lb" { defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/l/0" } }
  mock_resource "aws_lb_target_group" { defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/t/0" } }
}

variables {
  image        = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:test"
  mail_to      = "owner@shop.example"
  provider_url = "https://payments.example"
}

run "plan" {
  command = plan
}

run "apply" {
  command = apply
  assert {
    condition     = startswith(output.url, "https://")
    error_message = "clients must be given an encrypted address"
  }
}

run "wrong_image" {
  command = plan
  variables { image = "docker.io/shop" }
  expect_failures = [var.image]
}

run "wrong_region" {
  command = plan
  variables { region = "mars-north-1" }
  expect_failures = [var.region]
}

run "domain_without_zone" {
  command = plan
  variables { domain = "shop.example" }
  expect_failures = [var.zone_id]
}
