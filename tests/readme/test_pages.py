"""What the pages tell their reader to type works as it stands there, from the first line of a page to its last.

A command is run here, or elsewhere.py names who runs it; there is no third way. It has worked when it ends with 0.
"""
import pathlib
import re
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]
import reader as readers  # noqa: E402
from elsewhere import CANNOT_HERE, ELSEWHERE, STAND_INS  # noqa: E402
from pages import Command, commands, pages  # noqa: E402
from stack import ROOT  # noqa: E402

COMMANDS = [command for page in pages() for command in commands(page)]


def is_of(row, command):
    return re.fullmatch(rf"{row.command}(\s+#.*)?", command.text)


HERE_RUN = [command for command in COMMANDS if not any(is_of(row, command) for row in ELSEWHERE)]
PAGES = sorted({command.page for command in HERE_RUN})


@pytest.fixture(scope="module")
def reader():
    made = readers.Reader()
    yield made
    made.forget()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_works_as_it_is_written(page, reader, tmp_path):
    left_out = reader.follow([command for command in HERE_RUN if command.page == page], tmp_path)
    if left_out:
        pytest.skip(f"all but what this machine does not allow: {'; '.join(left_out)}")


@pytest.mark.parametrize("row", ELSEWHERE, ids=lambda row: row.command)
def test_what_is_run_elsewhere_is_in_a_page_and_there(row):
    assert any(is_of(row, command) for command in COMMANDS), "no page says it any more"
    assert row.word in (ROOT / row.file).read_text(), f"{row.file} does not speak of {row.word}"


@pytest.mark.parametrize("part", [*STAND_INS, *CANNOT_HERE])
def test_nothing_is_provided_for_that_no_page_says(part):
    assert any(part in command.text for command in HERE_RUN)


def test_what_is_a_command(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("make no\n\n```sh\nmake one   # why\n\nls\n```\n\n```\nmake no\n```\n\n    make two\n    make no [WORD=…]\n    other no\n")
    assert commands(page) == [Command(page, 4, "make one   # why"), Command(page, 6, "ls"), Command(page, 13, "make two")]


def page_of(*texts):
    return [Command(ROOT / "README.md", number, text) for number, text in enumerate(texts, 7)]


def test_a_command_that_fails_is_named(reader, tmp_path):
    with pytest.raises(AssertionError, match=r"README\.md:8: echo oh; exit 3\nended with 3:\noh"):
        reader.follow(page_of("true", "echo oh; exit 3", "true"), tmp_path)


def test_a_command_that_does_not_end_is_stopped(reader, tmp_path, monkeypatch):
    monkeypatch.setattr(readers, "SECONDS", 0.5)
    with pytest.raises(AssertionError, match=r"README\.md:7: sleep 60\nended with nothing: it was stopped after 0.5 s"):
        reader.follow(page_of("sleep 60"), tmp_path)


def test_only_what_this_machine_does_not_allow_is_excused(reader, tmp_path):
    assert reader.follow(page_of("echo there is no terraform here; exit 1 # make cost", "true"), tmp_path) != []
    with pytest.raises(AssertionError):
        reader.follow(page_of("echo there is no terraform here; exit 1 # make up"), tmp_path)
