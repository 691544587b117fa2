terraform {
  required_version = ">= 1.6"
}

locals {
  # Ten seconds more than the server takes itself, or the drain is cut short by SIGKILL.
  termination_secs = var.shutdown_grace_secs + 10
  grace            = { SEAWORTHY_SHUTDOWN_GRACE_MS = tostring(var.shutdown_grace_secs * 1000) }
}

output "yaml" {
  description = "Values of the chart."
  value = yamlencode({
    image                         = { repository = var.image.repository, digest = var.image.digest }
    secretName                    = var.secret_name
    bucketSecretName              = var.bucket_secret_name
    settings                      = merge(var.settings, local.grace)
    storage                       = { size = var.storage.size, className = var.storage.class_name }
    resources                     = { requests = { memory = var.memory.request }, limits = { memory = var.memory.limit } }
    disruptionBudget              = { maxUnavailable = var.hold_drains ? 0 : 1 }
    terminationGracePeriodSeconds = local.termination_secs
  })
}
