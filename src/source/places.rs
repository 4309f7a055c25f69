//! Where MTM products keep their logs. A name is a hint, never proof: the dialect is decided by content.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, SystemTime};

use super::glob;

/// A drive that has not answered within this time is left out: one that has gone from the network can take a minute.
const DRIVE_TIMEOUT: Duration = Duration::from_secs(5);

/// A place where a log is likely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownPlace {
    /// `Professional` or `Synergy`.
    pub product: &'static str,
    /// The path on any drive; a `*` stands for the practice number or a user of the PC.
    pub pattern: &'static str,
}

/// All places, the likeliest first.
pub(crate) const KNOWN_PLACES: [KnownPlace; 3] = [
    KnownPlace { product: "Professional", pattern: r"\mtm2\kudu_etc\emailout.txt" },
    KnownPlace { product: "Synergy", pattern: r"\Program Files (x86)\MTM\*\maillog.txt" },
    // Where Windows puts what a program without rights writes below Program Files, for each user.
    KnownPlace {
        product: "Synergy",
        pattern: r"\Users\*\AppData\Local\VirtualStore\Program Files (x86)\MTM\*\maillog.txt",
    },
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownLog {
    /// Whose it is, by its place.
    pub product: &'static str,
    /// Where it is.
    pub path: PathBuf,
    /// When it was last written to.
    pub modified: Option<SystemTime>,
}

/// The logs found in the known places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct KnownLogs {
    /// The logs, by drive, then in the order of the places.
    pub logs: Vec<KnownLog>,
    /// Drives that did not answer, such as `Z:`.
    pub silent: Vec<String>,
}

/// Looks into the known places of every drive at the same time. Off Windows there are no drives.
pub(crate) fn find_known() -> KnownLogs {
    if !cfg!(windows) {
        return KnownLogs::default();
    }
    let drives = ('C'..='Z').map(|letter| format!("{letter}:")).collect();
    on_drives(drives, |drive| below(Path::new(&format!(r"{drive}\"))))
}

fn on_drives(drives: Vec<String>, look: fn(&str) -> Vec<KnownLog>) -> KnownLogs {
    let (send, receive) = mpsc::channel();
    let mut silent: Vec<String> = Vec::new();
    for drive in drives {
        let (send, own) = (send.clone(), drive.clone());
        // A thread that waits for a lost drive ends with the program; one that cannot begin never answers.
        let _ = thread::Builder::new().spawn(move || send.send((own.clone(), look(&own))));
        silent.push(drive);
    }
    drop(send);
    let mut by_drive = BTreeMap::new();
    while let Ok((drive, logs)) = receive.recv_timeout(DRIVE_TIMEOUT) {
        silent.retain(|name| *name != drive);
        by_drive.insert(drive, logs);
    }
    // Two letters may be one share.
    let mut seen = HashSet::new();
    let mut is_new = |log: &KnownLog| seen.insert(log.path.canonicalize().unwrap_or_else(|_| log.path.clone()));
    KnownLogs { logs: by_drive.into_values().flatten().filter(|log| is_new(log)).collect(), silent }
}

/// The logs in the known places below the root of a drive.
fn below(root: &Path) -> Vec<KnownLog> {
    let mut logs = Vec::new();
    for place in KNOWN_PLACES {
        let names: PathBuf = place.pattern.split('\\').collect();
        let Some(pattern) = root.join(names).to_str().map(str::to_owned) else { continue };
        // Folders that this user may not enter hold nothing for this user.
        for path in glob::expand(&pattern).map(|found| found.paths).unwrap_or_default() {
            if let Ok(about) = path.metadata()
                && about.is_file()
            {
                logs.push(KnownLog { product: place.product, path, modified: about.modified().ok() });
            }
        }
    }
    logs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_as_promised() {
        assert_eq!(KNOWN_PLACES[0].pattern, r"\mtm2\kudu_etc\emailout.txt");
        assert_eq!(KNOWN_PLACES[1].pattern, r"\Program Files (x86)\MTM\*\maillog.txt");
        assert!(KNOWN_PLACES[2].pattern.ends_with(r"\VirtualStore\Program Files (x86)\MTM\*\maillog.txt"));
        assert!(cfg!(windows) || find_known() == KnownLogs::default());
    }

    #[test]
    fn every_place_of_a_drive_is_found() {
        let drive = tempfile::tempdir().unwrap();
        let held = [
            "mtm2/kudu_etc/emailout.txt",
            "Program Files (x86)/MTM/0123456/maillog.txt",
            "Program Files (x86)/MTM/0654321/maillog.txt",
            "Users/Dr Müller/AppData/Local/VirtualStore/Program Files (x86)/MTM/0123456/maillog.txt",
        ];
        let beside = ["mtm2/kudu_etc/emailin.txt", "Program Files (x86)/MTM/maillog.txt"];
        for name in held.iter().chain(&beside) {
            let path = drive.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "220 x\r\n").unwrap();
        }
        let logs = below(drive.path());
        let paths: Vec<&Path> = logs.iter().map(|log| log.path.strip_prefix(drive.path()).unwrap()).collect();
        assert_eq!(paths, held.map(Path::new));
        assert_eq!(logs[0].product, "Professional");
        assert!(logs.iter().all(|log| log.modified.is_some()));
    }

    #[test]
    fn drives_stand_in_their_order() {
        let look = |drive: &str| {
            let path = PathBuf::from(drive);
            if drive == "C:" { Vec::new() } else { vec![KnownLog { product: "Synergy", path, modified: None }] }
        };
        let known = on_drives(vec!["D:".into(), "C:".into(), "B:".into()], look);
        assert_eq!(known.logs.iter().map(|log| log.path.to_str().unwrap()).collect::<Vec<_>>(), ["B:", "D:"]);
        assert_eq!(known.silent, Vec::<String>::new());
    }
}
