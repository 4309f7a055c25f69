//! No file of `src` uses another in a circle, over however many files: who reads one of them would have to know them all.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{code::code, sources};

/// The modules that `src` consists of, as the files that hold them.
struct House {
    /// Module path such as `session::conversation`, and its file.
    modules: BTreeMap<String, String>,
    /// Code of each module, without comments, strings and tests.
    code: BTreeMap<String, String>,
}

impl House {
    fn new(files: &[(String, String)]) -> House {
        let mut house = House { modules: BTreeMap::new(), code: BTreeMap::new() };
        for (file, text) in files.iter().filter(|(file, _)| !file.ends_with("tests.rs")) {
            let path = file.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
            let code = code(text);
            let tests = code.find("#[cfg(test)]\nmod tests {").unwrap_or(code.len());
            house.code.insert(path.clone(), code[..tests].to_owned());
            house.modules.insert(path, file.clone());
        }
        house
    }

    /// The module that holds what this path leads to, as seen from `from`.
    fn home(&self, from: &str, path: &[String], hops: usize) -> Option<String> {
        let mut at = match path.first()?.as_str() {
            "crate" => String::new(),
            "self" => from.to_owned(),
            "super" => parent(from),
            child if self.modules.contains_key(&join(from, child)) => join(from, child),
            _ => return None,
        };
        let first = usize::from(!self.modules.contains_key(&join(from, &path[0])) || path[0] == "self");
        for (n, name) in path.iter().enumerate().skip(first.max(1)) {
            let child = join(&at, name);
            if name == "super" {
                at = parent(&at);
            } else if self.modules.contains_key(&child) {
                at = child;
            } else {
                // A name that the module gives out for another one.
                let code = self.code.get(if at.is_empty() { "lib" } else { &at })?;
                let given =
                    paths_in(code, "use ").into_iter().find(|(path, public)| *public && path.last() == Some(name));
                return match given {
                    Some((more, _)) if hops < 8 => {
                        let whole = more.into_iter().chain(path[n + 1..].iter().cloned()).collect::<Vec<_>>();
                        self.home(&at, &whole, hops + 1).or(Some(at))
                    }
                    _ => Some(at),
                };
            }
        }
        Some(at)
    }

    /// The modules whose names a module uses, but for those that it stands in: what extends a type may stand in files of
    /// the folder of its name.
    fn uses(&self, module: &str) -> BTreeSet<String> {
        let code = &self.code[module];
        let children = self.modules.keys().filter_map(|m| m.strip_prefix(module)?.strip_prefix("::"));
        let children = children.filter(|child| !child.contains("::")).map(|child| format!("{child}::"));
        let starts = ["crate::", "super::", "self::"].map(str::to_owned).into_iter().chain(children);
        let mut found = BTreeSet::new();
        for start in starts {
            for (path, public) in paths_in(code, &start) {
                let home = if public { None } else { self.home(module, &path, 0) };
                found.extend(home.filter(|home| !home.is_empty() && !inside(module, home)));
            }
        }
        found
    }

    /// Files that use each other in a circle.
    fn circles(&self) -> Vec<Vec<String>> {
        let uses: BTreeMap<&String, BTreeSet<String>> = self.modules.keys().map(|m| (m, self.uses(m))).collect();
        let mut reach: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
        for from in self.modules.keys() {
            let seen = reach.entry(from).or_default();
            let mut next = vec![from];
            while let Some(at) = next.pop() {
                next.extend(uses.get(at).into_iter().flatten().filter(|m| seen.insert(*m)));
            }
        }
        let circle = |m: &String| -> Vec<String> {
            let both = reach[m].iter().filter(|other| reach.get(*other).is_some_and(|back| back.contains(m)));
            both.map(|other| self.modules[*other].clone()).collect()
        };
        let circles: BTreeSet<Vec<String>> = self.modules.keys().map(circle).filter(|c| !c.is_empty()).collect();
        circles.into_iter().collect()
    }
}

fn join(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") }
}

fn parent(module: &str) -> String {
    module.rsplit_once("::").map_or(String::new(), |(parent, _)| parent.to_owned())
}

