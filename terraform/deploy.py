#!/usr/bin/python3
"""Puts a stage on AWS, and takes it away again:  deploy.py up|down NN-name

`up` says what it will cost, asks, and applies the stage's root; what it was told stands in deploy.auto.tfvars.json beside
the root, so that everything after it, by this command or by terraform itself, knows the same. `down` lifts the
protection of what is protected, destroys, and then asks the account what still carries the stage's tag (left/). Neither
takes longer than it may: terraform is stopped then, and what there is stands in the state.

From the environment: IMAGE (in ECR), MAIL_TO (who hears from the budget), PROVIDER_URL (payments); REGION; credentials
as every AWS tool takes them; YES=1: do not ask.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import cost  # noqa: E402
import plan  # noqa: E402

ROOTS = pathlib.Path(os.environ.get("TF_ROOTS", plan.ROOT))  # the tests work on a copy
REGIONS = ["us-east-1"]  # variables.tf says why
TOLD = {"IMAGE": "image", "MAIL_TO": "mail_to", "PROVIDER_URL": "provider_url"}
CREDENTIALS = [("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), ("AWS_PROFILE",), ("AWS_WEB_IDENTITY_TOKEN_FILE",),
               ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",), ("AWS_CONTAINER_CREDENTIALS_FULL_URI",)]  # each enough by itself
APPLY_SECONDS = int(os.environ.get("APPLY_SECONDS", "7200"))  # a broker takes half an hour, a database as much
LEFT_SECONDS = int(os.environ.get("LEFT_SECONDS", "600"))  # the account's list of tags lags behind
PROTECTED = ("aws_db_instance", "aws_lb")  # whose protection the variable `keep` is


def fail(*lines):
    raise SystemExit("deploy: " + "\n        ".join(lines))


def check_credentials():
    files = [pathlib.Path(os.environ.get(name) or pathlib.Path.home() / ".aws" / default)
             for name, default in (("AWS_SHARED_CREDENTIALS_FILE", "credentials"), ("AWS_CONFIG_FILE", "config"))]
    if not any(all(map(os.environ.get, names)) for names in CREDENTIALS) and not any(path.is_file() for path in files):
        fail("there are no AWS credentials here", "put them into the environment (AWS_PROFILE, or AWS_ACCESS_KEY_ID and"
             " AWS_SECRET_ACCESS_KEY), or run  aws configure")


def region():
    named = os.environ.get("REGION") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or REGIONS[0]
    if named not in REGIONS:
        fail(f"the stages are priced and tested for {REGIONS[0]} only, and the region here is {named}",
             f"deploy there:  REGION={REGIONS[0]}")
    return named


class Root:
    """A stage's root, initialised: its state and its variables lie beside it."""

    def __init__(self, stage):
        self.stage, self.name = stage, f"stagecraft-{stage[:2]}"
        self.folder = ROOTS / "stages" / stage
        if not self.folder.is_dir():
            fail(f"stage {stage} has no terraform/stages/{stage}")
        self.region = region()
        check_credentials()
        self.home = tempfile.TemporaryDirectory(prefix="stagecraft-deploy-")
        self.variables = plan.environment(pathlib.Path(self.home.name))
        self.note = self.folder / "deploy.auto.tfvars.json"

    def init(self, folder):
        try:
            plan.init(folder, self.variables)
        except plan.Missing as why:
            fail(str(why))

    def change(self, known, *words):
        """Plans quietly, and carries it out, each resource told to whoever looks on. A plan holds secrets: it is gone afterwards.
        What is known is kept when it can be planned: a wrong image would stand in the way of destroy, too."""
        plan_file, told_file = f"{self.home.name}/plan", pathlib.Path(self.home.name) / "told.tfvars.json"
        told_file.write_text(json.dumps(known, indent=2) + "\n")
        planned = plan.terraform(["plan", f"-out={plan_file}", "-no-color", f"-var-file={told_file}", *words], self.folder, self.variables)
        if planned.returncode != 0:
            fail("terraform cannot plan this; nothing was changed", *planned.stderr.strip().splitlines()[-12:])
        shutil.copy(told_file, self.note)
        process = subprocess.Popen(["terraform", "apply", "-no-color", plan_file], cwd=self.folder, env=self.variables, stdin=subprocess.DEVNULL)
        said = "not everything has succeeded"
        try:
            plan.await_end(process, APPLY_SECONDS)
        except plan.Slow as why:
            said = str(why)
        if process.returncode != 0:
            fail(f"{said}; what there is stands in the state of {self.folder}", "when the cause is removed, do the same again")

    def told(self):
        """What it is to be made with: what was said now, else what was said before."""
        known = json.loads(self.note.read_text()) if self.note.exists() else {}
        known.update({name: os.environ[variable] for variable, name in TOLD.items() if os.environ.get(variable)})
        missing = [variable for variable, name in TOLD.items() if name not in known]
        if missing:
            fail(f"say also:  {'=… '.join(missing)}=…", "IMAGE is the shop's image in ECR, MAIL_TO hears from the budget, PROVIDER_URL takes payments")
        return known | {"region": self.region}

    def made(self):
        """Addresses of what its state has, wherever that is kept."""
        return plan.terraform(["state", "list"], self.folder, self.variables).stdout.split()

    def left(self):
        """ARNs of what carries the stage's tag."""
        with tempfile.TemporaryDirectory(prefix="stagecraft-left-") as folder:
            folder = pathlib.Path(folder)
            (folder / "main.tf").write_text((plan.ROOT / "left/main.tf").read_text())
            self.init(folder)
            asked = plan.terraform(["apply", "-auto-approve", "-no-color", f"-var=name={self.name}", f"-var=region={self.region}"], folder, self.variables)
            if asked.returncode != 0:
                fail("the account could not be asked what is left", *asked.stderr.strip().splitlines()[-6:])
            said = plan.terraform(["output", "-json"], folder, self.variables).stdout
            return json.loads(said)["left"]["value"]


