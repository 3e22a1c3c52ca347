"""What is in a fork: all of the stage, none of the course, nothing that nobody uses."""
import os
import pathlib
import re
import subprocess
import sys

from conftest import ROOT, STAGES, fork, run

sys.path[:0] = [str(ROOT / "infra/fork"), str(ROOT / "infra/make")]
import stages  # noqa: E402
import words  # noqa: E402

# Found by make or a test runner through their place, not by name.
BY_PLACE = re.compile(r"(tests/.*\.(c|json|py|mjs)|.*/migrations/.*\.sql|src/web/pages/.*|src/web/assets/.*\.page\.js|infra/local/servers/.*|src/.*/queries\.sql|"
                      r".*README\.md|Makefile|LICENSE|\.clang-format|(.*/)?\.gitignore|terraform/.*\.tf|k8s/.*/kustomization\.yaml|\.github/.*|tests/browser/\.npmrc)")


def files_of(folder):
    listed = subprocess.run(["git", "ls-files"], cwd=folder, capture_output=True, text=True, check=True).stdout.split("\n")
    return [pathlib.Path(path) for path in listed if path]


def test_no_word_of_the_course(forks, stage):
    folder = forks(stage)
    assert words.leftovers(folder, files_of(folder)) == []


def test_the_words_would_be_found(forks, tmp_path):
    (tmp_path / "page.md").write_text("the lesson of this stage\nan old story\n")
    assert words.leftovers(tmp_path, ["page.md"]) == ["page.md:1: the lesson of this stage"]


def test_the_licence_is_kept(forks, stage):
    assert (forks(stage) / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()


def test_another_name_everywhere(tmp_path):
    fork(STAGES[0], "harbour_tours", tmp_path / "tours")
    assert "#ifndef HARBOUR_TOURS_CATALOG_CATALOG_H" in (tmp_path / "tours/src/modules/catalog/catalog.h").read_text()
    assert "# Harbour tours: a booking shop" in (tmp_path / "tours/Makefile").read_text()
    assert "Harbour tours" in (tmp_path / "tours/config.yaml").read_text()


def test_all_statements_and_migrations_are_there(forks, stage):
    """Each statement with the text the stage gives it; each migration once, numbered without a gap."""
    folder, facts = forks(stage), stages.stage(stage)
    got = stages.statements(sorted(folder.glob("src/**/queries.sql")))
    assert got == stages.statements(facts.queries)
    found = sorted(folder.glob("src/**/migrations/*.sql"))
    assert len(found) == len(facts.migrations)
    for module in {path.parent for path in found}:
        numbers = [int(path.name[:3]) for path in sorted(module.glob("*.sql"))]
        assert numbers == list(range(1, len(numbers) + 1)), module


def test_every_header_is_included(forks, stage):
    folder = forks(stage)
    files = files_of(folder)
    included = set()
    for path in files:
        if path.suffix in (".c", ".h"):
            included |= set(re.findall(r'^#include "([^"]+)"', (folder / path).read_text(), re.MULTILINE))
    assert [str(path) for path in files if path.suffix == ".h" and str(path) not in included] == []


def test_every_source_is_linked(forks, stage):
    """All of src/ is in some program: the linker says what it took from the archive."""
    folder, facts = forks.built(stage), stages.stage(stage)
    names = re.findall(r"\.a\(([a-z0-9_]+)\.o\)", link_map(folder))
    sources = {path.stem for path in (folder / "src").rglob("*.c")}
    said = {pathlib.Path(path).stem for path in facts.sources + facts.programs}  # linked because the stage says so
    # the bus stays where events go through a broker: the suites of the other ports are run on it
    made = (folder / "tests/ports/on_postgres.c").read_text()
    assert {name for name in sources - set(names) - {"main"} - said if f"{name}_new(" not in made} == set()


def link_map(folder):
    build = folder / ".run/build/release"
    for program in [path for path in build.rglob("*") if path.is_file() and os.access(path, os.X_OK) and "tests" not in path.parts]:
        program.unlink()
    run("make", "build", "LDFLAGS=-pthread -O2 -g -Wl,-Map=$@.map", cwd=folder, timeout=300)
    return "".join(path.read_text() for path in build.rglob("*.map"))


def test_every_file_is_asked_for(forks, stage):
    """Scripts, pages, pictures, documents, helpers: some other file names them."""
    folder = forks(stage)
    files = files_of(folder)
    texts = {}
    for path in files:
        try:
            texts[path] = (folder / path).read_text()
        except UnicodeDecodeError:
            pass
    unused = []
    for path in files:
        if BY_PLACE.fullmatch(str(path)) or path.suffix in (".c", ".h"):
            continue
        names = (path.name, path.stem) if path.suffix in (".py", ".css", ".js") else (path.name,)
        if not any(name in text for other, text in texts.items() if other != path for name in names):
            unused.append(str(path))
    assert unused == []


def test_it_is_laid_out_as_its_own_format_says(forks):
    """Names of another length must not move a line break."""
    folder = forks(STAGES[-1])
    sources = [path for path in files_of(folder) if path.suffix in (".c", ".h")]
    result = subprocess.run(["clang-format", "--dry-run", "-Werror", *sources], cwd=folder, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr[-3000:]


def test_links_lead_somewhere(forks, stage):
    folder = forks(stage)
    for page in folder.rglob("*.md"):
        for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
            assert "://" in link or (page.parent / link).exists(), f"{page.relative_to(folder)}: {link} is not there"


def test_make_commands_exist(forks, stage):
    folder = forks(stage)
    known = subprocess.run(["make", "-s", "help"], cwd=folder, capture_output=True, text=True, check=True).stdout
    for page in folder.rglob("*.md"):
        for target in re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)", page.read_text(), re.MULTILINE):
            assert re.search(rf"^  {''.join(target)} ", known, re.MULTILINE), f"{page.relative_to(folder)}: make {''.join(target)}"
