//! One connection: connect, greeting, EHLO, STARTTLS, certificate, EHLO, QUIT.

use std::{
    cell::Cell,
    io::{self, Read, Write},
    net::{IpAddr, SocketAddr, TcpStream},
    rc::Rc,
    time::{Duration, Instant},
};

use crate::{
    knowledge::Cause,
    session::Confidence,
    smtp::{self, Keyword, Verb},
};

use super::{
    Candidate, Mode, Patience,
    names::Names,
    tls::{self, TlsFacts, TlsTrouble, Trust},
    wire::{Deadlined, NoReply, Received, WireReply},
};

/// The name that EHLO gives: fixed, honest, and of no PC (RFC 2606 keeps `.invalid` for nobody).
const EHLO_NAME: &str = "mtmlog-probe.invalid";
/// Bytes of a greeting that is no SMTP that are kept as proof.
const MAX_PROOF_BYTES: usize = 200;

named! {
    /// A part of the way, in its order.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub(crate) enum StepName {
        /// The name was looked up.
        Name = "name",
        /// A connection was opened.
        Connect = "connect",
        /// The server spoke first.
        Greeting = "greeting",
        /// EHLO in plain text.
        Ehlo = "ehlo",
        /// STARTTLS was answered with 220.
        StartTls = "starttls",
        /// The handshake.
        Tls = "tls",
        /// The certificate is trusted by this PC.
        Certificate = "certificate",
        /// EHLO inside TLS.
        EhloTls = "ehlo-tls",
        Quit = "quit",
    }
}

/// One step that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProbeStep {
    pub name: StepName,
    /// It went as it should.
    pub ok: bool,
    /// The time it took.
    pub took: Duration,
    /// The server's words, or what went wrong: bytes from outside, shown through the redactor only.
    pub text: Vec<u8>,
}

/// The reason why an attempt came to no good end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The name leads nowhere.
    NoSuchName,
    /// Nothing listens there, or something on the way refuses.
    Refused,
    /// There is no way to the address.
    Unreachable,
    /// No connection within the time.
    ConnectTimedOut,
    /// Connected, and no answer within the time: a time, and not yet a cause.
    NoAnswer(StepName),
    /// The connection was cut at this step.
    Dropped(StepName),
    /// A reply of 4yz or 5yz.
    Reply(Verb, WireReply),
    /// The peer does not speak SMTP.
    NotSmtp,
    /// TLS was begun where plain text is spoken.
    NotTls,
    /// No TLS version or cipher in common.
    NoCommonTls,
    /// The handshake broke in another way.
    BrokenTls,
    /// The local network code failed in a way that has no name here.
    Other(io::ErrorKind),
}

/// One connection that the probe opened, and its result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProbeAttempt {
    /// Where to.
    pub candidate: Candidate,
    /// The address that answered, or was tried last.
    pub address: Option<IpAddr>,
    /// The way, as far as it went.
    pub steps: Vec<ProbeStep>,
    /// Version, cipher and certificate of TLS.
    pub tls: Option<TlsFacts>,
    /// STARTTLS stood in the EHLO reply.
    pub starttls_offered: bool,
    /// Sign-in methods of the last EHLO reply.
    pub auth: Vec<String>,
    /// SIZE of the last EHLO reply, in bytes.
    pub size: Option<u64>,
    /// The greeting's text.
    pub greeting: Option<Vec<u8>>,
    /// The reason, where it came to no good end.
    pub trouble: Option<Trouble>,
    /// The cause that a log of a client would show; set by `verdict`.
    pub cause: Option<(Cause, Confidence)>,
    /// Another server of the same name answered otherwise; set by `verdict`.
    pub differs: bool,
}

impl ProbeAttempt {
    /// The last EHLO was answered: a program could sign in from here.
    pub(crate) fn is_open(&self) -> bool {
        let wanted = if self.tls.is_some() { StepName::EhloTls } else { StepName::Ehlo };
        self.passed(wanted)
    }

