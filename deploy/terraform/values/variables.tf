variable "image" {
  type = object({
    repository = string
    digest     = string
  })
  validation {
    condition     = can(regex("^sha256:[0-9a-f]{64}$", var.image.digest))
    error_message = "The digest is sha256: and 64 hexadecimal digits. A tag can be moved; name what was tested."
  }
}

variable "secret_name" {
  type = string
  validation {
    condition     = length(var.secret_name) > 0
    error_message = "Name the Secret that has push-token and management-token."
  }
}

variable "bucket_secret_name" {
  type    = string
  default = ""
}

variable "settings" {
  type = map(string)
  validation {
    condition     = alltrue([for name in keys(var.settings) : can(regex("^SEAWORTHY_[A-Z_]+$", name))])
    error_message = "Settings are variables of the server: SEAWORTHY_…"
  }
  validation {
    condition     = alltrue([for name in keys(var.settings) : !can(regex("(TOKEN|ACCESS_KEY)$", name))])
    error_message = "A token in a setting is a token in Terraform's state. Put it into the Secret."
  }
  validation {
    condition     = alltrue([for name in ["SEAWORTHY_DATABASE_URL", "SEAWORTHY_DATABASE_DIRECT_URL", "SEAWORTHY_DATABASE_READ_URL", "SEAWORTHY_REDIS_URL"] : !contains(keys(var.settings), name)])
    error_message = "An address has a password, and would be in Terraform's state. Put it into the Secret, as database-url, database-direct-url, database-read-url or redis-url, and set shared."
  }
  validation {
    condition     = !contains(keys(var.settings), "SEAWORTHY_SHUTDOWN_GRACE_MS")
    error_message = "Use shutdown_grace_secs: the time that Kubernetes waits follows it."
  }
}

variable "shared" {
  type = object({
    replicas     = number
    max_replicas = number
    cpu          = string
  })
  validation {
    condition     = var.shared == null || try(var.shared.replicas >= 1 && floor(var.shared.replicas) == var.shared.replicas, false)
    error_message = "replicas is a whole number of pods, at least 1."
  }
  validation {
    condition     = var.shared == null || try(var.shared.max_replicas >= var.shared.replicas && floor(var.shared.max_replicas) == var.shared.max_replicas, false)
    error_message = "max_replicas is a whole number of pods, not below replicas."
  }
}

variable "storage" {
  type = object({
    size       = string
    class_name = string
  })
}

variable "memory" {
  type = object({
    request = string
    limit   = string
  })
}

variable "hold_drains" {
  type = bool
}

variable "shutdown_grace_secs" {
  type = number
  validation {
    condition     = var.shutdown_grace_secs >= 1 && var.shutdown_grace_secs <= 600 && floor(var.shutdown_grace_secs) == var.shutdown_grace_secs
    error_message = "The server takes a grace of 1 to 600 whole seconds."
  }
}
