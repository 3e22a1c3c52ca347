"""An AWS account that is made up, on loopback: moto's server, and what it has not but our roots ask for (missing.py, kafka.py).
What it cannot do it says so that nobody asks again: the provider repeats for ten minutes what looks like a server's bad moment.

    server.py PORT          prints "ready" when it answers; ends with its standard input
"""
import json
import os
import sys

os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"  # read when it is loaded
from moto.core.responses import BaseResponse  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

import kafka  # noqa: E402
import missing  # noqa: E402


def once(dispatch):
    def dispatched(self, *words, **named):
        try:
            return dispatch(self, *words, **named)
        except NotImplementedError as why:
            print(why, file=sys.stderr, flush=True)
            return 501, {}, json.dumps({"__type": "NotImplemented", "message": str(why)})
    return dispatched


def main():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=int(sys.argv[1]), verbose=False)
    server.start()
    BaseResponse._dispatch = once(BaseResponse._dispatch)
    missing.add()
    kafka.add()
    print("ready", flush=True)
    sys.stdin.read()
    server.stop()


main()
