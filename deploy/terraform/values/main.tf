terraform {
  required_version = ">= 1.6"
}

locals {
  # Ten seconds more than the server takes itself, or the drain is cut short by SIGKILL.
  termination_secs = var.shutdown_grace_secs + 10
  # Without a cpu of ours the chart has its own.
  requests = { for name, amount in { memory = var.memory.request, cpu = try(var.shared.cpu, null) } : name => amount if amount != null }
  shared = {
    enabled  = var.shared != null
    replicas = try(var.shared.replicas, 3)
    autoscaling = {
      enabled     = try(var.shared.max_replicas > var.shared.replicas, false)
      maxReplicas = try(var.shared.max_replicas, 6)
    }
  }
  grace = { SEAWORTHY_SHUTDOWN_GRACE_MS = tostring(var.shutdown_grace_secs * 1000) }
}

output "yaml" {
  description = "Values of the chart."
  value = yamlencode({
    image                         = { repository = var.image.repository, digest = var.image.digest }
    secretName                    = var.secret_name
    bucketSecretName              = var.bucket_secret_name
    settings                      = merge(var.settings, local.grace)
    shared                        = local.shared
    storage                       = { size = var.storage.size, className = var.storage.class_name }
    resources                     = { requests = local.requests, limits = { memory = var.memory.limit } }
    disruptionBudget              = { maxUnavailable = var.hold_drains ? 0 : 1 }
    terminationGracePeriodSeconds = local.termination_secs
  })
}
