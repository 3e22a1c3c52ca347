#!/usr/bin/python3
"""`make fork STAGE=NN-name NAME=myshop DEST=../myshop`: a stage leaves as a project of its own.

The fork has the code that the stage uses, the stage's blocks in the places where they would have been written
without stages, its servers, tests and CI; its own name everywhere, and the licence. It has no word of the course.
It is put together beside DEST under another name and moved there at the end: what cannot be finished leaves nothing.

    fork.py STAGE NAME DEST
"""
import os
import pathlib
import re
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "make"))
import blocks  # noqa: E402
import kit  # noqa: E402
import stages  # noqa: E402
import words  # noqa: E402

ROOT = blocks.ROOT
TEMPLATES = ROOT / "infra/fork/templates"
# words that C or the shell would stumble over, and our own
TAKEN = {"auto", "bool", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "false",
         "float", "for", "goto", "if", "inline", "int", "long", "main", "make", "new", "register", "restrict", "return", "shop",
         "short", "signed", "sizeof", "src", "static", "struct", "switch", "test", "true", "typedef", "union", "unsigned", "void",
         "volatile", "while", "stagecraft", "stage", "common"}


def fail(*lines):
    raise SystemExit("fork: " + "\n      ".join(lines))


def check_name(name):
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,30}", name):
        fail(f"'{name}' cannot be a project's name", "use 2 to 31 of a-z, 0-9 and _, with a letter first:  NAME=myshop")
    if name in TAKEN or words.FORBIDDEN.search(name):
        fail(f"'{name}' already means something else; choose another:  NAME=myshop")


def check_destination(destination):
    if os.path.lexists(destination):
        fail(f"{destination} is there already; nothing was changed", "name a folder that does not exist:  DEST=../myshop")
    if not destination.parent.is_dir():
        fail(f"there is no folder {destination.parent}; make it, or name another DEST")
    if not os.access(destination.parent, os.W_OK):
        fail(f"{destination.parent} cannot be written by you")
    if destination.resolve().is_relative_to(ROOT):
        fail(f"{destination} lies inside this repository", "a fork is a project of its own; put it beside:  DEST=../myshop")


