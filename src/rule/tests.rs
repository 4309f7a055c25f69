use std::sync::Arc;

use chrono::NaiveDate;

use super::*;
use crate::{
    dialect::{self, StampReader},
    knowledge::{Cause, Knowledge},
    session::{Builder, End, Outcome, Trace, Transaction},
    smtp::Stage,
    source::Sensitive,
};

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rule/samples");

/// The day of all samples.
fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

fn transactions(log: &str) -> Vec<Transaction> {
    let knowledge = Knowledge::builtin();
    let lines: Vec<&[u8]> = log.lines().map(str::as_bytes).collect();
    let dialect = dialect::detect(&lines, b"").dialect.expect("a sample is in a dialect we know");
    let mut builder = Builder::new(knowledge, StampReader::default());
    for (i, line) in log.lines().enumerate() {
        builder.feed(dialect, &dialect.read(line.as_bytes()), i as u64);
    }
    builder.finish(End::Eof);
    let mut all: Vec<Transaction> = builder.drain().map(|tx| *tx).collect();
    let mut sent = false;
    for tx in &mut all {
        tx.trace.earlier_sent = sent;
        judge(knowledge, tx);
        sent |= tx.outcome == Outcome::Sent;
    }
    all
}

fn findings(log: &str) -> Vec<Finding> {
    let mut diagnosis = Diagnosis::new(Knowledge::builtin(), today());
    for (i, tx) in transactions(log).iter().enumerate() {
        diagnosis.observe(0, i as u64, tx);
    }
    diagnosis.judgement().findings
}

fn fires(rule: &Rule) -> String {
    sample(&format!("{}.log", rule.id))
}

fn silent(rule: &Rule) -> String {
    sample(&format!("{}.silent.log", rule.id))
}

fn sample(name: &str) -> String {
    let path = format!("{SAMPLES}/{name}");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn ids(log: &str) -> Vec<&'static str> {
    findings(log).iter().map(|finding| finding.finding).collect()
}

/// A mail from the practice to this address, through its own server without a sign-in.
fn relayed(minute: u32, to: &str, answer: &str) -> String {
    let lines = [
        "Connected to smtp://mail.example.co.za:25/",
        "S: 220 mail.example.co.za ESMTP Exim",
        "C: EHLO pc-1",
        "S: 250 mail.example.co.za",
        "C: MAIL FROM:<accounts@practice.example.co.za>",
        "S: 250 OK",
        &format!("C: RCPT TO:<{to}>"),
        &format!("S: {answer}"),
    ];
    let data = ["C: DATA", "S: 354 Go ahead", "C: Subject: Statement", "C: .", "S: 250 OK id=1"];
    let end = ["C: QUIT", "S: 221 bye"];
    let sent = answer.starts_with('2').then_some(data).into_iter().flatten();
    let all = lines.into_iter().chain(sent).chain(end);
    all.map(|line| format!("2026-11-23T06:{minute:02}:00Z {line}\n")).collect()
}

/// The same behind a sign-in, which ends the session where it is refused.
fn signed_in(minute: u32, signed: &str, to: &str, answer: &str) -> String {
    let mail = relayed(minute, to, answer);
    let (head, rest) = mail.split_at(mail.find(&format!("2026-11-23T06:{minute:02}:00Z C: MAIL")).unwrap());
    let rest =
        if signed.starts_with('5') { &rest[rest.find("2026-11-23T06:00:00Z C: QUIT").unwrap_or(0)..] } else { rest };
    let at = format!("2026-11-23T06:{minute:02}:00Z");
    format!("{head}{at} C: AUTH PLAIN AGFAYi5leGFtcGxlAHg=\n{at} S: {signed}\n{rest}")
}

fn history(log: &str) -> History {
    let mut history = History::default();
    transactions(log).iter().for_each(|tx| history.observe(0, tx));
    history
}

