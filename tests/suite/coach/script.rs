//! A practice's mail settings, a server, and the log of a test mail between them, as swaks writes it.

use mtmlog::{
    rule::{Next, Probed, Way},
    session::Tls,
};

pub const fn way(port: u16, tls: Tls) -> Way {
    Way { port, tls }
}
pub const STARTTLS: Way = way(587, Tls::StartTls);
pub const IMPLICIT: Way = way(465, Tls::Implicit);
pub const OPEN: Way = way(25, Tls::None);

/// What stands in the settings of the mail program, and around it.
#[derive(Clone, Copy)]
pub struct Settings {
    pub way: Way,
    pub host: Host,
    pub full_address: bool,
    pub password: Password,
    pub signs_in: bool,
    pub sender_is_own: bool,
    pub clock_is_right: bool,
    pub shield: Shield,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Host {
    Right,
    /// No server has this name.
    Unknown,
    /// Its certificate has another name.
    Alias,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Password {
    Right,
    /// Another try at typing it mends it.
    Mistyped,
    /// Only webmail mends it.
    Changed,
    /// The account's own, where one for programs is asked for.
    Own,
}

/// What the antivirus does.
#[derive(Clone, Copy, PartialEq)]
pub enum Shield {
    Off,
    Refuses,
    CutsTls,
}

/// How a port of the server behaves.
#[derive(Clone, Copy, PartialEq)]
pub enum Port {
    Silent,
    Refused,
    /// Plain text, and mail only after STARTTLS.
    Plain,
    Implicit,
}

pub struct Fault {
    pub name: &'static str,
    pub host: &'static str,
    pub ports: &'static [(u16, Port)],
    pub begins: Settings,
    pub probed: bool,
}

pub const RIGHT: Settings = Settings {
    way: STARTTLS,
    host: Host::Right,
    full_address: true,
    password: Password::Right,
    signs_in: true,
    sender_is_own: true,
    clock_is_right: true,
    shield: Shield::Off,
};
pub const HOST: &str = "mail.practice.example";
pub const BOTH: &[(u16, Port)] = &[(587, Port::Plain), (465, Port::Implicit)];

impl Settings {
    /// What a technician does who follows the advice.
    pub fn follow(&mut self, next: Next) {
        match next {
            Next::Way(way) => self.way = way,
            Next::Host => self.host = Host::Right,
            Next::Retype => {
                self.full_address = true;
                self.retype();
            }
            Next::Webmail | Next::Stop | Next::AppPassword => self.password = Password::Right,
            Next::SignIn => self.signs_in = true,
            Next::Shield => self.shield = Shield::Off,
            Next::ThisPc => self.clock_is_right = true,
            Next::Sender => self.sender_is_own = true,
            Next::Message | Next::Wait | Next::Provider => {}
        }
    }

    pub fn retype(&mut self) {
        if self.password == Password::Mistyped {
            self.password = Password::Right;
        }
    }
}

/// A log while a test mail is sent; `inside` of TLS its marks are others.
struct Log {
    text: String,
    inside: bool,
}

impl Log {
    fn note(&mut self, line: &str) {
        self.text += &format!("{line}\n");
    }

    fn says(&mut self, line: &str) {
        let mark = if self.inside { " ~> " } else { " -> " };
        self.note(&format!("{mark}{line}"));
    }

    fn hears(&mut self, line: &str) {
        let mark = match (self.inside, line.starts_with(['4', '5'])) {
            (true, true) => "<~* ",
            (true, false) => "<~  ",
            (false, true) => "<** ",
            (false, false) => "<-  ",
        };
        self.note(&format!("{mark}{line}"));
    }

    fn ehlo(&mut self, host: &str, keywords: &[&str]) {
        self.says("EHLO FRONT");
        self.hears(&format!("250-{host}"));
        keywords.iter().for_each(|keyword| self.hears(&format!("250-{keyword}")));
        self.hears("250 8BITMIME");
    }

    fn dialogue(&mut self, lines: &[(&str, &str)]) {
        for (says, hears) in lines {
            self.says(says);
            self.hears(hears);
        }
    }

    fn bye(&mut self) {
        self.dialogue(&[("QUIT", "221 bye")]);
        self.note("=== Connection closed with remote host.");
    }
}

/// How a test mail ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Sent,
    Failed,
    /// The server refused name or password.
    Refused,
}

impl Fault {
    fn port(&self, settings: &Settings) -> Port {
        if settings.shield == Shield::Refuses {
            return Port::Refused;
        }
        self.ports.iter().find(|(port, _)| *port == settings.way.port).map_or(Port::Silent, |(_, port)| *port)
    }

    pub fn works(&self, settings: &Settings) -> bool {
        self.test_mail(settings).1 == Ended::Sent
    }

    /// What a probe from this PC would find.
    pub fn probe(&self) -> Vec<Probed> {
        let ways = [STARTTLS, IMPLICIT, OPEN, way(2525, Tls::StartTls)];
        let seen = |way: Way| {
            let settings = Settings { way, shield: self.begins.shield, ..RIGHT };
            Probed { way, open: self.works(&settings) }
        };
        ways.into_iter().map(seen).collect()
    }

