"""Bytes to catalog: which files there are, what they hold, what their pixels say."""