class Fork:
    """The files of a fork, path as in this repository -> text or bytes, before names change."""

    def __init__(self, stage):
        self.stage, self.files, self.modes, self.moved = stage, {}, {}, {}
        self.servers = {name.split("*")[0] for name in stage.servers}  # "worker*2" are two of one kind
        for path in blocks.listed():
            if blocks.matches(path, blocks.KEPT) and not blocks.matches(path, blocks.COURSE) and blocks.known_by(stage.name, path):
                self.take(path, re.sub(r"/\d\d-([a-z-]+)/", r"/\1/", path))
        self.drop_servers()
        self.add_stage()
        self.add_kit()
        self.cut_makefiles()
        self.drop_tests_of_the_course()
        self.drop_later_operations()
        self.drop_unused_support()
        self.drop_decisions()

    def take(self, path, place):
        data = (ROOT / path).read_bytes()
        try:
            self.files[place] = data.decode()
        except UnicodeDecodeError:
            self.files[place] = data
        self.modes[place] = (ROOT / path).stat().st_mode & 0o777

    def drop_servers(self):
        """Scripts of servers that this stage does not run, and packages that nobody asks for."""
        readme = "infra/local/README.md"
        for path in [path for path in self.files if path.startswith("infra/local/servers/")]:
            if pathlib.Path(path).stem not in self.servers:
                del self.files[path]
        for path in [path for path in self.files if re.fullmatch(r"infra/local/[a-z]+/.+", path)]:  # a server's own folder
            if (name := pathlib.Path(path).parts[2]) not in (*self.servers, "servers"):
                del self.files[path]
                self.files[readme] = re.sub(rf"^\| `{name}/`.*\n", "", self.files[readme], flags=re.MULTILINE)
        # and what only they source; the README does not list what is not there
        scripts = "".join(text for path, text in self.files.items() if path.startswith("infra/local/") and not path.endswith(".md"))
        for path in [path for path in self.files if re.fullmatch(r"infra/local/[a-z]+\.sh", path)]:
            name = pathlib.Path(path).name
            if f"/{name}" not in scripts:
                del self.files[path]
                self.files[readme] = re.sub(rf"^\| `{name}`.*\n", "", self.files[readme], flags=re.MULTILINE)
        self.files["infra/packages.txt"] = blocks.packages(self.files["infra/packages.txt"],
                                                           {"build", "run", "test", *self.stage.packages})

    def add_stage(self):
        """The stage's blocks, each to its place."""
        stage = self.stage
        queries = {path: self.files[path] for path in stage.queries if not path.startswith("stages/")}
        for path in stage.queries:
            if path.startswith("stages/"):
                blocks.merge_statements(queries, (ROOT / path).read_text())
        self.files.update(queries)
        places = dict(blocks.numbered(stage.migrations))
        places[stage.wire[0]] = "common/app/wire.c"
        folders = {pathlib.Path(path).parts[1] for path in stage.wire + stage.sources}
        headers = [path for path in blocks.listed() if path.startswith("stages/") and path.endswith(".h")
                   and pathlib.Path(path).parts[1] in folders]
        places.update({path: blocks.place_of(path) for path in stage.sources + headers})
        places.update({path: f"common/programs/{pathlib.Path(path).name}" for path in stage.programs})
        places[stage.config[0]] = "config.yaml"
        # what its servers are told: beside their scripts
        places.update({path: f"infra/local/{pathlib.Path(path).name}" for path in blocks.listed()
                       if path.startswith("stages/") and path.endswith((".conf", ".lua")) and pathlib.Path(path).parts[1] in folders})
        # what a module's README says about its first version is no longer so
        changed = {pathlib.Path(place).parts[2] for place in places.values() if place.startswith("common/modules/")}
        changed |= {pathlib.Path(path).parts[2] for path in queries
                    if path.startswith("common/modules/") and queries[path] != (ROOT / path).read_text()}
        for module in changed:
            path = f"common/modules/{module}/README.md"
            self.files[path] = re.sub(r"\n\*\*First version\.\*\*(.+\n)+", "", self.files[path])
        for path, place in places.items():
            self.take(path, place)
            self.moved[path] = place

    def add_kit(self):
        """What takes it elsewhere, as far as this stage can go."""
        self.targets, places, cut = kit.taken(self.stage.name, self.servers)
        for path, place in places.items():
            self.take(path, place)
            if path != place:
                self.moved[path] = place
        self.files.update(cut)

    def cut_makefiles(self):
        gone = set() if self.stage.entry != ["shop"] else {"rolling-restart", "scale"}  # of more than one instance
        if "worker" not in self.servers:
            self.files["infra/make/local.mk"] = re.sub(r", WORKERS=4 .*|\$\(if .*\(origin WORKERS\).*?,.*?,(.*)\)$", r"\1", self.files["infra/make/local.mk"], flags=re.MULTILINE)
        gone |= {"deploy", "destroy"} if not self.targets else set()
        gone |= {"cost"} if "aws" not in self.targets else set()
        if not self.stage.programs:
            gone.add("dlq")
            stack = self.files["infra/local/stack"]
            self.files["infra/local/stack"] = re.sub(r"^#   infra/local/stack dlq.*\n|^# --- dead letters -.*\n(?:.*\n)*?}\n\n|^dlq\) .*\n", "", stack, flags=re.MULTILINE)
        for name, targets in blocks.TARGETS.items():
            self.files[f"infra/make/{name}"] = blocks.paragraphs(self.files[f"infra/make/{name}"], targets - gone)

    def drop_tests_of_the_course(self):
        """Tests, and helpers of tests, that import what stays behind (the auditor, say)."""
        here = {pathlib.Path(path).stem for path in self.files} | {"needs"}
        behind = {pathlib.Path(path).stem for path in blocks.listed() if re.fullmatch(r"tests/[a-z]+/\w+\.py", path)} - here
        while True:
            gone = [path for path, text in self.files.items() if re.fullmatch(r"tests/faults/\w+\.py", path)
                    and behind & set(re.findall(r"^\s*(?:from|import) (\w+)", text, re.MULTILINE))]
            if not gone:
                return
            for path in gone:
                del self.files[path]
                behind.add(pathlib.Path(path).stem)

    def drop_later_operations(self):
        """Paths of the API that come with a later stage; those that have come say so no more."""
        path = "docs/api/openapi.yaml"

        def fitting(match):
            since = re.search(r'^    x-since: "(\d\d)"\n', match.group(0), re.MULTILINE)
            return "" if since and since.group(1) > self.stage.name[:2] else re.sub(r"^    x-since: .*\n", "", match.group(0), flags=re.MULTILINE)
        self.files[path] = re.sub(r"^  /[^\n]*:\n(?:    .*\n)+", fitting, self.files[path], flags=re.MULTILINE)

    def drop_unused_support(self):
        """Helpers in tests/support that no test of the fork imports."""
        text = "\n".join(text for path, text in self.files.items() if path.startswith("tests/") and isinstance(text, str))
        while True:
            unused = [path for path in self.files if path.startswith("tests/support/")
                      and not re.search(rf"^\s*(from|import) {pathlib.Path(path).stem}\b", text, re.MULTILINE)]
            if not unused:
                return
            for path in unused:
                text = text.replace(self.files.pop(path), "")

    def drop_decisions(self):
        """Decisions that say how a stage came to be; and what leads to them: lines of the index, links in brackets."""
        index = "docs/decisions/README.md"
        for path, text in list(self.files.items()):
            later = [number for number in re.findall(r"(?:stages/|^# .*\bstage )(\d\d)\b", text if isinstance(text, str) else "", re.MULTILINE) if number > self.stage.name[:2]]
            if re.match(r"docs/decisions/\d", path) and (later or re.search(r"^\| stage 0|another stage", text, re.MULTILINE)):
                del self.files[path]
        for path in [path for path in self.files if re.match(r"docs/decisions/\d", path)]:
            self.files[path] = re.sub(r" \(\[\d+\]\((\d[^)]*)\)\)", lambda link: link[0] if f"docs/decisions/{link[1]}" in self.files else "", self.files[path])
        kept = [line for line in self.files[index].splitlines()
                if not (link := re.search(r"\]\((\d.*\.md)\)", line)) or f"docs/decisions/{link.group(1)}" in self.files]
        self.files[index] = "\n".join(kept) + "\n"


