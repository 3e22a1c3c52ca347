"""Which commands of the pages this suite does not run, and who does instead: they take too long, or need a container engine.

Whatever is not listed is run as it stands, but for STAND_INS: what those name belongs to somebody else, or is too large.
test_pages.py finds what no page needs any more.
"""
import collections

Row = collections.namedtuple("Row", "command file word how")

# a regular expression for the whole command (the first that fits counts), who runs it, a word that is to be found there,
# and how it is run
ELSEWHERE = [Row(*row) for row in (
    (r"make test( STAGE=\d\d)?", ".ci/run", "test", "all stages; this suite is a part of it"),
    (r"make bench", "tests/bench/test_harness.py", "bench", "its arithmetic; measuring takes long and an idle machine, the figures are in docs/results"),
    (r"make soak", "tests/soak/test_soak.py", "soak", "a short one in place of a million requests"),
    (r"make kill", "tests/faults/test_kill.py", "make kill", "with fewer kills"),
    (r"make faults STAGE=01 SEED=1 DURATION=60s", "tests/faults/test_drill.py", "make faults", "a minute, of another seed"),
    (r"make prove STAGE=04", "tests/prove/test_prove.py", "04-horizontal", "what was measured and is committed; measuring needs an idle machine"),
    (r"make prove STAGE=\d\d( .*)?", "tests/prove/test_prove.py", "QUICK", "with QUICK=1; then also with SWAP=1 and ONLY"),
    (r"make image STAGE=\d\d", "tests/kit/conftest.py", "image", "every stage"),
    (r"make (deploy|destroy) STAGE=\d\d TARGET=compose", "tests/kit/test_compose.py", "TARGET=compose", "every stage"),
    (r"make (deploy|destroy) STAGE=\d\d TARGET=k8s", "tests/kit/test_cluster.py", "TARGET=k8s", "every stage"),
    (r"make (deploy|destroy) STAGE=\d\d TARGET=aws( .*)?", "tests/kit/test_aws.py", "TARGET=aws", "every stage, in an account that is made up"),
)]

# what stands in for what a page names: in braces, of reader.py
STAND_INS = {
    "../myshop": "{beside}/myshop",  # nothing is left beside the checkout
    ".run/second": "{second}",  # a developer may have one
    "PORTS=auto": "PORTS={ports}",  # suites that run side by side have a range each
    "SHOP_PORT=9000": "SHOP_PORT={port}",  # somebody may listen there
    "DATA=large": "DATA=10k",  # a hundredth of it; the large one takes minutes
}

# whoever fails with these words has found out that this machine does not allow it
CANNOT_HERE = {
    "make cost": ["there is no terraform", "cannot be had here"],
    "CPU_PERCENT=25": ["needs a control group"],  # of root's, or a delegated one
}
