"""The pipelines and the command line."""

import logging


def _worth_showing(record: logging.LogRecord) -> bool:
    # Beam says so at every import without its gcp extra, whether or not Google Cloud is used
    return not record.getMessage().startswith("apitools not found")


logging.getLogger().addFilter(_worth_showing)
