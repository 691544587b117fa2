variables {
  image               = { repository = "example.com/seaworthy-server", digest = "sha256:0000000000000000000000000000000000000000000000000000000000000000" }
  secret_name         = "seaworthy-server"
  settings            = { SEAWORTHY_LOG_LEVEL = "debug" }
  shared              = null
  storage             = { size = "10Gi", class_name = "" }
  memory              = { request = "192Mi", limit = "512Mi" }
  hold_drains         = false
  shutdown_grace_secs = 40
}

run "kubernetes_waits_longer_than_the_server" {
  command = plan
  assert {
    condition     = yamldecode(output.yaml).terminationGracePeriodSeconds == 50
    error_message = "Kubernetes has to wait ten seconds longer than the server."
  }
  assert {
    condition     = yamldecode(output.yaml).settings == { SEAWORTHY_LOG_LEVEL = "debug", SEAWORTHY_SHUTDOWN_GRACE_MS = "40000" }
    error_message = "The grace is a setting beside those that were given."
  }
}

run "a_tag_is_refused_as_a_digest" {
  command = plan
  variables {
    image = { repository = "example.com/seaworthy-server", digest = "0.1.0" }
  }
  expect_failures = [var.image]
}

run "a_token_is_refused_as_a_setting" {
  command = plan
  variables {
    settings = { SEAWORTHY_PUSH_TOKEN = "not in the state" }
  }
  expect_failures = [var.settings]
}

run "a_key_of_a_bucket_is_refused_as_a_setting" {
  command = plan
  variables {
    bucket_secret_name = "archives"
    settings           = { SEAWORTHY_STORAGE_SECRET_ACCESS_KEY = "not in the state" }
  }
  expect_failures = [var.settings]
}

run "the_secret_of_a_bucket_is_a_value" {
  command = plan
  variables {
    bucket_secret_name = "archives"
    settings           = { SEAWORTHY_STORAGE_URL = "s3://archives/seaworthy" }
  }
  assert {
    condition     = yamldecode(output.yaml).bucketSecretName == "archives"
    error_message = "The chart is told the name of the Secret."
  }
}

run "half_a_second_is_refused" {
  command = plan
  variables {
    shutdown_grace_secs = 0.5
  }
  expect_failures = [var.shutdown_grace_secs]
}

run "without_shared_there_is_one_pod" {
  command = plan
  assert {
    condition     = yamldecode(output.yaml).shared.enabled == false && yamldecode(output.yaml).shared.autoscaling.enabled == false
    error_message = "One pod has no autoscaler."
  }
  assert {
    condition     = yamldecode(output.yaml).resources.requests == { memory = "192Mi" }
    error_message = "One pod has the processor that the chart gives it."
  }
}

run "shared_pods_have_an_autoscaler" {
  command = plan
  variables {
    shared = { replicas = 2, max_replicas = 5, cpu = "1" }
  }
  assert {
    condition     = yamldecode(output.yaml).shared == { enabled = true, replicas = 2, autoscaling = { enabled = true, maxReplicas = 5 } }
    error_message = "The autoscaler goes from replicas to max_replicas."
  }
  assert {
    condition     = yamldecode(output.yaml).resources.requests == { cpu = "1", memory = "192Mi" }
    error_message = "The autoscaler counts in parts of what is requested."
  }
}

run "as_many_at_most_as_at_least_need_no_autoscaler" {
  command = plan
  variables {
    shared = { replicas = 2, max_replicas = 2, cpu = "500m" }
  }
  assert {
    condition     = yamldecode(output.yaml).shared.autoscaling.enabled == false
    error_message = "There is nothing to scale."
  }
}

run "fewer_at_most_than_at_least_are_refused" {
  command = plan
  variables {
    shared = { replicas = 3, max_replicas = 2, cpu = "500m" }
  }
  expect_failures = [var.shared]
}

run "half_a_pod_is_refused" {
  command = plan
  variables {
    shared = { replicas = 1.5, max_replicas = 2, cpu = "500m" }
  }
  expect_failures = [var.shared]
}

run "an_address_with_a_password_is_refused_as_a_setting" {
  command = plan
  variables {
    settings = { SEAWORTHY_REDIS_URL = "redis://:password@redis.internal" }
  }
  expect_failures = [var.settings]
}
