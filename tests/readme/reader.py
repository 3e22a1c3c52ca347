"""Somebody who follows the pages one after another: types every command in a shell of its own, and stops at the first that
does not work. What one page has left (a database, a later stage's schema) is there when the next one begins.

The reader's stack is not the one in .run, which may be a developer's, and it is gone at the end, data and all.
"""
import os
import signal
import subprocess

from elsewhere import CANNOT_HERE, STAND_INS
from stack import ROOT, Stack, free_port

RUN, SECOND = ".run/test-readme", ".run/test-readme-second"
SECONDS = 300  # for one command, on a busy machine that may have to compile first


class Reader:
    def __init__(self):
        self.stacks = [Stack.at(RUN), Stack.at(SECOND)]
        told = {name: value for name, value in self.stacks[0].environment.items() if name not in ("STAGE", "VARIANT", "DATA")}
        self.environment = dict(told, PORTS=os.environ.get("PORTS", "auto"))
        self.forget()  # a run that was cut short

    def forget(self):
        for stack in self.stacks:
            stack.clean()

    def follow(self, commands, beside):
        """Those that this machine does not allow, each with the reason. `beside`: the folder that the checkout lies in."""
        try:
            left_out = list(filter(None, [self.does(command, beside) for command in commands]))
        except BaseException:
            self.forget()  # the next page is to work all the same
            raise
        for stack in self.stacks:
            stack.call("down")
        return left_out

    def does(self, command, beside):
        """Why not, if this machine does not allow it."""
        code, said = self.types(command.text, beside)
        excuses = [f"{command.text}: {words}" for part, known in CANNOT_HERE.items() if part in command.text for words in known if words in said]
        if code != 0 and excuses:
            return excuses[0]
        end = "\n".join(said.splitlines()[-20:])
        assert code == 0, f"{command.page.relative_to(ROOT)}:{command.number}: {command.text}\nended with {code}:\n{end}"
        return None

    def types(self, text, beside):
        """(exit code, what it said)"""
        known = {"beside": beside, "second": SECOND, "ports": self.environment["PORTS"], "port": free_port()}
        for written, instead in STAND_INS.items():
            text = text.replace(written, instead.format(**known))
        with subprocess.Popen(["bash", "-c", text], cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True) as process:
            try:
                said, _ = process.communicate(timeout=SECONDS)
                return process.returncode, said
            except subprocess.TimeoutExpired:
                return f"nothing: it was stopped after {SECONDS} s", ""
            finally:
                if process.returncode is None:  # too slow, or the tests are being ended
                    os.killpg(process.pid, signal.SIGTERM)
