"""What a record is: typed rows, their Arrow schemas, curricula and manifests.

Imports nothing else of this project, no Beam and no OCR, so that every other folder, the training
loader included, can share it.
"""

SCHEMA_VERSION = 1
"""Version of every file format written by this release. Readers refuse a higher one."""
