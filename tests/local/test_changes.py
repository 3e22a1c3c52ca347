"""What infra/local/stack does when something has changed, failed, or belongs to somebody else."""
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from conftest import ROOT

SHOP = "stages/01-monolith/shop"


def gone(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_down_ends_everything_and_keeps_the_data(make_stack):
    stack = make_stack()
    stack.up()
    pids = stack.pids().values()
    accounts = (stack.run / "secrets/accounts").read_text()
    result = stack("down")
    assert result.returncode == 0 and result.stdout.count("stopped") >= 4
    assert all(gone(pid) for pid in pids)
    assert not any(server["running"] for server in stack.status()["servers"])
    assert "nothing" in stack("down").stdout
    stack.up()
    assert (stack.run / "secrets/accounts").read_text() == accounts


def test_what_is_outdated_or_dead_is_started_again_and_nothing_else(make_stack):
    stack = make_stack()
    stack.up()
    before = stack.pids()
    with (stack.programs / SHOP).open("a") as program:
        program.write("# a new version\n")
    assert "started again" in stack.up()
    changed = stack.pids()
    assert changed["shop"] != before["shop"] and dict(changed, shop=0) == dict(before, shop=0)
    os.kill(changed["sandbox"], signal.SIGKILL)
    time.sleep(0.2)
    assert "died" in stack("status").stdout
    stack.up()
    healed = stack.pids()
    assert healed["sandbox"] != changed["sandbox"] and dict(healed, sandbox=0) == dict(changed, sandbox=0)
    stack.up(SHOP_LOG_LEVEL="debug")
    assert "SHOP_LOG_LEVEL=debug" in pathlib.Path(f"/proc/{stack.pids()['shop']}/environ").read_text()


def test_a_killed_database_comes_back(make_stack):
    stack = make_stack()
    stack.up("postgres")
    for _ in range(3):
        os.kill(stack.pids()["postgres"], signal.SIGKILL)
        stack.up("postgres")


def test_two_stacks_side_by_side(make_stack):
    first, second = make_stack(), make_stack()
    first.up()
    second.up()
    assert not set(first.pids().values()) & set(second.pids().values())
    second("down")
    assert all(server["running"] for server in first.status()["servers"])


def test_a_taken_port_is_named_before_anything_starts(make_stack):
    stack = make_stack()
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        result = stack("up", SMTP_PORT=str(port))
    assert result.returncode != 0
    assert f"port {port}, wanted for smtp, is taken by process {os.getpid()} (" in result.stderr
    assert "SMTP_PORT=" in result.stderr
    assert not list((stack.run / "state").glob("*.pid"))


@pytest.mark.parametrize("ports, word", [({"SMTP_PORT": "smtp"}, "not a port number"), ({"SMTP_PORT": "70000"}, "not a port number"),
                                         ({"SMTP_PORT": "31999", "SHOP_PORT": "31999"}, "give each its own"),
                                         ({"PORTS": "many"}, "neither auto nor a range"), ({"PORTS": "27000-27050"}, "at least a hundred")])
def test_impossible_ports_are_refused(make_stack, ports, word):
    result = make_stack()("up", **ports)
    assert result.returncode != 0 and word in result.stderr


def test_free_ports_are_taken_from_the_range_that_is_asked_for(make_stack):
    stack = make_stack()
    stack.up(PORTS="18000-18099")
    ports = [server["port"] for server in stack.status()["servers"]]
    assert len(set(ports)) == len(ports) and all(18000 <= port <= 18099 for port in ports)


def test_a_process_that_only_has_our_old_id_is_left_alone(make_stack):
    stack = make_stack()
    stack.up("smtp")
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        file = stack.run / "state/smtp.pid"
        mine, *rest = file.read_text().split()
        file.write_text(" ".join([str(stranger.pid), *rest]))
        assert stack.pids() == {"smtp": None}
        stack("down")
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
        os.kill(int(mine), signal.SIGTERM)


def test_whoever_does_not_end_is_killed_with_a_word(make_stack):
    stack = make_stack()
    (stack.programs / "infra/sandbox/STUBBORN").touch()
    stack.up("sandbox")
    pid = stack.pids()["sandbox"]
    result = stack("down")
    assert gone(pid) and result.returncode == 0
    assert "sandbox" in result.stderr and "killing it" in result.stderr


def test_a_failing_server_shows_its_log_and_what_to_do(make_stack):
    stack = make_stack()
    broken = stack.programs / "stages/01-monolith/BROKEN"
    broken.touch()
    result = stack("up")
    assert result.returncode != 0
    assert "cannot start: this is why" in result.stderr and "make up goes on" in result.stderr
    broken.unlink()
    stack.up()


def test_what_is_not_built_is_named(make_stack):
    stack = make_stack()
    (stack.programs / "infra/seed/seed").unlink()
    result = stack("up")
    assert result.returncode != 0 and "seed/seed has not been built" in result.stderr


def test_clean_data_asks(make_stack):
    stack = make_stack()
    stack.up("postgres")
    assert stack("clean-data").returncode != 0
    assert (stack.run / "postgres").exists() or (stack.run / "postgres.elsewhere").exists()
    assert stack("clean-data", YES="1").returncode == 0
    assert not stack.run.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has a second user to be")
def test_data_goes_elsewhere_when_postgres_cannot_reach_it(make_stack, tmp_path_factory):
    folder = tmp_path_factory.mktemp("closed")
    folder.chmod(0o700)
    stack = make_stack(folder=folder)
    assert "cannot reach" in stack.up("postgres")
    elsewhere = pathlib.Path((stack.run / "postgres.elsewhere").read_text().strip())
    assert elsewhere.parent == pathlib.Path("/var/tmp") and elsewhere.is_dir()
    stack("clean-data", YES="1")
    assert not elsewhere.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="this is what the other tests do")
