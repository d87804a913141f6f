"""What is done to a record: pure functions under thin Beam transforms. Imports `schemas`."""
