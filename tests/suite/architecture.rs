//! The house rules of `src`: who may import whom, which crate lives in which room, what stands nowhere.
//!
//! Each rule is a function from a file's name and text to its offences, and proves itself on a bad sample.

use std::collections::BTreeSet;
use std::path::Path;

mod circles;
mod code;

use code::{code, words};

/// Every room imports only from those before it.
const ROOMS: &[&str] = &[
    "named",
    "memo",
    "base64",
    "hex",
    "smtp",
    "source",
    "knowledge",
    "container",
    "dialect",
    "session",
    "scan",
    "rule",
    "redact",
    "report",
    "analysis",
    "rewrite",
    "show",
    "ticket",
    "profiles",
    "watch",
    "compare",
    "page",
    "probe",
    "case",
    "cli",
];
/// What `lib.rs` gives out of a room under its own name.
const REEXPORTED: [(&str, &str); 12] = [
    ("By", "analysis"),
    ("Request", "analysis"),
    ("Summary", "analysis"),
    ("analyze", "analysis"),
    ("TicketRequest", "ticket"),
    ("redact_all", "rewrite"),
    ("show", "show"),
    ("ticket", "ticket"),
    ("Waits", "watch"),
    ("WatchRequest", "watch"),
    ("newest", "watch"),
    ("CompareRequest", "compare"),
];
/// The program around the rooms.
const ABOVE_ALL: [&str; 2] = ["lib.rs", "main.rs"];

/// Crates, and the files or folders of `src` that may name them, so that replacing one is a change in one room.
const CRATES: &[(&str, &[&str])] = &[
    ("anstream", &["cli/"]),
    ("bstr", ANYWHERE),
    ("chrono", ANYWHERE),
    ("clap", &["cli/", "main.rs"]),
    ("clap_complete", &["cli/", "main.rs"]),
    ("clap_mangen", &["cli/", "main.rs"]),
    ("comfy_table", &["report/table.rs", "report/table/", "report/probe.rs"]),
    ("csv", &["report/"]),
    ("ctrlc", &["cli/"]),
    ("daachorse", &["knowledge/"]),
    ("encoding_rs", &["source/"]),
    ("flate2", &["source/"]),
    ("glob", &["source/"]),
    ("indicatif", &["cli/"]),
    ("libc", &["source/mapping/"]),
    ("memchr", ANYWHERE),
    ("memmap2", &["source/"]),
    ("mimalloc", &["main.rs"]),
    ("minijinja", &["report/"]),
    ("nom", &["smtp/", "container/", "dialect/"]),
    ("postcard", &["knowledge/"]),
    ("rayon", &["scan/", "analysis/"]),
    ("rustls", &["probe/"]),
    ("rustls_platform_verifier", &["probe/"]),
    ("ruzstd", &["source/zstandard/"]),
    ("same_file", &["source/"]),
    ("serde", &["knowledge/", "redact/", "report/", "dialect/", "page/"]),
    ("serde_json", &["report/", "page/"]),
    ("sha2", &["ticket.rs", "report/", "case/"]),
    ("simple_dns", &["probe/names.rs"]),
    ("strsim", &["cli/", "knowledge/"]),
    ("thiserror", ANYWHERE),
    ("toml", &["knowledge/", "dialect/"]),
    ("walkdir", &["source/"]),
    ("webpki_roots", &["probe/"]),
    ("windows", &["cli/desktop/windows.rs", "probe/windows.rs"]),
    ("x509_parser", &["probe/"]),
    ("zip", &["source/", "rewrite.rs", "case/"]),
    ("zstd", &["source/"]),
];
const ANYWHERE: &[&str] = &[""];

