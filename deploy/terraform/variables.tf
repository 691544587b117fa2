variable "name" {
  description = "Name of the release, and of every object of it."
  type        = string
  default     = "seaworthy-server"
}

variable "namespace" {
  description = "Namespace, which exists already: it holds the Secret."
  type        = string
}

variable "image" {
  description = "Where the image is, and the digest that was tested."
  type = object({
    repository = string
    digest     = string
  })
}

variable "secret_name" {
  description = "Name of a Secret with the keys push-token and management-token, and for several pods database-url and redis-url, with database-direct-url behind a pooler and database-read-url for replicas. Its values stay out of Terraform's state."
  type        = string
  default     = "seaworthy-server"
}

variable "bucket_secret_name" {
  description = "Name of a Secret with the keys access-key-id and secret-access-key, for archives in a bucket. Empty: no bucket."
  type        = string
  default     = ""
}

variable "settings" {
  description = "More settings of the server, SEAWORTHY_… by name."
  type        = map(string)
  default     = {}
}

variable "shared" {
  description = "Several pods on one PostgreSQL and one Redis; the Secret has database-url and redis-url too then. Without it there is one pod."
  type = object({
    replicas = optional(number, 3)
    # The same as replicas: no autoscaler.
    max_replicas = optional(number, 6)
    # What each pod is promised of a processor: the autoscaler counts in parts of it.
    cpu = optional(string, "500m")
  })
  default = null
}

variable "storage" {
  description = "Size of the volume, and its class where it is not the default one."
  type = object({
    size       = optional(string, "5Gi")
    class_name = optional(string, "")
  })
  default = {}
}

variable "memory" {
  description = "What the pod is promised and what it may take."
  type = object({
    request = optional(string, "192Mi")
    limit   = optional(string, "512Mi")
  })
  default = {}
}

variable "hold_drains" {
  description = "Whether each drain of the node waits for a person. Otherwise it moves one pod; of one that is alone, with a gap."
  type        = bool
  default     = false
}

variable "shutdown_grace_secs" {
  description = "The longest that a shutdown takes, in seconds."
  type        = number
  default     = 25
}
