//! The coach against scripted faults: a technician who does what it says reaches working settings in fewer test mails than
//! one who goes through a fixed list, and never sends a fifth wrong password.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod common;

use std::fs;

use common::Collected;
use mtmlog::{
    Request,
    knowledge::Knowledge,
    rule::{Coach, Next, Probed, Way},
    session::{Outcome, Tls, Transaction},
};

const fn way(port: u16, tls: Tls) -> Way {
    Way { port, tls }
}
const STARTTLS: Way = way(587, Tls::StartTls);
const IMPLICIT: Way = way(465, Tls::Implicit);
const OPEN: Way = way(25, Tls::None);

/// What stands in the settings of the mail program, and around it.
#[derive(Clone, Copy)]
struct Settings {
    way: Way,
    host_is_right: bool,
    full_address: bool,
    password: Password,
    signs_in: bool,
    shield: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Password {
    Right,
    /// Another try at typing it mends it.
    Mistyped,
    /// Only webmail mends it.
    Changed,
    /// The account's own, where one for programs is asked for.
    Own,
}

/// How a port of the server behaves.
#[derive(Clone, Copy, PartialEq)]
enum Port {
    Silent,
    Refused,
    Plain { starttls: bool, demands_tls: bool },
    Implicit,
}

struct Fault {
    name: &'static str,
    host: &'static str,
    ports: &'static [(u16, Port)],
    begins: Settings,
    probed: bool,
}

const SUBMISSION: Port = Port::Plain { starttls: true, demands_tls: true };
const RIGHT: Settings = Settings {
    way: STARTTLS,
    host_is_right: true,
    full_address: true,
    password: Password::Right,
    signs_in: true,
    shield: false,
};
const HOST: &str = "mail.practice.example";
const BOTH: &[(u16, Port)] = &[(587, SUBMISSION), (465, Port::Implicit)];

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
        ports: &[(2525, SUBMISSION)],
        begins: Settings { way: way(2525, Tls::Implicit), ..RIGHT },
        probed: false,
    },
    Fault {
        name: "STARTTLS is demanded",
        host: HOST,
        ports: &[(25, SUBMISSION)],
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
        ports: &[(2525, SUBMISSION), (465, Port::Refused)],
        begins: RIGHT,
        probed: true,
    },
    Fault {
        name: "a shield refuses every port",
        host: HOST,
        ports: BOTH,
        begins: Settings { shield: true, ..RIGHT },
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
        begins: Settings { host_is_right: false, ..RIGHT },
        probed: false,
    },
];

impl Fault {
    fn port(&self, settings: &Settings) -> Port {
        if settings.shield {
            return Port::Refused;
        }
        self.ports.iter().find(|(port, _)| *port == settings.way.port).map_or(Port::Silent, |(_, port)| *port)
    }

    fn takes_password(&self, settings: &Settings) -> bool {
        settings.password == Password::Right && settings.full_address
    }

    /// A test mail as swaks logs it; true where a password was refused.
    fn test_mail(&self, settings: &Settings) -> (String, bool) {
        let Settings { way: Way { port, tls }, .. } = *settings;
        let host = if settings.host_is_right { self.host } else { "mail.practise.example" };
        let mut log = format!("=== Trying {host}:{port}...\n");
        let fails = |what: &str| format!("*** Error connecting to {host}:{port}:\n*** \tIO::Socket::INET6: {what}\n");
        let at = self.port(settings);
        match at {
            _ if !settings.host_is_right => {
                log += &fails("Invalid hostname 'mail.practise.example': Name or service not known")
            }
            Port::Silent => log += &fails("connect: Connection timed out"),
            Port::Refused => log += &fails("connect: Connection refused"),
            Port::Implicit | Port::Plain { .. } => log += &format!("=== Connected to {host}.\n"),
        }
        let (Port::Plain { .. } | Port::Implicit) = at else { return (log, false) };
        if !settings.host_is_right {
            return (log, false);
        }
        match (at, tls) {
            (Port::Plain { .. }, Tls::Implicit) => {
                return (
                    log + "*** TLS startup failed (connect(): error:0A00010B:SSL routines::wrong version number)\n",
                    false,
                );
            }
            (Port::Implicit, Tls::None | Tls::StartTls) => {
                return (log + "*** Remote host closed connection unexpectedly.\n", false);
            }
            _ => {}
        }
        let greeting = format!("220 {host} ESMTP\n");
        let keywords = |auth: bool, starttls: bool| {
            let mut lines = vec![format!("250-{host}")];
            lines.extend(starttls.then(|| "250-STARTTLS".to_owned()));
            lines.extend(auth.then(|| "250-AUTH PLAIN LOGIN".to_owned()));
            lines.push("250 8BITMIME".to_owned());
            lines
        };
        let secured = "=== TLS started with cipher TLSv1.3:TLS_AES_256_GCM_SHA384:256\n";
        let (to, from) = if tls == Tls::None { (" -> ", "<-  ") } else { (" ~> ", "<~  ") };
        let block = |log: &mut String, to: &str, from: &str, lines: Vec<String>| {
            *log += &format!("{to}EHLO FRONT\n");
            lines.iter().for_each(|line| *log += &format!("{from}{line}\n"));
        };
        let demands = matches!(at, Port::Plain { demands_tls: true, .. });
        match tls {
            Tls::Implicit => {
                log += secured;
                log += &format!("{from}{greeting}");
                block(&mut log, to, from, keywords(true, false));
            }
            Tls::StartTls => {
                log += &format!("<-  {greeting}");
                block(&mut log, " -> ", "<-  ", keywords(!demands, true));
                log += &format!(" -> STARTTLS\n<-  220 2.0.0 Ready to start TLS\n{secured}");
                block(&mut log, to, from, keywords(true, false));
            }
            Tls::None => {
                log += &format!("<-  {greeting}");
                block(&mut log, to, from, keywords(!demands, true));
            }
        }
        let refused = |log: &mut String, words: &str| {
            let mark = if tls == Tls::None { "<** " } else { "<~* " };
            *log += &format!("{mark}{words}\n{to}QUIT\n{from}221 bye\n=== Connection closed with remote host.\n");
        };
        if tls == Tls::None && demands {
            log += &format!("{to}MAIL FROM:<desk@practice.example>\n");
            refused(&mut log, "530 5.7.0 Must issue a STARTTLS command first");
            return (log, false);
        }
        if settings.signs_in {
            let user = if settings.full_address { "ZGVza0BwcmFjdGljZS5leGFtcGxl" } else { "ZGVzaw==" };
            log += &format!(
                "{to}AUTH LOGIN\n{from}334 VXNlcm5hbWU6\n{to}{user}\n{from}334 UGFzc3dvcmQ6\n{to}S3VkdTEyMzQ=\n"
            );
            if !self.takes_password(settings) {
                refused(&mut log, match settings.password {
                    Password::Own => "534-5.7.9 Application-specific password required. For more information, go to https://support.google.com/mail/?p=InvalidSecondFactor",
                    _ => "535 5.7.8 Error: authentication failed:",
                }.replacen("534-", "534 ", 1).as_str());
                return (log, true);
            }
            log += &format!("{from}235 2.7.0 Authentication successful\n");
        }
        log += &format!("{to}MAIL FROM:<desk@practice.example>\n");
        if !settings.signs_in {
            refused(&mut log, "530 5.7.0 Authentication required");
            return (log, false);
        }
        log += &format!(
            "{from}250 ok\n{to}RCPT TO:<desk@practice.example>\n{from}250 ok\n{to}DATA\n{from}354 go on\n\
             {to}Subject: test\n{to}\n{to}test\n{to}.\n{from}250 2.0.0 queued\n{to}QUIT\n{from}221 bye\n\
             === Connection closed with remote host.\n"
        );
        (log, false)
    }

