//! A mail program against the scripted servers: curl, whose log is read like any other.

use std::{fs, path::Path, process::Command};

/// How the program is set.
pub struct Settings<'a> {
    /// `smtp` or `smtps`.
    pub scheme: &'a str,
    /// The authorities that it trusts; none for those of this PC.
    pub store: Option<&'a Path>,
}

/// The cause that its log gives, or `none`, and the log; `None` where there is no curl.
pub fn logged_cause(port: u16, settings: &Settings<'_>) -> Option<(String, String)> {
    let folder = tempfile::tempdir().unwrap();
    let (mail, log) = (folder.path().join("mail.txt"), folder.path().join("curl.log"));
    fs::write(&mail, "Subject: test\r\n\r\ntest\r\n").unwrap();
    let mut curl = Command::new("curl");
    curl.args(["--verbose", "--silent", "--show-error", "--noproxy", "*", "--ssl-reqd", "--connect-timeout", "4"]);
    curl.args(["--max-time", "60", "--user", "desk@practice.example:not-a-real-one"]);
    curl.args(["--mail-from", "desk@practice.example", "--mail-rcpt", "desk@practice.example", "--upload-file"]);
    curl.arg(&mail).arg(format!("{}://localhost:{port}", settings.scheme));
    if let Some(store) = settings.store {
        curl.arg("--cacert").arg(store);
    }
    let output = curl.output().ok()?;
    fs::write(&log, &output.stderr).unwrap();
    let report = Command::new(env!("CARGO_BIN_EXE_mtmlog"))
        .args(["analyze", "--format", "json", "--all"])
        .arg(&log)
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    let all = report["transactions"].as_array().unwrap();
    let last = all.last().unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    Some((last["cause"].as_str().unwrap().to_owned(), text))
}
