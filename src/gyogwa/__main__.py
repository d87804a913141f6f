"""`python -m gyogwa`, as the command `gyogwa`."""

import sys

from gyogwa.pipelines.cli import main

if __name__ == "__main__":
    sys.exit(main())
