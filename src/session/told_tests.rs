//! How the lines of mails that a program tells of become attempts, read by a dialect of a few words.

use crate::{
    dialect::{self, Dialect, Profile, StampReader},
    knowledge::Knowledge,
    session::{Builder, End, Transaction},
};

/// The lines of each attempt, how it ended, and how far it got.
fn told(log: &str) -> Vec<String> {
    const PROFILE: &str = r#"
        name = "words"
        line = [
            { kind = "server", template = "S: {text}" },
            { kind = "client", template = "C: {text}" },
            { kind = "connecting", template = "Connecting to {host}:{port}" },
            { kind = "closed", template = "Closed" },
            { kind = "mail-begins", template = "Sending to {any}" },
            { kind = "mail-sent", template = "Sent" },
            { kind = "mail-failed", template = "Failed: {text}" },
            { kind = "mail-sent", template = "{time} Sent" },
            { kind = "mail-failed", template = "{time} Failed: {text}" },
        ]
    "#;
    told_by(&Profile::from_toml(PROFILE).unwrap().into_dialect(), log)
}

fn told_by(dialect: &Dialect, log: &str) -> Vec<String> {
    let stamps = StampReader::default();
    let mut builder = Builder::new(Knowledge::builtin(), stamps);
    for line in log.lines() {
        builder.feed(dialect, &dialect.read(line.as_bytes()), 0);
    }
    builder.finish(End::Eof);
    let shown = |tx: &Transaction| {
        let lines = (tx.line_first, tx.line_last);
        let to: Vec<&str> = tx.recipients.iter().map(|to| std::str::from_utf8(to.address.expose()).unwrap()).collect();
        format!("{lines:?} {} {} {}", tx.outcome.name(), tx.stage.name(), to.join(" ")).trim_end().to_owned()
    };
    builder.done_mut().iter().map(|tx| shown(tx)).collect()
}

#[test]
fn a_refusal_names_the_recipient_of_a_bare_verb() {
    let log = "S: 220 m\nC: EHLO pc\nS: 250 m\nC: MAIL\nS: 250 ok\nC: RCPT\nS: 550 5.1.1 <d@e.f>: User unknown\nC: QUIT\n\
               S: 221 Bye\n";
    assert_eq!(told(log), ["(1, 9) rejected rcpt d@e.f"]);
}

#[test]
fn words_alone_are_a_mail_each() {
    let log = "Sending to a@b.example\nFailed: 550 5.1.1 User unknown\nSending to c@d.example\nSent\n";
    assert_eq!(told(log), ["(1, 2) rejected rcpt a@b.example", "(3, 4) sent done c@d.example"]);
    assert_eq!(told("Failed: timed out\nFailed: timed out\n").len(), 2, "the same words again are another mail");
    assert_eq!(told("Failed: timed out\nFailed: no connection\n").len(), 1, "other words say why");
}

#[test]
fn what_is_queued_may_still_fail() {
    let words = dialect::by_name("outcomes").unwrap();
    let log =
        "08:00:01 Mail to a@b.example queued as 4F2A\n08:00:31 Mail to a@b.example failed: 550 5.1.1 User unknown\n";
    assert_eq!(told_by(words, log), ["(1, 2) rejected rcpt a@b.example"]);
    assert_eq!(told_by(words, &log.replace("queued as 4F2A", "sent")).len(), 2, "another mail");
}

#[test]
fn words_below_a_record_say_why() {
    let words = dialect::by_name("outcomes").unwrap();
    let log =
        "08:00:01 Message 7 to a@b.example could not be dispatched\nYour IP address is listed in a public blacklist\n";
    assert_eq!(told_by(words, log), ["(1, 2) failed rcpt a@b.example"]);
    let window = "Sending of the message failed.\nThe mail server responded:\nrelay not permitted.\n";
    assert_eq!(told_by(words, window), ["(1, 3) failed rcpt"]);
    assert_eq!(told_by(words, &log.replace("Your IP address is listed in", "Printed the form in")).len(), 1);
}

