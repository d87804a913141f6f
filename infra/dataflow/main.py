"""What a Flex Template starts: see gyogwa.pipelines.flex."""

import sys

from gyogwa.pipelines.flex.launch import main

sys.exit(main(sys.argv[1:]))
