"""What a run says of itself, for people and machines: data card, Croissant, SPDX, regulators."""
