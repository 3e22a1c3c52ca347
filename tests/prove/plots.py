"""The plots of a result, drawn by gnuplot as SVG: latency, throughput against offered load, database work, growth.

Each is a function of the result alone. Before is orange and dashed, after is blue and solid, so that the two can be told
apart without colours as well. Scales are logarithmic where the two sides are orders of magnitude apart; an axis says its unit.
"""
import math
import subprocess

COLUMNS = 3
PANEL = (330, 270)
STYLE = {"before": "lc rgb '#d9730d' lw 2 dt 2 pt 6 ps 0.6", "after": "lc rgb '#1f6fb2' lw 2 dt 1 pt 7 ps 0.6"}
BARS = {"before": "lc rgb '#d9730d' lw 1 pt 6 ps 0", "after": "lc rgb '#1f6fb2' lw 1 pt 7 ps 0"}
FILL = {"before": "fill pattern 4 lc rgb '#d9730d'", "after": "fill solid 0.85 lc rgb '#1f6fb2'"}
SIDES = ("before", "after")

HEAD = """
set encoding utf8
set border 3 lc rgb '#666666'
set tics nomirror textcolor rgb '#333333'
set grid lc rgb '#e4e4e4' lw 1 dt 1
set key outside top center horizontal samplen 2.5 textcolor rgb '#333333'
set title font ',14'
"""


def drawn(body, rows, columns, title="", panel=PANEL):
    """The SVG of a gnuplot script of rows x columns panels."""
    width, height = panel[0] * columns, panel[1] * rows + (30 if title else 0)
    script = [f"set terminal svg size {width},{height} dynamic enhanced font 'sans-serif,12' background '#ffffff' rounded", HEAD,
              f"set multiplot layout {rows},{columns}" + (f" title {quoted(title)} font ',15'" if title else ""), body, "unset multiplot"]
    result = subprocess.run(["gnuplot", "-"], input="\n".join(script), capture_output=True, text=True, timeout=60)
    if result.returncode != 0 or "<svg" not in result.stdout:
        raise SystemExit(f"gnuplot failed: {result.stderr.strip()[:2000]}")
    return result.stdout


def quoted(text):
    """As gnuplot's text, in which _ ^ @ & { } would be read as markup."""
    text = text.replace("'", "’")
    return "'" + "".join("\\" + sign if sign in "_^@&{}~" else sign for sign in text) + "'"


def block(name, rows):
    return f"${name} << EOD\n" + "\n".join(" ".join(map(str, row)) for row in rows) + "\nEOD"


def decades(values):
    """A logarithmic range around the values: whole decades, so that a line never lies on the frame."""
    least, most = min(values), max(values)
    return f"[{10 ** math.floor(math.log10(least) - 0.05):g}:{10 ** math.ceil(math.log10(most) + 0.05):g}]"


def names(document):
    return {side: document[side] for side in SIDES}


# --- latency

def percent_at(percent):
    """Where a percentile stands: each further nine is as far from the one before (0, 90, 99, 99.9 …)."""
    return -math.log10(1 - percent / 100) if percent < 100 else 4


def latency(document):
    shown = {name: one for name, one in document["workloads"].items() if one["rate"]}
    if not shown:
        return None
    columns = min(COLUMNS, len(shown))
    body = ["set logscale y", "set ylabel 'ms, from when it was due'", "set xlabel 'percentile'",
            "set xtics ('0' 0, '50' 0.30103, '90' 1, '99' 2, '99.9' 3)"]
    for number, (name, one) in enumerate(shown.items()):
        curves = {side: seen(one[side]) for side in SIDES}
        values = [ms for curve in curves.values() for _, ms in curve]
        body += [block(f"{side}{number}", curves[side]) for side in SIDES]
        body += [f"set title {quoted(one['title'])}", f"set yrange {decades(values)}",
                 f"set xrange [0:{max(at for curve in curves.values() for at, _ in curve) * 1.03:.2f}]",
                 "plot " + ", ".join(f"${side}{number} with linespoints {STYLE[side]} title {quoted(label)}" for side, label in names(document).items())]
    return drawn("\n".join(body), math.ceil(len(shown) / columns), columns)


def seen(side):
    """[(place, ms)] as far as there were enough requests to speak of that percentile."""
    count = sum(run["count"] for run in side["runs"])
    return [(round(percent_at(percent), 4), max(ms, 0.001)) for percent, ms in side["curve"] if percent < 100 and count * (1 - percent / 100) >= 1]


# --- throughput against offered load

