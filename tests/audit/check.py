"""What a check is: facts, and rules about each of them, both in SQL.

`facts` is a SELECT that brings together what the books say of one thing (an order, a product's day, a sale), a row
each. It must have the columns order_id, product_id and day, null where they mean nothing: by them the trail is
found. A rule is a condition that is true of a fact only when something is wrong, and a sentence that says what. All
is counted and compared inside PostgreSQL; what travels is what is broken, so five million bookings need no memory here.

A file in checks/ holds CHECKS, and FIGURES: pairs of a name and a SELECT of one value. Which books a check needs
stands in `needs`: "provider", "mail" and "told" are evidence from outside the database, a dotted name is a table
that a stage adds. Where one is missing the check is left out, and the report says so.
"""
import dataclasses
import importlib
import pathlib

PER_RULE = 10  # violations shown of each rule; all are counted


@dataclasses.dataclass(frozen=True)
class Rule:
    name: str    # "oversold": what tests and people call it
    says: str    # what is true when all is well
    broken: str  # SQL condition on a row of facts
    why: str     # SQL expression: what this row says instead


@dataclasses.dataclass(frozen=True)
class Check:
    facts: str
    rules: tuple
    needs: tuple = ()

    def sql(self):
        """rule, why, order_id, product_id, day, found (in all): of each rule the first few."""
        anything = " OR ".join(f"({rule.broken})" for rule in self.rules)
        values = ",\n".join(f"(({rule.broken}), '{rule.name}', ({rule.why})::text)" for rule in self.rules)
        return f"""
            SELECT rule, why, order_id, product_id, day, found FROM (
                SELECT v.rule, v.why, f.order_id, f.product_id, f.day, count(*) OVER (PARTITION BY v.rule) AS found,
                       row_number() OVER (PARTITION BY v.rule ORDER BY f.order_id, f.product_id, f.day) AS place
                FROM (SELECT * FROM ({self.facts}) facts WHERE {anything}) f
                CROSS JOIN LATERAL (VALUES {values}) AS v (broken, rule, why)
                WHERE v.broken) found
            WHERE place <= {PER_RULE}
            ORDER BY rule, place"""


def modules():
    """The files of checks/, by name."""
    folder = pathlib.Path(__file__).resolve().parent / "checks"
    return [importlib.import_module(f"checks.{path.stem}") for path in sorted(folder.glob("[a-z]*.py"))]
