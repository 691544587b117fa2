output "service" {
  description = "Where the pages are, from inside the cluster."
  value       = "http://${var.name}.${var.namespace}.svc"
}
