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
from ministack.services import stepfunctions  # noqa: E402


def fail_tasks_whose_function_failed():
    """A function that fails or dies before it could pass its task token on fails its task, as on AWS.

    The emulator leaves such a task waiting until its timeout (for us a year), and its Retry never runs.
    """
    call, invoke = stepfunctions._call_lambda, stepfunctions._invoke_with_callback
    calling = threading.local()

    class FunctionFailed(Exception):
        pass

    def call_told(*args):
        try:
            return call(*args)
        except stepfunctions._ExecutionError as error:
            if not getattr(calling, "for_a_token", False):
                raise
            raise FunctionFailed from error

    def invoke_or_fail(resource, input_data, token, state_def):
        calling.for_a_token = True
        try:
            return invoke(resource, input_data, token, state_def)
        except FunctionFailed as failed:
            stepfunctions._task_tokens.pop(token, None)
            raise failed.__cause__
        finally:
            calling.for_a_token = False

    stepfunctions._call_lambda, stepfunctions._invoke_with_callback = call_told, invoke_or_fail


if os.environ.get("AUTH") == "true":
    import emulator_rights

    emulator_rights.install()
fail_tasks_whose_function_failed()
main()
