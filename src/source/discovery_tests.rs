use std::fs::{create_dir_all, write};

use tempfile::TempDir;

use super::*;

/// A folder of logs.
fn house() -> TempDir {
    let house = tempfile::tempdir().unwrap();
    for path in
        ["b.txt", "a.txt", ".hidden", "L1/x.txt", "L2/x.txt", "L2/deep/er/x.txt", "[1].txt", "1.txt", "c{d}.log"]
    {
        let path = house.path().join(path);
        create_dir_all(path.parent().unwrap()).unwrap();
        write(path, "220").unwrap();
    }
    create_dir_all(house.path().join("empty/too")).unwrap();
    house
}

fn at(house: &TempDir, names: &[&str]) -> Discovery {
    discover(&names.iter().map(|name| house.path().join(name).into_os_string()).collect::<Vec<_>>())
}

/// The found paths within the house, with slashes; a `+` says that the user named it.
fn names(house: &TempDir, discovery: &Discovery) -> Vec<String> {
    let name = |found: &Found| {
        let Input::File(path) = &found.path else { return "-".into() };
        let path = path.strip_prefix(house.path()).unwrap().display().to_string().replace('\\', "/");
        format!("{}{path}", if found.named { "+" } else { "" })
    };
    discovery.found.iter().map(name).collect()
}

#[test]
fn a_folder_is_walked_sorted_with_hidden_files() {
    let house = house();
    let found = at(&house, &[""]);
    let want =
        [".hidden", "1.txt", "L1/x.txt", "L2/deep/er/x.txt", "L2/x.txt", "[1].txt", "a.txt", "b.txt", "c{d}.log"];
    assert_eq!(names(&house, &found), want);
    assert!(found.problems.is_empty() && found.empty_folders.is_empty());
}

#[test]
fn a_folder_without_files_is_no_problem() {
    let house = house();
    let found = at(&house, &["empty"]);
    assert_eq!(found.empty_folders, [house.path().join("empty")]);
    assert!(found.problems.is_empty() && found.found.is_empty());
}

#[test]
fn globs_are_expanded() {
    let house = house();
    let fits = |pattern: &str| names(&house, &at(&house, &[pattern]));
    assert_eq!(fits("?.txt"), ["+1.txt", "+a.txt", "+b.txt"]);
    assert_eq!(fits("[ab].txt"), ["+a.txt", "+b.txt"]);
    assert_eq!(fits("[!ab].txt"), ["+1.txt"]);
    assert_eq!(fits("L*/*.txt"), ["+L1/x.txt", "+L2/x.txt"]);
    assert_eq!(fits("L*/x.txt"), ["+L1/x.txt", "+L2/x.txt"]);
    assert_eq!(fits("**/x.txt"), ["+L1/x.txt", "+L2/deep/er/x.txt", "+L2/x.txt"]);
    assert_eq!(fits("L2/**/x.txt"), ["+L2/deep/er/x.txt", "+L2/x.txt"]);
    assert_eq!(fits("*/deep"), ["L2/deep/er/x.txt"], "a folder that fits is walked");
    assert_eq!(fits("L2/**"), ["+L2/deep/er/x.txt", "+L2/x.txt"]);
    assert_eq!(fits("c{?}.log"), ["+c{d}.log"], "braces are part of names");
    assert_eq!(fits("c[{]d}.*"), ["+c{d}.log"]);
}

/// A wildcard stands for a character, not for a byte.
#[test]
fn umlauts_fit_wildcards() {
    let house = house();
    create_dir_all(house.path().join("Dr Müller")).unwrap();
    write(house.path().join("Dr Müller/x ŵ.txt"), "220").unwrap();
    for pattern in ["Dr M?ller/x ?.txt", "Dr M[üu]ller/*.txt", "*ü*/*ŵ.txt", "**/* ?.txt"] {
        assert_eq!(names(&house, &at(&house, &[pattern])), ["+Dr Müller/x ŵ.txt"], "{pattern}");
    }
    let found = at(&house, &["DR M?LLER/X*.TXT"]);
    assert_eq!(found.found.len(), usize::from(cfg!(windows)), "large and small letters are the same on Windows");
    assert_eq!(at(&house, &["*Ü*/x*"]).found.len(), usize::from(cfg!(windows)));
}

#[test]
fn what_exists_is_no_glob() {
    let house = house();
    assert_eq!(names(&house, &at(&house, &["[1].txt"])), ["+[1].txt"]);
    assert_eq!(names(&house, &at(&house, &["[[]1].txt"])), ["+[1].txt"]);
}

#[test]
fn nothing_there_is_a_problem_with_a_way_out() {
    let house = house();
    let found = at(&house, &["none.txt", "*.none", "none/*.txt", "[", "a.txt"]);
    assert_eq!(names(&house, &found), ["+a.txt"]);
    let [missing, pattern, folder, bad] = &found.problems[..] else { panic!("{:?}", found.problems) };
    assert!(matches!(missing.why, Why::Missing));
    assert!(matches!(pattern.why, Why::NoMatch));
    assert!(matches!(folder.why, Why::NoMatch));
    assert!(matches!(bad.why, Why::BadPattern(_)));
    for (problem, name) in found.problems.iter().zip(["none.txt: ", "*.none: ", "*.txt: ", "[: "]) {
        assert!(problem.to_string().contains(name), "{problem}");
    }
}

#[test]
fn nothing_is_found_twice() {
    let house = house();
    let found = at(&house, &["L2", "L2/x.txt", "L2/./x.txt"]);
    assert_eq!(names(&house, &found), ["L2/deep/er/x.txt", "+L2/x.txt"]);
    assert_eq!(
        discover(&["-".into(), "-".into()]).found,
        [Found { path: Input::Stdin, named: true, extent: None, root: None }]
    );
    assert_eq!(Input::Stdin.to_string(), "-");
}

#[cfg(unix)]
#[test]
fn links_pipes_and_closed_folders() {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    let house = house();
    symlink(house.path(), house.path().join("L1/loop")).unwrap();
    symlink("/nowhere", house.path().join("L1/dangling")).unwrap();
    symlink(house.path().join("a.txt"), house.path().join("L1/link.txt")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(house.path().join("L1/pipe")).status().unwrap().success());
    let found = at(&house, &["L1"]);
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    let all = names(&house, &found);
    assert_eq!(all[0], "L1/link.txt");
    assert!(!all.iter().any(|name| name.ends_with("pipe") || name.ends_with("dangling")), "{all:?}");
    assert_eq!(all.len(), names(&house, &at(&house, &[""])).len(), "through the loop, each once");
    assert_eq!(names(&house, &at(&house, &["L1/pipe"])), ["+L1/pipe"]);

    let closed = house.path().join("L2");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let as_root = fs::read_dir(&closed).is_ok();
    for pattern in ["L2", "L?/*.txt", ""] {
        let found = at(&house, &[pattern]);
        let denied = matches!(&found.problems[..], [SourceError { name, why: Why::Denied }] if name.ends_with("L2"));
        assert!(denied || as_root, "{pattern} {:?}", found.problems);
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
}
