//! One dialogue, written in every dialect.

/// One thing that happened on a connection.
#[derive(Clone, Debug)]
pub enum Said {
    /// The connection was opened.
    Connect,
    /// A reply; its lines are separated by `\n`.
    Server(String),
    /// A command, or an answer inside an AUTH exchange.
    Client(String),
    /// The message, without its final dot.
    Body(Vec<String>),
    /// The connection ended.
    End,
}

pub use Said::{Connect, End};

pub fn s(text: &str) -> Said {
    Said::Server(text.to_owned())
}

pub fn c(text: &str) -> Said {
    Said::Client(text.to_owned())
}

pub fn body(lines: &[&str]) -> Said {
    Said::Body(lines.iter().map(|line| (*line).to_owned()).collect())
}

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    Indy,
    /// Indy that leaves line ends as they are.
    IndyRaw,
    MailKit,
    Swaks,
    CurlVerbose,
    CurlTrace,
    Blat,
    SendEmail,
    ChilkatTree,
    ChilkatSession,
    Bare,
}

impl Framing {
    pub const ALL: [Framing; 11] = [
        Framing::Indy,
        Framing::IndyRaw,
        Framing::MailKit,
        Framing::Swaks,
        Framing::CurlVerbose,
        Framing::CurlTrace,
        Framing::Blat,
        Framing::SendEmail,
        Framing::ChilkatTree,
        Framing::ChilkatSession,
        Framing::Bare,
    ];

