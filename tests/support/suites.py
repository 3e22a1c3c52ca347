"""Which suites there are, and on which stages and in which builds each is run.

A full run covers every stage: what has nothing of a stage is run once; what has is run on the first stage in both
builds, and on each later one in the build that finds most: the programs of neighbours differ by a few files, which
the sanitizers then see at work, and only the browser gets the quick one. Where threads meet, the first stage is also
run in a third build, ThreadSanitizer's. A run of one stage treats it as the first.

The stages between the first and the newest are linked into the newest: what they add is there, too, and what they do
not touch is as in the first. So a full run asks them only what it is about them (LEFT_OUT_BETWEEN says what not).
"""
import collections
import re

from stage import ROOT, stages_all

BOTH = ("release", "asan")
# builds on the first stage, on those between, on the newest; is there a program for each stage?
Where = collections.namedtuple("Where", "first between newest of_stage")
ONCE = Where((None,), (), (), False)
BUILDS = Where(BOTH, (), (), False)
RELEASE = Where(("release",), (), (), False)
STAGES = Where(BOTH, ("asan",), ("asan",), True)
PORTS = Where(BOTH, (), ("asan",), True)  # the newest has every implementation that there is
BROWSER = Where(("release",), ("release",), ("release",), True)

# name, kind, folder (every match is a suite; or one file of a folder that is not run as a whole), where, needs a database, seconds at most. What takes long is begun early: the
# lanes are to end together
TABLE = [
    ("structure", "pytest", "tests/structure", ONCE, False, 300),
    ("unit/*", "program", "tests/unit/*", BUILDS, False, 600),
    ("faults", "pytest", "tests/faults", STAGES, False, 1500),
    ("local", "pytest", "tests/local", ONCE, False, 1200),
    ("contract", "pytest", "tests/contract", STAGES, False, 1200),
    ("browser", "script", "tests/browser", BROWSER, False, 900),
    ("ports", "program", "tests/ports", PORTS, True, 900),
    ("fork", "pytest", "tests/fork", ONCE, False, 1500),
    ("fork/images", "pytest", "tests/kit/test_fork.py", ONCE, False, 1500),
    ("readme", "pytest", "tests/readme", ONCE, False, 1200),
    ("prove", "pytest", "tests/prove", ONCE, False, 1200),
    ("audit", "pytest", "tests/audit", RELEASE, False, 900),
    ("terraform", "pytest", "tests/terraform", ONCE, False, 900),
    ("load", "pytest", "tests/load", BUILDS, False, 300),
    ("soak", "pytest", "tests/soak", BUILDS, False, 600),
    ("fuzz", "script", "tests/fuzz", ONCE, False, 600),
    ("compose", "pytest", "tests/compose", ONCE, False, 300),
    ("k8s", "pytest", "tests/k8s", ONCE, False, 600),
    ("bench", "pytest", "tests/bench", ONCE, False, 120),
]
# run in the build that watches what threads share, too: the layers that have several, and the whole shop under a crowd
THREADED = ("unit/http", "unit/pg", "unit/runtime", "soak")
# files of a suite that a full run leaves out on the stages between: what breaks and heals there is the same program's as
# on the first stage, or a stage's addition that the newest has as well; and how pages look no stage changes
LEFT_OUT_BETWEEN = {
    "faults": ("test_disk.py", "test_drain.py", "test_invoice_numbers.py", "test_mail.py", "test_provider.py", "test_proxy.py",
               "test_reports.py", "test_reports_catch_up.py", "test_reports_export.py", "test_schedule.py"),
    "browser": ("pages.test.mjs",),
}
HAS = {"pytest": "test_*.py", "program": "*.c", "script": "run"}

# `path` is None when it has not been built; `title` tells suites of one name apart; `left_out` are names of files
Suite = collections.namedtuple("Suite", "name title kind path stage variant database seconds left_out")


def suites(stages, only_variant=None):
    """The table, spelled out for these stages; the first of them is run in full."""
    for name, kind, folders, where, database, seconds in TABLE:
        for folder in sorted(path for path in ROOT.glob(folders) if path.is_file() or any(path.glob(HAS[kind]))):
            full = name.replace("*", folder.name)
            threaded = [(stages[0], "tsan")] if full in THREADED and only_variant is None else []
            for stage, variant in places(where, folder.name, stages, only_variant) + threaded:
                path = program(folder, stage if where.of_stage else None, variant) if kind == "program" else folder
                words = [full, stage[:2] if where.of_stage else "", f"({variant})" if variant else ""]
                left_out = LEFT_OUT_BETWEEN.get(full, ()) if stage in stages[1:-1] else ()
                yield Suite(full, " ".join(filter(None, words)), kind, path, stage, variant, database, seconds, left_out)


def places(where, folder, stages, only_variant):
    """[(stage, variant)] in which a folder's suite is run. One that is named as a stage tests what is that stage's own."""
    if folder in stages_all():
        found = [(folder, variant) for variant in where.first if folder in stages]
    else:
        found = [(stages[0], variant) for variant in where.first]
        found += [(stage, variant) for stage in stages[1:-1] for variant in where.between]
        found += [(stage, variant) for stage in stages[1:][-1:] for variant in where.newest]
    if only_variant and only_variant not in BOTH and where.first == BOTH:
        return [(stage, only_variant) for stage, variant in found if variant == BOTH[0]]  # all of them in tsan: only when asked for
    return [(stage, variant) for stage, variant in found if only_variant in (None, variant) or variant is None]


def program(folder, stage, variant):
    """What test.mk makes of a folder; None when it has not."""
    path = ROOT / ".run/build" / variant / (f"stages/{stage}" if stage else "") / folder.relative_to(ROOT) / "run"
    return path if path.exists() else None


def chosen(stages, only_variant, words):
    """All suites, or those whose names begin with one of the words ("unit", "unit/base")."""
    found = list(suites(stages, only_variant))
    for word in words:
        if not any(matches(suite, word) for suite in found):
            raise SystemExit(f"tests/run: no suite '{word}'; tests/run --list shows all")
    return [suite for suite in found if not words or any(matches(suite, word) for word in words)]


def matches(suite, word):
    return suite.name == word or suite.name.startswith(word.rstrip("/") + "/")


def command(suite):
    """What runs it, without what pytest is told besides."""
    if suite.kind == "pytest":
        return [str(suite.path), *(f"--ignore={suite.path / name}" for name in suite.left_out)]
    if suite.kind == "program":
        return [str(suite.path)]
    chosen = [path.name for path in sorted(suite.path.glob("*.test.*")) if path.name not in suite.left_out] if suite.left_out else []
    return [str(suite.path / "run"), *chosen]


def log_name(suite):
    return re.sub(r"[^a-z0-9]+", "-", suite.title).strip("-") + ".log"
