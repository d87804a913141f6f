"""Catalog to annotations: engines, reading order, found tables, language, quality."""
