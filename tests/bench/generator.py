"""How much load one core can make: the generator alone on the last core, and on all others a server that costs as
little as a server can, bare libmicrohttpd with one static answer.

First as fast as it is answered; then at the rate of the bar, because an open run has more to do: it must be awake when
the next visit is due. There the share of those that were due and have been answered is what counts.
"""
import json
import os
import subprocess
import time

from books import books_at_rest
from stack import Program, free_port

CONNECTIONS = 64  # the library's epoll loop chokes at a few hundred
RATE = 40000


def visit(stack, url, seconds, *words, **how):
    """The result of one run of the load generator."""
    command = [str(stack.build / "tests/load/load"), "--url", url, "--seconds", str(seconds), "--quiet", "--json", "-", *words]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds + 60, **how)
    if done.returncode != 0:
        raise SystemExit(f"the load generator ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def run(bench, url, cores, *words):
    """The result of one run, and how many requests a second of the processor's time was enough for."""
    before = os.times()
    result = visit(bench.small, url, bench.seconds, *words, preexec_fn=lambda: os.sched_setaffinity(0, cores))
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return result, (result["requests"] - result["failed"]) / spent


def one_core(bench):
    port, cores = free_port(), sorted(os.sched_getaffinity(0))
    mine, others = {cores[-1]}, set(cores[:-1]) or {cores[-1]}
    hello = Program([str(bench.small.build / "tests/bench/hello"), str(port), str(len(others))], port, ready="/",
                    log=bench.small.run / "logs")
    for task in os.listdir(f"/proc/{hello.process.pid}/task"):
        os.sched_setaffinity(int(task), others)
    books_at_rest(bench.small)
    closed, per_cpu_second, open_share, late = [], [], [], []
    run(bench, hello.url, mine, "--saturate", str(CONNECTIONS))  # warm
    for index in range(bench.runs):
        bench.step(index)
        result, capacity = run(bench, hello.url, mine, "--saturate", str(CONNECTIONS))
        closed.append(result["requests_per_s"])
        per_cpu_second.append(capacity)
        time.sleep(0.2)
        result, _ = run(bench, hello.url, mine, "--rate", str(RATE), "--connections", str(CONNECTIONS))
        open_share.append(result["requests_per_s"] / RATE)
        late.append(result["late_us"]["p99"])
    hello.stop()
    bench.results.add("load generator on one core, requests/s", closed, "/s", at_least=RATE, per_cpu_second=per_cpu_second)
    bench.results.add(f"load generator on one core, of {RATE:,}/s due: answered", open_share, "×", at_least=0.98, late_p99_us=late)
