"""What is said on a machine that lacks a program, docker say, can only be seen on such a machine. This one may have it, so
a test gives a PATH of its own: one folder of links to all that this machine has, but for what is to be missing.

To name the few programs that are needed instead would be shorter, and worse: the list would be wrong with the next change
of a script, and a test could then pass because something else is missing.
"""
import os
import pathlib


def path_lacking(folder, *names):
    """A PATH of this machine's programs without those; its links are made in `folder`, which must not be there yet."""
    folder.mkdir()
    for place in map(pathlib.Path, os.get_exec_path()):
        for program in place.glob("*"):
            link = folder / program.name
            if program.name not in names and not link.is_symlink():  # the first on the PATH wins
                link.symlink_to(program.absolute())
    return str(folder)
