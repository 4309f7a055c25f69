//! Each step of [`Fit`], held by a line that is judged by it where a session stands.

use super::candidate::{
    Candidate,
    Fit::{self, Ahead, Awaited, Barely, Likely, Never, Next, Other, Seldom},
    Said,
};
use crate::dialect::{self, DialectRef};

/// `S: ` is the server, `C: ` the client, `~ ` a line without a mark.
fn said(line: &str) -> Said<'_> {
    match (line.split_at_checked(3), line) {
        (Some(("S: ", text)), _) => Said::of_server(text.as_bytes()),
        (Some(("C: ", text)), _) => Said::of_client(text.as_bytes()),
        (_, "connecting") => Said::Connecting,
        (_, "connected") => Said::Connected,
        (_, "secured") => Said::Secured,
        (_, "closed") => Said::Closed,
        (_, line) => Said::GoesOn(line.trim_start_matches("~ ").as_bytes()),
    }
}

/// How the next line fits a session of this dialect that has said so much.
fn fit(dialect: &str, before: &[&str], next: &str) -> Fit {
    let dialect = dialect::by_name(dialect).unwrap();
    let mut candidate = Candidate::new(DialectRef { dialect, index: 0 }, 1);
    before.iter().flat_map(|part| part.lines()).for_each(|line| candidate.takes(&said(line), dialect));
    candidate.fit(&said(next), dialect, false).0
}

const GREETED: &str = "S: 220 x.example ESMTP";
const HELLO: &str = "S: 220 x.example ESMTP\nC: EHLO pc\nS: 250 x.example";
const OFFERS: &str = "S: 220 x.example ESMTP\nC: EHLO pc\nS: 250-x.example\nS: 250 AUTH LOGIN PLAIN";
const NAME: &str = "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: dQ==";
const PASSWORD: &str = "S: 334 UGFzc3dvcmQ6\nC: cA==";
const MAIL: &str = "C: MAIL FROM:<a@b.example>";
const RCPT: &str = "C: RCPT TO:<d@e.example>";
const OK: &str = "S: 250 ok";
const DATA: &str = "C: DATA\nS: 354 go on";