/// Whether the module is this one or stands in it.
fn inside(module: &str, other: &str) -> bool {
    module.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// The paths that begin with `start`, groups taken apart, and whether they are given out (`pub use`). `start` is `use ` for
/// whatever is imported.
fn paths_in(code: &str, start: &str) -> Vec<(Vec<String>, bool)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(start) {
        let before = &code[..at];
        if before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let line = &before[before.rfind(['\n', ';']).map_or(0, |end| end + 1)..];
        let line = line.rsplit(['{', '}']).next().unwrap_or(line).trim();
        let public = line.starts_with("pub") && (line.ends_with("use") || start == "use ");
        let from = if start == "use " { at + start.len() } else { at };
        let mut paths = Vec::new();
        tree(&mut code[from..].chars().peekable(), Vec::new(), &mut paths);
        found.extend(paths.into_iter().map(|path| (path, public)));
    }
    found
}

/// Reads `a::{b, c::d}` as its paths.
fn tree(text: &mut std::iter::Peekable<std::str::Chars<'_>>, mut path: Vec<String>, found: &mut Vec<Vec<String>>) {
    loop {
        while text.next_if(|c| c.is_whitespace()).is_some() {}
        if text.next_if_eq(&'{').is_some() {
            loop {
                tree(text, path.clone(), found);
                while text.next_if(|c| c.is_whitespace()).is_some() {}
                if text.next_if_eq(&',').is_none() {
                    text.next_if_eq(&'}');
                    return;
                }
            }
        }
        let mut name = String::new();
        while let Some(c) = text.next_if(|c| c.is_alphanumeric() || *c == '_') {
            name.push(c);
        }
        // `a::{self}` is `a`.
        if !name.is_empty() && (name != "self" || path.is_empty()) {
            path.push(name);
        }
        let mut colons = 0;
        while colons < 2 && text.next_if_eq(&':').is_some() {
            colons += 1;
        }
        if colons < 2 {
            if !path.is_empty() {
                found.push(path);
            }
            return;
        }
    }
}

fn circles(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let files: Vec<_> = files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
    House::new(&files).circles()
}

#[test]
fn circles_are_seen() {
    let lib = ("lib.rs", "pub mod a;\nmod b;");
    // By imports, by paths in the code, and through names that a folder's head gives out.
    assert_eq!(circles(&[lib, ("a.rs", "use crate::b::B;"), ("b.rs", "fn f() { crate::a::g() }")]).len(), 1);
    let head = ("a/mod.rs", "mod x;\nmod y;\npub use x::X;\npub(crate) use y::{Y, Z};");
    let x = ("a/x.rs", "use super::{\n    other, Y,\n};");
    assert_eq!(circles(&[lib, head, x, ("a/y.rs", "use super::X;")]), [["a/x.rs", "a/y.rs"]]);
    assert_eq!(circles(&[lib, head, x, ("a/y.rs", "fn f(_: super::x::X) {}")]), [["a/x.rs", "a/y.rs"]]);
    let three = [lib, ("a/mod.rs", "mod x;"), ("a/x.rs", "use crate::b;"), ("b.rs", "use crate::c::C;")];
    assert_eq!(circles(&[&three[..], &[("c.rs", "use crate::a::x::X;")]].concat()), [["a/x.rs", "b.rs", "c.rs"]]);
    // A file that extends the type of its folder's head, comments, strings and tests are none.
    let parts = ("a.rs", "mod x;\nuse x::Part;\nstruct A(Part);");
    assert_eq!(circles(&[lib, parts, ("a/x.rs", "use super::A;\nimpl A {}")]), Vec::<Vec<String>>::new());
    let quiet = "// crate::a\nconst S: &str = \"crate::a\";\n#[cfg(test)]\nmod tests {\n    use crate::a::A;\n}";
    assert_eq!(circles(&[lib, ("a.rs", "use crate::b::B;"), ("b.rs", quiet)]), Vec::<Vec<String>>::new());
}

#[test]
fn no_file_uses_another_in_a_circle() {
    let house = House::new(&sources(Path::new("src")));
    assert!(house.modules.len() > 40, "{} files", house.modules.len());
    assert_eq!(
        house.circles(),
        Vec::<Vec<String>>::new(),
        "open the circle: move what both need into a file of its own"
    );
}
