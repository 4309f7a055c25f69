//! `mtmlog case` and `mtmlog who`: what is in the zip, what is not, and that only the map turns a stand-in back.

use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use sha2::{Digest, Sha256};

/// A sign-in that is refused, and a mail whose recipient is not known.
const LOG: &str = "\
2026-11-23 09:01:01 Connecting to mail.practice.example:587\r
2026-11-23 09:01:01 << 220 mail.practice.example ESMTP\r
2026-11-23 09:01:01 >> EHLO FRONTDESK-ZW\r
2026-11-23 09:01:01 << 250-mail.practice.example\r
2026-11-23 09:01:01 << 250 AUTH LOGIN\r
2026-11-23 09:01:02 >> AUTH LOGIN\r
2026-11-23 09:01:02 << 334 VXNlcm5hbWU6\r
2026-11-23 09:01:02 >> cmVjZXB0aW9uQHByYWN0aWNlLmV4YW1wbGU=\r
2026-11-23 09:01:02 << 334 UGFzc3dvcmQ6\r
2026-11-23 09:01:02 >> S3VkdSFIZXJkLTQ0NzE=\r
2026-11-23 09:01:02 << 235 ok\r
2026-11-23 09:01:03 >> MAIL FROM:<reception@practice.example>\r
2026-11-23 09:01:03 << 250 OK\r
2026-11-23 09:01:03 >> RCPT TO:<qwyxolisa.zkhwanvx@clinic.example>\r
2026-11-23 09:01:03 << 550 5.1.1 <qwyxolisa.zkhwanvx@clinic.example>: no such user here\r
2026-11-23 09:01:04 >> QUIT\r
2026-11-23 09:01:04 << 221 bye\r
";
const PATIENT: [&str; 4] = ["qwyxolisa", "zkhwanvx", "clinic.example", "FRONTDESK-ZW"];
const SECRETS: [&str; 2] = ["S3VkdSFI", "Kudu!Herd"];

struct Place(tempfile::TempDir);

impl Place {
    fn new(log: &str) -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        fs::write(place.path("emailout.txt"), log).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, line: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mtmlog"));
        command.current_dir(self.0.path()).args(line.split(' ')).stdin(Stdio::null());
        command.output().unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn members(zip: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(fs::File::open(zip).unwrap()).unwrap();
    let count = zip.len();
    let read = |n: usize| {
        let mut member = zip.by_index(n).unwrap();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        (member.name().unwrap().into_owned(), bytes)
    };
    (0..count).map(read).collect()
}

#[test]
fn the_zip_holds_what_its_manifest_says_and_nobody() {
    let place = Place::new(LOG);
    let run = place.run("case emailout.txt");
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    let all = members(&place.path("case.zip"));
    let names: Vec<&str> = all.keys().map(String::as_str).collect();
    assert_eq!(names, ["logs/0001-emailout.txt", "manifest.txt", "pc.txt", "ticket.html", "ticket.txt"]);
    let manifest = text(&all["manifest.txt"]);
    for (name, bytes) in all.iter().filter(|(name, _)| *name != "manifest.txt") {
        let sum: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(manifest.contains(name.as_str()) && manifest.contains(&sum), "{name}: {manifest}");
    }
    for part in ["NOT in this zip", "Passwords", "every line was understood", "--probe"] {
        assert!(manifest.contains(part), "{part}: {manifest}");
    }
    // It is shown before the zip is there.
    assert!(text(&run.stdout).contains(&manifest.replace("\r\n", "\n")), "{}", text(&run.stdout));
    let shown = text(&run.stdout) + &text(&run.stderr);
    for (name, said) in all.iter().map(|(name, bytes)| (name.as_str(), text(bytes))).chain([("screen", shown)]) {
        for canary in PATIENT.iter().chain(&SECRETS) {
            assert!(!said.to_lowercase().contains(&canary.to_lowercase()), "{canary} in {name}: {said}");
        }
    }
    // The ticket shows the sender, whom a provider has to find; the log does not.
    assert!(text(&all["ticket.txt"]).contains("reception@practice.example"));
    assert!(!text(&all["logs/0001-emailout.txt"]).contains("reception@"));
}

#[test]
fn the_same_person_has_one_stand_in_everywhere_and_the_map_knows_whose_it_is() {
    let place = Place::new(LOG);
    place.run("case emailout.txt --output paarl.zip");
    let all = members(&place.path("paarl.zip"));
    for name in ["ticket.txt", "ticket.html", "logs/0001-emailout.txt"] {
        assert!(text(&all[name]).contains("recipient-1@domain-"), "{name}: {}", text(&all[name]));
    }
    let map = fs::read_to_string(place.path("paarl.map")).unwrap();
    assert!(map.contains("recipient-1\tqwyxolisa.zkhwanvx@clinic.example\n"), "{map}");
    assert!(SECRETS.iter().all(|secret| !map.contains(secret)), "{map}");
    let who = |line: &str| place.run(line);
    let one = who("who recipient-1 --map paarl.map");
    assert_eq!(text(&one.stdout).trim(), "qwyxolisa.zkhwanvx@clinic.example");
    let answer = who("who 550 <recipient-1@domain-2.invalid>: moved away --map paarl.map");
    assert_eq!(text(&answer.stdout).trim(), "550 <qwyxolisa.zkhwanvx@clinic.example>: moved away");
    let nobody = who("who recipient-99 --map paarl.map");
    assert_eq!((nobody.status.code(), nobody.stdout.len()), (Some(2), 0));
    assert_eq!(who("who recipient-1 --map emailout.txt").status.code(), Some(2));
    assert_eq!(who("who recipient-1 --map none.map").status.code(), Some(2));
}

#[test]
fn a_map_is_never_written_over_and_belongs_to_its_user() {
    let place = Place::new(LOG);
    assert_eq!(place.run("case emailout.txt").status.code(), Some(0));
    let map = fs::read(place.path("case.map")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(place.path("case.map")).unwrap().permissions().mode() & 0o077, 0);
    }
    let again = place.run("case emailout.txt");
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("--output"), "{again:?}");
    assert_eq!(fs::read(place.path("case.map")).unwrap(), map);
}

