"""The result as one HTML page with its plots inside: opens from a file, asks no network, runs no script."""
import html
import re

from figures import digits, effect_of, figure
from plots import CAPTIONS
from report import METHOD, closing

STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 1140px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: .2rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
.verdict { display: inline-block; padding: .1rem .7rem; border-radius: .3rem; color: #fff; font-weight: 600; }
.PASS { background: #1a7f37; } .FAIL { background: #b42318; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid #e4e4e4; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; white-space: normal; min-width: 15rem; }
td.why, td.well { text-align: left; white-space: normal; } th { font-weight: 600; color: #555; }
tr.fails td { background: #fdecea; } .well { color: #1a7f37; } .why { color: #b42318; }
figure { margin: 1rem 0; } figure svg { width: 100%; height: auto; } figcaption, .small { color: #555; font-size: .9rem; }
pre { background: #f6f6f6; padding: .7rem; overflow-x: auto; font-size: .85rem; }
"""


def rows(header, lines):
    head = "".join(f"<th>{html.escape(word)}</th>" for word in header)
    return f"<div class=wide><table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"


def claims(document):
    lines = []
    for claim in document["claims"]:
        effect, spread, bar = effect_of(claim)
        cells = [claim["claim"], claim["kind"], figure(claim["before"], claim["unit"]), figure(claim["after"], claim["unit"]), effect, spread, bar,
                 str(claim["n"])]
        last = "<td class=well>holds</td>" if claim["holds"] else f"<td class=why>{html.escape(claim['why'])}</td>"
        lines.append(f"<tr class={'holds' if claim['holds'] else 'fails'}>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + last + "</tr>")
    return rows(["claim", "kind", "before", "after", "effect", "95 % interval", "bar", "n", ""], lines)


def quantiles(document):
    lines = []
    for name, one in document["workloads"].items():
        for side in ("before", "after"):
            runs, curve = one[side]["runs"], dict(map(tuple, one[side]["curve"]))
            cells = [f"{name}, {side}", f"{one['rate']:g}/s{', random' if document.get('arrivals') == 'poisson' else ''}" if one["rate"] else f"{one['saturate']} connections", sum(run["count"] for run in runs),
                     sum(run["failed"] for run in runs), *(digits(curve[at]) if at in curve else "–" for at in (50, 90, 95, 99, 100)),
                     digits(sum(run["requests_per_s"] for run in runs) / len(runs)), *(digits(one[side]["per_request"][what]) for what in ("statements", "pages"))]
            lines.append("<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in cells) + "</tr>")
    return rows(["workload", "load", "requests", "failed", "p50 ms", "p90", "p95", "p99", "max", "answered/s", "statements", "pages"], lines)


def machine(document):
    facts, data = document["machine"], document["data"]
    return (f"{facts['cores']} cores ({facts['cpu']}), {facts['memory_gb']} GB, Linux {facts['kernel']}, {facts['postgresql']}, "
            f"libmicrohttpd {facts['libmicrohttpd']}, {facts['gcc']}, commit {facts['commit']}{' with changes' if facts['uncommitted_changes'] else ''}; "
            f"the {data['set']} data set ({data['loaded'].replace('|', ', ')}), {document['day']}, {document['minutes']:.0f} minutes.")


def svg_inside(svg, name):
    """As part of a page: no XML declaration, and ids that no other plot on it has."""
    body = svg[svg.index("<svg"):]
    found = set(re.findall(r'\bid="([^"]+)"', body))
    return re.sub(r'(\bid="|url\(#|href="#)([^")]+)', lambda match: match[1] + (f"{name}-{match[2]}" if match[2] in found else match[2]), body)


def whole(document, plots):
    title = f"{document['after']} against {document['before']}"
    figures = "".join(f"<h2>{name.capitalize()}</h2><figure>{svg_inside(svg, name)}<figcaption>{html.escape(CAPTIONS[name])}.</figcaption></figure>"
                      for name, svg in plots.items())
    mixes = "".join(f"<h3>{html.escape(name)}: {html.escape(one['title'])}</h3><pre>{html.escape(one['mix'])}</pre>"
                    for name, one in document["workloads"].items())
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{html.escape(title)}</title>
<style>{STYLE}</style></head><body>
<h1>{html.escape(title)}</h1>
<p><span class="verdict {document['verdict']}">{document['verdict']}</span> {html.escape(closing(document).strip().split('  ', 1)[1])}</p>
<p class=small>{html.escape(machine(document))}</p>
<h2>Claims</h2>{claims(document)}
<p class=small>Effect: {html.escape(METHOD)}. A gain holds when the interval excludes 1 and the effect reaches the bar; a cost when the whole
interval keeps to its bar; a limit when every value does.</p>
{figures}
<h2>Workloads</h2>{quantiles(document)}
<p class=small>Latencies are counted from when a request was due. Runs of both sides alternate: before, after, before, after …
Statements and pages (8 KiB, looked at) are PostgreSQL's for one request.</p>
<h2>Mixes</h2>{mixes}
</body></html>
"""
