"""Which images show the same: hashes propose, pixels judge, ranks settle."""