/// Where `unsafe` may stand, each time with a comment that says SAFETY.
const UNSAFE: &[&str] = &["source/mapping/system.rs", "cli/desktop/windows.rs", "page/host.rs", "probe/windows.rs"];
/// A file longer than this asks to be two.
const LINES: usize = 500;
/// A function longer than this asks to be several; those that are stand here until somebody parts them.
const FUNCTION_LINES: usize = 60;
const LONG_FUNCTIONS: &[(&str, &str)] = &[
    ("container/paste.rs", "line"),
    ("container/wrap.rs", "goes_on"),
    ("dialect/outcomes.rs", "told_with"),
    ("dialect/outcomes.rs", "event"),
    ("dialect/outcomes/inferred.rs", "of"),
    ("dialect/outcomes/inferred.rs", "sent"),
    ("dialect/outcomes/mails.rs", "mails"),
    ("dialect/outcomes/score.rs", "score_of"),
    ("knowledge/quoted_reply.rs", "candidate"),
    ("redact/field.rs", "walk"),
    ("redact/log_redactor.rs", "event"),
    ("redact/secret.rs", "other_value"),
    ("redact/secret/beside.rs", "beside"),
    ("redact/secret/spoken.rs", "value"),
    ("rewrite.rs", "one"),
    ("session/conversation/narrated_mail.rs", "sent"),
];
/// What may stand at the top of the repository; the names of folders end with a slash.
const TOP: &[&str] = &[
    ".cargo/",
    ".ci/",
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "benches/",
    "build.rs",
    "clippy.toml",
    "deny.toml",
    "docs/",
    "fixtures/",
    "rustfmt.toml",
    "src/",
    "tests/",
];
/// Not of the repository: Git's own, and what `.gitignore` names.
const NOT_OURS: &[&str] = &[".git", ".git/", "target/"];

type Rule = fn(&str, &str) -> Vec<String>;

/// The room of a file of `src`.
fn room(file: &str) -> &str {
    let name = file.split('/').next().unwrap();
    name.strip_suffix(".rs").unwrap_or(name)
}

/// The first names in `a::b`, `{a::b, c}`, `{self, a}`.
fn first_names(path: &str) -> Vec<String> {
    let name = |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(group) = path.trim_start().strip_prefix('{') else { return vec![name(path)] };
    let mut depth = 0;
    let mut names = vec![String::new()];
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(String::new()),
            _ => names.last_mut().unwrap().push(c),
        }
    }
    names.iter().map(|text| name(text)).filter(|text| !text.is_empty()).collect()
}

fn imports_come_from_above(file: &str, text: &str) -> Vec<String> {
    if ABOVE_ALL.contains(&file) {
        return Vec::new();
    }
    let code = code(text);
    let Some(own) = ROOMS.iter().position(|name| *name == room(file)) else {
        return vec![format!("{file}: no room of this name")];
    };
    let mut offences = Vec::new();
    for (line, _, after) in words(&code, "crate") {
        let Some(path) = after.strip_prefix("::") else { continue };
        for name in first_names(path) {
            let home = REEXPORTED.iter().find(|(item, _)| *item == name).map_or(name.as_str(), |(_, room)| room);
            match ROOMS.iter().position(|room| *room == home) {
                Some(place) if place <= own => {}
                Some(_) => offences.push(format!("{file}:{line}: {} imports from {name}", ROOMS[own])),
                None => offences.push(format!("{file}:{line}: crate::{name} is no room")),
            }
        }
    }
    // The top of a room reaches the others by `super` too; that way nobody would see it.
    // Each folder below `src` is one step more.
    let deep = file.matches('/').count() + usize::from(!file.ends_with("/mod.rs"));
    // `log_tests.rs` is `log::tests`.
    let deep = if file.ends_with("_tests.rs") { deep + 1 } else { deep };
    let climb = &"super::".repeat(deep.max(1));
    for (n, line) in code.lines().enumerate() {
        let import = line.trim_start_matches("pub ").trim_start_matches("pub(crate) ");
        if import.strip_prefix("use ").is_some_and(|path| path.starts_with(climb)) {
            offences.push(format!("{file}:{}: leaves its room by {climb}", n + 1));
        }
    }
    offences
}

