"""What infra/local/stack promises about a running stack."""
import os
import pathlib
import re
import socket
import subprocess
import time

import pytest

from conftest import ROOT

SERVERS = ["postgres", "smtp", "sandbox", "shop"]


def listening_addresses(port):
    lines = pathlib.Path("/proc/net/tcp").read_text().splitlines() + pathlib.Path("/proc/net/tcp6").read_text().splitlines()
    rows = [line.split() for line in lines]
    return {row[1].split(":")[0] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")}


def test_all_servers_run_on_loopback_only(running):
    status = running.status()
    assert [server["name"] for server in status["servers"]] == SERVERS
    assert all(server["running"] and server["rss_mb"] > 1 for server in status["servers"])
    for server in status["servers"]:
        assert listening_addresses(server["port"]) == {"0100007F"}, server
    assert status["base_url"].endswith(f":{status['servers'][3]['port']}")
    assert status["stage"] == "01-monolith"
    assert status["rss_mb"] >= sum(server["rss_mb"] for server in status["servers"]) - 1


def test_status_is_also_a_file_and_a_table(running):
    table = running("status").stdout
    assert all(name in table for name in SERVERS + ["total"])
    assert '"base_url"' in (running.run / "status.json").read_text()


def test_a_second_up_changes_nothing_and_is_quick(running):
    before = running.pids()
    began = time.monotonic()
    output = running.up()
    assert time.monotonic() - began < 30, "it began anew"
    assert output.count("already runs") == len(SERVERS)
    assert running.pids() == before


def test_up_tells_what_to_do_next(running):
    output = running.up()
    assert re.search(r"http://127\.0\.0\.1:\d+", output)
    assert "admin@shop.example" in output and "demo@shop.example" in output
    assert all(word in output for word in ("make status", "make logs", "make down"))


def test_the_database_takes_the_password_and_nothing_else(running):
    settings = dict(os.environ, **{name: value for name, value in running.env().items() if name.startswith("PG")})
    command = ["psql", "-Atwc", "SELECT current_user, current_setting('fsync'), current_setting('server_encoding')"]
    assert subprocess.run(command, env=settings, capture_output=True, text=True).stdout == "shop|on|UTF8\n"
    without = subprocess.run(command, env=dict(settings, PGPASSFILE="/nonexistent"), capture_output=True, text=True)
    assert without.returncode != 0 and "password" in without.stderr
    refused = subprocess.run(["psql", "-wc", "CREATE ROLE intruder"], env=settings, capture_output=True, text=True)
    assert "permission denied" in refused.stderr


def test_secrets_are_private_and_nowhere_else(running):
    folder = running.run / "secrets"
    assert folder.stat().st_mode & 0o777 == 0o700
    secrets = set()
    for file in folder.iterdir():
        assert file.stat().st_mode & 0o077 == 0 or file.stat().st_size == 0, file
        secrets |= {word for word in re.findall(r"[0-9a-z-]{19,}", file.read_text())}
    assert len(secrets) >= 5
    seen = "".join(log.read_text() for log in (running.run / "logs").iterdir())
    seen += running("status").stdout + running("env").stdout + running("logs").stdout
    for pid in running.pids().values():
        seen += pathlib.Path(f"/proc/{pid}/cmdline").read_text() + pathlib.Path(f"/proc/{pid}/environ").read_text()
    for secret in secrets:
        assert secret not in seen


def test_servers_inherit_nothing(running):
    for name, pid in running.pids().items():
        variables = pathlib.Path(f"/proc/{pid}/environ").read_text().split("\0")
        names = {variable.split("=")[0] for variable in variables if variable}
        assert all(known.startswith("SHOP_") or known in ("PATH", "HOME", "LANG", "TZ") or name == "postgres"
                   for known in names), names
        links = [os.readlink(entry) for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir()]
        assert not any(link.endswith("/lock") for link in links), links


def test_logs_end_when_nobody_watches(running):
    result = running("logs", timeout=10)
    assert "shop | ts=0 event=start program=shop" in result.stdout
    assert "postgres | " in result.stdout
    only = running("logs", "shop", timeout=10).stdout
    assert "shop | " in only and "postgres | " not in only
    assert running("logs", "nonsense").returncode != 0


def test_mail_lands_in_the_folder(running):
    settings = running.env()
    host, port = settings["SHOP_MAIL_SMTP_URL"].removeprefix("smtp://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as wire:
        talk = wire.makefile("rw", newline="\r\n")
        for line in ("EHLO test", "MAIL FROM:<a@shop.example>", "RCPT TO:<b@shop.example>", "DATA"):
            talk.write(line + "\n")
        talk.write("Subject: receipt\n\nthank you\n.\nQUIT\n")
        talk.flush()
        assert "221" in talk.read()
    messages = list(pathlib.Path(settings["MAIL_DIR"], "new").iterdir())
    assert len(messages) == 1 and "thank you" in messages[0].read_text()


@pytest.mark.parametrize("server", ["smtp", "sandbox", "postgres", "shop"])
def test_one_server_can_be_stopped_and_started(running, server):
    before = running.pids()
    assert running("stop", server).returncode == 0
    assert running.pids() == dict(before, **{server: None})
    result = running("start", server)
    assert result.returncode == 0, result.stdout + result.stderr
    after = running.pids()
    assert after[server] not in (None, before[server])
    assert dict(after, **{server: 0}) == dict(before, **{server: 0})


def test_unknown_words_get_the_usage(running):
    result = running("nonsense")
    assert result.returncode == 2 and "clean-data" in result.stdout
    assert (ROOT / "infra/local/stack").stat().st_mode & 0o111