def confirm(question, command):
    if os.environ.get("YES") == "1":
        return
    if not sys.stdin.isatty():
        fail(question, f"to say yes without being asked:  {command} YES=1")
    if not input(f"{question} Go on? [y/N] ").lower().startswith("y"):
        fail("nothing was changed")


def up(stage):
    root = Root(stage)
    known = root.told()
    root.init(root.folder)
    cost.show(stage)
    print()
    confirm(f"This makes stage {stage} in {root.region}, at your account's expense.", f"make deploy STAGE={stage} TARGET=aws")
    root.change(known)
    print(f"\nThe secret {root.name}/signing-key is empty: the shop waits for the key of your payment provider.\n"
          f"  aws secretsmanager put-secret-value --secret-id {root.name}/signing-key --secret-string …\n"
          f"Take it away:  make destroy STAGE={stage} TARGET=aws")


def down(stage):
    root = Root(stage)
    root.init(root.folder)
    if made := root.made():
        known = root.told()
        confirm(f"This removes stage {stage} in {root.region}, its database and its backups.", f"make destroy STAGE={stage} TARGET=aws")
        protected = [f"-target={address}" for address in made if address.split(".")[-2] in PROTECTED]
        if protected:  # and these alone: nothing is mended, and no instance replaced, that goes in a moment
            root.change(known, "-refresh=false", "-var=keep=false", *protected)
        root.change(known, "-destroy", "-var=keep=false")
    until = time.monotonic() + LEFT_SECONDS
    while left := root.left():
        if time.monotonic() > until:
            fail(f"these still carry the tag Project={root.name}:", *left)
        time.sleep(10)
    for path in (root.note, *root.folder.glob("terraform.tfstate*")):
        path.unlink(missing_ok=True)
    print(f"nothing of stage {stage} is left (a key is deleted after a week, and costs nothing meanwhile)")


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("up", "down") or not re.fullmatch(r"\d\d-[a-z-]+", sys.argv[2]):
        raise SystemExit("usage: deploy.py up|down NN-name")
    try:
        {"up": up, "down": down}[sys.argv[1]](sys.argv[2])
    except plan.Slow as why:
        fail(str(why), "is the account, or the provider's registry, out of reach?")
    except KeyboardInterrupt:
        fail("interrupted; what there is stands in the state", "do the same again to go on")
