#!/usr/bin/python3
"""Plays the shop, the sandbox and the seed for the tests of infra/local, chosen by the name it is started under.

It does as little as the real ones may do: answer health checks on the port it is told, read the files that
hold secrets, log. BROKEN beside the program makes it fail at start; STUBBORN makes it ignore SIGTERM.
"""
import http.server
import os
import pathlib
import signal
import subprocess
import sys

program = pathlib.Path(sys.argv[0])


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *arguments):
        pass


def option(name):
    return sys.argv[sys.argv.index(name) + 1]


def main():
    print("ts=0 event=start program=" + program.name, file=sys.stderr, flush=True)
    if program.with_name("BROKEN").exists():
        raise SystemExit("cannot start: this is why")
    if program.with_name("STUBBORN").exists():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if program.name == "seed":
        url = pathlib.Path(option("--url-file")).read_text().strip()
        if subprocess.run(["psql", "-qXd", url, "-c", "CREATE TABLE seeded ()"], capture_output=True).returncode:
            print("data are already there")
            raise SystemExit(3)
        print(option("--size") + ": 12 products")
        return
    if program.name == "shop":
        port = int(os.environ["SHOP_HTTP_PORT"])
        pathlib.Path(os.environ["SHOP_POSTGRES_URL_FILE"]).read_text()
        if sys.argv[1] == "migrate":
            print("ts=0 event=migrated applied=3", file=sys.stderr)
            return
    else:
        port = int(option("--port"))
    http.server.ThreadingHTTPServer(("127.0.0.1", port), Answers).serve_forever()


main()
