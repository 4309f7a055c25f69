//! What holds for any bytes at all: no panic, every line counted once, no password in anything that prints.

use crate::common;
use crate::share::base64;
use std::sync::LazyLock;
use std::time::Duration;

use mtmlog::Request;
use mtmlog::dialect::DIALECTS;
use mtmlog::redact::Level;
use mtmlog::report::{FORMATS, Look, Setup};
use mtmlog::session::Transaction;
use mtmlog::source::{self, ReadOptions};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;

use crate::common::script::{Connect, End, Framing, Said, body, c, s};
use crate::common::{Collected, analyse_bytes, scan, temporary, text};

/// Some real logs, to cut pieces from.
static MATERIAL: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let every_fifth = common::folders().into_iter().flat_map(|folder| common::logs_in(&folder).into_iter().step_by(5));
    every_fifth.map(|path| std::fs::read(path).unwrap()).filter(|log| !log.is_empty()).collect()
});

/// The same cases in every run, so that a failure is the change's and not the day's. `MTMLOG_ALL=1` looks further, each
/// time elsewhere. A case that was found belongs into `bodies.rs`, with a name.
fn config(cases: u32) -> ProptestConfig {
    let further = std::env::var_os("MTMLOG_ALL").is_some_and(|value| value == "1");
    let (cases, rng_seed) = if further { (cases * 20, RngSeed::Random) } else { (cases, RngSeed::Fixed(23)) };
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}

/// Bytes of a log, shown as text.
#[derive(Clone)]
struct Bytes(Vec<u8>);

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

/// Pieces of real logs, cut anywhere, up to three times each, with what disks and editors add in between.
fn spliced() -> impl Strategy<Value = Bytes> {
    let glue = prop_oneof![
        6 => Just(&b""[..]),
        2 => Just(&b"\r\n"[..]),
        1 => Just(&b"\r"[..]),
        1 => Just(&b"\n\n"[..]),
        1 => Just(&b"\0\0\0\0\0\0\0\0"[..]),
        1 => Just(&b"\xFF\xFE\xE9"[..]),
        1 => Just(&b"Stat Connected."[..]),
    ];
    let piece = (any::<Index>(), any::<Index>(), 1usize..2_000, 1usize..3, glue);
    prop::collection::vec(piece, 1..8).prop_map(|pieces| {
        let mut log = Vec::new();
        for (which, start, length, times, glue) in pieces {
            let material = which.get(&MATERIAL);
            let start = start.index(material.len());
            let piece = &material[start..(start + length).min(material.len())];
            for _ in 0..times {
                log.extend_from_slice(piece);
            }
            log.extend_from_slice(glue);
        }
        Bytes(log)
    })
}

/// What holds for every analysis.
fn holds(log: &[u8], told: &Collected) -> Result<(), TestCaseError> {
    let facts = &told.files[0];
    let tally = &facts.tally;
    prop_assert_eq!(tally.understood + tally.unknown, tally.lines);
    if !facts.encoding.starts_with("utf-16") && facts.dialect.is_some() {
        let text = log.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(log);
        prop_assert_eq!(tally.lines, source::lines(text).count() as u64);
    }
    prop_assert_eq!(tally.transactions, told.transactions.len() as u64);
    let sums = tally.sent + tally.partial + tally.failed + tally.incomplete + tally.tested;
    prop_assert_eq!(sums, tally.transactions);
    for (n, tx) in told.transactions.iter().enumerate() {
        prop_assert!(1 <= tx.line_first && tx.line_first <= tx.line_last && tx.line_last <= tally.lines, "{:?}", tx);
        prop_assert!(1 <= tx.session && tx.session <= tally.sessions, "{:?}", tx);
        prop_assert_eq!(tx.index, n as u64 + 1);
        for line in tx.reply.iter().map(|reply| reply.line).chain(tx.error.iter().map(|error| error.line)) {
            prop_assert!(1 <= line && line <= tally.lines, "{:?}", tx);
        }
        prop_assert_eq!(
            tx.cause.is_none(),
            matches!(tx.outcome.name(), "sent" | "tested") || tx.outcome.name() == "incomplete" && tx.error.is_none(),
            "{:?}",
            tx
        );
    }
    let places: Vec<u64> = told.transactions.iter().map(|tx| tx.byte_first).collect();
    prop_assert!(places.is_sorted(), "{:?}", places);
    Ok(())
}

