# What gyogwa needs on Google Cloud: a bucket, a registry, two service accounts with what each needs and
# no more, a Flex Template a command, and alerts.
#
#   terraform -chdir=infra/dataflow init
#   terraform -chdir=infra/dataflow apply -var project=… -var region=… -var bucket=… -var image_tag=… \
#     -var alert_email=…
#
# Push the image before a template is started: `terraform output image` says under which name.

terraform {
  required_version = ">= 1.6"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 6.0"
    }
  }
}

provider "google" {
  project = var.project
  region  = var.region
}

locals {
  # Each account, and what it may do with jobs.
  accounts = {
    worker   = "roles/dataflow.worker"
    launcher = "roles/dataflow.developer"
  }
  alerts = {
    "failed" = {
      metric = "is_failed"
      above  = 0
      advice = "The job's log says why, in one line that begins with `gyogwa`. Run the same command again: what was finished is kept."
    }
    "runs long" = {
      metric = "elapsed_time"
      above  = var.alert_after_hours * 3600
      advice = "Look at the counters progress/…_done of the job: if they stand still, cancel it and run the same command again."
    }
  }
  commands = toset(["ingest", "annotate", "assemble", "build"])
  image    = "${var.region}-docker.pkg.dev/${var.project}/${google_artifact_registry_repository.images.repository_id}/gyogwa:${var.image_tag}"
}

resource "google_project_service" "needed" {
  for_each = toset([
    "artifactregistry.googleapis.com",
    "compute.googleapis.com",
    "dataflow.googleapis.com",
    "monitoring.googleapis.com",
    "storage.googleapis.com",
  ])
  service            = each.key
  disable_on_destroy = false
}

resource "google_storage_bucket" "data" {
  name                        = var.bucket
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false

  # Files of jobs that were cut off. A job that is under way is younger.
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age            = 30
      matches_prefix = ["temp/"]
    }
  }
}

resource "google_artifact_registry_repository" "images" {
  location      = var.region
  repository_id = "gyogwa"
  format        = "DOCKER"
  depends_on    = [google_project_service.needed]
}

# Workers take work from Dataflow and do it; the launcher makes jobs that run as the workers' account.
# Both read and write the bucket, where the launcher keeps the run's marker and lock, and pull the image.
resource "google_service_account" "account" {
  for_each     = local.accounts
  account_id   = "gyogwa-${each.key}"
  display_name = "gyogwa: ${each.key}"
}

resource "google_project_iam_member" "job" {
  for_each = local.accounts
  project  = var.project
  role     = each.value
  member   = google_service_account.account[each.key].member
}

resource "google_storage_bucket_iam_member" "data" {
  for_each = local.accounts
  bucket   = google_storage_bucket.data.name
  role     = "roles/storage.objectUser"
  member   = google_service_account.account[each.key].member
}

resource "google_artifact_registry_repository_iam_member" "image" {
  for_each   = local.accounts
  location   = google_artifact_registry_repository.images.location
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.reader"
  member     = google_service_account.account[each.key].member
}

resource "google_service_account_iam_member" "launcher_as_worker" {
  service_account_id = google_service_account.account["worker"].name
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.account["launcher"].member
}

resource "google_service_account_iam_member" "people_as_launcher" {
  for_each           = toset(var.launchers)
  service_account_id = google_service_account.account["launcher"].name
  role               = "roles/iam.serviceAccountUser"
  member             = each.value
}

resource "google_storage_bucket_object" "template" {
  for_each     = local.commands
  bucket       = google_storage_bucket.data.name
  name         = "templates/${each.key}-${var.image_tag}.json"
  content_type = "application/json"
  content = jsonencode({
    image    = local.image
    sdkInfo  = { language = "PYTHON" }
    metadata = jsondecode(file("${path.module}/templates/${each.key}.json"))
    defaultEnvironment = {
      machineType           = "e2-standard-4"
      diskSizeGb            = 50
      sdkContainerImage     = local.image
      serviceAccountEmail   = google_service_account.account["worker"].email
      tempLocation          = "gs://${google_storage_bucket.data.name}/temp"
      stagingLocation       = "gs://${google_storage_bucket.data.name}/temp/staging"
      additionalExperiments = ["use_runner_v2"]
    }
  })
}

resource "google_monitoring_notification_channel" "email" {
  display_name = "gyogwa"
  type         = "email"
  labels       = { email_address = var.alert_email }
}

resource "google_monitoring_alert_policy" "job" {
  for_each              = local.alerts
  display_name          = "gyogwa: a job ${each.key}"
  combiner              = "OR"
  notification_channels = [google_monitoring_notification_channel.email.id]

  conditions {
    display_name = each.value.metric
    condition_threshold {
      filter          = "resource.type = \"dataflow_job\" AND metric.type = \"dataflow.googleapis.com/job/${each.value.metric}\""
      comparison      = "COMPARISON_GT"
      threshold_value = each.value.above
      duration        = "0s"
      aggregations {
        alignment_period   = "300s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }

  documentation {
    content = each.value.advice
  }
}

output "image" {
  description = "Push the image under this name."
  value       = local.image
}

output "templates" {
  description = "What `gcloud dataflow flex-template run --template-file-gcs-location` takes."
  value       = { for command, object in google_storage_bucket_object.template : command => "gs://${object.bucket}/${object.name}" }
}

output "launcher" {
  description = "The account that jobs are launched as."
  value       = google_service_account.account["launcher"].email
}
