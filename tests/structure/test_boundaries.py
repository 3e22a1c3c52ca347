"""The walls of the house, as tests.

Who may include whom is written in the two tables below; everything else is a violation. SQL stays in
queries.sql and migrations/, each module's SQL in its own schema, and libraries stay behind the layer
that owns them. Run alone: /usr/bin/python3 -m pytest tests/structure
"""
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# layer -> layers whose headers it may include
LAYERS = {
    "base": set(),
    "runtime": {"base"},
    "pg": {"base", "runtime"},
    "http": {"base", "runtime"},
    "outgoing": {"base", "runtime"},
    "events": {"base", "pg"},
    "pdf": {"base", "runtime"},
    "web": {"base", "http"},
}

# module -> other modules whose public headers it may include
MODULES = {
    "users": set(),
    "bookings": set(),
    "catalog": {"bookings", "media"},
    "media": set(),
    "payments": set(),
    "orders": {"bookings", "catalog", "payments"},
    "invoices": {"orders", "users"},
    "notifications": {"invoices", "orders", "users"},
    "reports": {"bookings", "orders"},
}

# what an HTTP adapter may ask besides (it composes ports, it has no rules)
HTTP_ADAPTERS = {"catalog": {"bookings"}, "bookings": {"catalog"}, "media": {"catalog"}}

# public headers of a module: the only ones others may include
PUBLIC = {
    "users": {"users.h", "sessions.h"},
    "bookings": {"bookings.h", "capacity.h", "sold.h", "bookings_json.h"},
    "payments": {"payments.h", "signature.h"},
    "catalog": {"catalog.h", "catalog_http.h"},
    "media": {"media.h", "picture_json.h", "picture_scale.h"},
}

# library header -> the one folder that may include it
LIBRARIES = {
    "libpq-fe.h": "common/pg",
    "microhttpd.h": "common/http",
    "curl/curl.h": "common/outgoing",
    "yaml.h": "common/base",
    "sodium.h": ("common/base", "common/modules/users", "infra/seed"),
    "sys/epoll.h": "common/runtime",
    "hpdf.h": "common/pdf",
    "jpeglib.h": "common/modules/media",
    "png.h": "common/modules/media",
    "hiredis/hiredis.h": "stages/03-caching",
    "hiredis/async.h": "stages/03-caching",
}

LIBPQ_FLAGS = subprocess.run(["pkg-config", "--cflags", "libpq"], capture_output=True, text=True, check=True).stdout.split()


def sources(*patterns):
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return [path for path in listed if (ROOT / path).exists()]


def includes(path):
    return re.findall(r'^#include [<"]([^>"]+)[>"]', (ROOT / path).read_text(), re.M)


def module_of(path):
    match = re.match(r"common/modules/([a-z]+)/", path)
    return match.group(1) if match else None


def layer_of(path):
    match = re.match(r"common/([a-z]+)/", path)
    return match.group(1) if match and match.group(1) not in ("modules", "app") else None


def include_violations(path):
    module, layer = module_of(path), layer_of(path)
    for header in includes(path):
        if layer and header.startswith("common/"):
            target = layer_of(header)
            if target is None or (target != layer and target not in LAYERS[layer]):
                yield f"{path}: layer '{layer}' may not include {header}"
        if module:
            other = module_of(header)
            allowed = set(MODULES[module])
            if path.endswith(("_http.c", "_http.h")):
                allowed |= HTTP_ADAPTERS.get(module, set())
            if other and other != module:
                if other not in allowed:
                    yield f"{path}: module '{module}' may not know '{other}' ({header})"
                elif pathlib.Path(header).name not in PUBLIC.get(other, {f"{other}.h"}):
                    yield f"{path}: {header} is private to '{other}'"
            if header.startswith("common/app/") and not path.endswith(("_http.c", "_http.h")):
                yield f"{path}: rules and adapters do not know the app ({header})"
            if header.startswith("common/http/") and not path.endswith(("_http.c", "_http.h")):
                yield f"{path}: only {module}_http.c knows HTTP ({header})"
            if header.startswith("common/pg/") and re.fullmatch(rf"{module}\.c", pathlib.Path(path).name) and module != "orders":
                yield f"{path}: rules hold no SQL ({header})"
        for library, homes in LIBRARIES.items():
            homes = (homes,) if isinstance(homes, str) else homes
            if header == library and not path.startswith(homes) and not path.startswith("tests/"):
                yield f"{path}: {library} belongs to {' and '.join(homes)}"


@pytest.mark.parametrize("path", sources("common/*.c", "common/*.h", "stages/*.c", "stages/*.h", "infra/*.c", "infra/*.h"))
def test_includes_respect_the_walls(path):
    assert list(include_violations(path)) == []