proptest! {
    #![proptest_config(config(100))]

    #[test]
    fn any_bytes(Bytes(log) in prop::collection::vec(any::<u8>(), 0..3_000).prop_map(Bytes)) {
        holds(&log, &analyse_bytes(&log, None))?;
        for dialect in DIALECTS {
            holds(&log, &analyse_bytes(&log, Some(&dialect.name)))?;
        }
    }

    #[test]
    fn any_splice_of_real_logs(Bytes(log) in spliced()) {
        holds(&log, &analyse_bytes(&log, None))?;
        for dialect in DIALECTS {
            holds(&log, &analyse_bytes(&log, Some(&dialect.name)))?;
        }
    }

    #[test]
    fn any_splice_by_every_road(Bytes(log) in spliced(), block in 1usize..600) {
        let file = temporary(&log);
        let options = |block, mmap| ReadOptions { mmap, block, min_map: 1, settle: Duration::ZERO, ..ReadOptions::default() };
        let plain = scan(file.path(), &options(1 << 20, false));
        prop_assert_eq!(&plain, &scan(file.path(), &options(block, false)));
        prop_assert_eq!(&plain, &scan(file.path(), &options(block, true)));
    }

    #[test]
    fn any_order_of_words(lines in prop::collection::vec(word(), 0..40), which in any::<Index>()) {
        let framing = *which.get(&Framing::ALL);
        let log = framing.write(&lines);
        holds(&log, &analyse_bytes(&log, Some(framing.dialect())))?;
    }
}

/// One session is open while more mails are told than wait for it: where it is given out is no matter of blocks.
#[test]
fn a_session_that_stays_open_stands_at_the_same_place_in_blocks_of_any_size() {
    let says = |key: &str, said: &str| format!("[2026-11-23 06:26:01] DEBUG [{key}] {said}\n");
    let begins = |key: &str| {
        let connected = format!("[2026-11-23 06:26:01] INFO  [{key}] Connection established to 196.25.1.1:587\n");
        connected + &says(key, "S: 220 mail.example.co.za ESMTP") + &says(key, "C: MAIL FROM:<a@b.example>")
    };
    let ends = |key: &str| says(key, "S: 250 Ok") + &says(key, "C: QUIT") + &says(key, "S: 221 Bye");
    let (open, other) = ("WCyo9PGdPbk", "LLIKWhAThMo");
    let others = [begins(other), ends(other)].concat().repeat(4_500);
    let file = temporary([begins(open), others, ends(open)].concat().as_bytes());
    let of = |block| scan(file.path(), &ReadOptions { block, ..ReadOptions::default() });
    let whole = of(1 << 20);
    assert_eq!(whole.as_ref().map(|told| told.transactions.len()), Some(4_501));
    assert_eq!(whole, of(10_000));
}

/// One thing somebody may say at any moment.
fn word() -> impl Strategy<Value = Said> {
    let server = prop::sample::select(vec![
        "220 mail ESMTP",
        "250 OK",
        "250-mail\n250-STARTTLS\n250 AUTH LOGIN",
        "334 UGFzc3dvcmQ6",
        "235 2.7.0 ok",
        "354 go on",
        "421 bye",
        "450 4.7.1 greylisted",
        "535 5.7.8 no",
        "550 5.1.1 no such user",
        "554 5.7.1 spam",
        "221 Bye",
        "999 what",
        "250-",
    ]);
    let client = prop::sample::select(vec![
        "EHLO PC",
        "HELO PC",
        "STARTTLS",
        "AUTH LOGIN",
        "AUTH PLAIN AGEAYg==",
        "AUTH",
        "dXNlcg==",
        "*",
        "MAIL FROM:<a@b.example>",
        "RCPT TO:<c@d.example>",
        "RCPT TO:<e@f.example>",
        "DATA",
        "BDAT 10",
        "BDAT 0 LAST",
        ".",
        "RSET",
        "NOOP",
        "QUIT",
        "",
    ]);
    prop_oneof![
        1 => Just(Connect),
        1 => Just(End),
        6 => server.prop_map(s),
        6 => client.prop_map(c),
        1 => Just(body(&["Subject: x", "", "550 no"])),
    ]
}

