"""What a stage is in a cluster: its overlay as kubectl renders it, object by object, so that two stages can be compared.

What every stage has otherwise is left out: the stage's name behind its images, and the sums behind names that kustomize
makes. The settings are left out as well: diff.py shows config.yaml itself.
"""
import re
import shutil
import subprocess

import stages

# an overlay takes the settings and scripts that it hands out from where they are written, outside of its own folder
KUSTOMIZE = ("kustomize", "--load-restrictor", "LoadRestrictionsNone")


class Missing(Exception):
    """There is nothing to render it with, or nothing to render."""


def kustomized(overlay, kubectl="kubectl"):
    """The overlay as one text; a relative one is of this repository. Missing, with the reason, when it cannot be made."""
    made = subprocess.run([kubectl, *KUSTOMIZE, overlay], cwd=stages.ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    if made.returncode != 0:
        raise Missing(f"{overlay} cannot be rendered: {made.stderr.strip()}")
    return made.stdout


def objects(stage):
    """{"Deployment shop": its lines}, in the order of their names."""
    overlay = f"k8s/overlays/{stage}"
    if shutil.which("kubectl") is None:
        raise Missing("there is no kubectl on this machine")
    if not (stages.ROOT / overlay).is_dir():
        raise Missing(f"there is no {overlay}")
    text = re.sub(r"-[2456789bcdfghkmt]{10}\b", "", kustomized(overlay)).replace(f":{stage}", "")
    found = {}
    for part in text.split("\n---\n"):
        kind, name = re.search(r"^kind: (\w+)", part, re.M)[1], re.search(r"^metadata:\n(?:  .*\n)*?  name: (\S+)", part, re.M)[1]
        found[f"{kind} {name}"] = part.strip().splitlines()
    found.pop("ConfigMap settings", None)
    return dict(sorted(found.items()))
