"""Side-by-side measurements, one a file: `python -m benchmarks.NAME [--quick] [--json FILE]`."""
