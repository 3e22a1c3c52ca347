"""What of the repository goes into a fork, and where it lies there.

A stage is a list of additions; a project is one tree. So the stage's blocks move to where somebody who has never
heard of stages would have written them: a source that defines anew what a file of a module defines takes that
file's place, one whose name begins with a module's joins that module, any other lies in src/adapters; a statement
replaces the text of the same name in its module's queries.sql or is added to it; a migration takes the next number
of the module whose schema it is about.
"""
import fnmatch
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What a fork consists of, besides what its stage adds. The rest is the course.
KEPT = ["common/*", "infra/local/*", "infra/sandbox/*", "infra/seed/*", "infra/packages.txt", "infra/make/build.mk",
        "infra/make/local.mk", "infra/make/kit.mk", "infra/make/*.awk", "infra/make/web.sh", "tests/unit/*", "tests/ports/*",
        "tests/contract/*", "tests/faults/*", "tests/browser/*", "tests/local/*", "tests/structure/*", "tests/support/*",
        "docs/api/*", "docs/decisions/*", "LICENSE", ".clang-format", ".gitignore"]
# Of these: what is about several stages, or about measuring them.
COURSE = ["docs/decisions/*-proofs.md", "docs/decisions/*-load-generator.md", "docs/decisions/*-fork-by-rules.md",
          "docs/decisions/*-in-a-cluster.md", "docs/decisions/*-from-source.md", "docs/decisions/*-on-aws.md",
          "docs/decisions/*-stage-*.md", "docs/decisions/*-the-auditor-*.md", "tests/faults/README.md", "tests/faults/run", "tests/faults/drill.py",
          "tests/faults/test_drill.py", "tests/faults/shoppers.py", "tests/faults/world.py", "tests/faults/test_kill.py", "tests/faults/schedule.py", "tests/faults/test_schedule.py", 
          "tests/faults/victims.py", "tests/faults/breaker.py", "tests/faults/test_reports_catch_up.py", "tests/local/test_stages.py",
          "tests/faults/test_upgrade.py", "infra/local/upgrade.sh", "infra/local/sockets.py", "tests/local/test_sockets.py", "tests/browser/front.mjs", "tests/support/stage.py",
          "tests/support/needs.py", "tests/unit/load/*", "tests/structure/test_documents.py", "tests/structure/test_fork.py",
          "tests/structure/test_suites.py"]
# Makefiles are kept by the paragraph: the targets of a fork.
TARGETS = {"local.mk": {"up", "seed", "down", "rolling-restart", "scale", "dlq", "status", "logs", "clean-data", "install", "stage-facts"},
           "kit.mk": {"image", "deploy", "destroy", "cost"}}


def listed():
    """Every file of the repository, as git knows it."""
    result = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            capture_output=True, text=True, check=True, timeout=60)
    return sorted(path for path in result.stdout.split("\0") if path and (ROOT / path).is_file())


def matches(path, globs):
    return any(fnmatch.fnmatch(path, glob) for glob in globs)


def known_by(stage, path):
    """Is it of this stage or one before? (A folder of tests that is named as a stage tests what is that stage's own.)"""
    named = re.search(r"/(\d\d)-[a-z-]+/", path)
    return not named or named.group(1) <= stage[:2]


def said(stage):
    """What the stage.mk of a stage and those it includes say, as it stands there: {variable: text}. A fork says the same, so that
    INSTANCES=5 works in it, too."""
    found = {}
    for line in (ROOT / "stages" / stage / "stage.mk").read_text().splitlines():
        if before := re.fullmatch(r"include stages/(.+)/stage\.mk", line):
            found |= said(before.group(1))
        elif words := re.fullmatch(r"(\w+) *([:+?]=) *(.*)", line):
            name, how, value = words.groups()
            found[name] = f"{found[name]} {value}" if how == "+=" and found.get(name) else value
    return found


def modules():
    return sorted(path.name for path in (ROOT / "common/modules").iterdir() if path.is_dir())


