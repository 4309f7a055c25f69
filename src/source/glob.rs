//! Wildcards, expanded by us: Windows shells do not, and the same argument must mean the same everywhere.

use std::io;
use std::path::{Path, PathBuf};

use globset::{Error, GlobBuilder, GlobMatcher};
use walkdir::WalkDir;

/// What a pattern fits.
pub(super) struct Expanded {
    /// Files and folders, sorted by name.
    pub(super) paths: Vec<PathBuf>,
    /// Folders that might hold more but cannot be listed.
    pub(super) closed: Vec<(PathBuf, io::Error)>,
}

const WILD: [char; 3] = ['*', '?', '['];

/// Whether it has a wildcard. The `?` of a verbatim path (`\\?\C:\...`) is none.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(WILD) && !text.starts_with(r"\\?\")
}

/// The existing paths that fit the pattern: `*`, `?` and `[..]` within a name, `**` for any number of folders.
pub(super) fn expand(pattern: &str) -> Result<Expanded, Error> {
    let pattern = if cfg!(windows) { pattern.replace('\\', "/") } else { pattern.to_owned() };
    let wild = pattern.find(WILD).unwrap_or(pattern.len());
    let (base, rest) = pattern.split_at(pattern[..wild].rfind('/').map_or(0, |slash| slash + 1));
    let names: Vec<&str> = rest.split('/').filter(|name| !name.is_empty()).collect();
    let fixed = names.iter().position(|name| *name == "**").unwrap_or(names.len());
    // Which folders are worth entering, by depth: the pattern's own beginnings.
    let steps: Vec<GlobMatcher> = (1..=fixed).map(|len| matcher(&names[..len])).collect::<Result<_, _>>()?;
    let whole = matcher(&names)?;
    let deepest = if fixed < names.len() { usize::MAX } else { names.len() };

    let root = if base.is_empty() { Path::new(".") } else { Path::new(base) };
    let inside = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_path_buf();
    let mut expanded = Expanded { paths: Vec::new(), closed: Vec::new() };
    let walk = WalkDir::new(root).follow_links(true).sort_by_file_name().min_depth(1).max_depth(deepest);
    for entry in walk.into_iter().filter_entry(|entry| {
        let step = entry.depth().checked_sub(1).and_then(|above| steps.get(above));
        step.is_none_or(|step| step.is_match(inside(entry.path())))
    }) {
        match entry {
            Ok(entry) if whole.is_match(inside(entry.path())) => {
                let path = if base.is_empty() { inside(entry.path()) } else { entry.into_path() };
                // Components joined again have the system's own slashes.
                expanded.paths.push(if cfg!(windows) { path.components().collect() } else { path });
            }
            Ok(_) => {}
            Err(error) => expanded.closed.extend(super::discovery::unlisted(error)),
        }
    }
    Ok(expanded)
}

fn matcher(names: &[&str]) -> Result<GlobMatcher, Error> {
    // Braces are no wildcards with us; folders are named with them.
    let mut pattern = String::new();
    let mut in_class = false;
    for next in names.join("/").chars() {
        in_class = next == '[' || in_class && next != ']';
        match next {
            '{' | '}' if !in_class => pattern.extend(['[', next, ']']),
            _ => pattern.push(next),
        }
    }
    let glob = GlobBuilder::new(&pattern)
        .literal_separator(true)
        .backslash_escape(false)
        .case_insensitive(cfg!(windows))
        .build()?;
    Ok(glob.compile_matcher())
}