    /// The dialect's name.
    pub fn dialect(self) -> &'static str {
        match self {
            Framing::Indy | Framing::IndyRaw => "indy",
            Framing::MailKit => "mailkit",
            Framing::Swaks => "swaks",
            Framing::CurlVerbose | Framing::CurlTrace => "curl",
            Framing::Blat => "blat",
            Framing::SendEmail => "sendemail",
            Framing::ChilkatTree => "chilkat-tree",
            Framing::ChilkatSession => "chilkat-session",
            Framing::Bare => "bare",
        }
    }

    /// The message stands in the log.
    pub fn shows_body(self) -> bool {
        use Framing::*;
        matches!(self, Indy | IndyRaw | MailKit | Swaks | CurlTrace | Bare)
    }

    /// A client's line says that it is one, so that a lone dot in the message does not end it.
    pub fn marks_body_lines(self) -> bool {
        use Framing::*;
        matches!(self, Indy | MailKit | Swaks | CurlTrace)
    }

    /// The log, lines ended by CRLF.
    pub fn write(self, script: &[Said]) -> Vec<u8> {
        self.lines(script).iter().flat_map(|line| [line.as_bytes(), b"\r\n"].concat()).collect()
    }

    pub fn lines(self, script: &[Said]) -> Vec<String> {
        script.iter().flat_map(|said| self.said(said)).collect()
    }

    fn said(self, said: &Said) -> Vec<String> {
        let all = |prefix: &str, lines: &mut dyn Iterator<Item = &str>| -> Vec<String> {
            lines.map(|line| format!("{prefix}{line}")).collect()
        };
        let one = |line: &str| vec![line.to_owned()];
        match (self, said) {
            (Framing::Indy, Said::Connect) | (Framing::IndyRaw, Said::Connect) => one("Stat Connected."),
            (Framing::Indy, Said::End) | (Framing::IndyRaw, Said::End) => one("Stat Disconnected."),
            (Framing::Indy, Said::Server(text)) => {
                vec![format!("Recv 2026/11/23 08:26:01: {}<EOL>", text.replace('\n', "<EOL>"))]
            }
            (Framing::Indy, Said::Client(text)) => vec![format!("Sent 2026/11/23 08:26:01: {text}<EOL>")],
            (Framing::Indy, Said::Body(lines)) => lines
                .iter()
                .map(String::as_str)
                .chain(["."])
                .map(|l| format!("Sent 2026/11/23 08:26:01: {l}<EOL>"))
                .collect(),
            (Framing::IndyRaw, Said::Server(text)) => {
                let mut lines = all("", &mut text.split('\n'));
                lines[0] = format!("Recv 2026/11/23 08:26:01: {}", lines[0]);
                lines.push(String::new());
                lines
            }
            (Framing::IndyRaw, Said::Client(text)) => {
                vec![format!("Sent 2026/11/23 08:26:01: {text}"), String::new()]
            }
            (Framing::IndyRaw, Said::Body(lines)) => {
                let mut out: Vec<String> =
                    lines.iter().map(String::as_str).chain([".", ""]).map(str::to_owned).collect();
                out[0] = format!("Sent 2026/11/23 08:26:01: {}", out[0]);
                out
            }
            (Framing::MailKit, Said::Connect) => {
                one("2026-11-23T06:26:01Z Connected to smtp://mail.example.co.za:587/?starttls=when-available")
            }
            (Framing::MailKit, Said::Server(text)) => all("2026-11-23T06:26:01Z S: ", &mut text.split('\n')),
            (Framing::MailKit, Said::Client(text)) => all("2026-11-23T06:26:01Z C: ", &mut [text.as_str()].into_iter()),
            (Framing::MailKit, Said::Body(lines)) => {
                all("2026-11-23T06:26:01Z C: ", &mut lines.iter().map(String::as_str).chain(["."]))
            }
            (Framing::Swaks, Said::Connect) => {
                vec!["=== Trying mail.example.co.za:587...".into(), "=== Connected to mail.example.co.za.".into()]
            }
            (Framing::Swaks, Said::End) => one("=== Connection closed with remote host."),
            (Framing::Swaks, Said::Server(text)) => all(swaks_mark(text), &mut text.split('\n')),
            (Framing::Swaks, Said::Client(text)) => vec![format!(" -> {text}")],
            (Framing::Swaks, Said::Body(lines)) => all(" -> ", &mut lines.iter().map(String::as_str).chain(["", "."])),
            (Framing::CurlVerbose, Said::Connect) => vec![
                "*   Trying 196.25.1.1:587...".into(),
                "* Connected to mail.example.co.za (196.25.1.1) port 587 (#0)".into(),
            ],
            (Framing::CurlVerbose, Said::End) => one("* Closing connection 0"),
            (Framing::CurlVerbose, Said::Server(text)) => all("< ", &mut text.split('\n')),
            (Framing::CurlVerbose, Said::Client(text)) => vec![format!("> {text}")],
            (Framing::CurlVerbose, Said::Body(lines)) => vec![
                format!("}} [{} bytes data]", lines.iter().map(|line| line.len() + 2).sum::<usize>()),
                "* We are completely uploaded and fine".into(),
            ],
            (Framing::CurlTrace, Said::Connect) => vec![
                "10:56:10.499040 == Info:   Trying 196.25.1.1:587...".into(),
                "10:56:10.499040 == Info: Connected to mail.example.co.za (196.25.1.1) port 587 (#0)".into(),
            ],
            (Framing::CurlTrace, Said::End) => one("10:56:10.499085 == Info: Closing connection 0"),
            (Framing::CurlTrace, Said::Server(text)) => {
                text.split('\n').flat_map(|line| traced("<= Recv header", &[line])).collect()
            }
            (Framing::CurlTrace, Said::Client(text)) => traced("=> Send header", &[text]),
            (Framing::CurlTrace, Said::Body(lines)) => {
                traced("=> Send data", &lines.iter().map(String::as_str).collect::<Vec<_>>())
            }
            (Framing::Blat, Said::Connect) => {
                one("2026.11.23 10:57:31: -------------Start of Session-----------------")
            }
            (Framing::Blat, Said::End) => one("2026.11.23 10:57:31: -------------End of Session------------------"),
            (Framing::Blat, Said::Server(text)) => {
                let mut lines = all("", &mut text.split('\n'));
                lines[0] = format!("<<<getline<<< {}", lines[0]);
                lines
            }
            (Framing::Blat, Said::Client(text)) => vec![format!(">>>putline>>> {text}")],
            (Framing::SendEmail, Said::Connect) => vec![
                format!("{SENDEMAIL}DEBUG => Connecting to mail.example.co.za:587"),
                format!("{SENDEMAIL}DEBUG => My IP address is: 196.25.1.77"),
            ],
            (Framing::SendEmail, Said::Server(text)) => vec![format!(
                "{SENDEMAIL}DEBUG => evalSMTPresponse() - Checking for SMTP success or error status in the message: {}",
                text.replace('\n', ", ")
            )],
            (Framing::SendEmail, Said::Client(text)) => vec![format!("{SENDEMAIL}INFO => Sending: \t{text}")],
            (Framing::SendEmail, Said::Body(_)) => vec![format!("{SENDEMAIL}INFO => Sending message body")],
            (Framing::ChilkatTree, Said::Connect) => {
                vec![
                    "ChilkatLog:".into(),
                    "  SendEmail(12ms):".into(),
                    "    smtpSocketConnect:".into(),
                    "    --smtpSocketConnect".into(),
                ]
            }
            (Framing::ChilkatTree, Said::End) => vec!["  --SendEmail".into(), "--ChilkatLog".into()],
            (Framing::ChilkatTree, Said::Server(text)) => all("    SmtpCmdResp: ", &mut text.split('\n')),
            (Framing::ChilkatTree, Said::Client(text)) => vec![format!("    SmtpCmdSent: {text}<CRLF>")],
            (Framing::ChilkatTree, Said::Body(_)) => one("    SmtpCmdSent: <CRLF>.<CRLF>"),
            (Framing::ChilkatSession, Said::Server(text)) => all("", &mut text.split('\n')),
            (Framing::ChilkatSession, Said::Client(text)) => vec![format!("{text}<CRLF>")],
            (Framing::ChilkatSession, Said::Body(lines)) => {
                vec![
                    format!("{{{} bytes}}", lines.iter().map(|line| line.len() + 2).sum::<usize>()),
                    "<CRLF>.<CRLF>".into(),
                ]
            }
            (Framing::Bare, Said::Server(text)) => all("", &mut text.split('\n')),
            (Framing::Bare, Said::Client(text)) => one(text),
            (Framing::Bare, Said::Body(lines)) => all("", &mut lines.iter().map(String::as_str).chain(["."])),
            // Not written by this program.
            (Framing::Blat, Said::Body(_))
            | (Framing::Bare | Framing::ChilkatSession, Said::Connect | Said::End)
            | (Framing::SendEmail | Framing::MailKit, Said::End) => Vec::new(),
        }
    }
}

