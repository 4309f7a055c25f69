//! The coach against scripted faults: a technician who does what it says reaches working settings in fewer test mails than
//! one who goes through a fixed list, and never sends a fifth wrong password.

mod script;

use std::fs;

use crate::common::Collected;
use mtmlog::{
    Request,
    knowledge::{Cause, Knowledge},
    rule::{Coach, Next},
    session::{Outcome, Tls, Transaction},
};

use script::{BOTH, Ended, Fault, HOST, Host, IMPLICIT, OPEN, Password, Port, RIGHT, STARTTLS, Settings, Shield, way};

/// Found while the coach was written.
const FAULTS: &[Fault] = &[
    Fault {
        name: "465 without SSL",
        host: HOST,
        ports: &[(465, Port::Implicit)],
        begins: Settings { way: way(465, Tls::None), ..RIGHT },
        probed: false,
    },
    Fault {
        name: "SSL on a port of STARTTLS",
        host: HOST,
        ports: &[(2525, Port::Plain)],
        begins: Settings { way: way(2525, Tls::Implicit), ..RIGHT },
        probed: false,
    },
    Fault {
        name: "STARTTLS is demanded",
        host: HOST,
        ports: &[(25, Port::Plain)],
        begins: Settings { way: OPEN, ..RIGHT },
        probed: false,
    },
    Fault {
        name: "only 465 passes the line",
        host: HOST,
        ports: &[(465, Port::Implicit), (587, Port::Silent)],
        begins: Settings { way: OPEN, ..RIGHT },
        probed: true,
    },
    Fault {
        name: "only 2525 passes the line",
        host: HOST,
        ports: &[(2525, Port::Plain), (465, Port::Refused)],
        begins: RIGHT,
        probed: true,
    },
    Fault {
        name: "a shield refuses every port",
        host: HOST,
        ports: BOTH,
        begins: Settings { shield: Shield::Refuses, ..RIGHT },
        probed: false,
    },
    Fault {
        name: "the password was mistyped",
        host: HOST,
        ports: &[(465, Port::Implicit)],
        begins: Settings { way: IMPLICIT, password: Password::Mistyped, ..RIGHT },
        probed: false,
    },
    Fault {
        name: "the password was changed",
        host: HOST,
        ports: BOTH,
        begins: Settings { password: Password::Changed, ..RIGHT },
        probed: false,
    },
    Fault {
        name: "the user name is no address",
        host: HOST,
        ports: BOTH,
        begins: Settings { full_address: false, ..RIGHT },
        probed: false,
    },
    Fault {
        name: "an app password is asked for",
        host: "smtp.gmail.com",
        ports: BOTH,
        begins: Settings { password: Password::Own, ..RIGHT },
        probed: false,
    },
    Fault {
        name: "sign-in is switched off",
        host: HOST,
        ports: BOTH,
        begins: Settings { signs_in: false, ..RIGHT },
        probed: false,
    },
    Fault {
        name: "the server's name is wrong",
        host: HOST,
        ports: BOTH,
        begins: Settings { host: Host::Unknown, ..RIGHT },
        probed: false,
    },
];

/// Written down before the coach saw them: faults that come in pairs, and faults that are not of the way.
const UNSEEN: &[Fault] = &[
    Fault {
        name: "a dead port, and a mistyped password behind the other",
        host: HOST,
        ports: &[(465, Port::Implicit)],
        begins: Settings { password: Password::Mistyped, ..RIGHT },
        probed: false,
    },
    Fault {
        name: "STARTTLS is demanded, and the user name is no address",
        host: HOST,
        ports: &[(2525, Port::Plain)],
        begins: Settings { way: way(2525, Tls::None), full_address: false, ..RIGHT },
        probed: false,
    },
    Fault {
        name: "the certificate has the host's own name",
        host: HOST,
        ports: BOTH,
        begins: Settings { host: Host::Alias, ..RIGHT },
        probed: false,
    },
    Fault {
        name: "the clock of the PC is wrong",
        host: HOST,
        ports: BOTH,
        begins: Settings { way: IMPLICIT, clock_is_right: false, ..RIGHT },
        probed: false,
    },
    Fault {
        name: "the sender is not the account's, and SSL is set for STARTTLS",
        host: HOST,
        ports: &[(2525, Port::Plain)],
        begins: Settings { way: way(2525, Tls::Implicit), sender_is_own: false, ..RIGHT },
        probed: false,
    },
    Fault {
        name: "a shield cuts every TLS",
        host: HOST,
        ports: BOTH,
        begins: Settings { shield: Shield::CutsTls, ..RIGHT },
        probed: false,
    },
    Fault {
        name: "Gmail on a dead port, with the account's own password",
        host: "smtp.gmail.com",
        ports: BOTH,
        begins: Settings { way: OPEN, password: Password::Own, ..RIGHT },
        probed: false,
    },
    Fault {
        name: "only 2525 passes the line, and the password was mistyped",
        host: HOST,
        ports: &[(2525, Port::Plain), (465, Port::Refused)],
        begins: Settings { way: IMPLICIT, password: Password::Mistyped, ..RIGHT },
        probed: true,
    },
    Fault {
        name: "a shield refuses every port, and the password was changed",
        host: HOST,
        ports: BOTH,
        begins: Settings { shield: Shield::Refuses, password: Password::Changed, ..RIGHT },
        probed: false,
    },
    Fault {
        name: "the server's name is wrong, and sign-in is switched off",
        host: HOST,
        ports: BOTH,
        begins: Settings { host: Host::Unknown, signs_in: false, ..RIGHT },
        probed: false,
    },
    Fault {
        name: "the certificate has the host's own name, and the user name is no address",
        host: HOST,
        ports: BOTH,
        begins: Settings { way: IMPLICIT, host: Host::Alias, full_address: false, ..RIGHT },
        probed: false,
    },
    Fault {
        name: "only 465 passes the line, and the clock is wrong",
        host: HOST,
        ports: &[(465, Port::Implicit), (587, Port::Silent)],
        begins: Settings { clock_is_right: false, ..RIGHT },
        probed: false,
    },
];

