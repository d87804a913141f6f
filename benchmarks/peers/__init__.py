"""The same samples through other loaders; each module runs in an environment of its own.

A module is a program: `python -m benchmarks.peers.NAME SHARDS WORK WORKERS`. It converts the tars
in the folder SHARDS into its format, into the folder WORK, unless that was done, and then iterates
over an epoch for each line that it reads, answering with JSON (see `serving.Task.serve`).
"""