const SENDEMAIL: &str = "Nov 23 08:26:01 pc sendemail[77]: ";

fn swaks_mark(reply: &str) -> &'static str {
    if reply.starts_with(['4', '5']) { "<** " } else { "<-  " }
}

/// A record of a trace: its lines begin with their offset, and break after 64 bytes.
fn traced(what: &str, lines: &[&str]) -> Vec<String> {
    let length: usize = lines.iter().map(|line| line.len() + 2).sum();
    let mut out = vec![format!("10:56:10.499040 {what}, {length} bytes ({length:#x})")];
    let mut offset = 0;
    for line in lines {
        let mut rest = *line;
        loop {
            let cut = (0..=rest.len().min(64)).rev().find(|at| rest.is_char_boundary(*at)).unwrap_or(0);
            let (part, more) = rest.split_at(cut);
            out.push(format!("{offset:04x}: {part}"));
            offset += part.len();
            rest = more;
            if rest.is_empty() {
                break;
            }
        }
        offset += 2;
    }
    out
}

/// A mail from the greeting to the QUIT; what is replied to the message's end decides.
pub fn mail(message: &[&str], end: &str) -> Vec<Said> {
    let mut script = vec![Connect, s("220 mail.example.co.za ESMTP"), c("EHLO RECEPTION-PC")];
    script.extend([
        s("250-mail.example.co.za\n250-SIZE 10485760\n250 AUTH PLAIN LOGIN"),
        c("MAIL FROM:<statements@practice.example.co.za>"),
    ]);
    script.extend([s("250 2.1.0 Ok"), c("RCPT TO:<j.botha@patients.example.co.za>"), s("250 2.1.5 Ok"), c("DATA")]);
    script.extend([
        s("354 End data with <CR><LF>.<CR><LF>"),
        body(message),
        s(end),
        c("QUIT"),
        s("221 2.0.0 Bye"),
        End,
    ]);
    script
}