def test_a_plain_user_needs_no_root(make_stack, tmp_path_factory):
    readable = subprocess.run(["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "test", "-r",
                               str(ROOT / "infra/local/stack")], check=False).returncode == 0
    if not readable:
        pytest.skip("this checkout cannot be read by other users")
    folder = pathlib.Path(subprocess.run(["mktemp", "-d", "/var/tmp/stagecraft-test.XXXXXX"], check=True,
                                         capture_output=True, text=True).stdout.strip())
    try:
        stack = make_stack(user="nobody", folder=folder)
        os.chown(folder, 65534, 65534)
        stack.up()
        assert {pathlib.Path(f"/proc/{pid}").stat().st_uid for pid in stack.pids().values()} == {65534}
        assert all(server["running"] for server in stack.status()["servers"])
        assert stack("clean-data", YES="1").returncode == 0
    finally:
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def test_what_root_made_is_explained_to_a_plain_user(make_stack):
    if os.geteuid() != 0:
        pytest.skip("needs root to make it")
    stack = make_stack()
    stack.run.mkdir()
    for parent in (stack.run, *stack.run.parents[:2]):
        parent.chmod(0o755)
    stack.user = "nobody"
    result = stack("up", "postgres")
    stack.user = None
    assert result.returncode != 0 and "made by root" in result.stderr, result.stderr


if __name__ == "__main__":
    sys.exit(pytest.main([__file__]))


def test_children_that_outlive_a_killed_server_are_waited_for(make_stack):
    """They notice when they run again; until then they hold its shared memory, and the next server would not start."""
    stack = make_stack()
    stack.up("postgres")
    server = stack.pids()["postgres"]
    child = int(pathlib.Path(f"/proc/{server}/task/{server}/children").read_text().split()[0])
    os.kill(child, signal.SIGSTOP)
    os.kill(server, signal.SIGKILL)
    later = threading.Timer(3, os.kill, (child, signal.SIGCONT))
    later.start()
    try:
        stack.up("postgres")
    finally:
        later.join()
    assert stack.pids()["postgres"] != server
