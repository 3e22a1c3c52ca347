"""From measured values to PASS or FAIL: all of the statistics, and nothing that measures.

A metric is a dict of series, {"before": [1.2, …], "after": [0.1, …]}, one value per round; the values of one
round were measured one after the other and belong together. A quotient of two series is therefore formed pair by
pair, and a machine that was slow for a while was slow for both. Quotients are averaged as logarithms: two times
faster and two times slower then cancel out, as they should.
"""
import math

# Student's t: half of a 95 % interval in standard errors, for 1, 2, 3 … degrees of freedom
T_95 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
        2.110, 2.101, 2.093]
RUNS_MAX = len(T_95) + 1

METHOD = ("geometric mean of the quotients of n pairs; 95 % interval by Student's t, n - 1 degrees of freedom, "
          "of their logarithms")


def mean(values):
    """Geometric, so that the quotient of two means is the mean of the quotients; of values with a zero, the usual one."""
    if min(values) <= 0:
        return sum(values) / len(values)
    return math.exp(sum(map(math.log, values)) / len(values))


def interval(quotients):
    """(mean, low, high); of a single value there is no interval: it is all three."""
    logs = [math.log(one) for one in quotients]
    n, centre = len(logs), sum(logs) / len(logs)
    if n == 1:
        return (quotients[0],) * 3
    error = math.sqrt(sum((one - centre) ** 2 for one in logs) / (n - 1) / n)
    half = T_95[min(n, RUNS_MAX) - 2] * error
    return math.exp(centre), math.exp(centre - half), math.exp(centre + half)


def keeps(value, bound, bar):
    return value >= bar if bound == "at least" else value <= bar


def quotient(claim, series):
    """The quotient's verdict; `why` says what is missing when it does not hold."""
    over, under = (series[name] for name in claim["effect"].split("/"))
    n = min(len(over), len(under))
    if min(*over[:n], *under[:n]) <= 0:
        return {"effect": None, "low": None, "high": None, "n": n, "holds": False, "why": "a measured value is zero: there is no quotient"}
    effect, low, high = interval([a / b for a, b in zip(over, under)])
    bound, bar, why = claim["bound"], claim["bar"], None
    if claim["kind"] == "gain":
        if not (low > 1 if bound == "at least" else high < 1):
            why = "the interval does not exclude that nothing was gained"
        elif not keeps(effect, bound, bar):
            why = "less than the bar"
    elif not keeps(low if bound == "at least" else high, bound, bar):
        why = "the interval reaches beyond the bar"
    return {"effect": effect, "low": low, "high": high, "n": n, "holds": why is None, "why": why}


def limit(claim, series):
    values = series[claim["effect"]]
    broken = sum(not keeps(value, claim["bound"], claim["bar"]) for value in values)
    return {"effect": mean(values), "low": min(values), "high": max(values), "n": len(values), "holds": broken == 0,
            "why": f"{broken} of {len(values)} values are beyond the bar" if broken else None}


def verdict(claim, series):
    """The claim with what was measured: before, after, effect, low, high, n, holds, why."""
    found = limit(claim, series) if claim["kind"] == "limit" else quotient(claim, series)
    sides = {name: mean(series[name]) if series.get(name) else None for name in ("before", "after")}
    others = {name: mean(values) for name, values in series.items() if name not in sides and name in claim["effect"].split("/")}
    return {**claim, **sides, **({"others": others} if others else {}), **found}