#[test]
fn a_cause_has_passed_when_what_it_depends_on_went_well() {
    let (refused, taken) =
        ("550 5.7.26 Unauthenticated email is not accepted due to the domain's DMARC policy", "250 OK");
    let (cause, gmail) = (Cause::PolicySenderAuth, "fred@gmail.com");
    // Two domains of one provider are one server that decides.
    for (later, passed) in [("ann@clinic.example.com", false), ("jo@gmail.com", true), ("jo@googlemail.com", true)] {
        let history = history(&[relayed(1, gmail, refused), relayed(2, later, taken)].concat());
        assert_eq!(history.passed(cause).is_some(), passed, "{later}");
    }
    // A sign-in that is taken ends the trouble with it, whatever becomes of the mail.
    let no = "535 5.7.8 Error: authentication failed: wrong password";
    let unknown = "550 5.1.1 User unknown";
    let log = [signed_in(0, no, gmail, taken), signed_in(1, "235 OK", gmail, unknown)].concat();
    let history = history(&log);
    assert!(history.passed(Cause::AuthRejected).is_some() && history.passed(Cause::RecipientUnknown).is_none());
    assert_eq!(history.condition(Knowledge::builtin()).state, State::Partly);
}

#[test]
fn a_denied_relay_stops_all_mail_where_none_is_carried_outside() {
    let (outside, other, inside) = ("fred@gmail.com", "ann@clinic.example.com", "desk@practice.example.co.za");
    let (denied, taken) = ("550 relay not permitted", "250 Accepted");
    for (mails, expected) in [
        (vec![(outside, denied)], State::Stopped),
        // Mail to the practice's own domain needs no relay.
        (vec![(inside, taken), (outside, denied)], State::Stopped),
        (vec![(outside, denied), (inside, taken)], State::Partly),
        // The server carries our mail to strangers: it means this address.
        (vec![(other, taken), (outside, denied)], State::Partly),
        (vec![(outside, denied), (other, taken)], State::Recovered),
    ] {
        let log: String = (0..).zip(&mails).map(|(minute, (to, answer))| relayed(minute, to, answer)).collect();
        assert_eq!(history(&log).condition(Knowledge::builtin()).state, expected, "{mails:?}");
    }
}

/// They warn of what comes next; what has happened stands before them.
const WARNINGS: [&str; 1] = ["lock-out-near"];

#[test]
fn every_rule_fires_on_its_sample_and_not_on_the_twin() {
    for rule in REGISTRY {
        let found = ids(&fires(rule));
        // One fault, a handful of findings at most.
        assert!(found.len() <= 3, "{}: {found:?}", rule.id);
        let stands = if WARNINGS.contains(&rule.id) { found.contains(&rule.id) } else { found[0] == rule.id };
        assert!(stands, "{}: {found:?}", rule.id);
        let found = ids(&silent(rule));
        assert!(!found.contains(&rule.id), "{}: {found:?}", rule.id);
    }
    let samples = std::fs::read_dir(SAMPLES).unwrap().count();
    assert_eq!(samples, 2 * REGISTRY.len(), "two samples of each rule, and no other");
}

#[test]
fn every_rule_tells_all() {
    for rule in REGISTRY {
        let texts = [rule.title, rule.looks_for, rule.why];
        assert!(texts.iter().all(|text| text.len() > 10 && text.is_ascii()), "{}", rule.id);
        assert!(!rule.sources.is_empty() && !rule.article_step.is_empty(), "{}", rule.id);
        let swallowed = |id: &&str| REGISTRY.iter().any(|other| other.id == *id);
        assert!(rule.swallows.iter().all(swallowed), "{}", rule.id);
        let all = findings(&fires(rule));
        let found = all.iter().find(|finding| finding.finding == rule.id).unwrap();
        assert!(!found.steps.is_empty() && found.count > 0 && !found.title.0.is_empty(), "{}", rule.id);
        assert!(found.acts.is_empty() == rule.acts.is_empty(), "{}", rule.id);
    }
}