/// What was said, and how well each of these goes on from there.
type Case<'a> = (&'a [&'a str], &'a [(&'a str, Fit)]);

#[test]
fn every_step_is_held() {
    let mail = [HELLO, MAIL, OK];
    let rcpt = [HELLO, MAIL, OK, RCPT, OK];
    let data = [HELLO, MAIL, OK, RCPT, OK, DATA];
    let gone = [HELLO, "C: QUIT\nS: 221 bye"];
    let cases: &[Case] = &[
        (
            &[],
            &[
                ("connecting", Never),
                ("connected", Never),
                ("secured", Barely),
                ("S: no reply", Barely),
                ("closed", Barely),
                ("S: 220 x", Next),
                ("S: 421 x", Next),
                ("S: 554 x", Next),
                ("S: 500 x", Seldom),
                ("S: 250 x", Never),
                ("C: EHLO pc", Never),
            ],
        ),
        (&["connecting"], &[("connected", Next)]),
        (&["closed"], &[("S: 220 x", Never)]),
        (&gone, &[("S: 250 x", Never), ("C: QUIT", Never), ("closed", Awaited)]),
        (&[GREETED], &[("C: EHLO pc", Next)]),
        (
            &[GREETED, "C: EHLO pc"],
            &[("S: 250-x", Awaited), ("S: 250 2.0.0 x", Never), ("S: 250 x", Likely), ("S: 535 x", Never)],
        ),
        (
            &[GREETED, "C: EHLO pc\nS: 250-x.example"],
            &[
                ("~ 250 x", Awaited),
                ("~ 220 x", Never),
                ("S: 250 SIZE", Awaited),
                ("S: 250-mail.three.example", Seldom),
                ("S: 550 x", Never),
                ("C: QUIT", Never),
            ],
        ),
        (
            &[HELLO],
            &[
                ("~ 250 x", Never),
                ("closed", Seldom),
                ("S: 421 x", Seldom),
                ("C: EHLO pc", Barely),
                ("C: STARTTLS", Next),
                ("C: AUTH LOGIN", Barely),
                (MAIL, Next),
                ("C: DATA", Never),
                ("C: QUIT", Next),
                ("C: RSET", Seldom),
            ],
        ),
        (&[HELLO, "C: NOOP"], &[("closed", Other), ("S: 250 x", Other)]),
        (&[HELLO, "C: NOOP\nS: 500 no"], &[("closed", Next), ("C: QUIT", Likely)]),
        (&[HELLO, "C: QUIT"], &[("closed", Likely), ("S: 221 x", Awaited), ("S: 500 x", Barely), ("C: RSET", Never)]),
        (&[HELLO, "C: STARTTLS"], &[("S: 220 x", Awaited)]),
        (&[OFFERS, "C: NOOP"], &[(MAIL, Ahead)]),
        (&[OFFERS, "C: AUTH PLAIN"], &[("S: 334 x", Awaited), ("S: 334 VXNlcm5hbWU6", Barely)]),
        (&[OFFERS], &[("C: AUTH LOGIN", Next), (MAIL, Other), ("C: QUIT", Other)]),
        (
            &[OFFERS, "C: AUTH LOGIN"],
            &[
                ("S: 334 VXNlcm5hbWU6", Awaited),
                ("S: 334 UGFzc3dvcmQ6", Barely),
                ("S: 535 x", Other),
                ("S: 250 x", Never),
            ],
        ),
        (&[OFFERS, "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6"], &[("C: dQ==", Next), ("C: two words", Never)]),
        (&[OFFERS, NAME], &[("S: 334 VXNlcm5hbWU6", Barely), ("S: 334 UGFzc3dvcmQ6", Awaited)]),
        (&[OFFERS, NAME, PASSWORD], &[("S: 334 x", Barely), ("S: 235 x", Awaited), ("S: 535 x", Awaited)]),
        (&[OFFERS, NAME, PASSWORD, "S: 535 no"], &[(MAIL, Barely)]),
        (&[OFFERS, NAME, PASSWORD, "S: 235 ok"], &[("C: EHLO pc", Other), ("C: AUTH LOGIN", Seldom), (MAIL, Next)]),
        (
            &[HELLO, MAIL],
            &[
                ("S: 250 2.1.0 x", Awaited),
                ("S: 250 2.1.5 x", Barely),
                ("S: 250 2.0.0 x", Barely),
                ("S: 250 x", Next),
                ("S: 250-x", Seldom),
                ("S: 550 x", Next),
                ("S: 354 x", Never),
                (RCPT, Barely),
                ("C: NOOP", Ahead),
            ],
        ),
        (&mail, &[(RCPT, Next), ("C: QUIT", Seldom)]),
        (
            &[HELLO, MAIL, OK, RCPT],
            &[("S: 250 2.1.5 x", Awaited), ("S: 250 2.1.0 x", Barely), ("S: 252 x", Next), ("S: 550 x", Likely)],
        ),
        (&rcpt, &[("C: DATA", Next)]),
        (&[HELLO, MAIL, OK, RCPT, OK, "C: DATA"], &[("S: 354 x", Awaited)]),
        (
            &data,
            &[
                ("S: 250 x", Seldom),
                ("S: 221 x", Never),
                ("~ 250 x", Never),
                ("C: .", Awaited),
                ("C: QUIT", Barely),
                ("C: Dear all", Seldom),
            ],
        ),
        (&[HELLO, MAIL, OK, RCPT, OK, DATA, "C: ."], &[("S: 250 2.0.0 x", Awaited), ("S: 250 2.1.5 x", Barely)]),
        (&[HELLO, MAIL, OK, RCPT, OK, DATA, "C: .", OK], &[("closed", Next)]),
    ];
    for (before, lines) in cases {
        for (next, expected) in *lines {
            assert_eq!(fit("swaks", before, next), *expected, "{next} after {before:?}");
        }
    }
    // A dialect that leaves the lines of a message without a mark.
    for (next, expected) in [("S: 250 x", Barely), ("~ 250 x", Barely)] {
        assert_eq!(fit("mailsend", &data, next), expected, "{next}");
    }
}
