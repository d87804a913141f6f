"""Verify a finished run: what it lists, what lies in its shards, and what its tables say of both.

A module a subject: the run, a stage, its index, a shard, a sample. Each check yields a `Problem` of
one kind; `problems.Rule` lists the kinds. Cost: linear. Every byte of a shard is read once, every
image decoded about once however many samples show it. Memory: one sample, the rows of one shard,
and for the whole run 8 bytes a fact (see `known`) and 41 an image of the catalog.
"""