fn crates_stay_in_their_rooms(file: &str, text: &str) -> Vec<String> {
    let code = code(text);
    let mut offences = Vec::new();
    for (name, places) in CRATES {
        if places.iter().any(|place| file.starts_with(place)) {
            continue;
        }
        for (line, before, after) in words(&code, name) {
            let used = before.ends_with("use ") || after.starts_with("::") && !before.ends_with("::");
            if used {
                offences.push(format!("{file}:{line}: {name} lives in {}", places.join(", ")));
            }
        }
    }
    offences
}

fn outputs_see_no_bytes(file: &str, text: &str) -> Vec<String> {
    if !["report", "cli", "main"].contains(&room(file)) {
        return Vec::new();
    }
    let code = code(text);
    words(&code, "expose").map(|(line, ..)| format!("{file}:{line}: only redact may look inside")).collect()
}

/// Only the probe opens a connection; `analyze`, `ticket`, `redact` and `explain` cannot even name a socket.
fn sockets_are_the_probes(file: &str, text: &str) -> Vec<String> {
    if file.starts_with("probe/") {
        return Vec::new();
    }
    let code = code(text);
    ["TcpStream", "TcpListener", "UdpSocket", "UnixStream", "ToSocketAddrs", "to_socket_addrs"]
        .iter()
        .flat_map(|name| words(&code, name).map(|(line, ..)| format!("{file}:{line}: {name}")).collect::<Vec<_>>())
        .collect()
}

fn unsafe_says_why(file: &str, text: &str) -> Vec<String> {
    let code = code(text);
    let lines: Vec<&str> = text.lines().collect();
    let mut offences = Vec::new();
    for (line, ..) in words(&code, "unsafe") {
        let above = lines[..line - 1].iter().rev().take_while(|text| text.trim_start().starts_with("//"));
        if !UNSAFE.contains(&file) {
            offences.push(format!("{file}:{line}: unsafe"));
        } else if !above.into_iter().any(|text| text.contains("SAFETY")) {
            offences.push(format!("{file}:{line}: unsafe without SAFETY above it"));
        }
    }
    offences
}

fn files_are_short(file: &str, text: &str) -> Vec<String> {
    let lines = text.lines().count();
    if lines > LINES { vec![format!("{file}: {lines} lines, more than {LINES}")] } else { Vec::new() }
}

fn functions_are_short(file: &str, text: &str) -> Vec<String> {
    if file.ends_with("tests.rs") || file.contains("/tests/") {
        return Vec::new();
    }
    let text = text.split("\nmod tests {").next().unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let mut offences = Vec::new();
    // Exceptions that nothing needs any more are in the way of the next long function.
    let mut unused: Vec<&str> = LONG_FUNCTIONS.iter().filter(|(of, _)| *of == file).map(|(_, name)| *name).collect();
    for (at, line) in lines.iter().enumerate() {
        let indent = &line[..line.len() - line.trim_start().len()];
        let Some((before, after)) = line.split_once("fn ") else { continue };
        let name = after.split(['(', '<']).next().unwrap();
        let declares = before.is_empty() || before.ends_with(' ');
        if !declares || before.contains("//") || line.ends_with(['}', ';']) {
            continue;
        }
        let end = format!("{indent}}}");
        let length = lines[at..].iter().position(|line| *line == end).map_or(0, |rest| rest + 1);
        if length > FUNCTION_LINES && LONG_FUNCTIONS.contains(&(file, name)) {
            unused.retain(|exception| *exception != name);
        } else if length > FUNCTION_LINES {
            offences.push(format!("{file}:{}: {name} has {length} lines, more than {FUNCTION_LINES}", at + 1));
        }
    }
    offences.extend(unused.iter().map(|name| format!("{file}: {name} is no long function any more")));
    offences
}

fn nobody_prints(file: &str, text: &str) -> Vec<String> {
    let code = code(text);
    let speaks = matches!(room(file), "cli" | "main");
    let macros: &[&str] = if speaks { &["dbg"] } else { &["println", "eprintln", "print", "eprint", "dbg"] };
    let found = macros.iter().flat_map(|name| words(&code, name).map(move |place| (name, place)));
    found
        .filter(|(_, (_, _, after))| after.starts_with('!'))
        .map(|(name, (line, ..))| format!("{file}:{line}: {name}!"))
        .collect()
}