def texts(fork, vocabulary):
    """(path in the fork, its content there) of every file."""
    origin = {new: old for old, new in fork.moved.items()}
    for path, content in fork.files.items():
        if isinstance(content, str) and path != "LICENSE":
            for old, new in fork.moved.items():
                content = content.replace(old, new)
            # a moved file follows the rules of where it came from, too
            for known in dict.fromkeys((origin.get(path, path), path)):
                content = vocabulary.changed(known, content)
        yield path, content


def includes_in_order(path, text):
    """Other names stand elsewhere in the alphabet: each group of includes is sorted anew, as clang-format would, a file's own
    header first and the system's last."""
    own = f"/{path.stem}.h\""

    def sort(match):
        lines = match.group(0).splitlines()
        return "\n".join(sorted(lines, key=lambda line: (not line.endswith(own), "<" in line, line.lower()))) + "\n"
    return re.sub(r"(?:^#include [\"<].*\n)+", sort, text, flags=re.MULTILINE)


def write(fork, vocabulary, folder):
    for path, content in texts(fork, vocabulary):
        target = folder / re.sub(r"^common/", "src/", path)
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str) and target.suffix in (".c", ".h"):
            content = includes_in_order(target, content)
        if isinstance(content, str):
            target.write_text(content)
        else:
            target.write_bytes(content)
        target.chmod(fork.modes.get(path, 0o644))


def fitting(text, folder):
    """A template without the passages about what this fork does not have: <!-- if WORDS in FILE --> … <!-- end -->."""
    def passage(match):
        path = folder / match.group(2)
        return match.group(3) if path.is_file() and match.group(1) in path.read_text() else ""
    return re.sub(r"<!-- if ([^\n]+) in (\S+) -->\n(.*?)<!-- end -->\n", passage, text, flags=re.DOTALL)


def fill_templates(stage, vocabulary, folder):
    """What is written for the fork alone: front door, front page, CI, the first hour."""
    migrations = len(list((folder / "src/modules/catalog/migrations").iterdir()))
    said = blocks.said(stage.name)
    vocabulary.values.update(NEXT=f"{migrations + 1:03}", LIBRARIES=" ".join(stage.libraries), SERVERS=said["STAGE_SERVERS"], SERVICES=said["STAGE_SERVICES"],
                             NUMBERS="".join(f"{name} ?= {value}\n" for name, value in said.items() if not name.startswith("STAGE_")), ENTRY=" ".join(stage.entry), PORTS=" ".join(name[3:] for name in stage.ports),
                             SETTINGS=" ".join(stage.settings), PROGRAMS=" ".join(f"src/programs/{pathlib.Path(path).name}" for path in stage.programs),
                             SECTIONS=" ".join(name[3:] for name in stage.packages))
    for path in sorted(TEMPLATES.rglob("*")):
        if path.is_file():
            target = folder / path.relative_to(TEMPLATES).with_name(path.name.removeprefix("dot"))
            target = pathlib.Path(str(target).replace("/github/", "/.github/"))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(vocabulary.fill(fitting(path.read_text(), folder)))
            target.chmod(path.stat().st_mode & 0o777)


def main():
    if len(sys.argv) != 4 or not all(sys.argv[1:]):
        fail("say what to fork, how to call it, and where to put it:", "make fork STAGE=02-indexing NAME=myshop DEST=../myshop")
    stage_name, name, destination = sys.argv[1], sys.argv[2], pathlib.Path(os.path.abspath(sys.argv[3]))
    stage = stages.stage(stage_name)
    check_name(name)
    check_destination(destination)
    fork = Fork(stage)
    vocabulary = words.Words(name)
    staging = pathlib.Path(tempfile.mkdtemp(prefix=f".{destination.name}.", dir=destination.parent))
    try:
        write(fork, vocabulary, staging)
        fill_templates(stage, vocabulary, staging)
        staging.chmod(0o755)
        files = sorted(path.relative_to(staging) for path in staging.rglob("*") if path.is_file())
        left = words.leftovers(staging, files)
        if left:
            fail("these lines still speak of the course; a rule is missing in infra/fork/words.py:", *left)
        staging.rename(destination)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    print(f"{destination}: {len(files)} files of {stage.name}, called {name}\n\n"
          f"  cd {destination} && git init && make up      the shop, on this machine\n"
          f"  make test                                    its tests\n"
          f"  docs/first-hour.md                           a field, an endpoint, a migration and a test")


if __name__ == "__main__":
    main()
