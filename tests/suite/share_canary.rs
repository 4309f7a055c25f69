//! Canaries: words that can come from nowhere else are planted in every dialect, in every place that anybody thought
//! of, and no output may hold a run of six characters of them.

use std::{collections::HashMap, fs, process::Command};

use crate::share::{base64, canary::*, every_output};
use mtmlog::redact::Level;

/// A conversation as `S`, `C` and `N` lines: server, client, the writer's own note. `R` stands in the log as it is.
type Dialogue = Vec<(char, String)>;

fn dialogue(lines: &[(char, &str)]) -> Dialogue {
    lines.iter().map(|(side, text)| (*side, (*text).to_owned())).collect()
}

/// In a session that begins and ends like any other.
fn session(lines: &[(char, &str)]) -> Dialogue {
    let mut all = dialogue(&[
        ('S', "220 mail.example.co.za ESMTP"),
        ('C', "EHLO RECEPTION-PC"),
        ('S', "250-mail.example.co.za Hello"),
        ('S', "250 AUTH PLAIN LOGIN CRAM-MD5 NTLM XOAUTH2"),
    ]);
    all.extend(dialogue(lines));
    all.extend(dialogue(&[('C', "QUIT"), ('S', "221 Bye")]));
    all
}

fn percent(text: &str, mark: &str) -> String {
    text.bytes().map(|b| format!("{mark}{b:02X}")).collect()
}

fn hex(text: &str) -> String {
    text.bytes().map(|b| format!("{b:02x}")).collect()
}

/// Every form in which six characters of a password could stand.
fn forms(password: &str) -> Vec<String> {
    let mut forms = vec![password.to_owned(), hex(password), percent(password, "%"), percent(password, "=")];
    for before in ["", "x", "xy"] {
        let encoded = base64(format!("{before}{password}").as_bytes());
        let from = [0, 2, 3][before.len()];
        forms.push(encoded.trim_end_matches('=')[from..].to_owned());
    }
    for form in forms.iter_mut().skip(4) {
        form.pop();
    }
    forms
}

/// A password in settings, links, headers, command lines, calls and sentences.
const TOLD: &[&str] = &[
    "Password: {p}",
    "SMTPPassword={p}",
    "smtp_pass = \"{p}\"",
    "auth: { user: 'x', pass: '{p}' }",
    "{\"auth\":{\"user\":\"x\",\"pass\":\"{p}\"}}",
    "<smtp user=\"x\" password=\"{p}\" />",
    "<a:Password xsi:type=\"xsd:string\">{p}</a:Password>",
    "Server=h;Uid=x;Pwd={p};Port=25",
    "Wagwoord {p}",
    "password is {p}",
    "using password '{p}'",
    "old password {p}, new password {p}x",
    "Password ({p})",
    "Password->{p}",
    "Password .......: {p}",
    "password%3D{p}",
    "SmtpPassword(base64)={b}",
    "password={hex}",
    "pass={pct}",
    "login x {p}",
    "credentials: x:{p}",
    "auth=x:{p}",
    "curl --user x:{p} smtp://h",
    "swaks -ap {p} -au x",
    "blat f -u x -pw {p} -to y",
    "sendEmail -xu x -xp {p}",
    "mailsend -user x -pass {p}",
    "smtp://x:{p}@h/",
    "smtps://x%40y.example:{p}@h:465",
    "Authorization: Basic {xb}",
    "Proxy-Authorization: basic {xb}",
    "Authorization: Bearer {p}9",
    "X-Api-Key: {p}",
    "Cookie: session={p}",
    "{\"access_token\":\"{p}\"}",
    "client_secret={p}",
    "SMTP.login('x', '{p}')",
    "new NetworkCredential(\"x\", \"{p}\")",
    "SetPassword({p})",
    "decoded: \\0x\\0{p}",
    "psswd={p}",
    "bindpw {p}",
    "imfihlo {p}",
    "schtasks /ru x /rp {p}",
    "typed \"{p}\" as password",
    "Password .......... {p}",
    "Connect('mail.own.example.co.za', 25, 'x', '{p}')",
    "password '{p}x' -> '{p}'",
    "changed smtpPassword from \"{p}x\" to \"{p}\"",
    "\"\"name\"\":\"\"password\"\",\"\"value\"\":\"\"{p}\"\"",
    "Das Kennwort lautet {p}",
    "\u{43f}\u{430}\u{440}\u{43e}\u{43b}\u{44c} \u{434}\u{43b}\u{44f} x: {p}",
    "\\u043f\\u0430\\u0440\\u043e\\u043b\\u044c: {p}",
    "CryptUnprotectData -> {p}",
    "salt={hex}{hex}",
    "xyz_{hex}{hex}",
];

