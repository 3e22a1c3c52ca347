"""Which stage a test is about: $STAGE as everywhere, in full or by its number ("02")."""
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]


def stages_all():
    """The full names of those that can be run, in order."""
    return sorted(path.parent.name for path in ROOT.glob("stages/*/stage.mk"))


def stage_named(name=None):
    """The full name of a stage: of $STAGE, or the first, when none is given."""
    name = name or os.environ.get("STAGE") or "01-monolith"
    found = [stage for stage in stages_all() if stage == name or stage.startswith(f"{name}-")]
    if len(found) != 1:
        raise SystemExit(f"there is no stage '{name}'; choose one of: {' '.join(stages_all())}")
    return found[0]
