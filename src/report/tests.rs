use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};

use super::*;
use crate::{
    dialect::Stamp,
    knowledge::Cause,
    rule::{Actor, Condition, Evidence, Finding, Judgement, Severity, State},
    session::{Confidence, Connection, End, Outcome, Recipient, Reply, SignIn, Tls, Trace},
    smtp::{AuthMechanism, EnhancedStatusCode, ReplyCode, Stage, Verb},
    source::Sensitive,
};

fn bytes(text: &str) -> Sensitive {
    Sensitive::new(text.as_bytes())
}

fn stamp(minute: u32) -> Option<Stamp> {
    let time = NaiveTime::from_hms_opt(8, minute, 26)?;
    Some(Stamp { date: NaiveDate::from_ymd_opt(2026, 11, 23), time, offset: None })
}

fn refused(index: u64) -> Transaction {
    Transaction {
        dialect_index: 0,
        session: index,
        index,
        line_first: 10 * index,
        line_last: 10 * index + 9,
        byte_first: 400,
        started_at: stamp(10),
        ended_at: stamp(10 + index as u32),
        connection: Arc::new(Connection {
            host: Some(bytes("smtp.gmail.com")),
            port: Some(587),
            ..Connection::default()
        }),
        tls: Some(Tls::StartTls),
        sign_in: SignIn {
            mechanism: Some(AuthMechanism::Login),
            user_shape: Some("s***@practice.example".into()),
            ..SignIn::default()
        },
        mail_from: Some(bytes("desk@practice.example")),
        recipients: vec![Recipient { address: bytes("fred@gmail.com"), accepted: None, reply_code: None }],
        message_bytes: Some(2048),
        has_attachment: None,
        outcome: Outcome::Rejected,
        stage: Stage::Auth,
        reply: Some(Reply {
            code: ReplyCode(535),
            enhanced: Some(EnhancedStatusCode { class: 5, subject: 7, detail: 8 }),
            text: bytes("5.7.8 Username and Password not accepted. \u{1b}[31m x9sm1234567qke.23 - gsmtp"),
            verb: Verb::Auth,
            line: 10 * index + 7,
        }),
        error: None,
        end: End::Quit,
        trace: Trace::default(),
        cause: Some(Cause::AuthRejected),
        confidence: Some(Confidence::Likely),
    }
}

fn facts(sent: u64, failed: u64) -> FileFacts {
    FileFacts {
        file: "emailout.txt".into(),
        bytes: 4096,
        encoding: "utf-8",
        dialect: Some("indy".into()),
        dialect_score: 0.98,
        dialect_runner_up: Some("mailkit".into()),
        tally: Tally {
            lines: 1210,
            understood: 1204,
            unknown: 6,
            sessions: sent + failed,
            transactions: sent + failed,
            sent,
            failed,
            first_time: stamp(10),
            last_time: stamp(53),
            last_sent: stamp(53),
            ..Tally::default()
        },
        ..FileFacts::default()
    }
}

/// One customer, asked about five days after its newest entry.
fn judged(sent: u64, failed: u64, findings: Vec<Finding>) -> Judged {
    let counts = Tally { transactions: sent + failed, sent, failed, ..Tally::default() };
    let condition = Condition {
        state: if failed > 0 { State::Stopped } else { State::Flowing },
        since: if failed > 0 { stamp(11) } else { None },
        newest: stamp(53),
        last_sent: if sent > 0 { stamp(53) } else { None },
        counts,
        failing: failed,
        ..Condition::default()
    };
    let customer = Customer {
        name: Some("4711".to_owned()),
        files: 1,
        judgement: Judgement { condition, findings },
        ..Customer::default()
    };
    let now = NaiveDate::from_ymd_opt(2026, 11, 28).unwrap_or_default().and_time(NaiveTime::MIN);
    Judged { customers: vec![customer], now, ..Judged::default() }
}

