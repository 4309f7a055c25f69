use super::*;
use crate::smtp::AuthMechanism;

/// Feeds lines marked `S: ` and `C: `, and writes what each was.
fn follow(dialogue: &mut Dialogue, trace: &str) -> Vec<String> {
    trace
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| {
            let turn = match line.strip_prefix("S: ") {
                Some(text) => dialogue.read_server(text.as_bytes()),
                None => dialogue.read_client(line.trim_start_matches("C: ").as_bytes()),
            };
            dialogue.advance(&turn);
            name(&turn)
        })
        .collect()
}

fn name(turn: &Turn<'_>) -> String {
    match turn {
        Turn::Reply { line, answers, begins } => {
            let verb = answers.map_or("nothing", Verb::name);
            format!("{} to {verb}{}", line.code, if *begins { ", anew" } else { "" })
        }
        Turn::Command(command) => command.verb().name().to_owned(),
        Turn::StrangeAuth(response) => {
            format!("strange AUTH{}", if response.is_some() { " with response" } else { "" })
        }
        Turn::AuthAnswer { mechanism, step, asked, .. } => {
            let mechanism = mechanism.map_or("?", AuthMechanism::name);
            format!("{}answer {step} of {mechanism}", if *asked { "" } else { "unasked " })
        }
        Turn::Data(_) => "data".to_owned(),
        Turn::EndOfData => "end of data".to_owned(),
        Turn::Noise(_) => "noise".to_owned(),
    }
}

fn turns(trace: &str) -> Vec<String> {
    follow(&mut Dialogue::default(), trace)
}

/// RFC 5321 appendix D.1.
const TYPICAL: &str = "S: 220 foo.com Simple Mail Transfer Service Ready
    C: EHLO bar.com
    S: 250-foo.com greets bar.com
    S: 250-8BITMIME
    S: 250 HELP
    C: MAIL FROM:<Smith@bar.com>
    S: 250 OK
    C: RCPT TO:<Jones@foo.com>
    S: 250 OK
    C: RCPT TO:<Green@foo.com>
    S: 550 No such user here
    C: DATA
    S: 354 Start mail input; end with <CRLF>.<CRLF>
    C: Blah blah blah...
    C: 250 is the number of my house
    C: .
    S: 250 OK
    C: QUIT
    S: 221 foo.com Service closing transmission channel";

#[test]
fn a_typical_transaction() {
    let shown = [
        "220 to greeting",
        "EHLO",
        "250 to EHLO",
        "250 to EHLO",
        "250 to EHLO",
        "MAIL",
        "250 to MAIL",
        "RCPT",
        "250 to RCPT",
        "RCPT",
        "550 to RCPT",
        "DATA",
        "354 to DATA",
        "data",
        "data",
        // Where message data is marked, the next reply ends it, and the dot is its last line.
        "data",
        "250 to .",
        "QUIT",
        "221 to QUIT",
    ];
    assert_eq!(turns(TYPICAL), shown);
}

#[test]
fn a_log_may_begin_at_the_end_of_a_message() {
    let shown = turns("C: .\nS: 250 2.0.0 queued\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: .\nS: 500 what\n");
    assert_eq!(shown, ["end of data", "250 to .", "MAIL", "250 to MAIL", "noise", "500 to nothing"]);
}

#[test]
fn without_marks_only_the_dot_ends_a_message() {
    let mut dialogue = Dialogue::default();
    dialogue.set_marks(Marks { sides: false, data: false });
    let turns = follow(&mut dialogue, &TYPICAL.replace("C: 250 is", "S: 250 is"));
    assert_eq!(turns[13..], ["data", "data", "end of data", "250 to .", "QUIT", "221 to QUIT"]);
}

#[test]
fn without_marks_a_reply_where_the_message_begins_shows_that_it_was_left_out() {
    let mut dialogue = Dialogue::default();
    dialogue.set_marks(Marks { sides: false, data: false });
    let got =
        follow(&mut dialogue, "S: 220 a\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: DATA\nS: 354 go\nS: 250 queued\nC: QUIT\n");
    assert_eq!(got[5..], ["250 to .", "QUIT"]);
}

#[test]
fn pipelined_commands_are_answered_in_order() {
    // RFC 2920 section 4.
    let turns = turns(
        "S: 220 innosoft.com SMTP service ready
        C: EHLO dbc.mtview.ca.us
        S: 250-innosoft.com
        S: 250 PIPELINING
        C: MAIL FROM:<mrose@dbc.mtview.ca.us>
        C: RCPT TO:<ned@innosoft.com>
        C: RCPT TO:<dan@innosoft.com>
        C: DATA
        S: 250 sender <mrose@dbc.mtview.ca.us> OK
        S: 250 recipient <ned@innosoft.com> OK
        S: 550 recipient <dan@innosoft.com> unknown
        S: 354 enter mail, end with line containing only a .
        C: .
        C: QUIT
        S: 250 message sent
        S: 221 goodbye",
    );
    let replies: Vec<&str> = turns[8..].iter().map(String::as_str).collect();
    let shown =
        ["250 to MAIL", "250 to RCPT", "550 to RCPT", "354 to DATA", "data", "data", "250 to .", "221 to nothing"];
    assert_eq!(replies, shown);
}

