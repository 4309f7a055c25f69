//! Logs that invite a wrong reading: messages full of log lines, logs torn at either end, odd line ends and bytes.

use mtmlog::session::{Outcome, Transaction};
use mtmlog::smtp::Stage;

use crate::common::script::{Connect, End, Framing, Said, body, c, mail, s};
use crate::common::{Collected, analyse_bytes, text};

/// Everything that looks like dialogue in one dialect or another.
const LIKE_A_LOG: &[&str] = &[
    "Subject: Statement October 2026",
    "",
    "550 5.1.1 no such user",
    "250 OK",
    "354 go on",
    "421 4.3.2 Service shutting down",
    "250-first",
    "S: 421 bye",
    "C: QUIT",
    "DATA",
    "QUIT",
    "RSET",
    "AUTH LOGIN",
    "334 UGFzc3dvcmQ6",
    "MAIL FROM:<fake@example.test>",
    "RCPT TO:<fake2@example.test>",
    "<- 550 5.1.1 User unknown",
    "<** 554 5.7.1 spam",
    " -> RCPT TO:<fake3@example.test>",
    "=== Connected to evil.example.",
    "=== Connection closed with remote host.",
    "* Closing connection 0",
    "curl: (7) Failed to connect to mail.example port 587: Connection refused",
    "<<<getline<<< 550 no",
    "SmtpCmdResp: 550 no",
    "Socket Error # 10061 Connection refused.",
    "Connection timed out",
    "..",
];

fn by(framing: Framing, script: &[Said]) -> Collected {
    analyse_bytes(&framing.write(script), Some(framing.dialect()))
}

/// What matters of a transaction, in one line.
fn one_line(tx: &Transaction) -> String {
    let code = tx.reply.as_ref().map_or(String::new(), |reply| format!(" {}", reply.code.0));
    let cause = tx.cause.map_or("none", |cause| cause.code());
    let to: Vec<String> = tx.recipients.iter().map(|r| text(&r.address)).collect();
    format!("{} {}{code} {cause} {}", tx.outcome.name(), tx.stage.name(), to.join(","))
}

fn all(collected: &Collected) -> Vec<String> {
    collected.transactions.iter().map(one_line).collect()
}

const SENT: &str = "sent done 250 none j.botha@patients.example.co.za";
const SPAM: &str = "rejected data 554 content.spam j.botha@patients.example.co.za";

/// What is read wrong of a mail whose message looks like a log, by dialect.
fn misread(framing: Framing) -> Vec<String> {
    let mut wrong = Vec::new();
    for (end, want) in
        [("250 2.0.0 Ok: queued as 12345", SENT), ("554 5.7.1 Message rejected as spam by Content Filtering", SPAM)]
    {
        let have = by(framing, &mail(LIKE_A_LOG, end));
        if all(&have) != [want] {
            wrong.push(format!("{:?}, not {want}", all(&have)));
        }
        if have.files[0].tally.unknown > 0 {
            wrong.push(format!("{} unknown lines", have.files[0].tally.unknown));
        }
        if let Some(error) = have.transactions[0].error.as_ref() {
            wrong.push(format!("a line of the message is the client's error: {}", text(&error.text)));
        }
    }
    wrong
}

