"""Dataflow's Flex Templates: parameters made from the command line's options, and the launcher."""
