//! The customer of a log, by where it lies: the practice number of a known place, else the folder given or found directly below
//! the argument (contract section 1).

use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::source::{Found, Input};

/// The unit that is a customer, where the user says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The folder that holds the logs; in a zip the folder within, or the zip.
    Folder,
    /// Each log.
    File,
}

/// A customer as far as the place of a log tells it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    /// Tells it from all others.
    pub(super) key: String,
    /// As it is shown; none for standard input.
    pub(super) name: Option<String>,
    /// A practice number, or what the user said: its logs are not split by who sends.
    pub(super) whole: bool,
}

/// The place of each log, in the same order. `usual`: the logs of this PC's usual places, of which nobody named one.
pub(super) fn places(found: &[Found], by: Option<By>, usual: bool) -> Vec<Place> {
    let mut places: Vec<Place> = found.iter().map(|found| place(found, by)).collect();
    if usual {
        one_pc(&mut places);
    }
    // Folders of the same name need their paths.
    let mut keys: HashMap<Option<&str>, &str> = HashMap::new();
    let mut same: HashSet<String> = HashSet::new();
    for place in &places {
        let known = keys.entry(place.name.as_deref()).or_insert(&place.key);
        if *known != place.key {
            same.extend(place.name.clone());
        }
    }
    for place in &mut places {
        if place.name.as_ref().is_some_and(|name| same.contains(name)) {
            place.name = Some(place.key.clone());
        }
    }
    places
}

/// The name of each customer once, in the order of the logs.
pub(super) fn names(places: &[Place]) -> Vec<&str> {
    let mut seen = HashSet::new();
    places.iter().filter_map(|place| place.name.as_deref()).filter(|name| seen.insert(*name)).collect()
}

fn place(found: &Found, by: Option<By>) -> Place {
    let whole = |name: String| Place { key: name.clone(), name: Some(name), whole: true };
    match by {
        Some(By::Folder) => return whole(found.path.folder()),
        Some(By::File) => return whole(found.path.to_string()),
        None => {}
    }
    let (path, root) = match &found.path {
        Input::Stdin => return Place { key: "-".to_owned(), name: None, whole: true },
        Input::File(path) => (path.to_string_lossy().replace('\\', "/"), found.root.as_deref()),
        // A zip is a folder; one that was named is the argument.
        Input::Member(member) => {
            let root = found.root.as_deref().unwrap_or_else(|| member.archive());
            (format!("{}/{}", member.archive().display(), member.name()).replace('\\', "/"), Some(root))
        }
    };
    let parts: Vec<&str> = path.split('/').collect();
    if let Some(number) = practice_number(&parts) {
        return Place { key: format!("MTM/{number}"), name: Some(number.to_owned()), whole: true };
    }
    let folder = match root {
        Some(root) => below(root, &parts),
        None => parts[..parts.len() - 1].join("/"),
    };
    let folder = if folder.is_empty() && !path.starts_with('/') { ".".to_owned() } else { folder };
    let name = folder.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let name = if name.is_empty() { folder.clone() } else { name.to_owned() };
    Place { key: folder, name: Some(name), whole: false }
}

/// `…\MTM\*\maillog.txt`, as Synergy has it.
fn practice_number<'p>(parts: &[&'p str]) -> Option<&'p str> {
    let [.., mtm, number, file] = parts else { return None };
    (mtm.eq_ignore_ascii_case("MTM") && file.eq_ignore_ascii_case("maillog.txt")).then_some(*number)
}

/// The folder directly below the argument that a log is in, or the argument itself.
fn below(root: &Path, parts: &[&str]) -> String {
    let root = root.to_string_lossy().replace('\\', "/");
    let depth = root.trim_end_matches('/').split('/').count();
    // The last part is the file.
    if parts.len() > depth + 1 { parts[..=depth].join("/") } else { root }
}

/// On one PC Professional's log and a single practice number are one customer.
fn one_pc(places: &mut [Place]) {
    let numbers: Vec<Place> = places.iter().filter(|place| place.key.starts_with("MTM/")).cloned().collect();
    let single = numbers.first().filter(|first| numbers.iter().all(|number| number == *first));
    for place in places.iter_mut().filter(|place| !place.key.starts_with("MTM/")) {
        *place = match single {
            Some(single) => single.clone(),
            None => Place { name: Some("Professional".to_owned()), whole: true, ..place.clone() },
        };
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn file(path: &str, root: Option<&str>) -> Found {
        Found { path: Input::File(path.into()), named: root.is_none(), extent: None, root: root.map(PathBuf::from) }
    }

    fn shown(found: &[Found], usual: bool) -> Vec<String> {
        places(found, None, usual).into_iter().map(|place| place.name.unwrap_or_default()).collect()
    }

    #[test]
    fn a_number_then_the_folder_below_the_argument() {
        let found = [
            file("/d/Program Files (x86)/MTM/1001/maillog.txt", None),
            file("all/paarl/pc1/emailout.txt", Some("all")),
            file("all/paarl/pc2/emailout.txt", Some("all")),
            file("all/loose.log", Some("all")),
            file("all/george/Program Files (x86)/MTM/1002/maillog.txt", Some("all")),
            file("knysna/a.log", None),
            file("a.log", None),
            file("./a.log", Some(".")),
        ];
        assert_eq!(shown(&found, false), ["1001", "paarl", "paarl", "all", "1002", "knysna", ".", "."]);
    }

    #[test]
    fn folders_of_one_name_are_told_by_their_paths() {
        let of = |year: &str| file(&format!("{year}/paarl/a.log"), Some(year));
        let found = [of("2025"), of("2026"), of("2025")];
        assert_eq!(shown(&found, false), ["2025/paarl", "2026/paarl", "2025/paarl"]);
        assert_eq!(names(&places(&found, None, false)), ["2025/paarl", "2026/paarl"]);
    }

    #[test]
    fn one_pc_is_one_customer_unless_it_has_several_numbers() {
        let (professional, number) = ("C:/mtm2/kudu_etc/emailout.txt", |n: u8| format!("C:/p/MTM/{n}/maillog.txt"));
        let one = [file(professional, None), file(&number(1), None), file(&number(1), None)];
        assert_eq!(shown(&one, true), ["1", "1", "1"]);
        let two = [file(professional, None), file(&number(1), None), file(&number(2), None)];
        assert_eq!(shown(&two, true), ["Professional", "1", "2"]);
        assert_eq!(shown(&one[..1], true), ["Professional"]);
    }
}