/// Asks every file of `src`, and then whether the rule sees what is bad and passes what is good.
fn keep(rule: Rule, bad: &[(&str, &str)], good: &[(&str, &str)]) {
    for (file, text) in bad {
        assert!(!rule(file, text).is_empty(), "the rule does not see {file}: {text}");
    }
    for (file, text) in good {
        assert_eq!(rule(file, text), Vec::<String>::new(), "the rule is wrong about {file}: {text}");
    }
    let files = sources(Path::new("src"));
    assert!(files.len() > 40, "{} files", files.len());
    let offences: Vec<String> = files.iter().flat_map(|(file, text)| rule(file, text)).collect();
    assert!(offences.is_empty(), "{offences:#?}");
}

fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("tests run at the top of the repository") {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix("src").unwrap().to_str().unwrap().replace('\\', "/");
            found.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort();
    found
}

#[test]
fn a_room_imports_only_from_those_above_it() {
    keep(
        imports_come_from_above,
        &[
            ("smtp/reply.rs", "use crate::source::Log;"),
            ("session/lane.rs", "use crate::{\n    dialect::{Line, What},\n    scan::Scan,\n};"),
            ("dialect/mod.rs", "fn f() { let x = crate::session::Builder::new(); }"),
            ("report/table.rs", "use crate::analysis::Request;"),
            ("rule/mod.rs", "use super::redact;"),
            ("rule/finding.rs", "pub use super::super::redact;"),
            ("helpers/mod.rs", ""),
            ("scan/mod.rs", "use crate::Request;"),
        ],
        &[
            (
                "session/lane.rs",
                "use crate::{dialect::{Line, What}, smtp};\n// crate::cli\nconst S: &str = \"crate::cli\";",
            ),
            ("redact/mod.rs", "/// See [`crate::report`].\nuse crate::redact::Shown;"),
            ("cli/mod.rs", "use crate::{Request, report};"),
            ("lib.rs", "pub use analysis::Request;"),
            ("smtp/mod.rs", "mod tests {\n    use super::*;\n}"),
        ],
    );
    let lib = code(&std::fs::read_to_string("src/lib.rs").unwrap());
    let declared =
        lib.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'));
    assert_eq!(declared.collect::<BTreeSet<_>>(), ROOMS.iter().copied().collect(), "every room has its place in ROOMS");
}

#[test]
fn a_crate_stays_in_its_room() {
    keep(
        crates_stay_in_their_rooms,
        &[
            ("session/lane.rs", "use nom::Parser;"),
            ("scan/mod.rs", "use memmap2::Mmap;"),
            ("report/json.rs", "let table = comfy_table::Table::new();"),
            ("analysis/mod.rs", "#[derive(clap::Parser)]\nstruct A;"),
            ("rule/judge.rs", "use {std::io, rayon::prelude::*};"),
            ("redact/mod.rs", "use encoding_rs;"),
            ("session/mod.rs", "use toml::Value;"),
            ("source/log.rs", "libc::write(1);"),
        ],
        &[
            ("dialect/indy.rs", "use nom::Parser;"),
            ("report/table/cells.rs", "use comfy_table::Table;"),
            ("session/mod.rs", "// rayon::join\nlet toml = 1; let t = crate::knowledge::toml::Row;"),
            ("scan/mod.rs", "use rayon::prelude::*;"),
        ],
    );
    let manifest: toml::Table = std::fs::read_to_string("Cargo.toml").unwrap().parse().unwrap();
    let everywhere = manifest["dependencies"].as_table().unwrap().keys();
    let systems = manifest.get("target").and_then(|t| t.as_table()).into_iter().flat_map(|t| t.values());
    let some = systems.filter_map(|t| t.get("dependencies")?.as_table()).flat_map(|t| t.keys());
    for name in everywhere.chain(some) {
        assert!(CRATES.iter().any(|(known, _)| *known == name.replace('-', "_")), "give {name} a room in CRATES");
    }
}