    /// The log of a test mail.
    pub fn test_mail(&self, settings: &Settings) -> (String, Ended) {
        let mut log = Log { text: String::new(), inside: false };
        let ended = self.talk(settings, &mut log);
        (log.text, ended)
    }

    fn talk(&self, settings: &Settings, log: &mut Log) -> Ended {
        if !self.connects(settings, log) || !self.secures(settings, log) {
            return Ended::Failed;
        }
        let refused = |log: &mut Log, says: &str, words: &str| {
            log.dialogue(&[(says, words)]);
            log.bye();
        };
        if settings.way.tls == Tls::None {
            refused(log, "MAIL FROM:<desk@practice.example>", "530 5.7.0 Must issue a STARTTLS command first");
            return Ended::Failed;
        }
        if settings.signs_in {
            let user = if settings.full_address { "ZGVza0BwcmFjdGljZS5leGFtcGxl" } else { "ZGVzaw==" };
            log.dialogue(&[("AUTH LOGIN", "334 VXNlcm5hbWU6"), (user, "334 UGFzc3dvcmQ6")]);
            let words = match settings.password {
                Password::Own => {
                    "534 5.7.9 Application-specific password required. For more information, go to \
                     https://support.google.com/mail/?p=InvalidSecondFactor"
                }
                _ => "535 5.7.8 Error: authentication failed:",
            };
            if settings.password != Password::Right || !settings.full_address {
                refused(log, "S3VkdTEyMzQ=", words);
                return Ended::Refused;
            }
            log.dialogue(&[("S3VkdTEyMzQ=", "235 2.7.0 Authentication successful")]);
        }
        let sender = if settings.sender_is_own { "desk@practice.example" } else { "practice@old.example" };
        let mail = format!("MAIL FROM:<{sender}>");
        if !settings.signs_in {
            refused(log, &mail, "530 5.7.0 Authentication required");
            return Ended::Failed;
        }
        log.dialogue(&[(&mail, "250 ok")]);
        if !settings.sender_is_own {
            let words =
                format!("553 5.7.1 <{sender}>: Sender address rejected: not owned by user desk@practice.example");
            refused(log, "RCPT TO:<desk@practice.example>", &words);
            return Ended::Failed;
        }
        log.dialogue(&[("RCPT TO:<desk@practice.example>", "250 ok"), ("DATA", "354 go on")]);
        ["Subject: test", "", "test"].iter().for_each(|line| log.says(line));
        log.dialogue(&[(".", "250 2.0.0 queued")]);
        log.bye();
        Ended::Sent
    }

    fn connects(&self, settings: &Settings, log: &mut Log) -> bool {
        let port = settings.way.port;
        let host = if settings.host == Host::Unknown { "mail.practise.example" } else { self.host };
        let error = match (settings.host, self.port(settings)) {
            (Host::Unknown, _) => "Invalid hostname 'mail.practise.example': Name or service not known",
            (_, Port::Silent) => "connect: Connection timed out",
            (_, Port::Refused) => "connect: Connection refused",
            _ => "",
        };
        log.note(&format!("=== Trying {host}:{port}..."));
        if error.is_empty() {
            log.note(&format!("=== Connected to {host}."));
        } else {
            log.note(&format!("*** Error connecting to {host}:{port}:"));
            log.note(&format!("*** \tIO::Socket::INET6: {error}"));
        }
        error.is_empty()
    }

    /// Up to the answer to the last EHLO; false where it does not come so far.
    fn secures(&self, settings: &Settings, log: &mut Log) -> bool {
        let begins_with_tls = self.port(settings) == Port::Implicit;
        let tls = settings.way.tls;
        if begins_with_tls && tls != Tls::Implicit {
            log.note("*** Remote host closed connection unexpectedly.");
            return false;
        }
        let greeting = format!("220 {} ESMTP", self.host);
        if tls != Tls::Implicit {
            log.hears(&greeting);
            log.ehlo(self.host, &["STARTTLS"]);
        }
        if tls == Tls::StartTls {
            log.dialogue(&[("STARTTLS", "220 2.0.0 Ready to start TLS")]);
        }
        if tls == Tls::None {
            return true;
        }
        let error = match settings {
            _ if tls == Tls::Implicit && !begins_with_tls => "SSL routines::wrong version number",
            Settings { shield: Shield::CutsTls, .. } => "SSL routines::unexpected eof while reading",
            Settings { clock_is_right: false, .. } => {
                "SSL routines::certificate verify failed: certificate is not yet valid"
            }
            Settings { host: Host::Alias, .. } => {
                "SSL routines::certificate verify failed: Hostname mismatch, certificate is not valid for \
                 'mail.practice.example'"
            }
            _ => "",
        };
        if !error.is_empty() {
            log.note(&format!("*** TLS startup failed (connect(): error:0A000086:{error})"));
            return false;
        }
        log.note("=== TLS started with cipher TLSv1.3:TLS_AES_256_GCM_SHA384:256");
        log.inside = true;
        if tls == Tls::Implicit {
            log.hears(&greeting);
        }
        log.ehlo(self.host, &["AUTH PLAIN LOGIN"]);
        true
    }
}
