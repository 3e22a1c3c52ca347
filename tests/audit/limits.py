"""How long what is under way may take before it counts as stuck: as the shop is set, and an allowance on top.

The shop's settings come from where it gets them: its environment, then the stage's config.yaml, then its default.
"""
import dataclasses
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALLOWANCE_SECONDS = 60  # rounds take their time, and a busy machine more
PRICE_SECONDS = 25  # an order may be stored that long after it was priced: ORDERS_PLACE_TIMEOUT_MS, and a change's own time


def setting(stack, name):
    """A number of the section `shop`, as this stack's shop has it."""
    given = stack.env.get(f"SHOP_SHOP_{name.upper()}")
    if given:
        return int(given)
    config = (ROOT / stack.env["STAGE_CONFIG"]).read_text()
    section = re.search(r"^shop:(.*?)(?=^\S|\Z)", config, re.M | re.S)
    found = section and re.search(rf"^\s+{name}:\s*(\d+)", section[1], re.M)
    if found:
        return int(found[1])
    table = (ROOT / "common/app/settings.c").read_text()
    return int(re.search(rf'"shop\.{name}", [^,]+, "(\d+)"', table)[1])


@dataclasses.dataclass(frozen=True)
class Limits:
    settle_seconds: float       # the age at which a pending order is settled
    sales_check_seconds: float  # the time between two walks along the sales books
    allowance_seconds: float = ALLOWANCE_SECONDS
    price_seconds: float = PRICE_SECONDS

    @staticmethod
    def of(stack, allowance_seconds=ALLOWANCE_SECONDS):
        return Limits(setting(stack, "settle_after_seconds"), setting(stack, "sales_check_seconds"), allowance_seconds)