/// The framings in which an answer to AUTH can stand in the log whatever is missing there: the first eight.
const SHOWN: &[Framing] = Framing::ALL.split_at(8).0;

/// A session in which somebody signs in, and the forms of the password that stand in its log.
#[derive(Clone, Debug)]
struct SignIn {
    script: Vec<Said>,
    secrets: Vec<String>,
}

fn sign_in() -> impl Strategy<Value = SignIn> {
    // Long enough to break over the lines of a trace; no ruler of a table.
    let ruler = |run: &[u8]| run.iter().filter(|byte| byte.is_ascii_alphanumeric()).count() < 3;
    let password = "[A-Za-z0-9!@#=+/ ]{8,70}".prop_filter("a ruler", move |p| !p.as_bytes().windows(RUN).any(ruler));
    (password, any::<bool>(), any::<bool>(), 0usize..6, any::<bool>()).prop_map(
        |(password, plain, initial, how, quoted)| {
            let user = "statements@practice.example.co.za";
            let alone = base64(password.as_bytes());
            let both = base64(format!("\0{user}\0{password}").as_bytes());
            let mut script = vec![Connect, s("220 mail ESMTP"), c("EHLO PC"), s("250-mail\n250 AUTH PLAIN LOGIN")];
            match (plain, initial) {
                (true, true) => script.push(c(&format!("AUTH PLAIN {both}"))),
                (true, false) => script.extend([c("AUTH PLAIN"), s("334 "), c(&both)]),
                (false, true) => {
                    script.extend([
                        c(&format!("AUTH LOGIN {}", base64(user.as_bytes()))),
                        s("334 UGFzc3dvcmQ6"),
                        c(&alone),
                    ]);
                }
                (false, false) => {
                    script.extend([c("AUTH LOGIN"), s("334 VXNlcm5hbWU6"), c(&base64(user.as_bytes()))]);
                    script.extend([s("334 UGFzc3dvcmQ6"), c(&alone)]);
                }
            }
            let answer = if plain { &both } else { &alone };
            let quote = |text: &str| if quoted { format!("{text} ({answer})") } else { text.to_owned() };
            match how {
                0 => script.extend([s("235 2.7.0 ok"), c("MAIL FROM:<a@b.example>"), s(&quote("550 5.7.1 not you"))]),
                1 => script.extend([s(&quote("535 5.7.8 authentication failed")), c("QUIT"), s("221 Bye")]),
                2 => script.extend([s(&quote("454 4.7.0 later")), s(&quote("421 bye"))]),
                3 => script.extend([
                    s(&quote("501 5.5.2 cannot decode")),
                    c(answer),
                    s(&quote("500 5.5.2 unknown command")),
                ]),
                4 => script.push(s("334 again")),
                _ => {}
            }
            script.push(End);
            SignIn { script, secrets: vec![password, alone, both] }
        },
    )
}

/// The script without quotes of an answer that was not said before: nobody could tell what they are.
fn unquoted(script: &[Said]) -> Vec<Said> {
    let mut said_before = String::new();
    let plain = |said: &Said| match said {
        Said::Server(text) => match text.split_once(" (") {
            Some((words, quote)) if !said_before.contains(quote.trim_end_matches(')')) => s(words),
            _ => said.clone(),
        },
        Said::Client(text) => {
            said_before.push_str(text);
            said.clone()
        }
        said => said.clone(),
    };
    script.iter().map(plain).collect()
}

/// Everything of a transaction that could be shown: its `Debug`, and the bytes it keeps.
fn everything(tx: &Transaction) -> String {
    let mut all = format!("{tx:?}\n{:?}\n", tx.sign_in.user_shape);
    let connection = &tx.connection;
    let kept = [&connection.host, &connection.greeting, &connection.client_name, &tx.mail_from];
    let kept = kept.into_iter().flatten().chain(tx.recipients.iter().map(|r| &r.address));
    let kept = kept.chain(tx.reply.as_ref().map(|reply| &reply.text)).chain(tx.error.as_ref().map(|error| &error.text));
    for bytes in kept {
        all.push_str(&text(bytes));
        all.push('\n');
    }
    all
}

