"""Beam transforms: thin shells over pure functions. Imports `schemas`."""
