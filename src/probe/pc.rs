//! Facts of this PC that bear on mail: its system, its clock, who answers for names, what stands in the path. Asked of
//! the system, never of the network.

use std::{fs, path::PathBuf};

use chrono::Local;

/// A fact: what it is about, and what the system says. What the system says comes from outside, so whoever shows it
/// takes it through the gate.
pub(crate) type Fact = (&'static str, String);

/// Lines of the hosts file that are told.
const MAX_HOSTS_LINES: usize = 20;
/// Bytes of a system file that are read; these are short on every PC.
const MAX_FILE_BYTES: usize = 256 * 1024;

/// The facts of this PC; `servers` are the mail servers that the logs name, to be looked for in the hosts file.
pub(crate) fn facts_of_this_pc(servers: &[String]) -> Vec<Fact> {
    let now = Local::now();
    let mut facts = vec![
        ("System", system()),
        ("Clock", format!("{} (this PC's own clock and time zone)", now.format("%Y-%m-%d %H:%M:%S %:z"))),
    ];
    let of_servers = hosts_lines(&text(hosts_file()), servers);
    if of_servers.is_empty() {
        facts.push(("Hosts file", "names none of the mail servers".to_owned()));
    }
    facts.extend(of_servers.into_iter().map(|line| ("Hosts file", line)));
    let resolvers = resolvers();
    if resolvers.is_empty() {
        facts.push(("Resolver", "could not be asked for".to_owned()));
    }
    facts.extend(resolvers.into_iter().map(|resolver| ("Resolver", resolver)));
    facts.extend(protection());
    facts
}

/// The error of this PC's clock against the date in a server's greeting, in seconds; ahead is positive.
pub(super) fn clock_offset(greeting: &[u8]) -> Option<i64> {
    let server = crate::rule::greeting_date(greeting)?;
    Some((Local::now().fixed_offset() - server).num_seconds())
}

#[allow(clippy::disallowed_methods, reason = "files of the system's, no logs")]
fn text(path: PathBuf) -> String {
    let mut bytes = fs::read(path).unwrap_or_default();
    bytes.truncate(MAX_FILE_BYTES);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Lines of the hosts file that name one of the servers.
fn hosts_lines(text: &str, servers: &[String]) -> Vec<String> {
    let names = |line: &str| {
        let names = line.split('#').next().unwrap_or_default().split_ascii_whitespace().skip(1);
        names.into_iter().any(|name| servers.iter().any(|server| server.eq_ignore_ascii_case(name)))
    };
    text.lines().filter(|line| names(line)).take(MAX_HOSTS_LINES).map(|line| line.trim().to_owned()).collect()
}

#[cfg(windows)]
fn hosts_file() -> PathBuf {
    let root = std::env::var_os("SystemRoot").unwrap_or_else(|| "C:\\Windows".into());
    PathBuf::from(root).join("System32\\drivers\\etc\\hosts")
}

#[cfg(not(windows))]
fn hosts_file() -> PathBuf {
    "/etc/hosts".into()
}

#[cfg(windows)]
use super::windows::{protection, resolvers, system};

#[cfg(not(windows))]
fn system() -> String {
    let about = text("/etc/os-release".into());
    let name = about.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    name.map_or_else(|| std::env::consts::OS.to_owned(), |name| name.trim_matches('"').to_owned())
}

#[cfg(not(windows))]
fn resolvers() -> Vec<String> {
    let name = |line: &str| line.trim().strip_prefix("nameserver").map(|address| address.trim().to_owned());
    text("/etc/resolv.conf".into()).lines().filter_map(name).collect()
}

/// Only Windows says what protects it.
#[cfg(not(windows))]
fn protection() -> Vec<Fact> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_of_the_servers_are_told() {
        let text =
            "127.0.0.1 localhost\n# 10.0.0.9 mail.practice.example\n 10.0.0.5\tMail.Practice.example old # by hand\n";
        let servers = ["mail.practice.example".to_owned()];
        assert_eq!(hosts_lines(text, &servers), ["10.0.0.5\tMail.Practice.example old # by hand"]);
        assert!(hosts_lines(text, &[]).is_empty());
    }

    #[test]
    fn every_pc_has_a_system_and_a_clock() {
        let facts = facts_of_this_pc(&[]);
        for name in ["System", "Clock", "Hosts file", "Resolver"] {
            assert!(facts.iter().any(|(known, said)| *known == name && !said.is_empty()), "{name}: {facts:?}");
        }
    }
}
