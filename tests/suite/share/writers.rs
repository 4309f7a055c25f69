//! Dialogues with secrets and people in them.

use std::{fs, path::PathBuf};

use super::base64;

pub const RECIPIENT: &str = "thandiwe.dlamini@family-dlamini.example";

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

pub fn written(folder: &tempfile::TempDir, log: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join("emailout.txt");
    fs::write(&path, log).unwrap();
    path
}

/// Every run of six characters of a text.
pub fn runs(text: &str) -> Vec<String> {
    text.as_bytes().windows(6).map(|run| String::from_utf8_lossy(run).into_owned()).collect()
}
