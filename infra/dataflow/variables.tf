variable "project" {
  description = "The project that runs the jobs."
  type        = string
}

variable "region" {
  description = "Where the bucket, the images and the jobs are."
  type        = string
}

variable "bucket" {
  description = "Name of the bucket to be made for inputs, runs and temporary files."
  type        = string
}

variable "image_tag" {
  description = "Tag of the image that infra/dataflow/Dockerfile makes, pushed as gyogwa."
  type        = string

  validation {
    condition     = var.image_tag != "latest"
    error_message = "Name a tag that stays, such as a commit: workers of one run must be alike."
  }
}

variable "launchers" {
  description = "Who may start jobs, such as user:somebody@example.org."
  type        = list(string)
  default     = []
}

variable "alert_email" {
  description = "Who is told of failed and stuck jobs."
  type        = string
}

variable "alert_after_hours" {
  description = "A job that runs longer than this is told of."
  type        = number
  default     = 48
}
