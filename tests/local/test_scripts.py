"""The shell scripts as texts, and what install.sh says when it may not install."""
import os
import pathlib
import shutil
import subprocess

import pytest

from conftest import ROOT

INSTALL = ROOT / "infra/local/install.sh"
SCRIPTS = sorted(path for path in [ROOT / ".ci/run", *ROOT.glob("infra/local/*"), *ROOT.glob("infra/local/servers/*"),
                                   *ROOT.glob("infra/docker/**/*.sh"), *ROOT.glob("infra/kit/*.sh"), *ROOT.glob("*/deploy.sh"), *ROOT.glob("infra/*/deploy.sh")]
                 if path.is_file() and path.suffix in ("", ".sh"))


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_shellcheck_is_content(script):
    result = subprocess.run(["shellcheck", "-x", str(script)], capture_output=True, text=True, cwd=ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("server", sorted((ROOT / "infra/local/servers").glob("*.sh")), ids=lambda path: path.stem)
def test_every_server_has_the_same_functions(server):
    functions = ["inputs", "start", "ready", "stop", "status"]
    script = f'LOCAL=infra/local; . "{server}"; declare -F {" ".join(functions)}; echo "$DEFAULT_PORT"'  # it may read another one's
    told = subprocess.run(["bash", "-c", script], cwd=ROOT, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, timeout=20)
    assert told.stderr == "" and told.stdout.split()[:-1] == functions, told
    assert told.stdout.split()[-1].isdigit()


def install(*sections, path=None, as_nobody=False, **environment):
    command = [str(INSTALL), *sections]
    if as_nobody and os.geteuid() == 0:
        command = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *command]
    variables = dict(os.environ, **environment)
    if path:
        variables["PATH"] = f"{path}:/usr/bin:/bin"
    return subprocess.run(command, env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)


def test_every_package_has_a_phrase_and_a_section():
    section, names = None, []
    for line in (ROOT / "infra/packages.txt").read_text().splitlines():
        if line.startswith("["):
            section = line
        elif line and not line.startswith("#"):
            name, phrase = line.split(maxsplit=1)
            assert section and phrase
            names.append((section, name))  # one package may serve two sections
    assert len(names) == len(set(names))


def test_unknown_sections_are_refused():
    result = install("nonsense")
    assert result.returncode != 0 and "no section [nonsense]" in result.stderr


def test_an_image_is_built_with_libraries_and_no_servers(tmp_path):
    for name, body in (("apt-get", "exit 1"), ("apt-cache", "exit 1"), ("dpkg-query", "exit 0"), ("sudo", "exit 1")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    listed = install("--libraries", "build", "run", path=tmp_path).stdout.split("to install:")[1].split("packages")[0].split()
    assert listed == [name for name in section("build") if name.startswith("lib") and name.endswith("-dev")]


def test_packages_can_be_taken_as_given():
    result = install("build", "run", PACKAGES="skip")
    assert result.returncode == 0 and result.stdout == ""


def test_without_root_it_says_what_root_should_do(tmp_path_factory):
    if not os.access(INSTALL, os.X_OK):
        pytest.skip("unreadable checkout")
    stubs = pathlib.Path(subprocess.run(["mktemp", "-d", "/var/tmp/stagecraft-test.XXXXXX"], check=True,
                                        capture_output=True, text=True).stdout.strip())
    try:
        stubs.chmod(0o755)
        for name, body in (("dpkg-query", "exit 1"), ("sudo", "echo 'a password is required' >&2; exit 1")):
            (stubs / name).write_text(f"#!/bin/sh\n{body}\n")
            (stubs / name).chmod(0o755)
        result = install("run", path=stubs, as_nobody=True)
        if "Permission denied" in result.stderr:
            pytest.skip("this checkout cannot be read by other users")
        assert result.returncode != 0
        assert "sudo apt-get install postgresql python3 python3-aiosmtpd" in result.stderr
    finally:
        shutil.rmtree(stubs)


def section(name):
    """The packages listed under [name]."""
    text = (ROOT / "infra/packages.txt").read_text().split(f"[{name}]\n")[1].split("\n[")[0]
    return [line.split()[0] for line in text.splitlines() if line and not line.startswith("#")]


def test_what_another_package_provides_is_not_missing(tmp_path):
    there = "".join(f"installed {name}, \n" for name in section("run") if name != "python3-aiosmtpd")
    provider = "installed mail-things, something, python3-aiosmtpd (= 1)\n"
    for name, body in (("apt-get", "exit 1"), ("sudo", "exit 1"),
                       ("dpkg-query", f"cat <<'END'\n{there}{provider}config-files shellcheck, \nEND")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    assert install("run", path=tmp_path).stdout == ""
    result = install("test", path=tmp_path)
    assert result.returncode != 0 and " shellcheck " in result.stdout, "removed, with only its settings left"