/// So much of a secret is one.
const RUN: usize = 6;

/// A run of the secret that somebody could read.
fn leaked<'a>(secret: &'a str, shown: &str) -> Option<&'a str> {
    (0..secret.len().saturating_sub(RUN - 1)).map(|at| &secret[at..at + RUN]).find(|run| shown.contains(run))
}

/// The log as every output prints it, with the least redaction there is.
fn printed(log: &[u8], framing: Framing) -> String {
    let file = temporary(log);
    let mut printed = Vec::new();
    for format in FORMATS {
        let look = Look { width: 200, wide: true, boxes: false, colour: false };
        let setup = Setup { level: Level::Secrets, all: true, look, ..Setup::default() };
        let mut report = (format.open)(Box::new(&mut printed), setup).unwrap();
        let dialect = Some(framing.dialect().to_owned());
        let request = Request { paths: vec![file.path().into()], all: true, dialect, ..Request::default() };
        mtmlog::analyze(&request, report.as_mut()).unwrap();
    }
    String::from_utf8(printed).unwrap()
}

fn keeps_its_secrets(framing: Framing, script: &[Said], secrets: &[String]) -> Result<(), TestCaseError> {
    let log = framing.write(script);
    let kept: Vec<String> = analyse_bytes(&log, Some(framing.dialect())).transactions.iter().map(everything).collect();
    for shown in kept.iter().chain([&printed(&log, framing)]) {
        for secret in secrets {
            prop_assert_eq!(leaked(secret, shown), None, "{:?}: {}", framing, shown);
        }
    }
    Ok(())
}

/// A log that lacks the words before an answer: what prints shows none of it, whatever is kept.
fn prints_no_secrets(framing: Framing, script: &[Said], secrets: &[String]) -> Result<(), TestCaseError> {
    let log = framing.write(script);
    let told = analyse_bytes(&log, Some(framing.dialect()));
    for shown in [format!("{:?}", told.transactions), printed(&log, framing)] {
        for secret in secrets {
            prop_assert_eq!(leaked(secret, &shown), None, "{:?}: {}", framing, shown);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn a_password_never_comes_out(session in sign_in()) {
        for framing in Framing::ALL {
            keeps_its_secrets(framing, &session.script, &session.secrets)?;
        }
    }

    #[test]
    fn nor_where_the_log_starts_or_ends_in_the_middle(session in sign_in(), from in any::<Index>(), to in any::<Index>()) {
        let (from, to) = (from.index(session.script.len()), to.index(session.script.len() + 1));
        let torn = unquoted(&session.script[from.min(to)..to.max(from)]);
        for &framing in SHOWN {
            prints_no_secrets(framing, &torn, &session.secrets)?;
        }
    }

    #[test]
    fn nor_where_a_line_is_missing(session in sign_in(), missing in any::<Index>()) {
        let mut torn = session.script.clone();
        torn.remove(missing.index(torn.len()));
        let torn = unquoted(&torn);
        for &framing in SHOWN {
            prints_no_secrets(framing, &torn, &session.secrets)?;
        }
    }
}

#[test]
fn the_measure_of_a_leak_can_fail() {
    assert_eq!(base64(b"\0user\0pass"), "AHVzZXIAcGFzcw==");
    assert_eq!(base64(b"Kudu!Herd-4471"), "S3VkdSFIZXJkLTQ0NzE=");
    assert_eq!(leaked("Kudu!Herd", "the reply was u!Herd."), Some("u!Herd"));
    assert_eq!(leaked("Kudu!Herd", "the reply was !Herd."), None);
    let shown = analyse_bytes(&Framing::Indy.write(&[Connect, s("554 Kudu!Herd says no"), End]), None);
    assert_eq!(leaked("Kudu!Herd", &everything(&shown.transactions[0])), Some("Kudu!H"));
}
