"""Measured values as words: in the table at the end of a proof, on its page, in READMEs."""


def figure(value, unit=""):
    """Three digits, and bytes by their usual names."""
    if value is None:
        return "–"
    if unit == "B":
        for name in ("B", "kB", "MB", "GB"):
            if abs(value) < 1000 or name == "GB":
                return f"{digits(value)} {name}"
            value /= 1000
    return digits(value) + (f" {unit}" if unit and unit != "/s" else unit)


def digits(value):
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def effect_of(claim):
    """(effect, interval, bar) as words."""
    unit = claim["unit"] if claim["kind"] == "limit" else "×"
    sign = "≥" if claim["bound"] == "at least" else "≤"
    if claim["effect"] is None:
        return "–", "–", f"{sign} {digits(claim['bar'])}"
    spread = f"{digits(claim['low'])} … {digits(claim['high'])}" if claim["n"] > 1 else "–"
    return figure(claim["effect"], unit), spread, f"{sign} {figure(claim['bar'], unit)}"
