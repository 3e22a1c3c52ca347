"""What the program answers to wrong words, wrong mixes and a server that is not there: a sentence and an exit code.
"""
import signal
import socket
import subprocess

import pytest
from conftest import MIXES, PROGRAM, ROOT
from scripted import Scripted, answer

HOME = str(MIXES / "home.yaml")


def run(*words):
    return subprocess.run([str(PROGRAM), *words], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)


WRONG = [
    ("", "--url is needed"),
    ("--url ftp://shop", "'ftp://shop': is not http://HOST:PORT"),
    ("--url https://shop", "there is no TLS"),
    ("--url http://shop/x --mix " + HOME, "--mix says which paths: leave '/x' out of --url"),
    ("--url http://shop --mix nowhere.yaml", "nowhere.yaml: No such file or directory"),
    ("--url http://shop --set product=zipf:5", "--set is without effect without --mix"),
    (f"--url http://shop --mix {HOME} --set product", "--set product: write NAME=VALUE"),
    (f"--url http://shop --mix {HOME} --set product=zipf:0", "--set product=zipf:0: zipf: takes a number"),
    (f"--url http://shop --mix {HOME} --set word=lines:/nowhere", "/nowhere: No such file"),
    ("--url http://shop --rate 0", "--rate cannot be '0'"),
    ("--url http://shop --rate 1e3", "--rate cannot be '1e3'"),
    ("--url http://shop --rate -5", "--rate cannot be '-5'"),
    ("--url http://shop --rate 1000001", "--rate cannot be '1000001'"),
    ("--url http://shop --seconds 0.5", "--seconds cannot be '0.5'"),
    ("--url http://shop --seconds 3601", "--seconds cannot be '3601'"),
    ("--url http://shop --connections 0", "--connections cannot be '0'"),
    ("--url http://shop --connections 4097", "--connections cannot be '4097'"),
    ("--url http://shop --saturate 1.5", "--saturate cannot be '1.5'"),
    ("--url http://shop --saturate 5 --rate 5", "--rate and --saturate exclude each other"),
    ("--url http://shop --saturate 5 --connections 5", "leave out --connections"),
    ("--url http://shop --saturate 5 --arrivals poisson", "--arrivals is without effect"),
    ("--url http://shop --arrivals often", "--arrivals cannot be 'often'"),
    ("--url http://shop --seed x", "--seed cannot be 'x'"),
    ("--url http://shop --warmup nan", "--warmup cannot be 'nan'"),
    ("--url http://shop --timeout-ms 0", "--timeout-ms cannot be '0'"),
    ("--url http://shop --colour red", "unrecognized option '--colour'"),
    ("--url http://shop now", "'now' is too much"),
]


@pytest.mark.parametrize("words, sentence", WRONG, ids=[words or "none" for words, _ in WRONG])
def test_wrong_words(words, sentence):
    done = run(*words.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr and done.stderr.startswith(("load: ", str(PROGRAM)))


def test_a_wrong_mix_is_named_with_its_line(load):
    path = load.write("visits:\n  - name: v\n    steps:\n      - name: s\n        get: /{product}\n")
    done = run("--url", "http://127.0.0.1:1", "--mix", str(path))
    assert done.returncode == 2
    assert done.stderr == f"load: {path}:5: there is no value 'product': add it to 'values'\n"


def test_help():
    done = run("--help")
    assert done.returncode == 0 and "--url URL" in done.stdout and done.stderr == ""


def test_nobody_listens():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        done = run("--url", url)
    assert done.returncode == 1
    assert done.stderr == f"load: cannot connect to {url}: Connection refused: does it run there?\n"


def test_a_host_that_cannot_be_found():
    done = run("--url", "http://nowhere.invalid/")
    assert done.returncode == 1 and "cannot find nowhere.invalid" in done.stderr


@pytest.mark.parametrize("option", ["--json", "--ledger"])
def test_a_file_that_cannot_be_written(option):
    done = run("--url", "http://127.0.0.1:1", option, "/nowhere/file")
    assert (done.returncode, done.stderr) == (1, "load: /nowhere/file: No such file or directory\n")


def test_a_server_without_what_the_mix_needs(load):
    with Scripted(lambda request: answer(404, b"nothing here")) as server:
        fetch = load(server.url, mix=MIXES / "list.yaml")
        shoppers = load(server.url, mix=MIXES / "order.yaml")
    assert (fetch.code, fetch.errors) == (1, "load: GET /v1/categories: the server answered 404: nothing here\n")
    assert shoppers.code == 1 and "POST /v1/users: the server answered 404" in shoppers.errors
    with Scripted(lambda request: answer(200, b'{"items":[{"slug":7.5}]}')) as server:
        fetch = load(server.url, mix=MIXES / "list.yaml")
    assert fetch.code == 1 and "item 0 has no 'slug'" in fetch.errors


def test_an_interrupted_run_is_a_shorter_run(load):
    with Scripted() as server:
        process, files = load.start(server.url, "--seconds", "60", "--rate", "50")
        while len(server.requests) < 25:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        outcome = load.finish(process, files)
    assert outcome.code == 130, outcome.errors
    assert 25 <= outcome.result["requests"] == len(server.requests) < 1000
    assert outcome.result["failed"] == 0