/// The password in an AUTH exchange, and what server and writer make of it.
fn sign_ins(p: &str) -> Vec<Dialogue> {
    let mut all = Vec::new();
    for user in ["ab@cd.example", "abc@cd.example", "abcd@cd.example"] {
        let plain = base64(format!("\0{user}\0{p}").as_bytes());
        let inline = format!("AUTH PLAIN {plain}");
        let (head, tail) = plain.split_at(10);
        let nul = format!("AUTH PLAIN {head}{}{tail}", "\0".repeat(40));
        let quotes = [
            format!("501 cannot decode {plain}"),
            format!("501 cannot decode ...{}", &plain[5..]),
            format!("500 unknown command AUTH PLAIN {plain}"),
            format!("535 {user}/{p} refused"),
        ];
        for quote in &quotes {
            all.push(session(&[('C', &inline), ('S', quote)]));
        }
        all.push(session(&[('C', "auth plain"), ('S', "334 "), ('C', &plain), ('S', "535 no")]));
        all.push(session(&[('C', "AUTH PLAIN"), ('C', &plain), ('S', "535 no")]));
        all.push(session(&[('C', "AUTH PLAIN"), ('S', "334"), ('C', head), ('C', tail), ('S', "535 no")]));
        all.push(session(&[('C', &format!("AUTH  PLAIN  {plain}")), ('S', "535 no")]));
        all.push(session(&[('C', &format!("AUTH X-OWN {plain}")), ('S', "535 no")]));
        all.push(session(&[('C', &format!("UATH PLAIN {plain}")), ('S', "500 what")]));
        all.push(session(&[('C', &nul), ('S', "535 no")]));
        all.push(session(&[
            ('C', "AUTH PLAIN"),
            ('R', &format!("{}\n", "\0".repeat(500))),
            ('C', &plain),
            ('S', "535 no"),
        ]));
        all.push(dialogue(&[('S', "334 "), ('C', &plain), ('S', "535 no")]));
        all.push(dialogue(&[('C', &plain), ('S', "535 no"), ('C', "QUIT"), ('S', "221 Bye")]));
    }
    let (name, word) = (base64(b"desk@clinic.example"), base64(p.as_bytes()));
    let login = |rest: &[(char, &str)]| {
        let mut lines = vec![('C', "AUTH LOGIN"), ('S', "334 VXNlcm5hbWU6"), ('C', &*name), ('S', "334 UGFzc3dvcmQ6")];
        lines.extend(rest);
        session(&lines)
    };
    for quote in [
        format!("535 user desk pass {p}"),
        format!("535 '{}' ...", &p[..9]),
        format!("535 {}", &word[..12]),
        format!("535 {}", hex(p)),
        format!("535 {}", percent(p, "%")),
        format!("535 {}", percent(p, "=")),
        format!("535 {}", base64(format!("x{p}").as_bytes())),
        format!("535 {}", base64(format!("xy{p}").as_bytes())),
        format!("535 {}", p.to_uppercase()),
    ] {
        all.push(login(&[('C', &word), ('S', &quote)]));
    }
    all.push(login(&[
        ('C', &word),
        ('S', "535-first"),
        ('S', &format!("535-{}", &p[..6])),
        ('S', &format!("535 {}", &p[6..])),
    ]));
    all.push(login(&[('C', p), ('S', &format!("535 no {p}"))]));
    all.push(login(&[('C', &word), ('N', &format!("sent {p}")), ('S', "535 no")]));
    all.push(login(&[('N', &format!("will send {p}")), ('C', &word), ('S', "535 no")]));
    all.push(login(&[('S', "421 slow"), ('C', &word), ('S', "535 no")]));
    all.push(login(&[('S', "535 no"), ('C', &word), ('S', &format!("500 what {word}"))]));
    all.push(login(&[('R', &format!("{word}\n")), ('S', "535 no")]));
    all.push(dialogue(&[('C', &word), ('S', "235 ok"), ('C', "MAIL FROM:<a@b.example>"), ('S', "550 no")]));
    all.push(session(&[('C', &format!("AUTH LOGIN {name} {word}")), ('S', "535 no")]));
    let token = base64(format!("user=desk@clinic.example\u{1}auth=Bearer ya29.{p}\u{1}\u{1}").as_bytes());
    all.push(session(&[
        ('C', &format!("AUTH XOAUTH2 {token}")),
        ('S', "334 eyJzdGF0dXMiOiI0MDEifQ=="),
        ('C', ""),
        ('S', "535 no"),
    ]));
    let told = base64(format!("{{\"status\":\"400\",\"token\":\"{p}\"}}").as_bytes());
    all.push(session(&[
        ('C', "AUTH XOAUTH2"),
        ('S', "334"),
        ('C', &token),
        ('S', &format!("334 {told}")),
        ('C', "="),
        ('S', "535 no"),
    ]));
    let wide: Vec<u8> = p.bytes().flat_map(|b| [b, 0]).collect();
    let ntlm = base64(&[&b"NTLMSSP\0\x03\0\0\0"[..], &wide].concat());
    all.push(session(&[
        ('C', "AUTH NTLM TlRMTVNTUAABAAAA"),
        ('S', "334 TlRMTVNTUAACAAAA"),
        ('C', &ntlm),
        ('S', "535 no"),
    ]));
    let digest = base64(format!("desk {}00112233", hex(p)).as_bytes());
    all.push(session(&[('C', "AUTH CRAM-MD5"), ('S', "334 PDEuMkBoPg=="), ('C', &digest), ('S', "535 no")]));
    all.push(session(&[('S', "+OK"), ('C', &format!("PASS {p}")), ('S', &format!("-ERR no {p}")), ('S', "535 no")]));
    all.push(session(&[('C', &format!("a1 LOGIN x {p}")), ('S', "535 no")]));
    all
}

