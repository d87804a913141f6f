"""Assemble: catalog and annotations to the samples of every stage. One module a step."""
