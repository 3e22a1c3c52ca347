#!/usr/bin/python3
"""`make diff STAGE=NN`: what a stage adds to the one before, readable in the terminal.

First the files the stage has and the other has not, with what each is for and how long it is; then servers,
libraries and packages; then what changed: wire.c, the configuration, and every statement that asks differently.

    diff.py [FROM] TO
"""
import difflib
import pathlib
import signal
import sys

import stages

ROOT = pathlib.Path(__file__).resolve().parents[2]


def lines_of(path):
    return (ROOT / path).read_text().splitlines()


def files(earlier, later):
    """(path, role, lines) of what only the later stage has."""
    both = (("wire", "wiring"), ("config", "configuration"), ("sources", "code"), ("queries", "statements"),
            ("migrations", "migration"))
    for field, role in both:
        for path in getattr(later, field):
            if path not in getattr(earlier, field):
                yield path, role, len(lines_of(path))


def folder(later, known):
    """The rest of its folder: headers, proof, manifests."""
    roles = {"README.md": "read this first", "stage.mk": "what make is told"}
    home = ROOT / "stages" / later.name
    for path in sorted(home.rglob("*")):
        name = str(path.relative_to(ROOT))
        if path.is_file() and name not in known:
            role = roles.get(path.name) or {".h": "header", ".json": "result"}.get(path.suffix) or \
                ("proof" if path.parent.name == "proof" else "manifest")
            yield name, role, len(lines_of(name))


def changes(title, old, new, old_name, new_name):
    text = list(difflib.unified_diff(old, new, old_name, new_name, lineterm="", n=2))
    if text:
        print(f"\n{title}\n")
        for line in text:
            print(f"    {line}")


def main():
    if not 2 <= len(sys.argv) <= 3:
        raise SystemExit(__doc__)
    later = stages.stage(sys.argv[-1])
    earlier = stages.stage(sys.argv[1] if len(sys.argv) == 3 else stages.before(later.name))
    added = list(files(earlier, later))
    added += folder(later, {path for path, *_ in added})
    print(f"{later.name} adds to {earlier.name}: {len(added)} files, {sum(count for *_, count in added)} lines\n")
    for path, role, count in added:
        print(f"  {path:<58} {role:<18} {count:>5}")
    for field in ("servers", "libraries", "packages"):
        more = [word for word in getattr(later, field) if word not in getattr(earlier, field)]
        print(f"  {field + ' added':<58} {', '.join(more) or 'none'}")
    for field in ("wire", "config"):
        old, new = getattr(earlier, field)[0], getattr(later, field)[0]
        changes(f"{pathlib.Path(new).name}", lines_of(old), lines_of(new), old, new)
        if old == new:
            print(f"  {pathlib.Path(new).name + ' is the same':<58} {new}")
    before, after = stages.statements(earlier.queries), stages.statements(later.queries)
    for name, sql in after.items():
        if before.get(name) != sql:
            verb = "asks differently" if name in before else "is new"
            changes(f"statement {name} {verb}", before.get(name, "").splitlines(), sql.splitlines(), earlier.name, later.name)


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `make diff | head` ends quietly
    main()
