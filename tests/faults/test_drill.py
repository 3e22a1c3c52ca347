"""A minute of faults on the stage at hand (the first, in a full run) and on the newest, always the same minute: `make faults` has longer ones."""
import os

import pytest
from drill import Drill
from stage import stage_named, stages_all

SEED, SECONDS = 11, 60

if os.environ.get("VARIANT", "release") == "release":  # under a sanitizer the shop is too slow to be told from a hurt one
    @pytest.mark.parametrize("stage", sorted({stage_named(), stages_all()[-1]}))
    def test_a_minute_of_faults(stage):
        outcome = Drill(stage, SEED, SECONDS, run=f".run/test-faults-drill-{stage[:2]}").run()
        assert outcome.good, f"{outcome.report.text()}\n{outcome.deaths}\n{outcome.problems}\nunder way: {outcome.left}"
        assert outcome.told.get("confirmed", 0) > 50 and outcome.faults, f"too idle to mean anything: {outcome.told}"
