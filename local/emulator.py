"""Runs the emulator for as long as standard input stays open, so that it never outlives the process that started it, however that one ends.

Standard output and error go to the emulator's own log. TMPDIR is the emulator's alone and is removed at the end.
"""

import os
import shutil
import sys
import threading


def end_with_parent():
    while os.read(sys.stdin.fileno(), 4096):
        pass
    try:
        from ministack.core import lambda_runtime

        lambda_runtime.reset()
        shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    finally:
        os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()

from ministack.app import main  # noqa: E402

main()
