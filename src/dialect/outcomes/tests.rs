use super::*;

fn sent(line: &str) -> Option<Option<bool>> {
    match read(line.as_bytes()).event {
        Event::Outcome(outcome) => Some(outcome.sent),
        _ => None,
    }
}

#[test]
fn a_servers_words_behind_an_unknown_one() {
    assert_eq!(sent("a@b.example X 550 No such user here"), Some(Some(false)));
    assert_eq!(sent("a@b.example X"), Some(None));
}

#[test]
fn a_message_that_somebody_copied_has_a_title_and_buttons() {
    let scored = |text: &str| score(&text.lines().map(str::as_bytes).collect::<Vec<_>>()) > 0.0;
    let rule = "---------------------------\n";
    for words in ["Socket Error", "Relay access denied", "Connection timed out"] {
        assert!(scored(&format!("{rule}Kudu\n{rule}{words}\n{rule}OK   \n{rule}")), "{words}");
        assert!(scored(&format!("Error\n{words}\nRetry   Cancel\n")), "{words}");
    }
    assert!(!scored(&format!("{rule}Kudu\n{rule}Print the list?\n{rule}Yes   No\n{rule}")));
}

#[test]
fn words_that_may_be_a_servers_need_a_mark() {
    assert_eq!(sent("Performing MailJob with arguments: \"statement\""), None);
    assert_eq!(sent("Message-Id: <1794816860.12@b.example>"), None);
}

#[test]
fn what_is_pasted_with_a_dump_is_read() {
    let settings = "from: a@b.example\nfrom_name: 'Desk'\nmailer:\n  engine: smtp\n  port: 25\n  encryption: none\n\
                    user: a@b.example\npassword: '***'\ntype: text/html\ncc: null\nbody: null\ncharset: null\n";
    let text = format!("I get this:\nExpected response code 354 but got code \"503\"\nMy settings:\n{settings}");
    assert!(score(&text.lines().map(str::as_bytes).collect::<Vec<_>>()) > 0.0);
    assert_eq!(score(&settings.lines().map(str::as_bytes).collect::<Vec<_>>()), 0.0);
    assert_eq!(sent("No client certificate CA names sent"), None);
}

#[test]
fn blocks_prove_themselves_by_their_ends() {
    let block = "To: a@b.example\nSubject: Receipt\nResult: delivered\n----------\nBatch read\n";
    let lines: Vec<&[u8]> = block.lines().cycle().take(100).map(str::as_bytes).collect();
    assert!(score(&lines) > 0.5);
}

#[test]
fn none_was_sent() {
    for line in ["Done. 0 sent.", "0 of 2 statements mailed", "Klaar: 0 gestuur", "0/14 mails sent"] {
        assert_eq!(sent(line), None, "{line}");
    }
    assert_eq!(sent("Message 0 sent"), Some(Some(true)));
}

#[test]
fn verdicts() {
    for line in [
        "2026/11/23 08:26 Send failed: 0x80040213 The transport failed to connect to the server.",
        "2026/11/23 08:26 ERROR 10060",
        "2026/11/23 08:26:01 Kon nie e-pos stuur nie: Tyd verstreke",
        "[2026-11-23 08:26:01] ERROR Could not send to a@b.example: Mailbox unavailable.",
        "a@b.example: error -2147220973",
        "Task 'a@b.example - Sending' reported error (0x800CCC0F) : 'The connection to the server was interrupted.'",
        "2026/11/23 08:26:01 Mail to a@b.example was not sent",
        "NOT SENT   2026/11/23 08:26   a@b.example   Statement",
        "relay: session=6973, to=<a@b.example>, stat=550 Invalid recipient",
        "a@b.example skipped: not a valid e-mail address",
    ] {
        assert_eq!(sent(line), Some(Some(false)), "{line}");
    }
    for line in [
        "2026/11/23 08:26 Sent OK a@b.example",
        "2026/11/23;08:26:01;a@b.example;OK;",
        "08:33:05 Send Successful",
        "2026-11-23 08:26:01 Gestuur",
        "Mon 23/11/2026  8:26:01.14 mail a@b.example errorlevel 0 sent",
        "SENT   2026/11/23 08:26   a@b.example   Statement",
    ] {
        assert_eq!(sent(line), Some(Some(true)), "{line}");
    }
    for line in [
        "08:26:01  To: a@b.example",
        "ERROR 2026/11/23 08:26 a@b.example",
        "2026/11/23 08:26 Sending through smtp.mweb.co.za port 465 SSL",
    ] {
        assert_eq!(sent(line), Some(None), "{line}");
    }
}

