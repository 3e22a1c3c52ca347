#!/usr/bin/python3
"""`make diff STAGE=NN`: what a stage adds to the one before, readable in the terminal.

First the files the stage has and the other has not, with what each is for, how long it is, and how it begins; then
servers, libraries and packages; then what changed: wire.c, the configuration, sources that take the place of one in
common, and every statement that asks differently; at last what is other in a cluster, of the overlays as rendered
(RENDERED=1: what is new there in full, too). Results and plots are counted apart: nobody wrote them.

    diff.py [FROM] TO
"""
import difflib
import os
import pathlib
import re
import signal
import sys

import rendered
import stages

ROOT = pathlib.Path(__file__).resolve().parents[2]
MADE = "result"  # written by a command


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
        if path.is_file() and name not in known and "__pycache__" not in name:
            role = roles.get(path.name) or {".h": "header", ".json": MADE, ".svg": MADE}.get(path.suffix) or \
                ("proof" if path.parent.name == "proof" else "manifest")
            yield name, role, len(lines_of(name))


def beginning(path, width=70):
    """The first sentence of a file's opening comment, as far as it fits."""
    words = []
    for line in lines_of(path)[:8]:
        text = re.sub(r"^\s*(/\*|\*/?|--|#+!?|//)\s?", "", line).strip()
        if text.startswith("no transaction") or (not text and not words):
            continue
        if text == line.strip() and not path.endswith(".md") or not text:
            break
        words += text.split()
    sentence = re.split(r"(?<=\.)\s", " ".join(words), maxsplit=1)[0]
    return sentence if len(sentence) <= width else sentence[:width - 2].rsplit(" ", 1)[0] + " …"


def replaced(path):
    """The file of common that this one takes the place of, or None: same name, linked before it."""
    found = [one for one in ROOT.glob(f"common/**/{pathlib.Path(path).name}") if path.startswith("stages/")]
    return str(found[0].relative_to(ROOT)) if found and path.endswith(".c") else None


def changes(title, old, new, old_name, new_name):
    text = list(difflib.unified_diff(old, new, old_name, new_name, lineterm="", n=2))
    if text:
        print(f"\n{title}\n")
        for line in text:
            print(f"    {line}")


def in_a_cluster(earlier, later):
    """Objects that come or go, and what is other in those that stay."""
    try:
        old, new = rendered.objects(earlier), rendered.objects(later)
    except rendered.Missing as why:
        print(f"\nwhat is other in a cluster is not shown: {why}")
        return
    print(f"\nin a cluster {later} has {len(new)} objects, {earlier} has {len(old)}; added are\n")
    for name in (name for name in new if name not in old):
        print(f"  {name:<75} {len(new[name]):>5}")
    for name in sorted(old.keys() | new.keys()):
        if name in old or os.environ.get("RENDERED") == "1":
            verb = "is other" if name in old and name in new else "is new" if name in new else "is gone"
            changes(f"{name} {verb}", old.get(name, []), new.get(name, []), earlier, later)


def main():
    if not 2 <= len(sys.argv) <= 3:
        raise SystemExit(__doc__)
    later = stages.stage(sys.argv[-1])
    earlier = stages.stage(sys.argv[1] if len(sys.argv) == 3 else stages.before(later.name))
    added = list(files(earlier, later))
    added += folder(later, {path for path, *_ in added})
    written = [(path, role, count) for path, role, count in added if role != MADE]
    print(f"{later.name} adds to {earlier.name}: {len(written)} files, {sum(count for *_, count in written)} lines; "
          f"and {len(added) - len(written)} that commands wrote\n")
    for path, role, count in added:
        print(f"  {path:<56} {role:<17} {count:>5}  {'' if role == MADE else beginning(path)}".rstrip())
    for field in ("servers", "libraries", "packages"):
        more = [word for word in getattr(later, field) if word not in getattr(earlier, field)]
        print(f"  {field + ' added':<58} {', '.join(more) or 'none'}")
    for field in ("wire", "config"):
        old, new = getattr(earlier, field)[0], getattr(later, field)[0]
        changes(f"{pathlib.Path(new).name}", lines_of(old), lines_of(new), old, new)
        if old == new:
            print(f"  {pathlib.Path(new).name + ' is the same':<58} {new}")
    for path in later.sources:
        if path not in earlier.sources and (old := replaced(path)):
            changes(f"{pathlib.Path(path).name} takes the place of {old}", lines_of(old), lines_of(path), old, path)
    before, after = stages.statements(earlier.queries), stages.statements(later.queries)
    for name, sql in after.items():
        if before.get(name) != sql:
            verb = "asks differently" if name in before else "is new"
            changes(f"statement {name} {verb}", before.get(name, "").splitlines(), sql.splitlines(), earlier.name, later.name)
    in_a_cluster(earlier.name, later.name)


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `make diff | head` ends quietly
    main()
