//! Wildcards, expanded by us: Windows shells do not, and the same argument must mean the same everywhere.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern, PatternError};
use walkdir::WalkDir;

/// The paths that a pattern fits.
pub(super) struct Expanded {
    /// Files and folders, sorted by name.
    pub(super) paths: Vec<PathBuf>,
    /// Folders that might hold more but cannot be listed.
    pub(super) closed: Vec<(PathBuf, io::Error)>,
}

const WILDCARDS: [char; 3] = ['*', '?', '['];

/// It has a wildcard. The `?` of a verbatim path (`\\?\C:\...`) is none.
pub(crate) fn is_pattern(text: &str) -> bool {
    text.contains(WILDCARDS) && !text.starts_with(r"\\?\")
}

/// The existing paths that fit the pattern: `*`, `?` and `[..]` within a name, `**` for any number of folders.
pub(super) fn expand(pattern: &str) -> Result<Expanded, PatternError> {
    let pattern = if cfg!(windows) { pattern.replace('\\', "/") } else { pattern.to_owned() };
    let wild = pattern.find(WILDCARDS).unwrap_or(pattern.len());
    let (base, rest) = pattern.split_at(pattern[..wild].rfind('/').map_or(0, |slash| slash + 1));
    let names: Vec<&str> = rest.split('/').filter(|name| !name.is_empty()).collect();
    let fixed = names.iter().position(|name| *name == "**").unwrap_or(names.len());
    // Which folders are worth entering, by depth: the pattern's own beginnings.
    let steps: Vec<Matcher> = (1..=fixed).map(|len| Matcher::of(&names[..len])).collect::<Result<_, _>>()?;
    let whole = Matcher::of(&names)?;
    let deepest = if fixed < names.len() { usize::MAX } else { names.len() };

    let root = if base.is_empty() { Path::new(".") } else { Path::new(base) };
    let inside = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_path_buf();
    let mut expanded = Expanded { paths: Vec::new(), closed: Vec::new() };
    let walk = WalkDir::new(root).follow_links(true).sort_by_file_name().min_depth(1).max_depth(deepest);
    for entry in walk.into_iter().filter_entry(|entry| {
        let step = entry.depth().checked_sub(1).and_then(|above| steps.get(above));
        step.is_none_or(|step| step.fits(&inside(entry.path())))
    }) {
        match entry {
            Ok(entry) if whole.fits(&inside(entry.path())) => {
                let path = if base.is_empty() { inside(entry.path()) } else { entry.into_path() };
                // Components joined again have the system's own slashes.
                expanded.paths.push(if cfg!(windows) { path.components().collect() } else { path });
            }
            Ok(_) => {}
            Err(error) => expanded.closed.extend(super::error::unlisted(error)),
        }
    }
    Ok(expanded)
}

/// A pattern, compared with the path below the folder where it begins.
struct Matcher(Pattern);

impl Matcher {
    fn of(names: &[&str]) -> Result<Matcher, PatternError> {
        Pattern::new(&folded(&names.join("/"))).map(Matcher)
    }

    fn fits(&self, path: &Path) -> bool {
        let options =
            MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };
        self.0.matches_with(&folded(&path.to_string_lossy()), options)
    }
}

/// Windows takes large and small letters for the same, in every language.
fn folded(text: &str) -> Cow<'_, str> {
    if cfg!(windows) { Cow::Owned(text.to_lowercase()) } else { Cow::Borrowed(text) }
}
