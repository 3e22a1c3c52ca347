"""The disk that can be full: it is, and then it is not; and where none can be had, it says why."""
import errno

import disk
import pytest


def test_full_and_empty_again(tmp_path):
    try:
        one = disk.Disk(tmp_path / "small")
    except OSError as why:
        assert str(why)
        pytest.skip(f"no disk of our own here: {why}")
    try:
        one.fill()
        with pytest.raises(OSError) as full:
            (one.folder / "file").write_bytes(b"x" * (1 << 20))
        assert full.value.errno == errno.ENOSPC
        one.empty()
        (one.folder / "file").write_bytes(b"x" * (1 << 20))
    finally:
        one.release()
    assert not one.image.exists() and not one.folder.is_mount()


def test_where_none_can_be_had_it_says_why(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OSError, match="is not there"):
        disk.Disk(tmp_path / "none")
    assert not (tmp_path / "none.img").exists()
