"""A PostgreSQL cluster of its own, for as long as standard input stays open.

Arguments: data directory, port, file with its password. Makes the cluster where there is none, prints `ready` once the database `erp` takes connections.
PostgreSQL refuses to run as root: then it runs as the machine's user postgres, who must own the directory around its data.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg

DATA, PORT, PASSWORD_FILE = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
AS_USER = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
USER = "plant"

if not DATA.exists():
    arguments = ["initdb", "-D", str(DATA), "-U", USER, "-E", "UTF8", "--locale=C", "-A", "scram-sha-256", f"--pwfile={PASSWORD_FILE}", "--no-sync"]
    made = subprocess.run(arguments, cwd=DATA.parent, capture_output=True, text=True, **AS_USER)
    if made.returncode != 0:
        sys.exit(made.stdout + made.stderr)

# What a machine's crash would lose is of no worth here; what a killed Tryton committed stays.
settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60"]
options = [word for setting in settings for word in ("-c", setting)]
server = subprocess.Popen(["postgres", "-D", str(DATA), "-p", PORT, *options], cwd=DATA.parent, stdin=subprocess.DEVNULL, stdout=sys.stderr, **AS_USER)


def connect():
    while True:
        if server.poll() is not None:
            sys.exit(f"postgres ended with {server.returncode}")
        try:
            return psycopg.connect(host="127.0.0.1", port=PORT, user=USER, password=PASSWORD_FILE.read_text().strip(), dbname="postgres", autocommit=True)
        except psycopg.OperationalError:
            time.sleep(0.02)


with connect() as connection:
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = 'erp'").fetchone() is None:
        connection.execute("CREATE DATABASE erp")
print("ready", flush=True)
while os.read(sys.stdin.fileno(), 4096):
    pass
# Fast shutdown: a clean one, so that a copy of the directory needs no recovery.
server.send_signal(signal.SIGINT)
server.wait()
