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
