#!/usr/bin/env python3
"""check.py duckdb|spark: the answers of that engine are those of mtmlog itself.

Run by run.sh, in the folder that holds `logs/` (the logs of many sites) and `sites/` (their rows)."""

import collections
import decimal
import glob
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DOCS = os.path.join(HERE, "..", "..", "docs", "fleet")
MTMLOG = os.environ["MTMLOG"]
QUESTIONS = [
    "attachments-fail", "causes-by-server", "daily-volume", "new-replies", "not-understood", "sign-in-fails-now", "worst-sites"
]
# The logs are all understood.
EMPTY = ["not-understood"]


def sql(name):
    with open(os.path.join(DOCS, name + ".sql")) as file:
        return file.read()


def truth():
    """What mtmlog says of all logs at once."""
    command = [MTMLOG, "analyze", "--all", "--exit-zero", "--format", "json", "--by", "folder", "logs"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    causes = dict(collections.Counter(row["cause"] for row in report["transactions"] if row["cause"] != "none"))
    customers = {os.path.basename(row["customer"]): (row["attempts"], row["sent"], row["failed"]) for row in report["customers"]}
    return {**{key: report["totals"][key] for key in ("transactions", "sent", "failed")}, "causes": causes, "sites": customers}


def sums(query):
    """The same from an engine; `query` runs SQL."""
    bad = "('rejected', 'deferred', 'failed')"
    counts = f"count(*), sum(case when outcome = 'sent' then 1 else 0 end), sum(case when outcome in {bad} then 1 else 0 end)"
    transactions, sent, failed = map(int, query(f"select {counts} from mails")[0])
    causes = {cause: int(count) for cause, count in query("select cause, count(*) from mails where cause <> 'none' group by cause")}
    sites = {row[0]: tuple(map(int, row[1:])) for row in query(f"select site, {counts} from mails group by site")}
    return {"transactions": transactions, "sent": sent, "failed": failed, "causes": causes, "sites": sites}


def plain(rows):
    """Rows as every engine would write them."""
    def cell(value):
        return round(float(value), 3) if isinstance(value, (int, float, decimal.Decimal)) else value

    return [[cell(value) for value in row] for row in rows]


def compare(what, wanted, got):
    if wanted != got:
        sys.exit(f"{what}\nwanted: {wanted}\ngot:    {got}")
    print(f"{what}: equal")


def ask(query):
    answers = {name: plain(query(sql(name))) for name in QUESTIONS}
    for name, rows in answers.items():
        print(f"{name}: {len(rows)} rows" + (f", first {rows[0]}" if rows else ""))
        if bool(rows) == (name in EMPTY):
            sys.exit(f"{name}: {len(rows)} rows were not expected")
    return answers


def duckdb():
    import duckdb

    for statement in duckdb.extract_statements(sql("load")):
        duckdb.execute(statement)
    for table in ("mails", "logs", "findings"):
        duckdb.execute(f"create view {table} as from '{table}.parquet'")
    query = lambda text: duckdb.execute(text).fetchall()
    compare("duckdb and mtmlog", truth(), sums(query))
    # Everything once more, and a log that was sent twice, change nothing.
    before = query("select count(*) from mails")
    for path in glob.glob("sites/*/*.ndjson.gz")[:3]:
        os.link(path, path.replace(".ndjson.gz", ".again.ndjson.gz"))
    duckdb.execute(sql("load"))
    compare("duckdb, loaded twice", before, query("select count(*) from mails"))
    answers = ask(query)
    with open("answers.json", "w") as file:
        json.dump(answers, file)


def spark():
    from pyspark.sql import SparkSession

    cluster = os.environ.get("FLEET_CLUSTER", "local-cluster[2,1,1024]")
    session = (
        SparkSession.builder.master(cluster).appName("mtmlog").config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "4").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    logs = sorted(os.path.abspath(path) for path in glob.glob("logs/*/*.txt"))
    # The logs themselves, read again where they lie: names go in, rows come out.
    command = f"{MTMLOG} analyze --exit-zero --all --format ndjson --files-from -"
    rows = session.sparkContext.parallelize(logs, 8).pipe(command, checkCode=True)
    table = session.read.json(rows).cache()
    # One process reads many sites, so the site is the folder of the log.
    table.selectExpr("*", "element_at(split(file, '/'), -2) as site").createOrReplaceTempView("rows")
    for name, record in (("mails", "transaction"), ("logs", "file")):
        session.sql(f"select * from rows where record = '{record}'").createOrReplaceTempView(name)
    # Findings of a site need all its logs, so they come from the sites' own rows.
    findings = session.read.json("sites/*/*.ndjson.gz").where("record = 'finding'").dropDuplicates(["site", "finding"])
    findings.createOrReplaceTempView("findings")
    query = lambda text: [tuple(row) for row in session.sql(text).collect()]
    compare("spark and mtmlog", truth(), sums(query))
    answers = ask(query)
    with open("answers.json") as file:
        wanted = json.load(file)
    for name in QUESTIONS:
        # The sites' rows are redacted, and replies may name people.
        if name != "new-replies":
            compare(f"spark and duckdb, {name}", wanted[name], answers[name])
    session.stop()


if __name__ == "__main__":
    {"duckdb": duckdb, "spark": spark}[sys.argv[1]]()
