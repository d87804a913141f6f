"""Samples to shards and back: writer, reader, replay, a stage's index and manifest."""
