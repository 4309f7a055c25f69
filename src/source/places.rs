//! Where MTM products keep their logs. A name is a hint, never proof: the dialect is decided by content.

use std::env;
use std::path::PathBuf;

use super::glob;

/// A place where a log is likely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPlace {
    /// `Professional` or `Synergy`.
    pub product: &'static str,
    /// The path; `*` stands for the practice number.
    pub pattern: String,
}

/// All places, the likeliest first. Off Windows the patterns are the same; nothing is there.
#[must_use]
pub fn known_places() -> Vec<KnownPlace> {
    let local = env::var("LOCALAPPDATA").map(|path| globset::escape(&path)).unwrap_or("%LOCALAPPDATA%".into());
    let synergy = |root: &str| KnownPlace {
        product: "Synergy",
        pattern: format!(r"{root}\Program Files (x86)\MTM\*\maillog.txt"),
    };
    let professional = ('C'..='Z')
        .map(|drive| KnownPlace { product: "Professional", pattern: format!(r"{drive}:\mtm2\kudu_etc\emailout.txt") });
    // Where Windows puts what a program without rights writes below Program Files.
    professional.chain([synergy("C:"), synergy(&format!(r"{local}\VirtualStore"))]).collect()
}

/// The known places where there is a file.
#[must_use]
pub fn find_known() -> Vec<(KnownPlace, PathBuf)> {
    if !cfg!(windows) {
        return Vec::new(); // a backslash is part of a name here
    }
    known_places()
        .into_iter()
        .flat_map(|place| {
            let paths = glob::expand(&place.pattern).map(|found| found.paths).unwrap_or_default();
            paths.into_iter().filter(|path| path.is_file()).map(move |path| (place.clone(), path)).collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_as_promised() {
        let places = known_places();
        assert_eq!(places[0].pattern, r"C:\mtm2\kudu_etc\emailout.txt");
        assert!(places.iter().any(|place| place.pattern == r"Z:\mtm2\kudu_etc\emailout.txt"));
        let synergy: Vec<_> = places.iter().filter(|place| place.product == "Synergy").collect();
        assert_eq!(synergy[0].pattern, r"C:\Program Files (x86)\MTM\*\maillog.txt");
        assert!(synergy[1].pattern.ends_with(r"\VirtualStore\Program Files (x86)\MTM\*\maillog.txt"));
        assert!(cfg!(windows) || find_known().is_empty());
    }
}
