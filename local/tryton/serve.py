"""Runs trytond for as long as standard input stays open, so that it never outlives the process that started it, however that one ends.

Arguments: those of trytond. ORDERLANE_MARK is what it answers under /orderlane-ready: tells this server from another one on the same port.
"""

import os
import sys
import threading


def end_with_parent():
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()

from trytond import cli, config  # noqa: E402

# The application reads its settings as it is imported.
config.update_etc([sys.argv[sys.argv.index("-c") + 1]])

from trytond.wsgi import app  # noqa: E402

MARK = os.environ["ORDERLANE_MARK"].encode()
answer = app.wsgi_app


def answer_or_say_ready(environ, start_response):
    if environ.get("PATH_INFO") != "/orderlane-ready":
        return answer(environ, start_response)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(MARK)))])
    return [MARK]


app.wsgi_app = answer_or_say_ready
cli.main()