@pytest.mark.parametrize("path", sources("common/modules/*.sql"))
def test_sql_stays_in_its_schema(path):
    module = module_of(path)
    text = re.sub(r"--.*", "", (ROOT / path).read_text())
    others = [name for name in MODULES if name != module]
    # a schema is named before a dot: "catalog.products"; aliases are not module names
    crossing = re.findall(rf"\b({'|'.join(others)})\.[a-z_]+", text)
    assert crossing == [], f"{path} reaches into another module's schema"


@pytest.mark.parametrize("path", sources("stages/*/queries.sql"))
def test_a_stages_statements_stay_in_their_modules_schema(path):
    for block in re.split(r"^-- name: ", (ROOT / path).read_text(), flags=re.M)[1:]:
        name, sql = block.split("\n", 1)
        sql = re.sub(r"--.*", "", sql)
        named = set(re.findall(rf"\b({'|'.join(MODULES)})\.[a-z_]+", sql))
        assert named <= {name.split("_")[0]}, f"{name} reaches into another module's schema"
        assert not re.search(r"SELECT\s+\*|\.\*", sql), f"{name}: name the columns"


@pytest.mark.parametrize("path", sources("stages/*/migrations/*.sql"))
def test_a_stages_migration_stays_in_one_schema(path):
    texts = {other: re.sub(r"--.*", "", (ROOT / other).read_text()) for other in sources("stages/*/migrations/*.sql")}
    made = {schema for text in texts.values() for schema in re.findall(r"\bCREATE SCHEMA (\w+)", text)}  # that are no module's
    named = set(re.findall(rf"\b({'|'.join([*MODULES, *made])})\.[a-z_]+", texts[path]))
    assert len(named) == 1, f"{path} is about {named or 'no module'}: one module each"


@pytest.mark.parametrize("path", sources("stages/*/migrations/*.sql"))
def test_indexes_of_a_stage_are_built_beside_the_traffic(path):
    """Unless the table is the file's own: nobody knows it yet."""
    whole = (ROOT / path).read_text()
    text = re.sub(r"--.*", "", whole)
    own = re.findall(r"CREATE TABLE (?:IF NOT EXISTS )?([\w.]+)", text)
    for concurrently, table in re.findall(r"CREATE (?:UNIQUE )?INDEX (CONCURRENTLY )?.*?\bON ([\w.]+)", text, re.S):
        assert table in own or (concurrently and whole.startswith("-- no transaction")), \
            f"an index on {table} keeps its writers waiting: CREATE INDEX CONCURRENTLY, in a file that begins with '-- no transaction'"


@pytest.mark.parametrize("path", sources("common/*.c", "stages/*.c"))
def test_no_sql_in_c(path):
    if path == "common/pg/migrate.c" or path.startswith("common/pg/"):
        return
    text = re.sub(r"/\*.*?\*/", "", (ROOT / path).read_text(), flags=re.S)
    strings = re.findall(r'"((?:[^"\\\n]|\\.)*)"', text)
    sql = [s for s in strings if re.match(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s+[a-z(]", s)]
    assert sql == []


@pytest.mark.parametrize("path", sources("common/modules/*/queries.sql"))
def test_selects_are_explicit_and_bounded(path):
    for block in re.split(r"^-- name: ", (ROOT / path).read_text(), flags=re.M)[1:]:
        name, sql = block.split("\n", 1)
        sql = re.sub(r"--.*", "", sql)
        assert not re.search(r"SELECT\s+\*|\.\*", sql), f"{name}: name the columns"


@pytest.mark.parametrize("path", sources("common/*.c", "common/*.h", "stages/*.c", "infra/*.c", "infra/*.h"))
def test_files_are_short_and_open_with_a_paragraph(path):
    text = (ROOT / path).read_text()
    assert len(text.splitlines()) <= 400, "split it: 400 lines at most"
    assert text.startswith("/*"), "begins with a paragraph that teaches"


@pytest.mark.parametrize("path", sources("common/*.h", "infra/*.h"))
def test_header_compiles_alone(path, tmp_path):
    unit = tmp_path / "unit.c"
    unit.write_text(f'#include "{path}"\n')
    result = subprocess.run(
        ["gcc", "-std=gnu2x", "-D_GNU_SOURCE", "-I", str(ROOT), *LIBPQ_FLAGS, "-Wall", "-Wextra", "-Werror",
         "-fsyntax-only", str(unit)], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_a_crossing_include_would_be_seen(tmp_path, monkeypatch):
    """The test can fail: a catalog file that includes orders is reported."""
    probe = tmp_path / "common/modules/catalog/probe.c"
    probe.parent.mkdir(parents=True)
    probe.write_text('#include "common/modules/orders/orders.h"\n#include <libpq-fe.h>\n')
    monkeypatch.setattr("test_boundaries.ROOT", tmp_path)
    assert len(list(include_violations("common/modules/catalog/probe.c"))) == 2
