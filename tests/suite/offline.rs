//! What reads logs opens no socket: the program runs under strace, where there is one.

use std::{fs, process::Command};

/// Every call by which a Linux program gets to a network.
const CALLS: &str = "trace=%network,io_uring_setup";

/// The calls of one run, one a line; `None` where strace is missing or may not look.
fn calls(arguments: &[&str]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let run = Command::new("strace")
        .args(["-f", "-qq", "-e", CALLS, "-e", "signal=none", "-o"])
        .arg(&trace)
        .arg(env!("CARGO_BIN_EXE_mtmlog"))
        .args(arguments)
        .output()
        .ok()?;
    let trace = fs::read_to_string(&trace).ok()?;
    // A container may forbid looking at other processes.
    (run.status.code().is_some_and(|code| code < 2)).then_some(trace)
}

#[test]
fn what_reads_logs_opens_no_socket() {
    let log = "fixtures/swaks/112-exim-wrong-password.log";
    let Some(_) = calls(&["explain", "535"]) else {
        eprintln!(
            "not asked: strace is not installed here, or may not trace. tests/suite/architecture.rs holds it by the source."
        );
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("case.zip");
    for arguments in [
        &["analyze", log][..],
        &["ticket", log],
        &["redact", log],
        &["sample", log],
        &["explain", "535 5.7.8 refused"],
        &["providers", "desk@gmail.com"],
        #[cfg(feature = "probe")]
        &["case", log, "--output", zip.to_str().unwrap()],
    ] {
        let calls = calls(arguments).unwrap_or_else(|| panic!("{arguments:?} failed"));
        // `???( <detached ...>` is a thread that ended before its call was read.
        let is_call = |line: &str| line.contains('(') && !line.contains("???(");
        assert!(!calls.lines().any(is_call), "{arguments:?}: {calls}");
    }
    let _ = zip;
    // The test can see one.
    #[cfg(feature = "probe")]
    {
        let calls = Command::new("strace")
            .args(["-f", "-e", CALLS, env!("CARGO_BIN_EXE_mtmlog"), "probe", "127.0.0.1:9"])
            .output()
            .unwrap();
        assert!(String::from_utf8_lossy(&calls.stderr).contains("connect("));
    }
}
