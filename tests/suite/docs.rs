//! `docs/*.md` is what the program prints of its own tables. After a change of the tables run this test with
//! `MTMLOG_BLESS=1`.

use std::{path::Path, process::Command};

use mtmlog::{
    knowledge::Knowledge,
    report::{LISTS, ListFormat},
};

#[test]
fn the_pages_are_the_tables() {
    for list in LISTS {
        compare(list.name, &list.text(Knowledge::builtin(), ListFormat::Markdown).unwrap());
    }
}

#[test]
fn the_page_of_commands_is_their_help() {
    let printed = Command::new(env!("CARGO_BIN_EXE_mtmlog")).args(["man", "--format", "markdown"]).output().unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    assert!(printed.contains("mtmlog analyze --help"));
    compare("cli", &printed);
}

fn compare(name: &str, printed: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/{name}.md"));
    if std::env::var_os("MTMLOG_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, printed).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(written == printed, "{}: run `MTMLOG_BLESS=1 cargo test --test suite docs`", path.display());
}