#[test]
fn who_is_only_named_while_a_mail_is_under_way_has_none() {
    let words = dialect::by_name("outcomes").unwrap();
    let log = "08:00:01 Emailing invoice 501 to a@b.example\n08:00:02 Patient record updated: email of c@d.example changed\n\
               08:00:04 Emailing failed: mailbox full\n";
    assert_eq!(told_by(words, log), ["(1, 3) failed rcpt a@b.example"]);
    let run = "08:00:01 Mailing run started\n08:00:02 -> a@b.example\n08:00:03 -> c@d.example\n08:00:04 failed: mailbox full\n";
    assert_eq!(told_by(words, run), ["(3, 4) failed rcpt c@d.example"], "the run began, and no mail to one of them");
}

#[test]
fn of_a_mail_to_several_it_is_told_one_by_one() {
    let words = dialect::by_name("outcomes").unwrap();
    let log = "08:00:01 Mailed to a@b.example, c@d.example\n08:00:02   a@b.example ok\n08:00:02   c@d.example refused 550 no\n";
    assert_eq!(told_by(words, log), ["(1, 3) partial rcpt a@b.example c@d.example"]);
}

#[test]
fn one_line_tells_of_two() {
    let words = dialect::by_name("outcomes").unwrap();
    let log = "08:00:01 Mailed to a@b.example, refused for c@d.example: 550 5.1.1 no\n08:00:09 Mailed to e@f.example\n";
    assert_eq!(told_by(words, log), ["(1, 1) partial rcpt a@b.example c@d.example", "(2, 2) sent done e@f.example"]);
}

#[test]
fn the_same_field_right_below_names_another_recipient() {
    let words = dialect::by_name("outcomes").unwrap();
    let log = "10:00:01 rcpt=a@b.example\n10:00:01 rcpt=c@d.example\n10:00:03 Mail sent\n";
    assert_eq!(told_by(words, log), ["(1, 3) sent done a@b.example c@d.example"]);
    let log = log.replace("\n10:00:01 rcpt=c", "\n10:00:01 Sending to x@b.example\n10:00:01 rcpt=c");
    assert_eq!(told_by(words, &log), ["(3, 4) sent done c@d.example"], "other words stand between them");
}

#[test]
fn a_reason_below_a_listed_address_is_about_that_one() {
    let words = dialect::by_name("outcomes").unwrap();
    let log = "Could not be sent to:\n  a@b.example\n  Reason: mailbox full\n  c@d.example\n  Reason: user unknown\n\
               Message sent to:\n  e@f.example\n";
    let listed = ["(2, 3) failed rcpt a@b.example", "(4, 5) failed rcpt c@d.example", "(6, 7) sent done e@f.example"];
    assert_eq!(told_by(words, log), listed);
}

#[test]
fn a_reply_of_several_lines_is_one() {
    let reply =
        "2026-10-27 12:40:34 Failed: Recv: 550-no such mailbox\n2026-10-27 12:40:39 Failed: Recv: 550 go away\n";
    assert_eq!(told(reply), ["(1, 2) rejected rcpt"]);
    assert_eq!(told(&reply.replace("550-", "550 ")).len(), 2);
}

#[test]
fn words_without_a_time_sum_up_the_records_before_them() {
    let log = "Failed: cannot connect\n2026-10-27 12:40:34 Failed: connection refused\nFailed: cannot connect\n";
    assert_eq!(told(log), ["(1, 3) failed connect"]);
}

#[test]
fn an_exception_with_a_reply_says_why() {
    let log = "Failed: check sender and message\nFailed: smtplib.SMTPRecipientsRefused: {'a@b.example': (550, b'no relay')}\n";
    assert_eq!(told(log).len(), 1, "{:?}", told(log));
}

#[test]
fn one_attempt_fails_in_several_words() {
    let stamp = "2026-10-27 12:40:34 Failed: Connection failed, ";
    let log = format!("Sending to a@b.example\n{stamp}certificate verify failed\n{stamp}connection refused\n");
    assert_eq!(told(&log), ["(1, 3) failed tls a@b.example"], "begun once");
    let log = "Failed: the request timed out\nFailed: sending to a@b.example: timed out\n";
    assert_eq!(told(log).len(), 1, "whom it was for is told last");
}

