"""What an audit has found, as text for people and as JSON for programs.
"""
import dataclasses
import json


@dataclasses.dataclass
class Violation:
    rule: str        # "oversold"
    says: str        # what should be true
    why: str         # what is true instead
    order_id: int
    product_id: int
    day: object
    found: int       # of this rule in all; the first few are shown
    trail: list = dataclasses.field(default_factory=list)  # [(book, line)]

    def subject(self):
        parts = [f"order {self.order_id}"] if self.order_id is not None else []
        if self.product_id is not None:
            parts.append(f"product {self.product_id} on {self.day}")
        return ", ".join(parts) or "the books as a whole"

    def text(self):
        lines = [f"{self.rule}: {self.subject()}: {self.why}"]
        return "\n".join(lines + [f"      {book:<9} {line}" for book, line in self.trail])


class Report:
    def __init__(self, stack, at, rules, violations, figures, left_out, seconds):
        self.stage, self.run, self.data = stack.stage, stack.run, stack.env.get("DATA", "?")
        self.at, self.rules, self.violations, self.figures = at, rules, violations, figures
        self.left_out, self.seconds = left_out, seconds

    @property
    def count(self):
        """All violations, also those that are not shown."""
        return sum({violation.rule: violation.found for violation in self.violations}.values())

    def named(self):
        """{rule: how many}."""
        return {violation.rule: violation.found for violation in self.violations}

    def text(self):
        lines = [f"audit of {self.stage}, the {self.data} set, as of {self.at:%Y-%m-%d %H:%M:%S} UTC"]
        for name, figures in self.figures.items():
            for place, (label, value) in enumerate(figures):
                shown = f"{value:,}" if isinstance(value, int) else str(value)
                lines.append(f"  {name if place == 0 else '':<9} {label:<26} {shown:>16}")
        lines += [f"  {name:<9} left out: {why}" for name, why in self.left_out.items()]
        shown = {}
        for violation in self.violations:
            if violation.rule not in shown:
                lines.append(f"\n  VIOLATED: {violation.says} ({violation.found:,} times)")
            shown[violation.rule] = shown.get(violation.rule, 0) + 1
            lines.append("    " + violation.text())
            if shown[violation.rule] < violation.found and shown[violation.rule] == sum(
                    other.rule == violation.rule for other in self.violations):
                lines.append(f"    … and {violation.found - shown[violation.rule]:,} more")
        lines.append(f"{self.count:,} violations of {self.rules} rules, in {self.seconds:.1f} s")
        return "\n".join(lines)

    def json(self):
        return json.dumps({
            "stage": self.stage, "data": self.data, "at": self.at.isoformat(), "seconds": round(self.seconds, 2), "rules": self.rules,
            "violations": self.count, "by_rule": self.named(), "left_out": self.left_out,
            "figures": {name: {label: value if isinstance(value, int) else str(value) for label, value in rows}
                        for name, rows in self.figures.items()},
            "shown": [dataclasses.asdict(violation) for violation in self.violations]}, indent=1, default=str)
