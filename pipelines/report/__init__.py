"""The report of a run: one file with everything that can be counted, drawn and told in words."""
