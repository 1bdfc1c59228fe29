"""Counts the tests that Surefire and Failsafe ran, and fails unless every one ran and passed.

    count-tests.py FILE [another]

Appends "passed failed skipped" to the file. A test that was skipped is a failure unless allowed-skips.txt names it; so is a
test class that has no report, for it did not run at all. With "another", tests that one JDK is enough for may be skipped: they ran on the first.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def allowed_skips():
    lines = (ROOT / "ci/allowed-skips.txt").read_text().splitlines()
    return {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}


def reports():
    return sorted(ROOT.glob("*/target/surefire-reports/TEST-*.xml")) + sorted(
        ROOT.glob("*/target/failsafe-reports/TEST-*.xml")
    )


def name_of(case):
    """Class#method, without a parameterized test's arguments."""
    method = re.split(r"[\s({\[]", case.get("name", ""))[0]
    return "%s#%s" % (case.get("classname"), method)


def classes_without_report(found):
    """Test classes in the sources for which there is neither a report nor one of a nested class."""
    reported = {re.sub(r"\$.*", "", path.name[len("TEST-") : -len(".xml")]) for path in found}
    for source in sorted(ROOT.glob("*/src/test/java/**/*.java")):
        name = str(source.with_suffix("")).split("/src/test/java/")[1].replace("/", ".")
        if re.search("(Test|IT)$", name) and name not in reported:
            yield name


def main():
    found = reports()
    allowed = allowed_skips()
    passed = failed = skipped = 0
    wrong = []
    for path in found:
        for case in ElementTree.parse(path).getroot().iter("testcase"):
            if case.find("failure") is not None or case.find("error") is not None:
                failed += 1
                wrong.append("failed: " + name_of(case))
            elif case.find("skipped") is not None:
                skipped += 1
                reason = case.find("skipped").get("message") or "no reason given"
                ran = sys.argv[2:] == ["another"] and reason.endswith("one JDK is enough")
                if not ran and not allowed & {name_of(case), "%s#*" % case.get("classname")}:
                    wrong.append("skipped: %s: %s" % (name_of(case), reason))
            else:
                passed += 1
    wrong += ["not run: " + name for name in classes_without_report(found)]
    print("\n".join(wrong + ["%d passed, %d failed, %d skipped" % (passed, failed, skipped)]))
    with open(sys.argv[1], "a") as counts:
        print(passed, failed, skipped, file=counts)
    sys.exit(1 if wrong or not passed else 0)


main()
