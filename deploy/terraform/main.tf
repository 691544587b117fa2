# The chart of this repository as one release. What can be wrong stands in ./values, which needs no provider and is tested.
terraform {
  required_version = ">= 1.6"
  required_providers {
    helm = {
      source  = "hashicorp/helm"
      version = ">= 2.12, < 4.0"
    }
  }
}

module "values" {
  source              = "./values"
  image               = var.image
  secret_name         = var.secret_name
  bucket_secret_name  = var.bucket_secret_name
  settings            = var.settings
  shared              = var.shared
  storage             = var.storage
  memory              = var.memory
  hold_drains         = var.hold_drains
  shutdown_grace_secs = var.shutdown_grace_secs
}

resource "helm_release" "server" {
  name             = var.name
  namespace        = var.namespace
  create_namespace = false
  chart            = "${path.module}/../helm/seaworthy-server"
  values           = [module.values.yaml]
  # A release that does not become ready goes back to the one before it.
  atomic  = true
  timeout = 300
}