#[test]
fn what_is_no_verdict() {
    for line in [
        "   at System.Net.Mail.SmtpClient.Send(MailMessage message)",
        "Mail run finished, 1 sent, 2 failed",
        "2026/11/23 08:02:00 Backup of database failed, disk full",
        "2026/11/23 08:00:02 Printing 421 statements",
        "08:26:01 > MAIL FROM:<a@b.example>",
        "08:26:01 Sent: EHLO RECEPTION-PC",
        "08:26:01 Gestuur: RCPT TO:<a@b.example>",
        "--- End of inner exception stack trace ---",
        "Subject: Undeliverable: Statement October",
        "Time\tTo\tDoc\tSent?\tServer said",
    ] {
        assert_eq!(sent(line), None, "{line}");
    }
}

fn read_all(log: &str) -> Vec<Line<'_>> {
    let records: Vec<Record<'_>> = log.lines().map(|line| Record::of(line.as_bytes())).collect();
    let inferred = Inferred::of(&records).unwrap_or_default();
    records.iter().map(|record| read_with(&inferred, record.line)).collect()
}

#[test]
fn a_row_like_those_of_mails_is_a_mail() {
    let rows = "OK a@b.example\nOK c@d.example\nNOLINE e@f.example\nNOLINE g@h.example\nNOLINE i@j.example\n";
    let is_mail = |line: &Line<'_>| matches!(line.event, Event::Outcome(told) if told.sent.is_some() || told.part == Extent::Open);
    assert!(read_all(rows).iter().all(is_mail));
}

#[test]
fn a_sum_of_more_mails_is_not_understood() {
    let log = "Mail to a@b.example sent\nMail to c@d.example failed: Mailbox full\n";
    let last =
        |sum: &str| read_all(&format!("{log}{sum}\n")).last().map(|line| matches!(line.event, Event::Unknown(_)));
    assert_eq!(last("1 mail went, 1 mail did not"), Some(false));
    assert_eq!(last("1 mail went, 3 mails did not"), Some(true));
    assert_eq!(sent("2 mails went, 1 mail did not"), None);
}

#[test]
fn a_code_of_a_reply_counts_no_mails() {
    let log =
        "08:00:01 Sending to a@b.example\n08:00:02 contact c@d.example\n08:00:09 Failed: 550 5.1.1 User unknown\n";
    assert!(read_all(log).iter().all(|line| !matches!(line.event, Event::Outcome(Outcome { inferred: true, .. }))));
}

#[test]
fn what_closes_a_run_is_not_about_its_last_mail() {
    let log = "08:00 Staat 1 vir a@b.example weg\n08:01 Staat 2 vir c@d.example weg\n08:02 Staat 3 vir e@f.example misluk\n\
               08:03 Staat 4 vir g@h.example weg\n08:04 E-pos enjin klaar\n";
    let told: Vec<_> = read_all(log)
        .iter()
        .map(|line| match line.event {
            Event::Outcome(told) => told.sent,
            _ => None,
        })
        .take(4)
        .collect();
    assert_eq!(told, [Some(true), Some(true), Some(false), Some(true)]);
}

#[test]
fn a_failure_in_json_is_the_whole_record() {
    let record = "{\"at\":\"2026-11-23T08:00:06Z\",\"to\":\"a@b.example\",\"why\":\"Mailbox full\"}";
    assert!(matches!(read(record.as_bytes()).event, Event::Outcome(told) if told.error == record.as_bytes()));
}

#[test]
fn a_setting_and_a_row_of_accounts_say_nothing() {
    for line in ["  return_path_add", "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin"] {
        assert_eq!(sent(line), None, "{line}");
    }
    let changes = "2026-01-23 19:02:28 A Author <a@b.example>\n  the message that was sent to the list of the authors is\n  \
                   not read\n2026-01-01 19:02:28 A Author <a@b.example>\n  what was sent failed as the error of the program \
                   was\n  known\n";
    assert_eq!(score(&changes.lines().map(str::as_bytes).collect::<Vec<_>>()), 0.0);
}