/// Logs of many sessions, so that one reading looks at all of them.
fn look(logs: impl Iterator<Item = (String, Vec<u8>, Vec<String>)>, level: Level, any_case: bool) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("emailout.txt");
    let mut shown: Vec<String> = Vec::new();
    for (writer, log, canaries) in logs {
        fs::write(&path, &log).unwrap();
        let fold = |text: &str| if any_case { text.to_lowercase() } else { text.to_owned() };
        // Six characters in hex are twelve digits; six digits stand in every checksum.
        let width =
            |canary: &str| if canary.len() >= 20 && canary.bytes().all(|b| b.is_ascii_hexdigit()) { 12 } else { 6 };
        let runs: HashMap<String, String> = canaries
            .iter()
            .flat_map(|canary| canary.as_bytes().windows(width(canary)).map(move |run| (run, canary)))
            .map(|(run, canary)| (fold(&String::from_utf8_lossy(run)), canary.clone()))
            .collect();
        for (name, of, text) in every_output(&path) {
            if of < level {
                continue;
            }
            for line in text.lines() {
                let line = fold(line);
                let runs =
                    |width| line.as_bytes().windows(width).find_map(|run| runs.get(std::str::from_utf8(run).ok()?));
                let found = runs(6).or_else(|| runs(12));
                shown.extend(found.map(|canary| format!("{writer}, {name} {of:?}: {canary} in {line}")));
            }
        }
    }
    let few: Vec<_> = shown.iter().take(40).cloned().collect();
    assert!(shown.is_empty(), "{} lines:\n{}", shown.len(), few.join("\n"));
}

#[test]
fn no_password_in_any_place() {
    let mut passwords = passwords();
    let logs = WRITERS.iter().map(|writer| {
        let (mut log, mut canaries) = (String::new(), Vec::new());
        let mut one = |dialogue: &dyn Fn(&str) -> Dialogue| {
            let password = passwords.next().unwrap();
            log += &writer.log(&dialogue(&password));
            canaries.extend(forms(&password));
        };
        for told in TOLD {
            let put = |p: &str| {
                let values = [
                    ("{p}", p.to_owned()),
                    ("{b}", base64(p.as_bytes())),
                    ("{hex}", hex(p)),
                    ("{pct}", percent(p, "%")),
                    ("{xb}", base64(format!("x:{p}").as_bytes())),
                ];
                values.iter().fold((*told).to_owned(), |text, (hole, value)| text.replace(hole, value))
            };
            one(&|p| session(&[('N', &put(p)), ('S', "535 5.7.8 bad")]));
            one(&|p| {
                let (name, word) = (base64(b"desk@clinic.example"), base64(p.as_bytes()));
                let refused = format!("535 5.7.8 {}", put(p));
                session(&[
                    ('C', &format!("AUTH LOGIN {name}")),
                    ('S', "334 UGFzc3dvcmQ6"),
                    ('C', &word),
                    ('S', &refused),
                ])
            });
        }
        for n in 0..sign_ins("Zq3456789012").len() {
            one(&|p| sign_ins(p).swap_remove(n));
        }
        (writer.name.to_owned(), log.into_bytes(), canaries)
    });
    look(logs, Level::Secrets, false);
}

