"""A run's folder: marked, locked while it is written, and never harming what others put there."""
