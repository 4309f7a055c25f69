//! What `deny.toml` says, held over `cargo metadata`: licences, sources, banned crates.

// Under Wine there is no cargo.

use std::process::Command;

use serde_json::Value;

/// The array of strings `key` of `deny.toml`.
fn listed(section: &str, key: &str) -> Vec<String> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/deny.toml")).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let array = table[section][key].as_array().unwrap();
    array.iter().map(|value| value.as_str().unwrap().to_owned()).collect()
}

fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--all-features"])
        // Where the program runs; what other systems would need is not fetched.
        .args(["--filter-platform", "x86_64-unknown-linux-gnu", "--filter-platform", "x86_64-pc-windows-gnu"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// An SPDX expression is allowed where one side of each OR, and both sides of each AND, are.
fn allowed(expression: &str, list: &[String]) -> bool {
    let expression = expression.replace('/', " OR ").replace(" WITH LLVM-exception", "");
    let expression = expression.trim();
    let parts = |word: &str| -> Vec<String> {
        let (mut depth, mut parts, mut part) = (0, vec![], String::new());
        for token in expression.replace('(', " ( ").replace(')', " ) ").split_whitespace() {
            depth += i32::from(token == "(") - i32::from(token == ")");
            if token == word && depth == 0 {
                parts.push(std::mem::take(&mut part));
            } else {
                part.push(' ');
                part.push_str(token);
            }
        }
        parts.push(part);
        parts
    };
    let (or, and) = (parts("OR"), parts("AND"));
    if or.len() > 1 {
        or.iter().any(|part| allowed(part, list))
    } else if and.len() > 1 {
        and.iter().all(|part| allowed(part, list))
    } else {
        match expression.strip_prefix('(').and_then(|inner| inner.trim_end().strip_suffix(')')) {
            Some(inner) => allowed(inner, list),
            None => list.iter().any(|license| license == expression),
        }
    }
}

#[test]
fn licences_sources_and_bans_are_those_of_deny_toml() {
    let (licences, banned) = (listed("licenses", "allow"), listed("bans", "deny"));
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        let expression = package["license"].as_str().unwrap_or("none");
        assert!(allowed(expression, &licences), "{name}: licence {expression} is not allowed by deny.toml");
        let source = package["source"].as_str().unwrap_or("here");
        assert!(source == "here" || source.starts_with("registry+"), "{name} comes from {source}");
    }
    // Of what the program itself is made of, dev-dependencies left out.
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--edges", "normal", "--prefix", "none", "--locked", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let tree = String::from_utf8(tree.stdout).unwrap();
    for crate_name in tree.lines().filter_map(|line| line.split(' ').next()) {
        assert!(!banned.iter().any(|name| name == crate_name), "{crate_name} is banned by deny.toml");
    }
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    let list = ["MIT".to_owned(), "ISC".to_owned()];
    assert!(allowed("MIT OR Apache-2.0", &list) && allowed("(MIT OR Apache-2.0) AND ISC", &list));
    assert!(!allowed("MIT AND OpenSSL", &list) && !allowed("GPL-3.0", &list));
}