#[test]
fn what_cannot_become_a_case_leaves_nothing_behind() {
    let place = Place::new(LOG);
    for line in
        ["case none.txt", "case -", "case emailout.txt --output case.map", "case emailout.txt --output emailout.txt"]
    {
        let run = place.run(line);
        assert_eq!(run.status.code(), Some(2), "{line}: {run:?}");
        let names: Vec<_> = fs::read_dir(place.0.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["emailout.txt"], "{line}");
    }
    assert_eq!(fs::read_to_string(place.path("emailout.txt")).unwrap(), LOG);
}

#[test]
fn lines_that_were_not_understood_go_as_shapes() {
    let place = Place::new(&format!("{LOG}!!zz Qwyxolisa 8001015009087 ~~\r\n?? Zkhwanvx Kudu!Herd-4471\r\n"));
    place.run("case emailout.txt");
    let all = members(&place.path("case.zip"));
    let sample = text(&all["sample.txt"]);
    assert!(!sample.contains("Zkhwanvx") && !sample.contains("8001015009087"), "{sample}");
}

/// Where secrets stand in logs, and where nobody thought that they would.
const FRAMES: &[&str] = &[
    "Kennwort: {}",
    "wagwoord={}",
    "PswrdSmtp={}",
    "smtp_pw -> {}",
    "<geheim>{}</geheim>",
    "[0] => {}",
    "smtp://desk:{}@mail.practice.example:587",
    "curl -u desk:{} smtps://mail.practice.example",
    "openssl enc -k {}",
    "echo {} | openssl base64",
    "Authorization: Negotiate {}",
    "X-Practice-Key: {}",
    "Set-Cookie: sid={}; HttpOnly",
    "-----BEGIN PRIVATE KEY-----\r\n{}\r\n-----END PRIVATE KEY-----",
    "the one-time code is {}",
    "trusted with ({})",
    "{}",
    "2026-11-23 09:01:05 !! {} was typed by the receptionist",
    "2026-11-23 09:01:05 << 550 5.7.1 ticket {} is not known here",
    "2026-11-23 09:01:05 >> XAUTH {}",
    "Dear Mrs {}, your account",
    "C:\\Users\\{}\\statements\\{}.pdf",
];
/// A password, a name and a number of a person.
const CANARIES: [&str; 4] = ["Kv7-ZqJ4xWb!9", "Zolthanveer", "8001015009087", "0835550147"];

#[test]
fn nothing_of_a_kind_that_nobody_listed_is_in_it() {
    for canary in CANARIES {
        let lines: String = FRAMES.iter().map(|frame| frame.replace("{}", canary) + "\r\n").collect();
        let place = Place::new(&format!("{LOG}{lines}{LOG}"));
        let run = place.run("case emailout.txt");
        assert_eq!(run.status.code(), Some(0), "{run:?}");
        let all = members(&place.path("case.zip"));
        let shown = text(&run.stdout) + &text(&run.stderr);
        for (name, said) in all.iter().map(|(name, bytes)| (name.as_str(), text(bytes))).chain([("screen", shown)]) {
            let leaks: Vec<&str> = said.lines().filter(|line| line.contains(canary)).collect();
            assert!(leaks.is_empty(), "{canary} in {name}: {leaks:#?}");
        }
    }
}

#[test]
fn a_probe_of_the_server_that_failed_is_in_it_where_it_is_asked_for() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let place = Place::new(&format!(
        "=== Trying localhost:{port}...\n*** Error connecting to localhost:{port}:\n\
         *** \tIO::Socket::INET6: connect: Connection refused\n"
    ));
    let run = place.run("case --probe emailout.txt");
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    let all = members(&place.path("case.zip"));
    let page: serde_json::Value = serde_json::from_slice(&all["probe.json"]).unwrap();
    assert_eq!(page["attempts"][0]["cause"], "conn.refused");
    assert!(all.contains_key("probe.html"));
    let ticket = text(&all["ticket.txt"]);
    assert!(ticket.contains(&format!("localhost:{port}")) && ticket.contains("fails at connection"), "{ticket}");
    // The same from a file that `probe` wrote.
    fs::write(place.path("probe.json"), &all["probe.json"]).unwrap();
    let told = text(&place.run("ticket emailout.txt --probe probe.json").stdout);
    assert!(told.contains("fails at connection"), "{told}");
    let no = place.run("ticket emailout.txt --probe emailout.txt");
    assert_eq!((no.status.code(), no.stdout.len()), (Some(2), 0), "{no:?}");
}

#[test]
fn a_host_that_has_locked_the_practice_out_is_left_alone() {
    let place = Place::new(include_str!("../../src/rule/samples/locked-out.log"));
    let run = place.run("case --probe emailout.txt");
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    let all = members(&place.path("case.zip"));
    assert!(!all.contains_key("probe.json"));
    assert!(text(&all["manifest.txt"]).contains("locked this PC out"), "{}", text(&all["manifest.txt"]));
    let probed = place.run("probe emailout.txt");
    assert_eq!(probed.status.code(), Some(2));
    assert!(text(&probed.stderr).contains("locked this PC out"), "{probed:?}");
}