#[test]
fn words_beside_a_connection_are_about_it() {
    let refused = "Connecting to mail.b.example:587\nFailed: connection refused\nClosed\n";
    assert_eq!(told(refused), ["(1, 3) failed connect"]);
    assert_eq!(told(&refused.replace("Closed\n", "").repeat(2)), ["(1, 2) failed connect", "(3, 4) failed connect"]);
    let sent = "Connecting to mail.b.example:587\nSending to a@b.example\nSent\nSending to c@d.example\nSent\nClosed\n";
    assert_eq!(told(sent), ["(1, 3) sent done a@b.example", "(5, 5) sent done c@d.example"]);
}

#[test]
fn a_dialogue_tells_of_its_mails_itself() {
    let dialogue = "Connecting to mail.b.example:25\nSending to a@b.example\nS: 220 mail\nC: EHLO pc\nS: 250 mail\n\
                    C: MAIL FROM:<x@y.example>\nS: 250 ok\nC: RCPT TO:<a@b.example>\nS: 550 5.1.1 no\n\
                    Failed: 550 5.1.1 no\nC: QUIT\nS: 221 bye\n";
    assert_eq!(told(dialogue), ["(1, 12) rejected rcpt a@b.example"]);
    let later = format!("{dialogue}Sending to c@d.example\nFailed: connection refused\n");
    assert_eq!(told(&later)[1..], ["(13, 14) failed connect c@d.example"]);
}

#[test]
fn an_error_and_then_a_dialogue() {
    let error = "SMTP error: Authentication failed: 501 5.7.3 Cannot decode arguments\n";
    let hello = "S: 220 mail.b.example ESMTP\nC: EHLO pc\nS: 250-mail.b.example\nS: 250 AUTH LOGIN\n";
    let sent = "C: MAIL FROM:<a@b.example>\nS: 250 ok\nC: RCPT TO:<c@d.example>\nS: 250 ok\nC: DATA\nS: 354 go\n\
                C: .\nS: 250 ok\nC: QUIT\nS: 221 bye\n";
    let refused = "C: AUTH LOGIN\nS: 535 5.7.8 no\nC: QUIT\nS: 221 bye\n";
    let two = told(&format!("{error}{hello}{sent}"));
    assert_eq!(two.len(), 2, "{two:?}");
    assert!(two[0].contains("rejected auth") && two[1].contains("sent done"), "{two:?}");
    let one = told(&format!("{error}{hello}{refused}"));
    assert_eq!(one.len(), 1, "the dialogue shows how it came to this: {one:?}");
}

#[test]
fn what_was_sent_and_failed_at_the_same_moment_failed() {
    let at_once = "2026-10-27 12:40:34.537 Sent\n2026-10-27 12:40:34.538 Failed: timed out\n";
    assert_eq!(told(at_once), ["(1, 2) failed connect"]);
    assert_eq!(told(&at_once.replace("34.538", "39.538")).len(), 2, "later it is another mail");
}

#[test]
fn nobody_goes_on_before_the_end_of_the_reply_to_ehlo() {
    let cut = "S: 220 mail\nC: EHLO pc\nS: 250-mail.b.example SIZE 100\nC: MAIL FROM:<x@y.example>\nS: 250 ok\n\
               C: RCPT TO:<a@b.example>\nS: 550 5.1.1 no\nC: QUIT\nS: 221 bye\n";
    assert_eq!(told(cut), ["(1, 9) rejected rcpt a@b.example"]);
}

#[test]
fn a_refusal_before_the_dialogue_that_it_is_from_is_no_attempt() {
    let dialogue =
        "S: 220 m\nC: MAIL FROM:<a@b.example>\nS: 250 ok\nC: RCPT TO:<c@d.example>\nS: 550 5.1.1 no such user\nC: QUIT";
    let with = |refusal: &str| told(&format!("S: {refusal}\n{dialogue}"));
    assert_eq!(with("550 5.1.1 no such user"), ["(2, 7) rejected rcpt c@d.example"]);
    assert_eq!(with("554 5.7.1 blocked").len(), 2);
    // Here the dialogue went well.
    let tested = "Failed: (535, '5.7.0 authentication failed')\nS: 220 m\nC: EHLO x\nS: 250 m\nC: QUIT\nS: 221 bye";
    assert_eq!(told(tested).len(), 2);
}
