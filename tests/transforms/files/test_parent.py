"""A child goes with its parent, by the kernel's hand or, where that has none, by its own."""

import os
import signal
import subprocess
import sys
import time

import pytest

CHILD = """
import os, sys, time
from gyogwa.transforms.files.parent import {how}
print(os.getpid(), flush=True)
{how}(int(sys.argv[1]))
time.sleep(1e9)
"""
PARENT = """
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-P", "-c", sys.argv[1], str(os.getpid())])
time.sleep(1e9)
"""


@pytest.mark.parametrize("how", ["die_with_parent", "end_without"])
def test_a_child_goes_with_its_parent(how: str) -> None:
    command = [sys.executable, "-P", "-c", PARENT, CHILD.format(how=how)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        time.sleep(0.5)
        os.kill(child, 0)
        parent.send_signal(signal.SIGKILL)
        # which holds the other end of the pipe as well
        assert parent.stdout.read() == b""
