# The address clients talk to: CloudFront with TLS in front of the instance. With a domain of your own: a certificate and a
# name in Route 53; without, a name under cloudfront.net. The last stretch, inside the provider's network, is plain HTTP.
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.80" }
  }
}

variable "name" { type = string }
variable "origin_host" { type = string }
variable "domain" {
  type    = string
  default = ""
}
variable "zone_id" {
  type    = string
  default = ""
}

locals {
  own = var.domain != ""
  # two of CloudFront's managed policies, which have the same ids in every account
  origin_says_what_is_kept = "4cc15a8a-d715-48a4-82b8-cc0b614638fe" # UseOriginCacheControlHeaders-QueryStrings
  everything_is_passed_on  = "216adef6-5c7f-47e4-b989-5492eafa07d3" # AllViewer
}

resource "aws_acm_certificate" "this" {
  count             = local.own ? 1 : 0
  domain_name       = var.domain
  validation_method = "DNS"
  tags              = { Name = var.name }
  lifecycle { create_before_destroy = true }
}

resource "aws_route53_record" "proof" {
  count           = local.own ? 1 : 0
  zone_id         = var.zone_id
  name            = tolist(aws_acm_certificate.this[0].domain_validation_options)[0].resource_record_name
  type            = tolist(aws_acm_certificate.this[0].domain_validation_options)[0].resource_record_type
  records         = [tolist(aws_acm_certificate.this[0].domain_validation_options)[0].resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "this" {
  count                   = local.own ? 1 : 0
  certificate_arn         = aws_acm_certificate.this[0].arn
  validation_record_fqdns = [aws_route53_record.proof[0].fqdn]
}

resource "aws_cloudfront_distribution" "this" {
  enabled         = true
  comment         = var.name
  is_ipv6_enabled = true
  http_version    = "http2and3"
  price_class     = "PriceClass_100"
  aliases         = local.own ? [var.domain] : []
  origin {
    domain_name = var.origin_host
    origin_id   = "shop"
    custom_origin_config {
      http_port              = 8080
      https_port             = 443
      origin_protocol_policy = "http-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }
  default_cache_behavior {
    target_origin_id         = "shop"
    viewer_protocol_policy   = "redirect-to-https"
    allowed_methods          = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods           = ["GET", "HEAD"]
    cache_policy_id          = local.origin_says_what_is_kept
    origin_request_policy_id = local.everything_is_passed_on
    compress                 = true
  }
  viewer_certificate {
    cloudfront_default_certificate = !local.own
    acm_certificate_arn            = local.own ? aws_acm_certificate_validation.this[0].certificate_arn : null
    ssl_support_method             = local.own ? "sni-only" : null
    minimum_protocol_version       = local.own ? "TLSv1.2_2021" : null
  }
  restrictions {
    geo_restriction { restriction_type = "none" }
  }
  tags = { Name = var.name }
}

resource "aws_route53_record" "this" {
  count   = local.own ? 1 : 0
  zone_id = var.zone_id
  name    = var.domain
  type    = "A"
  alias {
    name                   = aws_cloudfront_distribution.this.domain_name
    zone_id                = aws_cloudfront_distribution.this.hosted_zone_id
    evaluate_target_health = false
  }
}

output "url" { value = "https://${local.own ? var.domain : aws_cloudfront_distribution.this.domain_name}" }
