//! Ways of writing a dialogue down, and dialogues with secrets and people in them.

use std::{fs, path::PathBuf};

use super::base64;

pub const RECIPIENT: &str = "thandiwe.dlamini@family-dlamini.example";

/// One way of writing a dialogue down.
pub struct Writer {
    pub name: &'static str,
    pub begin: &'static str,
    pub server: fn(&str) -> String,
    pub client: fn(&str) -> String,
    /// How a setting is written, where the writer dumps settings.
    pub setting: fn(&str, &str) -> String,
    pub end: &'static str,
}

pub const WRITERS: &[Writer] = &[
    Writer {
        name: "indy",
        begin: "Stat Connected.\n",
        server: |text| format!("Recv 2026/11/23 08:26:01: {text}<EOL>\n"),
        client: |text| format!("Sent 2026/11/23 08:26:01: {text}<EOL>\n"),
        setting: |_, _| String::new(),
        end: "Stat Disconnected.\n",
    },
    Writer {
        name: "mailkit",
        begin: "Connected to smtp://mail.example.co.za:587/?starttls=when-available\n",
        server: |text| format!("S: {text}\n"),
        client: |text| format!("C: {text}\n"),
        setting: |_, _| String::new(),
        end: "",
    },
    Writer {
        name: "swaks",
        begin: "=== Trying mail.example.co.za:587...\n=== Connected to mail.example.co.za.\n",
        server: |text| format!("<-  {text}\n"),
        client: |text| format!(" -> {text}\n"),
        setting: |name, value| format!("*** --{name} {value}\n"),
        end: "=== Connection closed with remote host.\n",
    },
    Writer {
        name: "blat",
        begin: "2026.11.23 08:26:01 (Mon)------------Start of Session-----------------\n",
        server: |text| format!("<<<getline<<< {text}\n"),
        client: |text| format!(">>>putline>>> {text}\n"),
        setting: |name, value| format!("-{name} = {value}\n"),
        end: "2026.11.23 08:26:02 (Mon)-------------End of Session------------------\n",
    },
    Writer {
        name: "chilkat-tree",
        begin: "ChilkatLog:\n  SendEmail:\n    smtpHost: mail.example.co.za\n    smtpSocketConnect:\n    --smtpSocketConnect\n",
        server: |text| format!("    SmtpCmdResp: {text}\n"),
        client: |text| format!("    SmtpCmdSent: {text}<CRLF>\n"),
        setting: |name, value| format!("    {name}: {value}\n"),
        end: "  --SendEmail\n--ChilkatLog\n",
    },
    Writer {
        name: "sendemail",
        begin: "Nov 23 08:26:01 pc sendemail[77]: DEBUG => Connecting to mail.example.co.za:587\n",
        server: |text| format!("Nov 23 08:26:01 pc sendemail[77]: SUCCESS => Received: \t{text}\n"),
        client: |text| format!("Nov 23 08:26:01 pc sendemail[77]: INFO => Sending: \t{text}\n"),
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
        setting: |name, value| format!("* {name}: {value}\n"),
        end: "* Closing connection 0\n",
    },
    Writer {
        name: "bare",
        begin: "",
        server: |text| format!("{text}\n"),
        client: |text| format!("{text}\n"),
        setting: |name, value| format!("DEBUG SMTP: {name}={value}\n"),
        end: "",
    },
];

impl Writer {
    /// A log of a dialogue: `S` and `C` lines, `=` settings.
    pub fn log(&self, lines: &[(char, String)]) -> Vec<u8> {
        let mut log = self.begin.to_owned();
        for (side, text) in lines {
            match side {
                'S' => log += &(self.server)(text),
                'C' => log += &(self.client)(text),
                _ => log += &text.split_once('=').map_or(String::new(), |(name, value)| (self.setting)(name, value)),
            }
        }
        (log + self.end).into_bytes()
    }
}

pub fn sign_in(user: &str, password: &str, plain: bool) -> Vec<(char, String)> {
    let percent: String = password.bytes().map(|b| format!("%{b:02X}")).collect();
    let hex: String = password.bytes().map(|b| format!("{b:02x}")).collect();
    let mut lines = vec![
        ('=', format!("smtpPassword={password}")),
        ('=', format!("url=smtp://user:{percent}@mail.example.co.za:587")),
        ('=', format!("password_hex={hex}")),
        ('S', "220 mail.example.co.za ESMTP".to_owned()),
        ('C', "EHLO RECEPTION-PC".to_owned()),
        ('S', "250 AUTH PLAIN LOGIN".to_owned()),
    ];
    if plain {
        lines.push(('C', format!("AUTH PLAIN {}", base64(format!("\0{user}\0{password}").as_bytes()))));
    } else {
        lines.push(('C', "AUTH LOGIN".to_owned()));
        lines.push(('S', "334 VXNlcm5hbWU6".to_owned()));
        lines.push(('C', base64(user.as_bytes())));
        lines.push(('S', "334 UGFzc3dvcmQ6".to_owned()));
        lines.push(('C', base64(password.as_bytes())));
    }
    lines.push(('S', format!("535 5.7.8 refused, password={password} is wrong")));
    lines.push(('C', "QUIT".to_owned()));
    lines.push(('S', "221 Bye".to_owned()));
    lines
}

pub fn mail(reply: &str) -> Vec<(char, String)> {
    let line = |side, text: &str| (side, text.to_owned());
    vec![
        line('S', "220 mail.example.co.za ESMTP"),
        line('C', "EHLO RECEPTION-PC"),
        line('S', "250 mail.example.co.za Hello RECEPTION-PC [41.1.2.3]"),
        line('C', "MAIL FROM:<=cmd|calc@practice.example>"),
        line('S', "250 OK"),
        (('C'), format!("RCPT TO:<{RECIPIENT}>")),
        line('S', "250 OK"),
        line('C', "DATA"),
        line('S', "354 Go ahead"),
        (('C'), format!("To: \"Thandiwe Dlamini\" <{RECIPIENT}>")),
        line('C', "Subject: HIV result of Thandiwe"),
        line('C', "Content-Disposition: attachment; filename=\"dlamini.pdf\""),
        line('C', ""),
        line('C', "Dear Thandiwe, your ID 8001015009087 and result are attached."),
        line('C', "."),
        ('S', reply.to_owned()),
        line('C', "QUIT"),
        line('S', "221 Bye"),
    ]
}

pub fn written(folder: &tempfile::TempDir, log: &[u8]) -> PathBuf {
    let path = folder.path().join("emailout.txt");
    fs::write(&path, log).unwrap();
    path
}

/// Passwords that no word of any output could hold by chance.
pub fn passwords() -> impl Iterator<Item = String> {
    let mut state = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64 | 1;
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

/// Every run of six characters of a text.
pub fn runs(text: &str) -> Vec<String> {
    text.as_bytes().windows(6).map(|run| String::from_utf8_lossy(run).into_owned()).collect()
}