const LOCAL: &str = "qwyxolisa.zkhwanvx";
const DOMAIN: &str = "famzkhwanvx.example";

/// What names a patient: `{a}` address, `{l}` and `{d}` its parts, `{n}` a name, `{s}` a subject, `{f}` a file.
const NAMED: &[&str] = &[
    "<{a}> unknown",
    "mailbox {l} unknown",
    "{l}... User unknown",
    "User {n} is unknown",
    "\"{n}\" <{a}> gone",
    "see https://h/?a={l}%40{d}",
    "see https://h/?a={pct}",
    "{qp}",
    "{hex}",
    "{b}",
    "{l} at {d}",
    "{l}[at]{d}",
    "{l}%{d}@relay.example",
    "{d}!{l}",
    "rfc822;{l}+40{d}",
    "<@a.example,@b.example:{a}>",
    "{up}",
    "ID 8001015009087 bad",
    "EConvertError: '31/01/1980' is not a valid date",
    "Error: (19971009) x",
    "Error: 8001015009087/x",
    "ID 800101 5009 087 bad",
    "tel 0825551947",
    "tel 082 555 1947",
    "tel +27825551947",
    "tel 27825551947",
    "tel 082.555.1947",
    "Subject: {s}",
    "message \"{s}\" is spam",
    "file {f} blocked",
    "attachment '{f}' blocked",
    "name={f}",
    "C:\\Users\\{l}\\x.txt",
    "user={l}",
    "from ZKHWANVX-LAP (192.168.1.5)",
    "HELO ZKHWANVX-LAP bad",
];

/// Messages, with what goes around them.
const WRITTEN: &[&[&str]] = &[
    &["Subject: {s}", "", "{n} 8001015009087"],
    &["Subject: a", " {s}", "To: {n}", " <{a}>"],
    &["Subject: =?utf-8?B?{bs}?=", "From: \"{n}\" <{a}>"],
    &["Content-Type: application/pdf;", " name=\"{f}\"", "Content-Disposition: attachment; filename*=UTF-8''{pf}"],
    &["X-Patient: {n}", "Comments: {n}", "", "Dear {n}", "550 {n} is unknown", "..{n}", "MAIL FROM:<{a}>"],
    &["", "{b}", "--b", "Content-Type: text/plain; name={f}", "", "{n}"],
];

fn filled(text: &str) -> String {
    let address = format!("{LOCAL}@{DOMAIN}");
    let values = [
        ("{pct}", percent(&address, "%")),
        ("{qp}", percent(&address, "=")),
        ("{hex}", hex(&address)),
        ("{up}", address.to_uppercase()),
        ("{pf}", percent("Zkhwanvx_stmt.pdf", "%")),
        ("{bs}", base64(b"Zyphilis ontleding Qwartz")),
        ("{b}", base64(address.as_bytes())),
        ("{a}", address),
        ("{l}", LOCAL.to_owned()),
        ("{d}", DOMAIN.to_owned()),
        ("{n}", "Qwyxolisa Zkhwanvx".to_owned()),
        ("{s}", "Zyphilis ontleding Qwartz".to_owned()),
        ("{f}", "Zkhwanvx_stmt.pdf".to_owned()),
    ];
    values.iter().fold(text.to_owned(), |text, (hole, value)| text.replace(hole, value))
}

