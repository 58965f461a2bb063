"""Fail when the tests leave too many branches of the rules and of access untried.

Reads the `.coverage` file that the test runs left; what is measured stands in setup.cfg, `coverage:run`.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import coverage

# DESIGN.md section 6.
FLOOR = 95.0
RULES = [
    path.as_posix()
    for pattern in ("*/*/rules.py", "*/*/rules/*.py")
    for path in Path().glob(pattern)
    if not path.parts[0].startswith(".")
]


def main() -> int:
    """0 when at least `FLOOR` percent of the branches ran; else 1, the worst files and lines first."""
    measured = coverage.Coverage()
    measured.load()
    if not measured.get_data().measured_files():
        sys.stdout.write("No branch was measured: the tests did not run.\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        measured.json_report(outfile=str(report))
        read = json.loads(report.read_text(encoding="utf-8"))
    totals = read["totals"]
    known, covered = totals["num_branches"], totals["covered_branches"]
    share = 100 * covered / known if known else 0.0
    sys.stdout.write(f"{covered} of {known} branches of rules and access ran: {share:.1f} %.\n")
    unread = sorted(path for path in RULES if path not in read["files"])
    if unread:
        sys.stdout.write(f"No test imports {', '.join(unread)}.\n")
        return 1
    if share >= FLOOR:
        return 0
    missing = sorted(read["files"].items(), key=lambda item: -item[1]["summary"]["missing_branches"])
    for name, entry in missing[:12]:
        branches = ", ".join(f"{start}→{end}" for start, end in entry["missing_branches"])
        sys.stdout.write(f"  {name}: {branches}\n" if branches else "")
    sys.stdout.write(f"At least {FLOOR:.0f} % are wanted.\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