fn findings() -> Vec<Finding> {
    let proof = |line| Evidence {
        file: 0,
        line,
        tx_id: 7,
        text: bytes("535 5.7.8 Username and Password not accepted. x9sm1234567qke.23 - gsmtp"),
    };
    vec![
        Finding {
            finding: "auth.rejected",
            cause: Some(Cause::AuthRejected),
            severity: Severity::Error,
            confidence: Confidence::Likely,
            title: "The server refused the user name or the password".into(),
            why: "Without a sign-in the server takes no mail for other people.".into(),
            steps: vec![
                "Type the full address and the password again with \"show password\".".into(),
                "Sign in to webmail with the same two.".into(),
            ],
            acts: vec![Actor::Technician, Actor::Customer],
            article_step: vec!["2".to_owned()],
            count: 2,
            of: 10,
            files: 1,
            first_time: stamp(11),
            last_time: stamp(12),
            evidence: vec![proof(27), proof(17)],
            customer: None,
            standing: true,
        },
        Finding {
            finding: "temp.greylisted",
            cause: Some(Cause::TempGreylisted),
            severity: Severity::Note,
            confidence: Confidence::Certain,
            title: "A server put the first contact off on purpose.".into(),
            why: Default::default(),
            steps: vec!["Wait: the next attempt passes.".into()],
            acts: vec![],
            article_step: vec![],
            count: 1,
            of: 10,
            files: 1,
            first_time: None,
            last_time: None,
            evidence: vec![],
            customer: None,
            standing: true,
        },
    ]
}

fn report(format: &str, level: Level, labels: &[(&str, &str)], fill: impl Fn(&mut dyn Report)) -> String {
    let setup = Setup {
        level,
        labels: labels.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect(),
        look: Look { width: 80, ..Look::default() },
        ..Setup::default()
    };
    written(Format::named(format).unwrap(), setup, fill)
}

fn written(format: &Format, setup: Setup, fill: impl Fn(&mut dyn Report)) -> String {
    let mut paper = Vec::new();
    fill(&mut *(format.open)(Box::new(&mut paper), setup).unwrap());
    String::from_utf8(paper).unwrap()
}

fn end(report: &mut dyn Report, sent: u64, failed: u64, findings: Vec<Finding>) {
    let totals = Totals { files: 1, tally: facts(sent, failed).tally, ..Totals::default() };
    report.finish(&judged(sent, failed, findings), &totals).unwrap();
}

fn two_findings(report: &mut dyn Report) {
    report.transaction("emailout.txt", 1, "indy", &refused(1)).unwrap();
    report.transaction("emailout.txt", 2, "indy", &refused(2)).unwrap();
    report.file(&facts(8, 2), State::Stopped).unwrap();
    end(report, 8, 2, findings());
}

