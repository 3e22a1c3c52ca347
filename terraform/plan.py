"""A stage's plan, made by terraform against the provider's real schema and an account that is made up (mock_provider in
tests/stage.tftest.hcl). Nothing is asked of anybody, and no credentials are needed; only the provider must be there,
from the registry or from a folder of plugins on this machine (TF_PLUGINS).
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent
FOLDERS = [os.environ.get("TF_PLUGINS", ""), "/opt/tf-plugins", "/usr/share/terraform/plugins", str(pathlib.Path.home() / ".terraform.d/plugins")]


STOP_SECONDS = int(os.environ.get("STOP_SECONDS", "60"))  # for what was under way to come to its end


class Missing(Exception):
    """terraform or the provider is not to be had here."""


class Slow(Exception):
    """terraform has taken longer than it may."""


def environment(folder):
    """Where the provider is: a folder of plugins if there is one, else the registry."""
    found = next((path for path in FOLDERS if path and list(pathlib.Path(path).glob("**/terraform-provider-aws_v5*"))), None)
    variables = dict(os.environ, CHECKPOINT_DISABLE="1", TF_IN_AUTOMATION="1", TF_INPUT="0")
    variables.pop("TF_CLI_CONFIG_FILE", None)
    if found:
        settings = folder / "cli.tfrc"
        settings.write_text(f'provider_installation {{\n  filesystem_mirror {{ path = "{found}" }}\n}}\n')
        variables["TF_CLI_CONFIG_FILE"] = str(settings)
    return variables


def stop(process, signals):
    """Ends a terraform, the softest way first: killed at once it would forget what it has just made."""
    for number in signals:
        process.send_signal(number)
        try:
            return process.communicate(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def await_end(process, seconds):
    """What a terraform that was started has written (out, err). One that takes longer is stopped: Slow."""
    try:
        return process.communicate(timeout=seconds)
    except KeyboardInterrupt:  # it has heard that as well, so it is only waited for
        stop(process, [0, signal.SIGINT, signal.SIGKILL])
        raise
    except subprocess.TimeoutExpired:
        stop(process, [signal.SIGINT, signal.SIGINT, signal.SIGKILL])
        raise Slow(f"terraform {process.args[1]} has not ended within {seconds} s and was stopped") from None


def terraform(words, cwd, variables, timeout=600):
    process = subprocess.Popen(["terraform", *words], cwd=cwd, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    out, err = await_end(process, timeout)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def init(folder, variables, *options):
    """Makes a root ready; Missing, with the reason, when there is no terraform or no provider."""
    if shutil.which("terraform") is None:
        raise Missing("there is no terraform on this machine")
    made = terraform(["init", "-no-color", *options], folder, variables)
    if made.returncode != 0:
        raise Missing(f"the AWS provider cannot be had here: {made.stderr.strip().splitlines()[-1] if made.stderr.strip() else made.stdout[-300:]}")


class Workspace:
    """A stage's root in a folder of its own, with the test file beside it, initialised."""

    def __init__(self, stage):
        if not (ROOT / "stages" / stage).is_dir():
            raise SystemExit(f"stage {stage} has no terraform/stages/{stage}")
        self.home = tempfile.TemporaryDirectory(prefix="stagecraft-terraform-")
        folder = pathlib.Path(self.home.name)
        shutil.copytree(ROOT / "modules", folder / "modules")
        self.root = folder / "stages" / stage
        shutil.copytree(ROOT / "stages" / stage, self.root, ignore=shutil.ignore_patterns(".terraform*"))
        shutil.copy(ROOT / "tests/stage.tftest.hcl", self.root)
        self.variables = environment(folder)
        init(self.root, self.variables, "-backend=false")

    def validate(self):
        result = terraform(["validate", "-no-color"], self.root, self.variables)
        return result.returncode == 0, result.stdout + result.stderr

    def test(self):
        """(passed, failed, the plan, what was said) of the test file."""
        result = terraform(["test", "-json", "-verbose"], self.root, self.variables)
        plan, summary, said = None, {}, []
        for line in result.stdout.splitlines():
            message = json.loads(line)
            if message.get("type") == "test_plan" and message.get("@testrun") == "plan":
                plan = message["test_plan"]
            summary = message.get("test_summary", summary)
            if message.get("@level") == "error":
                said.append(message["@message"])
        return summary.get("passed", 0), summary.get("failed", 0) + summary.get("errored", 0), plan, "\n".join(said) + result.stderr


def resources(plan):
    """[(address, type, values)] of what would be created."""
    return [(change["address"], change["type"], change["change"]["after"]) for change in plan["resource_changes"]
            if change["mode"] == "managed" and "create" in change["change"]["actions"]]