    /// The step went well.
    pub(crate) fn passed(&self, name: StepName) -> bool {
        self.steps.iter().any(|step| step.name == name && step.ok)
    }
}

/// The time that is left for the whole probe.
pub(super) struct Clock {
    patience: Patience,
    end: Instant,
}

impl Clock {
    pub(super) fn start(patience: Patience) -> Self {
        Clock { patience, end: Instant::now() + patience.total }
    }

    /// No time is left for another connection.
    pub(super) fn is_over(&self) -> bool {
        Instant::now() >= self.end
    }

    fn within(&self, most: Duration) -> Instant {
        self.end.min(Instant::now() + most)
    }
}

/// Walks as far as it goes.
pub(super) fn attempt(candidate: &Candidate, names: &Names, clock: &Clock) -> ProbeAttempt {
    let mut attempt = ProbeAttempt { candidate: candidate.clone(), ..ProbeAttempt::default() };
    let begun = Instant::now();
    let mut walk = Walk { attempt: &mut attempt, clock, begun, deadline: Rc::new(Cell::new(begun)) };
    let trouble = walk.all(names).err();
    attempt.trouble = trouble;
    attempt
}

struct Walk<'a> {
    attempt: &'a mut ProbeAttempt,
    clock: &'a Clock,
    begun: Instant,
    /// When the answer must have come that is waited for.
    deadline: Rc<Cell<Instant>>,
}