def throughput(document):
    sweep = document["sweep"]
    if not sweep:
        return None
    points = {side: sweep[side] for side in SIDES}
    rates = [point["rate"] for side in SIDES for point in points[side]]
    body = [block(side, [(p["rate"], max(p["requests_per_s"], 0.01), max(p["p95"], 0.01)) for p in points[side]]) for side in SIDES]
    body += ["set logscale xy", f"set xrange {decades(rates)}", "set xlabel 'requests due per second (offered)'",
             "set ylabel 'requests answered per second'", "set title 'Throughput'", f"set yrange {decades(rates)}",
             "plot x with lines lc rgb '#999999' lw 1 title 'offered', "
             + ", ".join(f"${side} using 1:2 with linespoints {STYLE[side]} title {quoted(label)}" for side, label in names(document).items()),
             "set title 'Latency'", "set ylabel 'p95, ms, from when it was due'",
             f"set yrange {decades([max(p['p95'], 0.01) for side in SIDES for p in points[side]])}",
             "plot " + ", ".join(f"${side} using 1:3 with linespoints {STYLE[side]} title {quoted(label)}" for side, label in names(document).items())]
    return drawn("\n".join(body), 1, 2, panel=(490, 330))


# --- database work

def database(document):
    shown = document["workloads"]
    if not shown:
        return None
    body = ["set boxwidth 0.38", "set xrange [-0.6:" + f"{len(shown) - 0.4}]", "unset xlabel", "set logscale y",
            "set xtics rotate by -25 (" + ", ".join(f"{quoted(name)} {place}" for place, name in enumerate(shown)) + ")"]
    for number, (what, title) in enumerate((("pages", "Pages of 8 KiB looked at for a request"), ("statements", "Statements for a request"))):
        values = {side: [max(one[side]["per_request"][what], 0.1) for one in shown.values()] for side in SIDES}
        every = values["before"] + values["after"]
        body += [block(f"{side}{number}", [(place + shift, value) for place, value in enumerate(values[side])])
                 for side, shift in (("before", -0.2), ("after", 0.2))]
        body += [f"set title {quoted(title)}", f"set yrange [0.1:{10 ** math.ceil(math.log10(max(every)) + 0.6):g}]",
                 "plot " + ", ".join(f"${side}{number} with boxes {FILL[side]} title {quoted(label)}" for side, label in names(document).items())]
    return drawn("\n".join(body), 1, 2, panel=(490, 340))


# --- growth

def growth(document):
    grown = document["growth"]
    if not grown:
        return None
    shown, sizes = grown["points"], grown["sizes"]
    columns = min(COLUMNS, len(shown))
    ticks = ", ".join(f"{quoted(short(number))} {number}" for number in sizes.values())
    body = ["set logscale xy", f"set xlabel {quoted(grown['unit'])}", "set ylabel 'p50, ms, one at a time'", f"set xtics ({ticks})", "unset mxtics",
            f"set xrange [{min(sizes.values()) / 1.6}:{max(sizes.values()) * 1.6}]"]
    for number, (name, sides) in enumerate(shown.items()):
        for side in SIDES:
            body.append(block(f"{side}{number}", [(sizes[size], *spread(values)) for size, values in sides[side].items()]))
        body += [f"set title {quoted(grown['titles'][name])}",
                 f"set yrange {decades([value for by_size in sides.values() for values in by_size.values() for value in values])}",
                 "plot " + ", ".join(f"${side}{number} using 1:2:3:4 with yerrorbars {BARS[side]} notitle, "
                                     f"${side}{number} using 1:2 with linespoints {STYLE[side]} title {quoted(label)}"
                                     for side, label in names(document).items())]
    return drawn("\n".join(body), math.ceil(len(shown) / columns), columns)


def spread(values):
    """Median, smallest, largest."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2], ordered[0], ordered[-1]


def short(number):
    for size, name in ((10 ** 6, " M"), (1000, " k")):
        if number >= size:
            return f"{number / size:g}{name}"
    return str(number)


PLOTS = {"latency": latency, "throughput": throughput, "database": database, "growth": growth}
CAPTIONS = {
    "latency": "Latency by percentile, all runs of a side together; the same visits at the same rate on both",
    "throughput": "What is answered when more and more is asked for",
    "database": "What the database does for one request",
    "growth": "The same requests on growing data: median of the runs, and from the fastest to the slowest",
}


def all_of(document):
    """{name: SVG} of those there is something to draw for."""
    found = {name: draw(document) for name, draw in PLOTS.items()}
    return {name: svg for name, svg in found.items() if svg}
