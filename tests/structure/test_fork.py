"""Every stage can leave as a project: nothing in it speaks of the course. (tests/fork builds and runs them.)

Whoever writes "stage" into a file that forks take along sees it here. Mostly another word says it better: common/ is
read by people who have never heard of stages. Where the word is right, infra/fork/words.py says what it becomes.
"""
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
STAGES = sorted(path.parent.name for path in ROOT.glob("stages/*/stage.mk"))


@pytest.mark.parametrize("stage", STAGES)
def test_a_fork_has_no_word_of_the_course(stage, tmp_path):
    result = subprocess.run(["make", "fork", f"STAGE={stage}", "NAME=myshop", f"DEST={tmp_path}/myshop"], cwd=ROOT,
                            capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
