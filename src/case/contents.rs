//! The zip while it is written, and what is in it.

use std::io::{self, Write};

use chrono::Local;
use sha2::{Digest, Sha256};
use zip::{ZipWriter, write::StreamWriter};

use crate::rewrite::unpacked;

/// The file that says what is in the zip.
const MANIFEST: &str = "manifest.txt";
/// Lines of the manifest about what no case holds, whatever the logs do.
const NEVER_IN: [&str; 3] = [
    "Passwords, tokens and what stands after AUTH; the text, subjects and attachments of messages",
    "Names and addresses of recipients, of PCs and users, phone and ID numbers: stand-ins such as recipient-3 are in their place",
    "The map of these stand-ins (it stays on the PC on which the case was made), and the logs as they were",
];

/// A file in the zip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// A few words about it.
    pub what: &'static str,
    /// Its size.
    pub bytes: u64,
    /// Its checksum, in hexadecimal digits.
    pub sha256: String,
}

/// The files of a zip, and what was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// The files, without the manifest.
    pub entries: Vec<Entry>,
    /// Parts that it could have had, and why it has not.
    pub left_out: Vec<(&'static str, String)>,
}

impl Contents {
    /// The manifest, which is also what is shown before the zip is there.
    pub fn manifest(&self) -> String {
        let made = Local::now().format("%Y-%m-%d %H:%M %:z");
        let mut lines = vec![format!("A case of mtmlog {}, made {made}", env!("CARGO_PKG_VERSION")), String::new()];
        lines.push("In this zip".to_owned());
        for entry in &self.entries {
            lines.push(format!("  {} ({} bytes): {}", entry.name, entry.bytes, entry.what));
            lines.push(format!("    SHA-256 {}", entry.sha256));
        }
        lines.push(String::new());
        lines.push("NOT in this zip".to_owned());
        lines.extend(NEVER_IN.iter().map(|what| format!("  {what}")));
        lines.extend(self.left_out.iter().map(|(what, why)| format!("  {what}: {why}")));
        lines.join("\r\n") + "\r\n"
    }
}

/// A zip that is being written to a stream.
pub(super) struct Zip<'z> {
    writer: ZipWriter<StreamWriter<&'z mut dyn Write>>,
    contents: Contents,
}

impl<'z> Zip<'z> {
    pub(super) fn new(to: &'z mut dyn Write) -> Self {
        Zip { writer: ZipWriter::new_stream(to), contents: Contents::default() }
    }

    /// One file, written by `write`.
    pub(super) fn add(
        &mut self,
        name: &str,
        what: &'static str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        self.writer.start_file(name, unpacked())?;
        let mut summed = Summed { to: &mut self.writer, sum: Sha256::new(), bytes: 0 };
        write(&mut summed)?;
        let (bytes, sha256) = (summed.bytes, format!("{:x}", summed.sum.finalize()));
        self.contents.entries.push(Entry { name: name.to_owned(), what, bytes, sha256 });
        Ok(())
    }

    /// One file with this text.
    pub(super) fn text(&mut self, name: &str, what: &'static str, text: &str) -> io::Result<()> {
        self.add(name, what, |out| out.write_all(text.as_bytes()))
    }

    /// Says that something is not in it.
    pub(super) fn leave_out(&mut self, what: &'static str, why: &str) {
        self.contents.left_out.push((what, why.trim_end_matches('.').to_owned()));
    }

    /// Ends it with the manifest.
    pub(super) fn finish(mut self) -> io::Result<Contents> {
        self.writer.start_file(MANIFEST, unpacked())?;
        self.writer.write_all(self.contents.manifest().as_bytes())?;
        self.writer.finish()?;
        Ok(self.contents)
    }
}

/// Sums up what passes.
struct Summed<W> {
    to: W,
    sum: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.sum.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