#[test]
fn table_of_two_findings() {
    insta::assert_snapshot!(report("table", Level::Secrets, &[], two_findings), @r#"
Mail has stopped since 2026-11-23 08:11: 2 attempts failed; the last mail went
out on 2026-11-23 08:53. Newest entry 2026-11-23 08:53, 5 days old.

ERROR    The server refused the user name or the password: 2 of 10 attempts.
         How sure: likely. Who acts: technician, customer.
Proof    emailout.txt:27
         535 5.7.8 Username and Password not accepted. x9sm1234567qke.23 - gsmtp
Next     1. Type the full address and the password again with "show password".
         2. Sign in to webmail with the same two.
Why      Without a sign-in the server takes no mail for other people.
When     2026-11-23 08:11 to 2026-11-23 08:12
Article  step 2

NOTE     A server put the first contact off on purpose: 1 of 10 attempts.
         Wait: the next attempt passes.
All steps and proofs: --full

All failures (2), newest first:
    27  2026-11-23 08:12  auth      535 5.7.8 Username and Password not accep...
    17  2026-11-23 08:11  auth      535 5.7.8 Username and Password not accep...

emailout.txt
         Written as indy (fits 0.98; next best mailkit), utf-8, 1,204 lines
         understood, 6 not.
Read 1,204 of 1,210 lines; 6 lines were not understood: see `mtmlog sample`.
attempts 10 = sent 8 + partly sent 0 + failed 2 + undecided 0 + tests 0
"#);
}

#[test]
fn table_of_a_healthy_log() {
    let healthy = |report: &mut dyn Report| {
        report.file(&facts(42, 0), State::Flowing).unwrap();
        end(report, 42, 0, vec![]);
    };
    insta::assert_snapshot!(report("table", Level::Secrets, &[], healthy), @r#"
Mail goes out: 42 of 42 attempts sent, the last on 2026-11-23 08:53. Newest
entry 2026-11-23 08:53, 5 days old.

emailout.txt
         Written as indy (fits 0.98; next best mailkit), utf-8, 1,204 lines
         understood, 6 not.
Read 1,204 of 1,210 lines; 6 lines were not understood: see `mtmlog sample`.
attempts 42 = sent 42 + partly sent 0 + failed 0 + undecided 0 + tests 0
"#);
}

#[test]
fn table_without_logs() {
    let text =
        report("table", Level::Secrets, &[], |report| report.finish(&Judged::default(), &Totals::default()).unwrap());
    assert_eq!(text, "No log was found: there is nothing to judge.\n");
}

#[test]
fn ndjson_rows() {
    insta::assert_snapshot!(report("ndjson", Level::Personal, &[("site", "Cape Town")], two_findings), @r#"
{"schema":"mtmlog.row/1","record":"transaction","file":"emailout.txt","tx_id":"0000000000000001","session":1,"index":1,"line_first":10,"line_last":19,"byte_first":400,"started_at":"2026-11-23T08:10:26","ended_at":"2026-11-23T08:11:26","dialect":"indy","server_host":"smtp.gmail.com","server_port":587,"tls":"starttls","auth_mechanism":"LOGIN","auth_user_shape":"s***@domain-1.invalid","mail_from":"sender-1@domain-1.invalid","recipients":[{"address":"recipient-1@gmail.com","accepted":null,"reply_code":null}],"rcpt_total":1,"rcpt_accepted":0,"message_bytes":2048,"has_attachment":null,"outcome":"rejected","stage":"auth","reply_code":535,"enhanced_code":"5.7.8","reply_text":"5.7.8 Username and Password not accepted. \\x1b[31m x9sm1234567qke.23 - gsmtp","reply_template":"5.7.8 Username and Password not accepted. \\x1b[31m <id> - gsmtp","cause":"auth.rejected","confidence":"likely","customer":null,"site":"Cape Town"}
{"schema":"mtmlog.row/1","record":"transaction","file":"emailout.txt","tx_id":"0000000000000002","session":2,"index":2,"line_first":20,"line_last":29,"byte_first":400,"started_at":"2026-11-23T08:10:26","ended_at":"2026-11-23T08:12:26","dialect":"indy","server_host":"smtp.gmail.com","server_port":587,"tls":"starttls","auth_mechanism":"LOGIN","auth_user_shape":"s***@domain-1.invalid","mail_from":"sender-1@domain-1.invalid","recipients":[{"address":"recipient-1@gmail.com","accepted":null,"reply_code":null}],"rcpt_total":1,"rcpt_accepted":0,"message_bytes":2048,"has_attachment":null,"outcome":"rejected","stage":"auth","reply_code":535,"enhanced_code":"5.7.8","reply_text":"5.7.8 Username and Password not accepted. \\x1b[31m x9sm1234567qke.23 - gsmtp","reply_template":"5.7.8 Username and Password not accepted. \\x1b[31m <id> - gsmtp","cause":"auth.rejected","confidence":"likely","customer":null,"site":"Cape Town"}
{"schema":"mtmlog.row/1","record":"file","file":"emailout.txt","bytes":4096,"lines":1210,"encoding":"utf-8","dialect":"indy","dialect_score":0.98,"dialect_runner_up":"mailkit","dialect_assumed":false,"lines_understood":1204,"lines_unknown":6,"skipped":false,"sessions":10,"transactions":10,"sent":8,"failed":2,"first_time":"2026-11-23T08:10:26","last_time":"2026-11-23T08:53:26","error":null,"note":null,"customer":null,"state":"stopped","partial":0,"site":"Cape Town"}
{"schema":"mtmlog.row/1","record":"customer","customer":"4711","files":1,"unreadable":0,"state":"stopped","since":"2026-11-23T08:11:26","first_finding":"auth.rejected","severity":"error","title":"The server refused the user name or the password","cause":"auth.rejected","provider":null,"attempts":10,"sent":8,"partial":0,"failed":2,"last_sent":"2026-11-23T08:53:26","last_time":"2026-11-23T08:53:26","site":"Cape Town"}
{"schema":"mtmlog.row/1","record":"finding","finding":"auth.rejected","cause":"auth.rejected","severity":"error","title":"The server refused the user name or the password","count":2,"files":1,"first_time":"2026-11-23T08:11:26","last_time":"2026-11-23T08:12:26","acts":["technician","customer"],"why":"Without a sign-in the server takes no mail for other people.","steps":["Type the full address and the password again with \"show password\".","Sign in to webmail with the same two."],"evidence":[{"file":"emailout.txt","line":27,"tx_id":"0000000000000007","text":"535 5.7.8 Username and Password not accepted. x9sm1234567qke.23 - gsmtp"},{"file":"emailout.txt","line":17,"tx_id":"0000000000000007","text":"535 5.7.8 Username and Password not accepted. x9sm1234567qke.23 - gsmtp"}],"confidence":"likely","article_step":["2"],"customer":null,"standing":true,"site":"Cape Town"}
{"schema":"mtmlog.row/1","record":"finding","finding":"temp.greylisted","cause":"temp.greylisted","severity":"note","title":"A server put the first contact off on purpose.","count":1,"files":1,"first_time":null,"last_time":null,"acts":[],"why":"","steps":["Wait: the next attempt passes."],"evidence":[],"confidence":"certain","article_step":[],"customer":null,"standing":true,"site":"Cape Town"}
"#);
}

#[test]
fn json_report() {
    let text = report("json", Level::Secrets, &[], two_findings);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["schema"], "mtmlog.report/1");
    assert_eq!(value["transactions"][1]["tx_id"], "0000000000000002");
    assert_eq!(value["files"][0]["lines_unknown"], 6);
    assert_eq!(value["findings"][0]["evidence"][0]["file"], "emailout.txt");
    insta::assert_snapshot!(text, @r#"
{"schema":"mtmlog.report/1","tool":{"name":"mtmlog","version":"0.1.0"},
"transactions":[
{"file":"emailout.txt","tx_id":"0000000000000001","session":1,"index":1,"line_first":10,"line_last":19,"byte_first":400,"started_at":"2026-11-23T08:10:26","ended_at":"2026-11-23T08:11:26","dialect":"indy","server_host":"smtp.gmail.com","server_port":587,"tls":"starttls","auth_mechanism":"LOGIN","auth_user_shape":"s***@practice.example","mail_from":"desk@practice.example","recipients":[{"address":"fred@gmail.com","accepted":null,"reply_code":null}],"rcpt_total":1,"rcpt_accepted":0,"message_bytes":2048,"has_attachment":null,"outcome":"rejected","stage":"auth","reply_code":535,"enhanced_code":"5.7.8","reply_text":"5.7.8 Username and Password not accepted. \\x1b[31m x9sm1234567qke.23 - gsmtp","reply_template":"5.7.8 Username and Password not accepted. \\x1b[31m <id> - gsmtp","cause":"auth.rejected","confidence":"likely","customer":null},
{"file":"emailout.txt","tx_id":"0000000000000002","session":2,"index":2,"line_first":20,"line_last":29,"byte_first":400,"started_at":"2026-11-23T08:10:26","ended_at":"2026-11-23T08:12:26","dialect":"indy","server_host":"smtp.gmail.com","server_port":587,"tls":"starttls","auth_mechanism":"LOGIN","auth_user_shape":"s***@practice.example","mail_from":"desk@practice.example","recipients":[{"address":"fred@gmail.com","accepted":null,"reply_code":null}],"rcpt_total":1,"rcpt_accepted":0,"message_bytes":2048,"has_attachment":null,"outcome":"rejected","stage":"auth","reply_code":535,"enhanced_code":"5.7.8","reply_text":"5.7.8 Username and Password not accepted. \\x1b[31m x9sm1234567qke.23 - gsmtp","reply_template":"5.7.8 Username and Password not accepted. \\x1b[31m <id> - gsmtp","cause":"auth.rejected","confidence":"likely","customer":null}],
"files":[
{"file":"emailout.txt","bytes":4096,"lines":1210,"encoding":"utf-8","dialect":"indy","dialect_score":0.98,"dialect_runner_up":"mailkit","dialect_assumed":false,"lines_understood":1204,"lines_unknown":6,"skipped":false,"sessions":10,"transactions":10,"sent":8,"failed":2,"first_time":"2026-11-23T08:10:26","last_time":"2026-11-23T08:53:26","error":null,"note":null,"customer":null,"state":"stopped","partial":0}],
"customers":[
{"customer":"4711","files":1,"unreadable":0,"state":"stopped","since":"2026-11-23T08:11:26","first_finding":"auth.rejected","severity":"error","title":"The server refused the user name or the password","cause":"auth.rejected","provider":null,"attempts":10,"sent":8,"partial":0,"failed":2,"last_sent":"2026-11-23T08:53:26","last_time":"2026-11-23T08:53:26"}],
"common":[],
"findings":[
{"finding":"auth.rejected","cause":"auth.rejected","severity":"error","title":"The server refused the user name or the password","count":2,"files":1,"first_time":"2026-11-23T08:11:26","last_time":"2026-11-23T08:12:26","acts":["technician","customer"],"why":"Without a sign-in the server takes no mail for other people.","steps":["Type the full address and the password again with \"show password\".","Sign in to webmail with the same two."],"evidence":[{"file":"emailout.txt","line":27,"tx_id":"0000000000000007","text":"535 5.7.8 Username and Password not accepted. x9sm1234567qke.23 - gsmtp"},{"file":"emailout.txt","line":17,"tx_id":"0000000000000007","text":"535 5.7.8 Username and Password not accepted. x9sm1234567qke.23 - gsmtp"}],"confidence":"likely","article_step":["2"],"customer":null,"standing":true},
{"finding":"temp.greylisted","cause":"temp.greylisted","severity":"note","title":"A server put the first contact off on purpose.","count":1,"files":1,"first_time":null,"last_time":null,"acts":[],"why":"","steps":["Wait: the next attempt passes."],"evidence":[],"confidence":"certain","article_step":[],"customer":null,"standing":true}],
"totals":{"files":1,"skipped":0,"unreadable":0,"stopped":0,"lines":1210,"lines_understood":1204,"lines_unknown":6,"sessions":10,"transactions":10,"sent":8,"partial":0,"failed":2,"incomplete":0,"tested":0,"first_time":"2026-11-23T08:10:26","last_time":"2026-11-23T08:53:26","last_sent":"2026-11-23T08:53:26"}}
"#);
}

#[test]
fn json_of_nothing_is_whole() {
    let text =
        report("json", Level::Secrets, &[], |report| report.finish(&Judged::default(), &Totals::default()).unwrap());
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["transactions"], serde_json::json!([]));
}

#[test]
fn names_of_formats_differ_and_titles_are_there() {
    for (i, format) in FORMATS.iter().enumerate() {
        assert!(!format.title.is_empty());
        assert!(FORMATS[..i].iter().all(|other| other.name != format.name));
    }
    assert!(is_field("cause") && is_field("record") && !is_field("site"));
}

#[test]
fn colour_only_on_request_and_nothing_cut_when_wide() {
    let look = Look { width: 80, wide: true, boxes: true, colour: true };
    let setup = Setup { level: Level::Personal, all: true, look, ..Setup::default() };
    let text = written(&table::TABLE, setup, two_findings);
    assert!(text.starts_with("\u{1b}[1;31mMail has stopped") && text.contains("\u{1b}[1;31mERROR\u{1b}[0m "));
    assert!(text.contains("│") && text.contains("recipient-1@gmail.com") && !text.contains("fred"));
    assert!(!text.contains("..."));
    assert!(report("table", Level::Secrets, &[], two_findings).is_ascii());
}

#[test]
fn memory_holds_the_newest_only() {
    let text = report("table", Level::Secrets, &[], |report| {
        for i in 1..=50 {
            report.transaction("emailout.txt", i, "indy", &refused(i % 40)).unwrap();
        }
        report.file(&facts(0, 50), State::Stopped).unwrap();
        end(report, 0, 50, vec![]);
    });
    assert!(text.contains("The newest 20 of 50 failures (more: --full; all: --format ndjson):"));
    // The clock jumps back after the 39th; the file's order counts.
    assert!(text.find("   107  ").unwrap() < text.find("     7  ").unwrap());
    assert!(text.find("     7  ").unwrap() < text.find("   397  ").unwrap());
}

#[test]
fn low_coverage_is_said() {
    let mut facts = facts(1, 0);
    (facts.tally.understood, facts.tally.unknown) = (905, 305);
    let text = report("table", Level::Secrets, &[], |report| {
        report.file(&facts, State::Flowing).unwrap();
        report
            .finish(&judged(1, 0, vec![]), &Totals { files: 1, tally: facts.tally.clone(), ..Totals::default() })
            .unwrap();
    });
    assert!(text.contains("WARNING  Only 74 % of the lines were understood"));
}