/// The findings of attempts that follow each other by a minute, a letter each: `s` sent, `a` broken off with an attachment,
/// `r` and `o` refused for two addresses of one domain, `p` a password refused, `w` the same on another PC, `t` timed out,
/// `.` none. A number before a letter repeats it: `2p11s`.
fn found_in(attempts: &str) -> Vec<Finding> {
    let (mut all, mut times) = (String::new(), 0);
    for c in attempts.chars() {
        match c.to_digit(10) {
            Some(digit) => times = times * 10 + digit as usize,
            None => all.extend(std::iter::repeat_n(c, std::mem::take(&mut times).max(1))),
        }
    }
    let first = |log: String| transactions(&log).remove(0);
    let refused = |to: &str| first(relayed(0, to, "550 5.1.1 User unknown"));
    let sent = Transaction { has_attachment: Some(false), ..first(relayed(0, "ann@own.example", "250 OK")) };
    let password = first(signed_in(0, "535 5.7.8 Error: authentication failed", "ann@own.example", "250 OK"));
    let broken = Transaction { outcome: Outcome::Failed, cause: Some(Cause::ConnDropped), ..sent.clone() };
    let mut diagnosis = Diagnosis::new(Knowledge::builtin(), today());
    for (minute, attempt) in (0_u32..).zip(all.chars()).filter(|(_, attempt)| *attempt != '.') {
        let mut tx = match attempt {
            's' => sent.clone(),
            'a' => Transaction { has_attachment: Some(true), stage: Stage::Data, ..broken.clone() },
            't' => Transaction { cause: Some(Cause::ConnTimeout), trace: Trace::default(), ..broken.clone() },
            'r' => refused("fred@gone.example"),
            'o' => refused("jo@gone.example"),
            _ => password.clone(),
        };
        if attempt == 'w' {
            Arc::make_mut(&mut tx.connection).client_name = Some(Sensitive::new(b"PC-2"));
        }
        tx.started_at =
            StampReader::default().read(format!("2026-11-23 {:02}:{:02}:00", 6 + minute / 60, minute % 60).as_bytes());
        tx.ended_at = tx.started_at;
        diagnosis.observe(0, minute.into(), &tx);
    }
    diagnosis.judgement().findings
}

#[test]
fn a_retry_is_told_with_its_interval_whatever_fails_later() {
    let found = found_in("12p90.p");
    let retries = found.iter().find(|finding| finding.finding == "endless-retries").unwrap();
    assert_eq!(plain(&retries.title), "The program tries again every 60 seconds without success");
}

#[test]
fn a_rule_fires_at_the_number_it_names_and_not_at_one_less() {
    let found_in = |attempts| -> Vec<&str> { found_in(attempts).iter().map(|finding| finding.finding).collect() };
    for (rule, fires, silent) in [
        ("attachments-only", "s2a", ["sa", "2a"]),
        ("burst-after-failure", "2p11s", ["2p10s", "p11s"]),
        ("daily-volume", "101s", ["100s", "50s"]),
        ("endless-retries", "10r", ["9r", "r9o"]),
        ("lock-out-near", "4p", ["3p", "3p16.p"]),
        ("locked-out", "3p2t", ["2p2t", "3pt"]),
        ("one-domain", "2sro", ["2s2r", "2so"]),
        ("one-recipient", "2s2r", ["2sr", "s2r"]),
        ("one-workstation", "2ws", ["ws", "2w"]),
        ("since-moment", "2s3p", ["2s2p", "s3p"]),
    ] {
        assert!(found_in(fires).contains(&rule), "{rule}: {fires}, {:?}", found_in(fires));
        for silent in silent {
            assert!(!found_in(silent).contains(&rule), "{rule}: {silent}");
        }
    }
}

/// The words of a step.
pub(super) fn plain(words: &Words) -> String {
    let text = |word: &Word| match word {
        Word::Ours(text) => text.to_string(),
        Word::Host(text) | Word::Address(text) | Word::Text(text) => {
            String::from_utf8_lossy(text.expose()).into_owned()
        }
    };
    words.0.iter().map(text).collect()
}