/// The newest attempt of a log, read as `watch` reads it.
fn newest(log: &str) -> Transaction {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("swaks.txt");
    fs::write(&path, log).unwrap();
    let mut all = Collected::default();
    mtmlog::analyze(&Request { paths: vec![path.into()], all: true, ..Request::default() }, &mut all).unwrap();
    all.transactions.pop().unwrap()
}

/// Test mails after the first failure, and wrong passwords in all.
fn coached(fault: &Fault) -> (usize, usize, Vec<String>) {
    let probed = if fault.probed { fault.probe() } else { Vec::new() };
    let mut coach = Coach::new(Knowledge::builtin(), probed);
    let mut settings = fault.begins;
    let (mut wrong, mut told) = (0, Vec::new());
    for mails in 0..12 {
        let (text, ended) = fault.test_mail(&settings);
        wrong += usize::from(ended == Ended::Refused);
        let tx = newest(&text);
        let advice = coach.observe((0, mails as u64), &tx);
        if tx.outcome == Outcome::Sent {
            return (mails, wrong, told);
        }
        let advice = advice.unwrap_or_else(|| panic!("{}: no advice for {:?}", fault.name, tx.cause));
        told.push(format!("{:?} -> {:?}", tx.cause, advice.next));
        settings.follow(advice.next);
    }
    (12, wrong, told)
}

/// The same by the fixed list: each way, and the password retyped once at each.
fn by_list(fault: &Fault) -> usize {
    let mut settings = fault.begins;
    let mut mails = 0;
    for way in [STARTTLS, IMPLICIT, way(587, Tls::None), OPEN, way(2525, Tls::StartTls)] {
        settings.way = way;
        for retyped in [false, true] {
            if retyped {
                settings.retype();
            }
            mails += 1;
            if fault.works(&settings) {
                return mails;
            }
        }
    }
    mails + 1
}

#[test]
fn faults_are_mended_sooner_than_by_a_fixed_list() {
    let mut slow = Vec::new();
    for fault in FAULTS.iter().chain(UNSEEN) {
        assert!(!fault.works(&fault.begins), "{}: no fault", fault.name);
        let (mails, wrong, told) = coached(fault);
        let list = by_list(fault);
        if mails >= list || wrong > 4 {
            slow.push(format!("{}: {mails} mails, {wrong} wrong, {list} by the list: {told:#?}", fault.name));
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

#[test]
fn nobody_is_led_to_a_fifth_wrong_password() {
    let fault = FAULTS.iter().find(|fault| fault.name == "the password was changed").unwrap();
    let mut coach = Coach::new(Knowledge::builtin(), Vec::new());
    let mut advised = Vec::new();
    for mails in 0..5 {
        let tx = newest(&fault.test_mail(&fault.begins).0);
        advised.push(coach.observe((0, mails), &tx).unwrap());
    }
    let next: Vec<Next> = advised.iter().map(|advice| advice.next).collect();
    assert_eq!(next, [Next::Retype, Next::Webmail, Next::Webmail, Next::Stop, Next::Stop]);
    let words = |n: usize| format!("{:?}", advised[n].words);
    assert!(
        words(1).contains("reached the sign-in twice: leave port and mode")
            && words(1).contains("Only the password is left")
    );
    assert!(words(3).contains("STOP: 4 passwords were refused"), "{}", words(3));
    let counted = Transaction { cause: Some(Cause::AuthTooManyAttempts), ..newest(&fault.test_mail(&fault.begins).0) };
    let stop = Coach::new(Knowledge::builtin(), Vec::new()).observe((0, 0), &counted).unwrap();
    assert!(format!("{:?}", stop.words).contains("STOP: the server counts too many wrong passwords"), "{stop:?}");
    // Silence after that is the lock.
    let log = Fault { ports: &[], ..Fault { name: "", host: HOST, ports: BOTH, begins: RIGHT, probed: false } }
        .test_mail(&RIGHT)
        .0;
    let stop = coach.observe((0, 5), &newest(&log)).unwrap();
    assert!(stop.next == Next::Stop && format!("{:?}", stop.words).contains("locked this practice out"));
}