def module_of(words):
    """The module whose name, or its singular, these words begin with."""
    return next((name for name in modules() if words.split("_")[0] in (name, name.removesuffix("s"))), None)


def place_of(source):
    """Where a stage's C file lies in a fork: a path as of common/, which becomes src/."""
    name = pathlib.Path(source).name
    same = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "common").rglob(name))
    if same:
        return same[0]
    module = module_of(pathlib.Path(name).stem)
    return f"common/modules/{module}/{name}" if module else f"common/adapters/{name}"


def numbered(migrations):
    """{a stage's migration: its path in the module}, in their order."""
    places, last, own = {}, {}, []  # own: schemas that stages have made, which are no module's
    for path in migrations:
        if not path.startswith("stages/"):
            module = pathlib.Path(path).parts[2]
            last[module] = max(last.get(module, 0), int(pathlib.Path(path).name[:3]))
            continue
        sql = re.sub(r"--.*", "", (ROOT / path).read_text())
        own += re.findall(r"\bCREATE SCHEMA (\w+)", sql)
        schemas = set(re.findall(rf"\b({'|'.join(modules() + own)})\.[a-z_]+", sql))
        if len(schemas) != 1:
            raise SystemExit(f"fork: {path} is about {schemas or 'no schema'}; a migration belongs to one module")
        module = "adapters" if schemas & set(own) else schemas.pop()
        last[module] = last.get(module, 0) + 1
        words = re.sub(rf"^{module}_", "", pathlib.Path(path).stem[4:])
        places[path] = f"common/{'' if module == 'adapters' else 'modules/'}{module}/migrations/{last[module]:03}_{words}.sql"
    return places


def blocks_of(text):
    """[what stands before the first statement, [name, text], …] of a queries.sql."""
    head, *parts = re.split(r"^-- name: (\w+)\n", text, flags=re.MULTILINE)
    return head, [[parts[at], parts[at + 1]] for at in range(0, len(parts), 2)]


def merge_statements(texts, added):
    """Puts the statements of a stage's file into those of the modules; `texts` is {path: text} of theirs."""
    _, blocks = blocks_of(added)
    for name, body in blocks:
        home = next((path for path, text in texts.items() if re.search(rf"^-- name: {name}$", text, re.MULTILINE)), None)
        home = home or (f"common/modules/{module_of(name)}/queries.sql" if module_of(name) else "common/adapters/queries.sql")
        head, known = blocks_of(texts.setdefault(home, "-- Statements of adapters: about the servers, not about a module.\n\n"))
        place = next((at for at, block in enumerate(known) if block[0] == name), None)
        if place is None:
            if known:
                known[-1][1] = known[-1][1].rstrip("\n") + "\n\n"
            known.append([name, body.strip("\n") + "\n"])
        else:
            # what follows the statement in its file (a remark on the next ones) stays
            rest = re.search(r";[^\n]*\n(.*)\Z", known[place][1], re.DOTALL)
            known[place][1] = body.strip("\n") + "\n" + (rest.group(1) if rest else "\n")
        texts[home] = head + "".join(f"-- name: {name}\n{body}" for name, body in known)


def paragraphs(text, targets):
    """A makefile without the commands that a fork does not have."""
    kept = []
    for paragraph in text.split("\n\n"):
        # a rule that `make help` lists or that is phony; others make files, and stay unless nothing asks for them
        named = re.search(r"^([a-z][a-z-]*):(?!=)", paragraph, re.MULTILINE)
        if named and named.group(1) not in targets and not paragraph.startswith("test bench"):
            continue
        if paragraph.startswith(".PHONY"):
            words = [word for word in paragraph.split()[1:] if word in targets]
            paragraph = ".PHONY: " + " ".join(words) + "\n"
        kept.append(paragraph)
    return "\n\n".join(kept)


def packages(text, sections):
    """packages.txt with those sections alone."""
    head, *parts = re.split(r"^(?=\[)", text, flags=re.MULTILINE)
    return (head + "".join(part for part in parts if part[1:part.index("]")] in sections)).rstrip("\n") + "\n"