    fn works(&self, settings: &Settings) -> bool {
        let (log, _) = self.test_mail(settings);
        log.contains("250 2.0.0 queued")
    }

    /// What a probe from this PC would find.
    fn probe(&self) -> Vec<Probed> {
        let ways = [STARTTLS, IMPLICIT, OPEN, way(2525, Tls::StartTls)];
        let seen = |way: Way| {
            let settings = Settings { way, shield: self.begins.shield, ..RIGHT };
            Probed { way, open: self.works(&settings) }
        };
        ways.into_iter().map(seen).collect()
    }
}

/// The newest attempt of a log, read as `watch` reads it.
fn newest(log: &str) -> Transaction {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("swaks.txt");
    fs::write(&path, log).unwrap();
    let mut all = Collected::default();
    mtmlog::analyze(&Request { paths: vec![path.into()], all: true, ..Request::default() }, &mut all).unwrap();
    all.transactions.pop().unwrap()
}

/// What a technician does who follows the advice.
fn follow(next: Next, settings: &mut Settings) {
    match next {
        Next::Way(way) => settings.way = way,
        Next::Host => settings.host_is_right = true,
        Next::Retype => {
            settings.full_address = true;
            if settings.password == Password::Mistyped {
                settings.password = Password::Right;
            }
        }
        Next::Webmail | Next::Stop | Next::AppPassword => settings.password = Password::Right,
        Next::SignIn => settings.signs_in = true,
        Next::Shield => settings.shield = false,
        Next::ThisPc | Next::Sender | Next::Message | Next::Wait | Next::Provider => {}
    }
}

/// Test mails after the first failure, and wrong passwords in all.
fn coached(fault: &Fault) -> (usize, usize, Vec<String>) {
    let probed = if fault.probed { fault.probe() } else { Vec::new() };
    let mut coach = Coach::new(Knowledge::builtin(), probed);
    let mut settings = fault.begins;
    let (mut wrong, mut told) = (0, Vec::new());
    for mails in 0..12 {
        let (text, refused) = fault.test_mail(&settings);
        wrong += usize::from(refused);
        let tx = newest(&text);
        let advice = coach.observe((0, mails as u64), &tx);
        if tx.outcome == Outcome::Sent {
            return (mails, wrong, told);
        }
        let advice = advice.unwrap_or_else(|| panic!("{}: no advice for {:?}", fault.name, tx.cause));
        told.push(format!("{:?} -> {:?}", tx.cause, advice.next));
        follow(advice.next, &mut settings);
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
            if retyped && settings.password == Password::Mistyped {
                settings.password = Password::Right;
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
fn twelve_faults_are_mended_sooner_than_by_a_fixed_list() {
    assert_eq!(FAULTS.len(), 12);
    for fault in FAULTS {
        assert!(!fault.works(&fault.begins), "{}: no fault", fault.name);
        let (mails, wrong, told) = coached(fault);
        let list = by_list(fault);
        assert!(mails < list, "{}: {mails} test mails, {list} by the list: {told:#?}", fault.name);
        assert!(wrong <= 4, "{}: {wrong} wrong passwords: {told:#?}", fault.name);
    }
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
    // Silence after that is the lock.
    let log = Fault { ports: &[], ..Fault { name: "", host: HOST, ports: BOTH, begins: RIGHT, probed: false } }
        .test_mail(&RIGHT)
        .0;
    let stop = coach.observe((0, 5), &newest(&log)).unwrap();
    assert!(stop.next == Next::Stop && format!("{:?}", stop.words).contains("locked this practice out"));
}