#[test]
fn a_message_full_of_log_lines_is_a_message() {
    let framings = Framing::ALL.into_iter().filter(|framing| framing.shows_body());
    let wrong: Vec<_> =
        framings.map(|framing| (framing, misread(framing))).filter(|(_, wrong)| !wrong.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_same_dialogue_in_every_dialect_is_the_same_answer() {
    for framing in Framing::ALL {
        let sent = by(framing, &mail(&["Subject: x", "", "Dear patient"], "250 2.0.0 Ok: queued as 12345"));
        assert_eq!(all(&sent), [SENT], "{framing:?}");
        let spam = by(framing, &mail(&["Subject: x"], "554 5.7.1 Message rejected as spam by Content Filtering"));
        assert_eq!(all(&spam), [SPAM], "{framing:?}");
        let detected = analyse_bytes(&framing.write(&mail(&["Subject: x"], "250 2.0.0 Ok")), None);
        assert_eq!(detected.files[0].dialect.as_deref(), Some(framing.dialect()), "{framing:?}");
    }
}

#[test]
fn a_dot_ends_the_message_only_if_the_server_answers() {
    for framing in Framing::ALL.into_iter().filter(|framing| framing.marks_body_lines()) {
        let message = ["Subject: x", "", ".", "MAIL FROM:<fake@example.test>", ".", "RSET"];
        assert_eq!(all(&by(framing, &mail(&message, "250 2.0.0 Ok"))), [SENT], "{framing:?}");
    }
}

#[test]
fn end_marks_inside_a_message_end_nothing_where_the_side_is_marked() {
    for framing in Framing::ALL.into_iter().filter(|framing| framing.marks_body_lines()) {
        let message =
            ["Stat Disconnected.", "Stat Connected.", "-------------End of Session------------------", "DONE"];
        assert_eq!(all(&by(framing, &mail(&message, "250 2.0.0 Ok"))), [SENT], "{framing:?}");
    }
}

#[test]
fn a_message_that_ends_the_log_is_not_sent() {
    for framing in Framing::ALL {
        let mut script = mail(LIKE_A_LOG, "250 2.0.0 Ok");
        let end = script.iter().position(|said| matches!(said, Said::Body(_))).unwrap();
        script.truncate(end + 1);
        let told = by(framing, &script);
        let [tx] = &told.transactions[..] else { panic!("{framing:?}: {:?}", all(&told)) };
        assert!(matches!(tx.outcome, Outcome::Failed | Outcome::Incomplete), "{framing:?}: {:?}", all(&told));
        assert_eq!((tx.stage, tx.recipients.len()), (Stage::Data, 1), "{framing:?}: {:?}", all(&told));
        assert!(tx.reply.as_ref().is_none_or(|reply| !reply.code.is_refusal()), "{framing:?}: {:?}", all(&told));
    }
}

#[test]
fn a_log_may_start_anywhere() {
    // Every place of a session, in every dialect: whatever is missing, what stands there is still told.
    for framing in Framing::ALL {
        let script =
            mail(&["Subject: x", "", "Dear patient"], "554 5.7.1 Message rejected as spam by Content Filtering");
        let rcpt =
            script.iter().position(|said| matches!(said, Said::Client(text) if text.starts_with("RCPT"))).unwrap();
        for start in 0..=rcpt {
            let mut twice = script[start..].to_vec();
            twice.extend(mail(&["Subject: x"], "250 2.0.0 Ok"));
            assert_eq!(all(&by(framing, &twice)), [SPAM, SENT], "{framing:?} from {:?}", script[start]);
        }
    }
}

#[test]
fn a_log_that_starts_inside_a_message_tells_the_next_one() {
    for framing in Framing::ALL.into_iter().filter(|framing| framing.marks_body_lines()) {
        let mut script =
            vec![body(&["the rest of a letter", "550 5.1.1 no such user"]), s("250 2.0.0 Ok: queued as 1")];
        script.extend([c("QUIT"), s("221 2.0.0 Bye"), End]);
        script.extend(mail(&["Subject: x"], "554 5.7.1 Message rejected as spam by Content Filtering"));
        let told = all(&by(framing, &script));
        assert_eq!(told.last().unwrap(), SPAM, "{framing:?}");
        // Of the first nothing is known, so nothing may be called refused.
        assert!(told.len() <= 2 && !told[0].starts_with("rejected done"), "{framing:?}: {told:?}");
        assert!(told.len() == 1 || !told[0].contains("550"), "{framing:?}: {told:?}");
    }
}

#[test]
fn a_log_that_starts_inside_auth_keeps_the_password_to_itself() {
    for framing in Framing::ALL {
        let password = "S3VkdSFIZXJkLTQ0NzE=";
        let mut script =
            vec![c(password), s("535 5.7.8 Error: authentication failed"), c("QUIT"), s("221 2.0.0 Bye"), End];
        script.extend(mail(&["Subject: x"], "250 2.0.0 Ok"));
        let told = by(framing, &script);
        assert_eq!(all(&told).last().unwrap(), SENT, "{framing:?}");
        assert!(!format!("{:?}", told.transactions).contains("S3Vkd"), "{framing:?}");
        let shown = told.transactions.iter().filter_map(|tx| tx.error.as_ref()).map(|error| text(&error.text));
        assert!(shown.clone().all(|text| !text.contains("S3Vkd")), "{framing:?}: {:?}", shown.collect::<Vec<_>>());
    }
}

/// A server that quotes what it was sent, where the words that made it a secret are missing. The answer stands in an AUTH
/// exchange all the same: no reply text may keep it.
fn quoted(before: &[Said]) {
    const ANSWER: &str = "S3VkdSFIZXJkLTQ0NzE=";
    for framing in [Framing::Indy, Framing::MailKit, Framing::Swaks, Framing::Blat, Framing::SendEmail] {
        let mut script = before.to_vec();
        script.extend([
            c(ANSWER),
            s(&format!("535 5.7.8 authentication failed ({ANSWER})")),
            c("QUIT"),
            s("221 Bye"),
            End,
        ]);
        let told = by(framing, &script);
        let kept: Vec<String> =
            told.transactions.iter().filter_map(|tx| tx.reply.as_ref()).map(|r| text(&r.text)).collect();
        assert!(!kept.is_empty() && kept.iter().all(|text| !text.contains("S3Vkd")), "kept, {framing:?}: {kept:?}");
    }
}

#[test]
fn a_quoted_answer_is_taken_out() {
    let hello = [Connect, s("220 mail ESMTP"), c("EHLO PC"), s("250-mail\n250 AUTH PLAIN LOGIN")];
    quoted(&[&hello[..], &[c("AUTH LOGIN"), s("334 VXNlcm5hbWU6"), c("dXNlcg=="), s("334 UGFzc3dvcmQ6")]].concat());
}

#[test]
fn a_quoted_answer_is_taken_out_where_the_log_starts_at_its_prompt() {
    quoted(&[s("334 UGFzc3dvcmQ6")]);
}

#[test]
fn a_quoted_answer_is_taken_out_where_the_log_starts_with_it() {
    quoted(&[]);
}

#[test]
fn a_quoted_answer_is_taken_out_where_its_prompt_is_missing() {
    let hello = [Connect, s("220 mail ESMTP"), c("EHLO PC"), s("250-mail\n250 AUTH PLAIN LOGIN")];
    quoted(&[&hello[..], &[c("AUTH LOGIN")]].concat());
}

#[test]
fn a_password_after_its_own_prompt_is_no_user_name() {
    // "hunter@horseyard", where the name's turn is missing: what was asked for says what was answered.
    let hello = [Connect, s("220 mail ESMTP"), c("EHLO PC"), s("250-mail\n250 AUTH PLAIN LOGIN"), c("AUTH LOGIN")];
    let answer =
        [s("334 UGFzc3dvcmQ6"), c("aHVudGVyQGhvcnNleWFyZA=="), s("535 5.7.8 no"), c("QUIT"), s("221 Bye"), End];
    let told = by(Framing::Indy, &[&hello[..], &answer].concat());
    assert_eq!(told.transactions[0].sign_in.user_shape, None);
}

#[test]
fn a_log_that_ends_anywhere_names_no_refusal_that_was_not_there() {
    for framing in Framing::ALL {
        let script = mail(&["Subject: x", "", "Dear patient"], "250 2.0.0 Ok");
        for end in 2..script.len() - 3 {
            let told = by(framing, &script[..end]);
            let [tx] = &told.transactions[..] else { panic!("{framing:?} until {:?}: {:?}", script[end], all(&told)) };
            assert!(
                matches!(tx.outcome, Outcome::Failed | Outcome::Incomplete),
                "{framing:?} until {:?}: {}",
                script[end],
                one_line(tx)
            );
        }
    }
}

#[test]
fn two_sessions_glued_on_one_line_are_two() {
    // A writer that died in the middle of a line, and the next that wrote on behind it.
    let second = Framing::Indy.write(&mail(&["Subject: x"], "250 2.0.0 Ok"));
    let first = "Stat Connected.\r\n\
        Recv 2026/11/23 08:26:01: 220 mail.example.co.za ESMTP<EOL>\r\n\
        Sent 2026/11/23 08:26:01: EHLO RECEPTION-PC<EOL>\r\n\
        Recv 2026/11/23 08:26:02: 250 mail.example.co.za<EOL>\r\n\
        Sent 2026/11/23 08:26:02: MAIL FROM:<a@practice.example>";
    for torn in ["", "<EOL>", "<EOL>\r\nRecv 2026/11/23 08:26:02: 250 OK"] {
        let glued = [first.as_bytes(), torn.as_bytes(), &second].concat();
        let told = analyse_bytes(&glued, None);
        assert_eq!(told.files[0].dialect.as_deref(), Some("indy"));
        let [first, last] = &told.transactions[..] else { panic!("torn at {torn:?}: {:?}", all(&told)) };
        assert_eq!(one_line(last), SENT, "torn at {torn:?}");
        // Torn, or dropped: nobody knows.
        assert!(matches!(first.outcome, Outcome::Failed | Outcome::Incomplete), "torn at {torn:?}: {:?}", all(&told));
        // What stands before the seam may be half a command.
        let stages = [Stage::Ehlo, Stage::Mail];
        assert!(stages.contains(&first.stage) && first.reply.is_none(), "torn at {torn:?}: {:?}", all(&told));
        assert_eq!(told.files[0].tally.lines, glued.iter().filter(|b| **b == b'\n').count() as u64);
    }
}

#[test]
fn a_whole_reply_before_the_seam_counts() {
    let mut refused = mail(&["Subject: x"], "");
    let data = refused.iter().position(|said| matches!(said, Said::Client(text) if text == "DATA")).unwrap();
    refused.truncate(data - 1);
    refused.push(s("550 5.1.1 no such user"));
    let first = Framing::Indy.write(&refused);
    let second = Framing::Indy.write(&mail(&["Subject: x"], "250 2.0.0 Ok"));
    // The reply is whole, only the line end of the log is missing behind it.
    let told = analyse_bytes(&[&first[..first.len() - 2], &second].concat(), None);
    assert_eq!(all(&told), ["rejected rcpt 550 recipient.unknown j.botha@patients.example.co.za", SENT]);
}

#[test]
fn line_ends_do_not_matter() {
    for framing in Framing::ALL {
        let lines = framing.lines(&mail(LIKE_A_LOG, "554 5.7.1 Message rejected as spam by Content Filtering"));
        let want = all(&analyse_bytes(
            &framing.write(&mail(LIKE_A_LOG, "554 5.7.1 Message rejected as spam by Content Filtering")),
            None,
        ));
        for end in ["\n", "\r", "\r\n"] {
            let whole = lines.join(end) + end;
            let torn = lines.join(end);
            for log in [&whole, &torn] {
                let told = analyse_bytes(log.as_bytes(), None);
                assert_eq!(all(&told), want, "{framing:?} {end:?}");
                assert_eq!(told.files[0].tally.lines, lines.len() as u64, "{framing:?} {end:?}");
            }
        }
    }
}

#[test]
fn utf_16_does_not_matter() {
    for framing in Framing::ALL {
        let log = String::from_utf8(framing.write(&mail(&["Subject: Rekening vir Anlé"], "250 2.0.0 Ok"))).unwrap();
        for mark in [true, false] {
            let units = || mark.then_some(0xFEFF).into_iter().chain(log.encode_utf16());
            let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
            for (bytes, name) in [(little, "utf-16le"), (big, "utf-16be")] {
                let told = analyse_bytes(&bytes, None);
                assert_eq!(all(&told), [SENT], "{framing:?} {name} mark: {mark}");
                assert_eq!(told.files[0].encoding, name);
            }
        }
    }
}

#[test]
fn a_run_of_nuls_costs_no_more_than_its_line() {
    // What a power cut leaves: blocks of the file that were never written.
    for framing in Framing::ALL {
        let one = framing.write(&mail(&["Subject: x"], "250 2.0.0 Ok"));
        let nuls = vec![0u8; 4096];
        let log = [&one[..], &nuls, b"\r\n", &one, &nuls].concat();
        let told = analyse_bytes(&log, None);
        assert_eq!(all(&told), [SENT, SENT], "{framing:?}");
        assert_eq!(told.files[0].dialect.as_deref(), Some(framing.dialect()), "{framing:?}");
        assert!(told.files[0].note.as_deref().is_some_and(|note| note.contains("power cut")), "{framing:?}");
    }
}

#[test]
fn nothing_is_no_transaction() {
    for log in [&b""[..], b"\r\n", b" \r\n\t\r\n", b"\xEF\xBB\xBF", b"\xFF\xFE"] {
        let told = analyse_bytes(log, None);
        assert!(told.transactions.is_empty() && told.summary.problems.is_empty(), "{log:?}: {:?}", told.summary);
    }
    let prose = analyse_bytes(b"Dear patient\r\nPlease find your statement attached.\r\n", None);
    assert_eq!(prose.summary.problems.len(), 1, "a file that the user named and that is no log is a problem");
}

#[test]
fn a_connection_that_only_connects_is_one_transaction() {
    for framing in [Framing::Indy, Framing::Swaks, Framing::CurlVerbose, Framing::Blat] {
        let told = by(framing, &[Connect, End]);
        assert_eq!(told.transactions.len(), 1, "{framing:?}: {:?}", all(&told));
        assert_eq!(told.transactions[0].outcome, Outcome::Failed, "{framing:?}");
    }
}

/// Where the transactions stand, and when they began and ended.
fn places(log: &[u8]) -> Vec<String> {
    let time = |stamp: Option<mtmlog::dialect::Stamp>| stamp.map_or("none".to_owned(), |stamp| stamp.time.to_string());
    let place = |tx: &Transaction| {
        format!(
            "{}-{} at {}, {} to {}",
            tx.line_first,
            tx.line_last,
            tx.byte_first,
            time(tx.started_at),
            time(tx.ended_at)
        )
    };
    analyse_bytes(log, None).transactions.iter().map(place).collect()
}

#[test]
fn sessions_know_their_lines_and_times() {
    let log = b"Stat Connected.\r\n\
        Recv 2026/11/23 08:26:01: 421 too many connections<EOL>\r\n\
        Stat Disconnected.\r\n\
        Stat Connected.\r\n\
        Recv 2026/11/23 08:27:01: 220 mail ESMTP<EOL>\r\n\
        Sent 2026/11/23 08:27:02: QUIT<EOL>\r\n\
        Stat Disconnected.\r\n";
    assert_eq!(places(log), ["1-3 at 0, 08:26:01 to 08:26:01", "4-7 at 94, 08:27:01 to 08:27:02"]);
}

#[test]
fn mails_told_in_one_line_know_their_lines_and_times() {
    let one = |time: &str| {
        format!(
            "Nov 23 {time} pc sendemail[77]: Email was sent successfully!  From: <a@b.example> To: <c@d.example> \
             Subject: [x] Attachment(s): [] Server: [mail.example.co.za:25]\n"
        )
    };
    let log = one("08:26:01") + &one("09:30:00");
    let second = format!("2-2 at {}, 09:30:00 to 09:30:00", log.len() / 2);
    assert_eq!(places(log.as_bytes()), ["1-1 at 0, 08:26:01 to 08:26:01", &second]);
}

#[test]
fn a_session_that_begins_with_words_about_an_error_knows_its_line_and_time() {
    let log = b"2026-11-23 09:05:16\tSMTP Error: Could not authenticate.\n";
    let told = analyse_bytes(log, Some("phpmailer"));
    let tx = &told.transactions[0];
    assert_eq!((tx.line_first, tx.line_last, tx.started_at.is_some()), (1, 1, true));
}

/// Where nothing tells the day from the month, the report says which of the two it took.
#[test]
fn dates_that_nothing_decides_are_said_to_be_open() {
    let log = |dates: [&str; 2]| {
        let [first, last] = dates;
        format!(
            "Recv {first} 08:26:01: 220 mail.example.co.za ESMTP<EOL>\r\nSent {first} 08:26:01: EHLO PC<EOL>\r\nRecv {last} 08:26:02: 554 no<EOL>\r\n"
        )
    };
    let notes = |dates| analyse_bytes(log(dates).as_bytes(), None).summary.notes.join("\n");
    let open = notes(["05/06/2026", "12/11/2026"]);
    assert!(open.contains("can be read in two ways: 05/06/2026 was read as 5 June 2026, day first"), "{open}");
    for decided in [["05/06/2026", "13/06/2026"], ["06/05/2026", "06/13/2026"], ["2026/05/06", "2026/06/07"]] {
        assert_eq!(notes(decided), "", "{decided:?}");
    }
    assert_eq!(notes(["05/05/2026", "06/06/2026"]), "", "the same either way");
}
