"""A disk of the stack's own that can be filled without hurting the machine: a file with a file system in it.

Only root may mount one, and only where the kernel has loop devices: elsewhere there is no full disk, and the schedule
says why. The stack's folder lies on it whole, so PostgreSQL, the provider's ledger and the mailbox run out together.
"""
import pathlib
import shutil
import subprocess

MEGABYTES = 3072  # the image is sparse: it takes what is written


class Disk:
    def __init__(self, folder):
        """Mounts a fresh disk at `folder`. OSError with the reason when that cannot be done here."""
        self.folder = pathlib.Path(folder)
        self.image = self.folder.with_suffix(".img")
        self.mounted = False
        self.release()
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.image, "wb") as file:
            file.truncate(MEGABYTES << 20)
        try:
            self._run("mkfs.ext4", "-q", "-m", "0", "-E", "lazy_itable_init=1,lazy_journal_init=1", str(self.image))
            self._run("mount", "-o", "loop", str(self.image), str(self.folder))
        except OSError:
            self.image.unlink()
            raise
        self.mounted = True

    def fill(self):
        """Takes all that is left. (fallocate writes nothing: it is full at once, and empty again at once.)"""
        free = shutil.disk_usage(self.folder).free
        subprocess.run(["fallocate", "-l", str(free + (64 << 20)), str(self.folder / "ballast")], capture_output=True, check=False)

    def empty(self):
        (self.folder / "ballast").unlink(missing_ok=True)

    def release(self):
        """Unmounts what is there, also what an earlier run has left."""
        if self.folder.is_mount():
            self._run("umount", "--lazy", str(self.folder))  # whoever still looks at it may finish
        self.image.unlink(missing_ok=True)
        self.mounted = False

    @staticmethod
    def _run(*words):
        if shutil.which(words[0]) is None:
            raise OSError(f"{words[0]} is not there")
        result = subprocess.run(words, capture_output=True, text=True, timeout=60)
        if result.returncode != 0:
            raise OSError(f"{words[0]}: {(result.stderr or result.stdout).strip()}")