/// It tells somebody what to do: its first word does, or, behind "If ..." and the like, another one. Facts stand beside
/// steps, never among them.
pub(super) fn is_instruction(step: &str) -> bool {
    const VERBS: &str = "add ask call change check choose close compare correct do enter fill follow forward give go have install \
                         keep leave look make measure move never open paste pause plan print prove put read remove report \
                         restart scan search send set sign spread split stop switch take tell test try turn type update \
                         upgrade use wait write";
    const BEFORE: &str = "if at after before until to for as on in with by when while otherwise then or and once";
    let is_in = |list: &str, word: &str| list.split_ascii_whitespace().any(|known| known == word);
    let says = |word: &str| is_in(VERBS, word);
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_ascii_lowercase).collect()
    };
    // "MWEB: Sign in with the full address."
    let told = step.split_once(": ").filter(|(name, _)| name.len() < 50).map(|(_, told)| told);
    let told = [Some(step), told].into_iter().flatten().map(words);
    told.into_iter().any(|words| match words.as_slice() {
        [first, rest @ ..] if is_in(BEFORE, first) => rest.iter().any(|word| says(word)),
        [first, ..] => says(first),
        [] => false,
    })
}

/// A rule's steps and those of each cause that may stand behind them: none is told twice, in other words either.
#[test]
fn no_step_of_a_cause_says_again_what_a_rule_says() {
    const EMPTY: &str = "this that with from then than what when where which your their have been into only over under each \
                         them they does must will";
    let stems = |step: &Words| -> std::collections::BTreeSet<String> {
        let text = plain(step).to_lowercase();
        let words = text.split(|c: char| !c.is_ascii_lowercase());
        let telling =
            words.filter(|word| word.len() >= 4 && !EMPTY.split_ascii_whitespace().any(|empty| empty == *word));
        telling.map(|word| word[..word.len().min(5)].to_owned()).collect()
    };
    for rule in REGISTRY {
        for facts in Knowledge::builtin().causes() {
            let told: Vec<Words> = rule.steps.iter().map(|step| Words::from(*step)).collect();
            let steps = facts.steps.iter().map(|step| Words::from(step.say.clone()));
            for step in steps.filter(|step| !told.iter().any(|own| step.repeats(own))) {
                for own in &told {
                    let (one, two) = (stems(&step), stems(own));
                    let both = one.intersection(&two).count();
                    let alike = both >= 4 && 4 * both >= 3 * one.len().min(two.len());
                    assert!(!alike, "{} and {}: {} / {}", rule.id, facts.cause, plain(own), plain(&step));
                }
            }
        }
    }
}

/// Every rule on its sample, and the findings about causes beside it.
#[test]
fn steps_tell_what_to_do() {
    for rule in REGISTRY {
        for found in [fires(rule), silent(rule)].iter().flat_map(|log| findings(log)) {
            let steps: Vec<String> = found.steps.iter().map(plain).collect();
            let case = format!("{} in the sample of {}: {steps:#?}", found.finding, rule.id);
            assert!(steps.iter().all(|step| is_instruction(step)), "{case}");
            assert!(steps.iter().enumerate().all(|(i, step)| !steps[..i].contains(step)), "{case}");
        }
    }
    assert!(!is_instruction("MWEB (legacy name): This is an old server name that the provider no longer names."));
    assert!(!is_instruction("The server asks for it.") && !is_instruction("Addresses: a@b.example."));
}

#[test]
fn one_fault_is_one_finding() {
    let found = findings(&sample("since-moment.log"));
    let about: Vec<_> = found.iter().filter(|finding| finding.cause == Some(Cause::AuthRejected)).collect();
    assert_eq!(about.iter().map(|f| (f.finding, f.count, f.of)).collect::<Vec<_>>(), [("since-moment", 4, 7)]);
    // It carries the steps of its cause.
    let steps = format!("{:?}", about[0].steps);
    assert!(steps.contains("Type the password again") && !steps.contains("look beyond"), "{steps}");
}

#[test]
fn what_has_passed_ranks_below_what_still_fails() {
    let found = findings(&sample("burst-after-failure.log"));
    assert_eq!(found.iter().map(|f| f.finding).collect::<Vec<_>>(), ["burst-after-failure", "auth.rejected"]);
    let why = format!("{:?}", found[1].why);
    assert!(why.contains("It has passed"), "{why}");
}
