"""Who can be hurt, and how: a table by the server's name, as `make status` lists it ("shop-2" is of the row "shop").

A stage's own servers are looked up here; one that has no row is left alone, and the schedule says so. "slow", "cut" and
"hole" act on the way from the shop to the server (proxy.py), the others on its processes, "full" on the disk that all of
them write to.
"""
import collections
import re

ON_PROCESSES = ("kill", "freeze", "restart")
ON_THE_WAY = ("slow", "cut", "hole")

VICTIMS = {
    "shop": ON_PROCESSES,
    "postgres": ON_PROCESSES + ON_THE_WAY,
    "sandbox": ON_PROCESSES + ON_THE_WAY,
    "smtp": ON_PROCESSES + ON_THE_WAY,
    "redis": ON_PROCESSES + ON_THE_WAY,
    "sessions": ON_PROCESSES + ON_THE_WAY,
    "nginx": ON_PROCESSES,
    "replica": ON_PROCESSES + ON_THE_WAY,
    "kafka": ON_PROCESSES,  # a broker tells its clients where it is: they would not stay on a way that leads through a proxy
    "relay": ON_PROCESSES,
    "worker": ON_PROCESSES,
    "disk": ("full",),  # not a server: what the stack's folder lies on, where it is one of our own (disk.py)
}

# kind -> what it is called while it lasts, and how many seconds that is: at least, at most
Kind = collections.namedtuple("Kind", "says least most")
KINDS = {
    "kill": Kind("killed (-9)", 0.3, 2.0),
    "freeze": Kind("frozen (SIGSTOP)", 2.0, 5.0),
    "restart": Kind("restarted", 0.0, 0.5),
    "slow": Kind("answers slowly", 3.0, 6.0),
    "cut": Kind("cut off", 1.0, 4.0),
    "hole": Kind("swallowed by a black hole", 2.0, 6.0),
    "full": Kind("full", 2.0, 5.0),
}


def kinds_of(server):
    return VICTIMS.get(re.sub(r"-\d+$", "", server), ())
