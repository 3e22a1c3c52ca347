variable "image" {
  description = "the shop's image in ECR: ACCOUNT.dkr.ecr.REGION.amazonaws.com/shop:05-queues"
  type        = string
  validation {
    condition     = can(regex("^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com/shop:.+$", var.image))
    error_message = "image must be in ECR's repository shop: ACCOUNT.dkr.ecr.REGION.amazonaws.com/shop:TAG."
  }
}

variable "mail_to" {
  description = "who hears from the budget"
  type        = string
  validation {
    condition     = can(regex("^[^@ ]+@[^@ ]+$", var.mail_to))
    error_message = "mail_to must be a mail address."
  }
}

variable "provider_url" {
  description = "the payment provider"
  type        = string
  validation {
    condition     = startswith(var.provider_url, "https://")
    error_message = "provider_url must begin with https://."
  }
}

variable "region" {
  type    = string
  default = "us-east-1" # where CloudFront's certificates live; the price table is this region's
  validation {
    condition     = var.region == "us-east-1"
    error_message = "Only us-east-1 has been priced and tested; add the region's prices and a certificate's provider first."
  }
}

variable "budget_dollars" {
  type    = number
  default = 800
}

variable "domain" {
  description = "a name of your own; empty: one under cloudfront.net"
  type        = string
  default     = ""
}

variable "zone_id" {
  description = "the domain's zone in Route 53"
  type        = string
  default     = ""
  validation {
    condition     = (var.zone_id == "") == (var.domain == "")
    error_message = "domain and zone_id belong together: say both or neither."
  }
}

variable "keep" {
  description = "false: destroying takes the database along, without a last snapshot"
  type        = bool
  default     = true
}