impl Walk<'_> {
    fn all(&mut self, names: &Names) -> Result<(), Trouble> {
        let stream = self.connect(names)?;
        let mut received = Received::default();
        let mut stream = Deadlined { stream, deadline: Rc::clone(&self.deadline) };
        if self.attempt.candidate.mode == Mode::Implicit {
            let mut stream = self.handshake(stream)?;
            self.greeting(&mut received, &mut stream)?;
            return self.inside(&mut received, &mut stream);
        }
        self.greeting(&mut received, &mut stream)?;
        self.ehlo(&mut received, &mut stream, StepName::Ehlo)?;
        if !self.attempt.starttls_offered {
            self.quit(&mut received, &mut stream);
            return Ok(());
        }
        self.renew();
        let ready = ask(&mut received, &mut stream, b"STARTTLS\r\n");
        let ready = self.replied(StepName::StartTls, ready)?;
        if ready.code.0 != 220 {
            return Err(self.refused(StepName::StartTls, Verb::StartTls, ready));
        }
        received.clear();
        let mut stream = self.handshake(stream)?;
        self.inside(&mut received, &mut stream)
    }

    /// EHLO and QUIT inside TLS.
    fn inside(&mut self, received: &mut Received, stream: &mut (impl Read + Write)) -> Result<(), Trouble> {
        self.ehlo(received, stream, StepName::EhloTls)?;
        self.quit(received, stream);
        Ok(())
    }

    fn connect(&mut self, names: &Names) -> Result<TcpStream, Trouble> {
        let step = |ok, text: &str| ProbeStep { name: StepName::Name, ok, took: names.took, text: text.into() };
        if names.addresses.is_empty() {
            let text = if names.timed_out { "no answer from the resolver" } else { "this name does not exist" };
            self.attempt.steps.push(step(false, text));
            return Err(if names.timed_out { Trouble::NoAnswer(StepName::Name) } else { Trouble::NoSuchName });
        }
        let shown: Vec<String> = names.addresses.iter().map(ToString::to_string).collect();
        self.attempt.steps.push(step(true, &shown.join(", ")));
        self.begun = Instant::now();
        let mut last = Trouble::NoSuchName;
        for address in &names.addresses {
            self.attempt.address = Some(*address);
            let left = self.clock.within(self.clock.patience.connect).saturating_duration_since(Instant::now());
            if left.is_zero() {
                last = Trouble::NoAnswer(StepName::Connect);
                break;
            }
            #[allow(clippy::disallowed_methods, reason = "this is what a probe does, and nothing else")]
            match TcpStream::connect_timeout(&SocketAddr::new(*address, self.attempt.candidate.port), left) {
                Ok(stream) => {
                    // Small commands must not wait for more; a failure only costs time.
                    let _ = stream.set_nodelay(true);
                    self.done(StepName::Connect, true, address.to_string().into());
                    return Ok(stream);
                }
                Err(error) => last = not_connected(&error),
            }
        }
        self.done(StepName::Connect, false, connect_words(&last, self.clock.patience.connect).into());
        Err(last)
    }

    fn handshake(&mut self, stream: Deadlined) -> Result<TlsStream, Trouble> {
        self.renew();
        let Ok(made) = tls::handshake(&self.attempt.candidate.host, stream) else { return Err(Trouble::BrokenTls) };
        self.attempt.tls = made.facts;
        match made.result {
            Ok(stream) => {
                let facts = self.attempt.tls.as_ref();
                let text = facts.map(|facts| format!("{} {}", facts.version, facts.cipher)).unwrap_or_default();
                self.done(StepName::Tls, true, text.into());
                self.certificate();
                Ok(stream)
            }
            Err(trouble) => {
                let (text, trouble) = match trouble {
                    TlsTrouble::NotTls => ("the server does not speak TLS here", Trouble::NotTls),
                    TlsTrouble::NoCommonVersion => {
                        ("no TLS version in common (1.2 and 1.3 were offered)", Trouble::NoCommonTls)
                    }
                    TlsTrouble::Dropped => ("the connection was cut", Trouble::Dropped(StepName::Tls)),
                    TlsTrouble::TimedOut => ("no answer", Trouble::NoAnswer(StepName::Tls)),
                    TlsTrouble::Other => ("the handshake broke", Trouble::BrokenTls),
                };
                self.done(StepName::Tls, false, text.into());
                Err(trouble)
            }
        }
    }

    /// Its own step, so that the grid shows an open port with a bad certificate as such.
    fn certificate(&mut self) {
        let Some(facts) = &self.attempt.tls else { return };
        let issuer = facts.certificate.as_ref().map(|c| c.issuer.as_str()).unwrap_or_default();
        let (ok, text) = match facts.system {
            Trust::Trusted => (true, format!("by {issuer}")),
            Trust::Expired => (false, format!("its dates do not fit this PC's clock; by {issuer}")),
            Trust::WrongName => (false, format!("for another name; by {issuer}")),
            Trust::UnknownIssuer => (false, format!("this PC does not trust its issuer, {issuer}")),
            Trust::Invalid => (false, format!("not valid; by {issuer}")),
            Trust::NotAsked => (false, "this PC's store could not be asked".to_owned()),
        };
        self.done(StepName::Certificate, ok, text.into());
    }

    fn greeting(&mut self, received: &mut Received, stream: &mut (impl Read + Write)) -> Result<(), Trouble> {
        self.renew();
        let said = received.reply(stream);
        let said = self.replied(StepName::Greeting, said)?;
        self.attempt.greeting = Some(said.text());
        if said.code.0 == 220 { Ok(()) } else { Err(self.refused(StepName::Greeting, Verb::Greeting, said)) }
    }

    fn ehlo(
        &mut self,
        received: &mut Received,
        stream: &mut (impl Read + Write),
        name: StepName,
    ) -> Result<(), Trouble> {
        self.renew();
        let said = ask(received, stream, format!("EHLO {EHLO_NAME}\r\n").as_bytes());
        let said = self.replied(name, said)?;
        if said.code.0 != 250 {
            return Err(self.refused(name, Verb::Ehlo, said));
        }
        self.attempt.auth.clear();
        self.attempt.size = None;
        for line in said.lines.iter().skip(1) {
            match smtp::keyword(line) {
                Keyword::StartTls => self.attempt.starttls_offered = true,
                Keyword::Size(bytes) if bytes > 0 => self.attempt.size = Some(bytes),
                Keyword::Auth(_) => self.attempt.auth.extend(methods(line)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Politeness; its answer decides nothing.
    fn quit(&mut self, received: &mut Received, stream: &mut (impl Read + Write)) {
        self.renew();
        let answer = ask(received, stream, b"QUIT\r\n");
        let ok = answer.as_ref().is_ok_and(|reply| reply.code.0 == 221);
        self.done(StepName::Quit, ok, answer.map(|reply| shown(&reply)).unwrap_or_default());
    }

    /// Gives the next answer its time, and begins to measure it.
    fn renew(&mut self) {
        self.begun = Instant::now();
        self.deadline.set(self.clock.within(self.clock.patience.answer));
    }

    fn done(&mut self, name: StepName, ok: bool, text: Vec<u8>) {
        let took = self.begun.elapsed();
        self.begun = Instant::now();
        self.attempt.steps.push(ProbeStep { name, ok, took, text });
    }

    /// Notes an answer, or why there was none.
    fn replied(&mut self, name: StepName, answer: Result<WireReply, NoReply>) -> Result<WireReply, Trouble> {
        let (text, trouble) = match answer {
            Ok(reply) => {
                self.done(name, !reply.code.is_refusal(), shown(&reply));
                return Ok(reply);
            }
            Err(NoReply::Closed) => ("the connection was cut".into(), Trouble::Dropped(name)),
            Err(NoReply::NotSmtp(bytes)) => (bytes.into_iter().take(MAX_PROOF_BYTES).collect(), Trouble::NotSmtp),
            Err(NoReply::Io(error)) => match error.kind() {
                io::ErrorKind::TimedOut => {
                    let waited = self.clock.patience.answer.as_secs();
                    (format!("no answer within {waited} s").into_bytes(), Trouble::NoAnswer(name))
                }
                io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
                | io::ErrorKind::UnexpectedEof => ("the connection was cut".into(), Trouble::Dropped(name)),
                kind => (error.to_string().into_bytes(), Trouble::Other(kind)),
            },
        };
        self.done(name, false, text);
        Err(trouble)
    }

    fn refused(&mut self, name: StepName, verb: Verb, reply: WireReply) -> Trouble {
        if let Some(step) = self.attempt.steps.iter_mut().rfind(|step| step.name == name) {
            step.ok = false;
        }
        Trouble::Reply(verb, reply)
    }
}

type TlsStream = rustls::StreamOwned<rustls::ClientConnection, Deadlined>;

fn ask(received: &mut Received, stream: &mut (impl Read + Write), command: &[u8]) -> Result<WireReply, NoReply> {
    stream.write_all(command).and_then(|()| stream.flush()).map_err(NoReply::Io)?;
    received.reply(stream)
}

fn shown(reply: &WireReply) -> Vec<u8> {
    let first = reply.lines.first().map(Vec::as_slice).unwrap_or_default();
    [reply.code.to_string().as_bytes(), b" ", first].concat()
}

/// The methods of an AUTH line, as the server spells them.
fn methods(line: &[u8]) -> Vec<String> {
    let words = line.split(|b| b.is_ascii_whitespace() || *b == b'=').skip(1);
    let plain = |word: &&[u8]| {
        !word.is_empty() && word.len() <= 20 && word.iter().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(b))
    };
    words.filter(plain).take(16).map(|word| String::from_utf8_lossy(word).to_ascii_uppercase()).collect()
}

fn not_connected(error: &io::Error) -> Trouble {
    match error.kind() {
        io::ErrorKind::ConnectionRefused | io::ErrorKind::PermissionDenied => Trouble::Refused,
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Trouble::Unreachable,
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Trouble::ConnectTimedOut,
        kind => Trouble::Other(kind),
    }
}

fn connect_words(trouble: &Trouble, waited: Duration) -> String {
    match trouble {
        Trouble::Refused => "refused".to_owned(),
        Trouble::Unreachable => "no way to this address".to_owned(),
        Trouble::ConnectTimedOut => format!("no answer within {} s", waited.as_secs()),
        Trouble::NoAnswer(_) => "no time was left".to_owned(),
        _ => "could not be opened".to_owned(),
    }
}
