"""What a suite's program said of itself: lines of TAP, or pytest's JUnit file."""
import collections
import re
import xml.etree.ElementTree

Outcome = collections.namedtuple("Outcome", "passed failed skipped")


def count_tap(text):
    """Lines of TAP; "# SKIP" after a test marks it skipped."""
    passed = failed = skipped = 0
    for verdict, rest in re.findall(r"^(ok|not ok)\b(.*)$", text, re.MULTILINE):
        if "# skip" in rest.lower():
            skipped += 1
        elif verdict == "ok":
            passed += 1
        else:
            failed += 1
    return Outcome(passed, failed, skipped)


def count_junit(path):
    try:
        found = xml.etree.ElementTree.parse(path).getroot().iter("testsuite")
    except (OSError, xml.etree.ElementTree.ParseError):
        return Outcome(0, 0, 0)
    total = collections.Counter()
    for element in found:
        for name in ("tests", "failures", "errors", "skipped"):
            total[name] += int(element.get(name, 0))
    failed = total["failures"] + total["errors"]
    return Outcome(max(0, total["tests"] - failed - total["skipped"]), failed, total["skipped"])


def complete(outcome, code):
    """The outcome with what only the exit code tells: one failure more when a program ended badly without a failed
    test to its name. Also the reasons, as phrases."""
    notes = []
    if not any(outcome):
        notes.append("it ran no test")
    if code != 0 and outcome.failed == 0:
        notes.append(f"it ended with {'signal %d' % -code if code < -1 else 'code %d' % code}")
    return (outcome._replace(failed=outcome.failed + 1) if notes else outcome), notes


def in_words(outcome):
    return f"{outcome.passed:5} passed" + "".join(
        f", {number} {what}" for number, what in ((outcome.failed, "failed"), (outcome.skipped, "skipped")) if number)
