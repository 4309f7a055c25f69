//! Ways of writing a dialogue down, and words to plant in it.

use crate::common::marking::number;

/// One way of writing a dialogue down.
pub struct Writer {
    pub name: &'static str,
    begin: &'static str,
    server: fn(&str) -> String,
    client: fn(&str) -> String,
    /// What the writer says itself.
    note: fn(&str) -> String,
    /// How a setting is written, where the writer dumps settings.
    setting: fn(&str, &str) -> String,
    end: &'static str,
}

pub const WRITERS: &[Writer] = &[
    Writer {
        name: "indy",
        begin: "Stat Connected.\n",
        server: |text| format!("Recv 2026/11/23 08:26:01: {text}<EOL>\n"),
        client: |text| format!("Sent 2026/11/23 08:26:01: {text}<EOL>\n"),
        note: |text| format!("Stat {text}\n"),
        setting: |_, _| String::new(),
        end: "Stat Disconnected.\n",
    },
    Writer {
        name: "mailkit",
        begin: "Connected to smtp://mail.example.co.za:587/?starttls=when-available\n",
        server: |text| format!("S: {text}\n"),
        client: |text| format!("C: {text}\n"),
        note: |text| format!("{text}\n"),
        setting: |_, _| String::new(),
        end: "",
    },
    Writer {
        name: "swaks",
        begin: "=== Trying mail.example.co.za:587...\n=== Connected to mail.example.co.za.\n",
        server: |text| format!("<-  {text}\n"),
        client: |text| format!(" -> {text}\n"),
        note: |text| format!("*** {text}\n"),
        setting: |name, value| format!("*** --{name} {value}\n"),
        end: "=== Connection closed with remote host.\n",
    },
    Writer {
        name: "blat",
        begin: "2026.11.23 08:26:01 (Mon)------------Start of Session-----------------\n",
        server: |text| format!("<<<getline<<< {text}\n"),
        client: |text| format!(">>>putline>>> {text}\n"),
        note: |text| format!("{text}\n"),
        setting: |name, value| format!("-{name} = {value}\n"),
        end: "2026.11.23 08:26:02 (Mon)-------------End of Session------------------\n",
    },
    Writer {
        name: "chilkat-tree",
        begin: "ChilkatLog:\n  SendEmail:\n    smtpHost: mail.example.co.za\n    smtpSocketConnect:\n    --smtpSocketConnect\n",
        server: |text| format!("    SmtpCmdResp: {text}\n"),
        client: |text| format!("    SmtpCmdSent: {text}<CRLF>\n"),
        note: |text| format!("    {text}\n"),
        setting: |name, value| format!("    {name}: {value}\n"),
        end: "  --SendEmail\n--ChilkatLog\n",
    },
    Writer {
        name: "sendemail",
        begin: "Nov 23 08:26:01 pc sendemail[77]: DEBUG => Connecting to mail.example.co.za:587\n",
        server: |text| format!("Nov 23 08:26:01 pc sendemail[77]: SUCCESS => Received: \t{text}\n"),
        client: |text| format!("Nov 23 08:26:01 pc sendemail[77]: INFO => Sending: \t{text}\n"),
        note: |text| format!("Nov 23 08:26:01 pc sendemail[77]: DEBUG => {text}\n"),
        setting: |name, value| {
            format!("Nov 23 08:26:01 pc sendemail[77]: DEBUG => Assigned $opt{{}} key/value: {name} => {value}\n")
        },
        end: "",
    },
    Writer {
        name: "curl",
        begin: "*   Trying 196.25.1.1:587...\n* Connected to mail.example.co.za (196.25.1.1) port 587 (#0)\n",
        server: |text| format!("< {text}\n"),
        client: |text| format!("> {text}\n"),
        note: |text| format!("* {text}\n"),
        setting: |name, value| format!("* {name}: {value}\n"),
        end: "* Closing connection 0\n",
    },
    Writer {
        name: "bare",
        begin: "",
        server: |text| format!("{text}\n"),
        client: |text| format!("{text}\n"),
        note: |text| format!("DEBUG SMTP: {text}\n"),
        setting: |name, value| format!("DEBUG SMTP: {name}={value}\n"),
        end: "",
    },
    Writer {
        name: "phpmailer",
        begin: "",
        server: |text| format!("2026-11-23 08:26:01 SERVER -> CLIENT: {text}\n"),
        client: |text| format!("2026-11-23 08:26:01 CLIENT -> SERVER: {text}\n"),
        note: |text| format!("2026-11-23 08:26:01 {text}\n"),
        setting: |_, _| String::new(),
        end: "2026-11-23 08:26:01 Connection: closed\n",
    },
    Writer {
        name: "hmailserver",
        begin: "",
        server: |text| {
            format!("\"SMTPC\"\t1234\t7\t\"2026-11-23 08:26:01.000\"\t\"196.25.1.1\"\t\"RECEIVED: {text}\"\n")
        },
        client: |text| format!("\"SMTPC\"\t1234\t7\t\"2026-11-23 08:26:01.000\"\t\"196.25.1.1\"\t\"SENT: {text}\"\n"),
        note: |text| format!("\"DEBUG\"\t1234\t\"2026-11-23 08:26:01.000\"\t\"{text}\"\n"),
        setting: |_, _| String::new(),
        end: "",
    },
    Writer {
        name: "smtplib",
        begin: "connect: to ('mail.example.co.za', 587) None\n",
        server: |text| format!("reply: b'{text}\\r\\n'\n"),
        client: |text| format!("send: '{text}\\r\\n'\n"),
        note: |text| format!("{text}\n"),
        setting: |_, _| String::new(),
        end: "",
    },
    Writer {
        name: "nodemailer",
        begin: "",
        server: |text| format!("[2026-11-23 08:26:01] DEBUG [Qx7] S: {text}\n"),
        client: |text| format!("[2026-11-23 08:26:01] DEBUG [Qx7] C: {text}\n"),
        note: |text| format!("[2026-11-23 08:26:01] INFO  [Qx7] {text}\n"),
        setting: |_, _| String::new(),
        end: "",
    },
    Writer {
        name: "mailsend",
        begin: "",
        server: |text| format!("[S] {text}\n"),
        client: |text| format!("[C] {text}\n"),
        note: |text| format!("{text}\n"),
        setting: |_, _| String::new(),
        end: "",
    },
    Writer {
        name: "msmtp",
        begin: "loaded system configuration file /etc/msmtprc\n",
        server: |text| format!("<-- {text}\n"),
        client: |text| format!("--> {text}\n"),
        note: |text| format!("{text}\n"),
        setting: |_, _| String::new(),
        end: "",
    },
    Writer {
        name: "learned",
        begin: "",
        server: |text| format!("2026-11-23|08:26:01|4411|IN|{text}\n"),
        client: |text| format!("2026-11-23|08:26:01|4411|OUT|{text}\n"),
        note: |text| format!("2026-11-23|08:26:01|4411|INF|{text}\n"),
        setting: |_, _| String::new(),
        end: "",
    },
];

impl Writer {
    /// A log of a dialogue: `S` and `C` lines, `=` settings, `N` notes, `R` what stands there as it is.
    pub fn log(&self, lines: &[(char, String)]) -> String {
        let mut log = self.begin.to_owned();
        for (side, text) in lines {
            match side {
                'S' => log += &(self.server)(text),
                'C' => log += &(self.client)(text),
                'N' => log += &(self.note)(text),
                'R' => log += text,
                _ => log += &text.split_once('=').map_or(String::new(), |(name, value)| (self.setting)(name, value)),
            }
        }
        log + self.end
    }
}

/// Passwords that no word of any output could hold by chance, the same in each run; `MTMLOG_SEED` draws others.
pub fn passwords() -> impl Iterator<Item = String> {
    let mut state = number("MTMLOG_SEED").unwrap_or(1).wrapping_mul(2) | 1;
    std::iter::from_fn(move || {
        let mut password = String::from("Zq");
        for _ in 0..10 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            password.push(char::from(
                b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789!#$"[(state >> 33) as usize % 60],
            ));
        }
        Some(password)
    })
}