#[test]
fn a_refused_command_in_a_pipeline_leaves_the_others_their_replies() {
    let turns = turns("C: RCPT TO:<a@b.c>\nC: DATA\nS: 550 no\nS: 503 no recipients\nC: RSET\nS: 250 ok");
    assert_eq!(turns[2..], ["550 to RCPT", "503 to DATA", "RSET", "250 to RSET"]);
}

#[test]
fn starttls_begins_anew() {
    // RFC 3207 section 5.
    let turns = turns(
        "S: 220 mail.imc.org SMTP service ready
        C: EHLO mail.example.com
        S: 250-mail.imc.org offers a warm hug of welcome
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 Go ahead
        C: EHLO mail.example.com
        S: 250 touches your hand gently for a moment
        C: QUIT
        S: 221 bye
        S: 220 mail.imc.org SMTP service ready",
    );
    assert_eq!(turns[5..8], ["220 to STARTTLS", "EHLO", "250 to EHLO"]);
    assert_eq!(turns[10], "220 to nothing, anew");
}

#[test]
fn every_line_from_auth_to_its_final_reply_is_a_secret() {
    // RFC 4954 section 4.1, with LOGIN.
    let turns = turns(
        "C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: dGVzdA==
        S: 334 UGFzc3dvcmQ6
        C: DATA
        S: 535 5.7.8 Authentication credentials invalid
        C: DATA",
    );
    assert_eq!(turns[1..4], ["334 to AUTH", "answer 0 of LOGIN", "334 to AUTH"]);
    assert_eq!(turns[4..], ["answer 1 of LOGIN", "535 to AUTH", "DATA"]);
    let cancelled = self::turns("C: AUTH DIGEST-MD5\nS: 334 cmVhbG09\nC: *\nS: 501 cancelled\nC: anything");
    assert_eq!(cancelled[2..], ["answer 0 of DIGEST-MD5", "501 to AUTH", "noise"]);
}

#[test]
fn an_exchange_without_its_beginning_or_its_questions_is_secret_too() {
    let cases: &[(&str, &[&str])] = &[
        ("S: 334 UGFzc3dvcmQ6\nC: c2VjcmV0", &["334 to AUTH", "answer 1 of LOGIN"]),
        ("S: 334 \nC: c2VjcmV0\nS: 334 x\nC: more", &["334 to AUTH", "answer 0 of ?", "334 to AUTH", "answer 1 of ?"]),
        (
            "C: AUTH LOGIN\nC: dXNlcg==\nC: cGFzcw==",
            &["AUTH", "unasked answer 0 of LOGIN", "unasked answer 1 of LOGIN"],
        ),
        ("C: AUTH X-OURS aGk=\nC: c2VjcmV0", &["strange AUTH with response", "unasked answer 1 of ?"]),
        (
            "S: 421 bye\nC: AUTH PLAIN\nS: 334 \nS: 421 bye\nC: x",
            &["421 to greeting", "AUTH", "334 to AUTH", "421 to nothing", "answer 0 of PLAIN"],
        ),
        // Only 235 and a refusal are final.
        (
            "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nS: 250 ok\nC: c2VjcmV0",
            &["AUTH", "334 to AUTH", "250 to AUTH", "unasked answer 1 of LOGIN"],
        ),
        // The final reply is not in the log.
        ("C: AUTH PLAIN AGEAYg==\nC: MAIL FROM:<a@b.c>\nC: x", &["AUTH", "MAIL", "noise"]),
        (
            "C: EHLO a\nC: AUTH PLAIN\nS: 500 what\nC: AGEAYg==",
            &["EHLO", "AUTH", "500 to EHLO", "unasked answer 0 of PLAIN"],
        ),
    ];
    for (trace, shown) in cases {
        assert_eq!(turns(trace), *shown, "{trace}");
    }
}

#[test]
fn an_answer_that_the_writer_left_out_counts() {
    let mut dialogue = Dialogue::default();
    follow(&mut dialogue, "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6");
    dialogue.hide_answer();
    assert_eq!((dialogue.auth(), dialogue.is_asked()), (Some((Some(AuthMechanism::Login), 1)), false));
    assert_eq!(follow(&mut dialogue, "S: 235 ok"), ["235 to AUTH"]);
    assert!(!dialogue.signs_in());
    // Left out without a word.
    follow(&mut dialogue, "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6");
    assert_eq!(follow(&mut dialogue, "S: 535 no"), ["535 to AUTH"]);
}

#[test]
fn chunks_are_no_dialogue() {
    // RFC 3030 section 4.2.
    let turns = turns(
        "C: MAIL FROM:<sam@random.com>
        S: 250 <sam@random.com>... Sender and BODYTYPE ok
        C: RCPT TO:<joe@example.com>
        S: 250 OK
        C: BDAT 1000
        C: (first 1000 octets of canonical MIME message data)
        S: 250 1000 octets received
        C: BDAT 324
        C: BDAT 0 LAST
        S: 250 324 octets received
        S: 250 Message OK, 1324 octets received",
    );
    assert_eq!(turns[4..9], ["BDAT", "data", "250 to BDAT", "BDAT", "BDAT"]);
    assert_eq!(turns[9..], ["250 to BDAT", "250 to ."]);
}