#[test]
fn no_patient_in_any_place() {
    let logs = WRITERS.iter().map(|writer| {
        let mut log = String::new();
        let mail = format!("RCPT TO:<{LOCAL}@{DOMAIN}>");
        let mut one = |lines: &[(char, &str)]| {
            let mut all = dialogue(&[
                ('S', "220 mail.example.co.za ESMTP"),
                ('C', "EHLO ZKHWANVX-LAP"),
                ('S', "250 mail.example.co.za Hello"),
                ('C', "MAIL FROM:<desk@gmail.com>"),
                ('S', "250 OK"),
            ]);
            all.extend(dialogue(lines));
            all.extend(dialogue(&[('C', "QUIT"), ('S', "221 Bye")]));
            log += &writer.log(&all);
        };
        for named in NAMED {
            let text = filled(named);
            one(&[('C', &mail), ('S', &format!("550 5.1.1 {text}"))]);
            one(&[('C', &mail), ('S', "250 OK"), ('N', &text), ('S', "550 no")]);
            one(&[('C', &mail), ('S', "250 OK"), ('R', &format!("{text}\n")), ('S', "550 no")]);
            one(&[('C', &format!("RCPT TO:{text}")), ('S', "550 no")]);
        }
        for command in
            ["RCPT TO:\"{n}\" <{a}>", "RCPT TO:<{l}>", "RCPT TO:<{a}> ORCPT=rfc822;{l}+40{d}", "VRFY {n}", "X-NAME {n}"]
        {
            let text = filled(command);
            one(&[('C', &text), ('S', &format!("500 5.5.1 what: {text}"))]);
        }
        for written in WRITTEN {
            let lines: Vec<String> = written.iter().map(|line| filled(line)).collect();
            let message: Vec<(char, &str)> = lines.iter().map(|line| ('C', &**line)).collect();
            let data = [('C', &*mail), ('S', "250 OK"), ('C', "DATA"), ('S', "354 Go ahead")];
            one(&[&data[..], &message, &[('C', "."), ('S', "554 5.7.1 spam")]].concat());
        }
        let canaries = [
            LOCAL.to_owned(),
            "famzkhwanvx".to_owned(),
            "8001015009087".to_owned(),
            "31/01/1980".to_owned(),
            "19971009".to_owned(),
            "800101 5009".to_owned(),
            "0825551947".to_owned(),
            "825551947".to_owned(),
            "555 1947".to_owned(),
            "Zyphilis ontleding Qwartz".to_owned(),
            "Zkhwanvx_stmt".to_owned(),
            "ZKHWANVX-LAP".to_owned(),
            hex(LOCAL),
            percent(LOCAL, "%"),
            percent(LOCAL, "="),
            base64(LOCAL.as_bytes())[..20].to_owned(),
            base64(b"Zyphilis ontleding Qwartz")[..30].to_owned(),
        ];
        (writer.name.to_owned(), log.into_bytes(), canaries.to_vec())
    });
    look(logs, Level::Personal, true);
}

#[test]
fn other_encodings_and_commands_tell_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("emailout.txt");
    let password = passwords().next().unwrap();
    let (name, word) = (base64(b"desk@clinic.example"), base64(password.as_bytes()));
    let lines = session(&[
        ('N', &format!("smtpPassword={password}")),
        ('C', &format!("AUTH LOGIN {name}")),
        ('S', "334 UGFzc3dvcmQ6"),
        ('C', &word),
        ('S', &format!("535 5.7.8 {password}")),
    ]);
    let text = WRITERS[0].log(&lines);
    let little: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    for log in [text.clone().into_bytes(), little, big] {
        fs::write(&path, &log).unwrap();
        let run = |arguments: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_mtmlog"));
            let done = command.args(arguments).arg(&path).env("RUST_BACKTRACE", "1").output().unwrap();
            String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr)
        };
        let mut outputs: Vec<String> = every_output(&path).into_iter().map(|(.., text)| text).collect();
        // The path where an option wants a value, so that errors quote what they were given.
        for arguments in [
            &["profile", "learn"][..],
            &["profile", "test", "--dialect"],
            &["analyze", "--dialect"],
            &["analyze", "--knowledge"],
            &["list"],
        ] {
            outputs.push(run(arguments));
        }
        outputs.push(run(&["analyze", "--dialect", path.to_str().unwrap()]));
        outputs.push(run(&["analyze", "--knowledge", path.to_str().unwrap()]));
        outputs.push(run(&["profile", "test", "--dialect", path.to_str().unwrap()]));
        for form in forms(&password).into_iter().filter(|form| *form != hex(&password)) {
            let run = form.as_bytes().windows(6).find(|run| {
                let run = String::from_utf8_lossy(run);
                outputs.iter().any(|text| text.contains(&*run))
            });
            assert!(run.is_none(), "{form}: {:?}", run.map(String::from_utf8_lossy));
        }
    }
}