#[test]
fn outputs_never_look_inside_bytes_of_a_log() {
    keep(
        outputs_see_no_bytes,
        &[
            ("report/json.rs", "let text = tx.mail_from.expose();"),
            ("cli/mod.rs", "x.map(Sensitive::expose)"),
            ("main.rs", "x . expose ();"),
        ],
        &[("redact/mod.rs", "text.expose()"), ("report/mod.rs", "// never .expose()\nlet exposed = \".expose()\";")],
    );
}

#[test]
fn only_the_probe_opens_a_connection() {
    keep(
        sockets_are_the_probes,
        &[("cli/mod.rs", "use std::net::TcpStream;"), ("source/log_file.rs", "host.to_socket_addrs()")],
        &[("probe/names.rs", "use std::net::UdpSocket;"), ("smtp/ehlo.rs", "use std::net::IpAddr;")],
    );
}

#[test]
fn unsafe_stands_where_it_may_and_says_why() {
    keep(
        unsafe_says_why,
        &[
            ("source/log.rs", "// SAFETY: fine\nunsafe { f() }"),
            ("source/mapping/system.rs", "// fine\nunsafe { f() }"),
            ("source/mapping/system.rs", "// SAFETY: fine\nlet a = 1;\nlet b = unsafe { f() };"),
            ("cli/mod.rs", "unsafe fn f() {}"),
        ],
        &[
            ("source/mapping/system.rs", "// SAFETY: fine,\n// and so on\nunsafe { f() }"),
            ("source/log.rs", "#![deny(unsafe_code)]\n// unsafe\nlet s = \"unsafe\";"),
        ],
    );
}

#[test]
fn no_file_is_long() {
    let long = "\n".repeat(LINES + 1);
    let right = "\n".repeat(LINES);
    keep(files_are_short, &[("smtp/x.rs", &long)], &[("smtp/x.rs", &right)]);
}

#[test]
fn no_function_is_long() {
    let function =
        |lines: usize| format!("impl A {{\n    fn f() {{\n{}    }}\n}}\n", "        g();\n".repeat(lines - 2));
    keep(
        functions_are_short,
        &[("smtp/x.rs", &function(FUNCTION_LINES + 1)), ("container/wrap.rs", "fn goes_on() {\n}\n")],
        &[("smtp/x.rs", &function(FUNCTION_LINES)), ("smtp/x_tests.rs", &function(FUNCTION_LINES + 1))],
    );
}

#[test]
fn only_the_program_prints() {
    keep(
        nobody_prints,
        &[
            ("scan/mod.rs", "println!(\"x\")"),
            ("report/mod.rs", "eprintln!(\"x\")"),
            ("smtp/mod.rs", "let x = dbg!(1);"),
            ("cli/mod.rs", "dbg!(1)"),
            ("main.rs", "dbg!(1)"),
        ],
        &[
            ("cli/mod.rs", "println!(\"x\")"),
            ("main.rs", "eprintln!(\"x\")"),
            ("scan/mod.rs", "// println!\n\"dbg!\"; fn print() {}"),
        ],
    );
}

#[test]
fn the_top_of_the_repository_is_tidy() {
    let strangers = |names: &BTreeSet<String>| -> Vec<String> {
        names
            .iter()
            .filter(|name| !TOP.contains(&name.as_str()) && !NOT_OURS.contains(&name.as_str()))
            .cloned()
            .collect()
    };
    let bad = BTreeSet::from(["src/".to_owned(), "notes.txt".to_owned(), "src".to_owned(), "LICENSE/".to_owned()]);
    assert_eq!(strangers(&bad), ["LICENSE/", "notes.txt", "src"]);
    let have: BTreeSet<String> = std::fs::read_dir(".")
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let slash = if entry.file_type().unwrap().is_dir() { "/" } else { "" };
            format!("{}{slash}", entry.file_name().to_str().unwrap())
        })
        .collect();
    assert_eq!(strangers(&have), Vec::<String>::new());
}
