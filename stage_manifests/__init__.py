"""Curricula as YAML data."""