#[test]
fn a_message_goes_on_where_the_log_leaves_out_the_server() {
    let turns = turns("C: EHLO a\nC: MAIL FROM:<a@b.c>\nC: RCPT TO:<d@e.f>\nC: DATA\nC: Dear all\nC: .\nC: .\nC: QUIT");
    assert_eq!(turns[4..], ["data", "end of data", "end of data", "QUIT"]);
}

#[test]
fn replies_that_answer_nothing_are_named_so() {
    let turns = turns("S: 250 ok\nS: 250 ok\nS: 421 timeout");
    assert_eq!(turns, ["250 to greeting", "250 to nothing", "421 to nothing"]);
}

#[test]
fn a_reply_to_starttls_is_no_greeting_where_the_log_leaves_out_the_client() {
    let turns = turns("S: 220 x ESMTP\nS: 250 x\nS: 220 2.0.0 Ready to start TLS\nS: 250 x\nS: 220 x ESMTP");
    assert_eq!(turns[2..], ["220 to STARTTLS", "250 to EHLO", "220 to STARTTLS, anew"]);
}

#[test]
fn a_torn_reply_is_over_when_another_begins() {
    let mut dialogue = Dialogue::default();
    follow(&mut dialogue, "S: 220 x\nC: EHLO a\nC: MAIL FROM:<a@b.c>\nS: 250-x");
    dialogue.tag(7);
    let torn = dialogue.break_off_reply();
    assert_eq!(torn, Some(Answer { code: ReplyCode(250), verb: Some(Verb::Ehlo), tag: 0 }));
    let turn = dialogue.read_server(b"550 no");
    assert_eq!(dialogue.advance(&turn), Some(Answer { code: ReplyCode(550), verb: Some(Verb::Mail), tag: 7 }));
    assert_eq!((dialogue.break_off_reply(), dialogue.under_way()), (None, None));
}

#[test]
fn memory_is_bounded() {
    let mut dialogue = Dialogue::default();
    for _ in 0..2 * MAX_PENDING_COMMANDS {
        dialogue.advance(&dialogue.read_client(b"NOOP"));
    }
    assert_eq!(dialogue.pending().len(), MAX_PENDING_COMMANDS);
}

#[test]
fn where_only_the_server_is_heard_its_replies_answer_what_a_client_says_in_that_place() {
    for (replies, answered) in [
        (
            "220 x|250-x|250 HELP|334 VXN|334 UGF|235 ok|250 ok|250 ok|354 go|250 queued|221 bye",
            "Greeting Ehlo Auth Auth Auth Mail Rcpt Data EndOfData Quit",
        ),
        ("220 x|250 x|535 no|221 bye", "Greeting Ehlo Auth Quit"),
        (
            "220 x|250 x|220 2.0.0 go|250 x|250 ok|550 who|250 ok|221 bye",
            "Greeting Ehlo StartTls Ehlo Mail Rcpt Rcpt Quit",
        ),
        ("220 x|250 x|550 no|250 ok|250 ok|250 ok|354 go", "Greeting Ehlo Mail Rset Mail Rcpt Data"),
        ("220 x|502 no|250 x|250 ok|250 ok|354 go|552 big|250 ok", "Greeting Ehlo Ehlo Mail Rcpt Data EndOfData Mail"),
        ("535 no|535 no", "Greeting -"),
    ] {
        let mut dialogue = Dialogue::default();
        let mut found = Vec::new();
        for reply in replies.split('|') {
            let answer = dialogue.advance(&dialogue.read_server(reply.as_bytes()));
            found.extend(answer.map(|answer| answer.verb.map_or("-".into(), |verb| format!("{verb:?}"))));
        }
        assert_eq!(found.join(" "), answered, "{replies}");
    }
}

#[test]
fn what_is_due_follows_from_the_order_of_commands_and_replies() {
    for (said, command, reply) in [
        ("", true, true),
        ("S: 220 x", true, false),
        ("S: 220 x\nC: EHLO a", false, true),
        ("S: 220 x\nC: EHLO a\nS: 250-x", false, true),
        ("S: 220 x\nC: EHLO a\nS: 214-x", false, false),
        ("C: MAIL FROM:<a@b.c>", true, true),
        ("C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6", false, true),
        ("C: DATA\nS: 354 go", false, true),
        ("S: 220 x\nC: QUIT\nS: 221 bye", true, false),
    ] {
        let mut dialogue = Dialogue::default();
        follow(&mut dialogue, said);
        let (_, line) = reply_line(b"250 ok").unwrap();
        assert_eq!((dialogue.is_command_due(), dialogue.is_reply_due(&line)), (command, reply), "{said}");
    }
}
