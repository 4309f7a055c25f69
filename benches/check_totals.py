#!/usr/bin/env python3
"""check_totals.py REPORT.json LOG.truth: the analysis that was timed is the whole one."""

import json
import sys

with open(sys.argv[1]) as report, open(sys.argv[2]) as truth:
    found, wanted = json.load(report), json.load(truth)
got = {name: found["totals"][name] for name in ("transactions", "sent")}
# Each customer has findings of its own.
for finding in found["findings"]:
    if finding["finding"] == finding["cause"]:
        got[finding["cause"]] = got.get(finding["cause"], 0) + finding["count"]
wrong = {name: (count, got.get(name)) for name, count in wanted.items() if got.get(name) != count}
if wrong:
    sys.exit(f"totals wrong (wanted, got): {wrong}")
