#!/usr/bin/env python3
"""Refuses to package facts that nobody has looked at for 18 months: each `checked` of src/knowledge, by today or MTMLOG_NOW."""
import datetime, os, pathlib, re, sys

MONTHS = 18
today = datetime.date.fromisoformat(os.environ.get("MTMLOG_NOW", datetime.date.today().isoformat())[:10])
oldest = today - datetime.timedelta(days=MONTHS * 365 // 12)
folder = pathlib.Path(__file__).resolve().parent.parent / "src" / "knowledge"
faults = []
for name in ("providers.toml", "notices.toml"):
    text = (folder / name).read_text(encoding="utf-8")
    for row in re.split(r"^\[\[(?:provider|notice)\]\]\n", text, flags=re.M)[1:]:
        title = row.split("\n", 1)[0]
        day = re.search(r'^checked = "(\d{4}-\d{2}-\d{2})"$', row, re.M)
        if day is None:
            faults.append(f"{name}: {title}: no day on which it was checked")
        elif datetime.date.fromisoformat(day[1]) < oldest:
            faults.append(f"{name}: {title}: last checked {day[1]}")
checked = re.search(r"^# .*Checked (\d{4}-\d{2}-\d{2})\.", (folder / "mail_domains.tsv").read_text(encoding="utf-8"), re.M)
if checked is None or datetime.date.fromisoformat(checked[1]) < oldest:
    faults.append("mail_domains.tsv: not checked within 18 months")
if faults:
    sys.exit("These facts are older than 18 months; look them up again, then set `checked`:\n  " + "\n  ".join(faults))
