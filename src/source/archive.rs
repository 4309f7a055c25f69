//! Finds out by the first bytes, never by the name, how something is packed, and says why something stays packed.

use super::document;

/// A way of packing bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    /// One file, or several one after the other (RFC 1952).
    Gzip,
    /// One file (RFC 8878).
    Zstd,
    /// Many files, listed at the end.
    Zip,
    /// A saved mail with encoded parts (RFC 2045).
    Mail,
    /// Rich Text Format.
    Rtf,
    /// Another archive, by name: not read, but told from a log.
    Other(&'static str),
}

/// First bytes, and what they say.
const MAGIC: [(&[u8], Packing); 10] = [
    (b"\x1F\x8B\x08", Packing::Gzip),
    (b"\x28\xB5\x2F\xFD", Packing::Zstd),
    (b"PK\x03\x04", Packing::Zip),
    // A zip without members, and one in several volumes.
    (b"PK\x05\x06", Packing::Zip),
    (b"PK\x07\x08", Packing::Zip),
    (b"{\\rtf", Packing::Rtf),
    (b"7z\xBC\xAF\x27\x1C", Packing::Other("7-Zip")),
    (b"Rar!\x1A\x07", Packing::Other("RAR")),
    (b"\xFD7zXZ\0", Packing::Other("xz")),
    (b"BZh", Packing::Other("bzip2")),
];
/// A tar has this word at this offset.
const TAR_MAGIC: (usize, &[u8]) = (257, b"ustar");

impl Packing {
    /// The packing of bytes that begin so; none for plain ones.
    pub(super) fn of(head: &[u8]) -> Option<Packing> {
        let tar = head.get(TAR_MAGIC.0..).is_some_and(|rest| rest.starts_with(TAR_MAGIC.1));
        let bzip2 = |packing| packing != Packing::Other("bzip2") || matches!(head.get(3), Some(b'1'..=b'9'));
        let known = MAGIC.iter().find(|(magic, packing)| head.starts_with(magic) && bzip2(*packing));
        let known = known.map(|(_, packing)| *packing).or(tar.then_some(Packing::Other("tar")));
        known.or_else(|| document::is_encoded_mail(head).then_some(Packing::Mail))
    }

    /// A document that holds text, which may stand in an archive.
    pub(super) fn is_document(self) -> bool {
        matches!(self, Packing::Mail | Packing::Rtf)
    }

    /// The word for it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Packing::Gzip => "gzip",
            Packing::Zstd => "zstd",
            Packing::Zip => "zip",
            Packing::Mail => "mail",
            Packing::Rtf => "Rich Text",
            Packing::Other(name) => name,
        }
    }
}

/// A reason not to read something in an archive, or not to read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The packed bytes make no sense, or end too early.
    #[error("the archive is damaged or cut short. What could be unpacked was read; ask for it to be sent again")]
    Damaged,
    /// A little unpacks to very much.
    #[error(
        "unpacks to more than {0} times its size, as zip bombs do, and was not read further. \
         If you trust it, unpack it and name what comes out"
    )]
    Dense(u64),
    /// All of it would be too much.
    #[error(
        "unpacks to more than {} GiB, which is the limit. If you trust it, unpack it and name what comes out",
        .0 >> 30
    )]
    Large(u64),
    /// More members than anybody has customers.
    #[error("holds more than {0} files, which is the limit. Unpack it and name the folder")]
    Crowded(usize),
    /// A window that takes more memory than we give.
    #[error("cannot be unpacked in {} MiB of memory, which is the limit. Unpack it and name what comes out", .0 >> 20)]
    Window(u64),
    /// A password is needed.
    #[error("encrypted, and mtmlog asks for no password. Unpack it and name what comes out")]
    Encrypted,
    /// A zip member, packed as hardly anybody does.
    #[error("packed in a way that mtmlog does not know. Unpack it and name what comes out")]
    Method,
    /// An archive in an archive.
    #[error("holds another archive ({0}), which is not followed. Unpack it and name what comes out")]
    Nested(&'static str),
    /// An archive of another kind.
    #[error("a {0} archive, and mtmlog opens only gzip, zstd and zip. Unpack it and name what comes out")]
    Foreign(&'static str),
    /// A zip is read from its end.
    #[error("a zip archive, which cannot be read from a pipe. Name the file")]
    Piped,
}

impl Refusal {
    /// It is an archive that is passed over in silence, as a folder's other files are.
    pub(super) fn passes_over(self) -> bool {
        matches!(self, Refusal::Nested(_) | Refusal::Foreign(_))
    }
}

impl From<Refusal> for std::io::Error {
    fn from(refusal: Refusal) -> Self {
        std::io::Error::other(refusal)
    }
}

/// Limits of unpacking.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// So much is free of the next limit: a short log that repeats itself is no bomb.
    pub(super) free: u64,
    /// Bytes for each packed one. Logs come to 10 or 40, bombs to 1,000 and more.
    pub(super) ratio: u64,
    /// Bytes in all.
    pub(super) most: u64,
}

pub(super) const LIMITS: Limits = Limits { free: 64 << 20, ratio: 250, most: 16 << 30 };

impl Limits {
    /// Refuses to unpack more than the limits allow; both sizes in bytes.
    pub(super) fn allow(self, unpacked: u64, packed: u64) -> Result<(), Refusal> {
        if unpacked > self.most {
            return Err(Refusal::Large(self.most));
        }
        if unpacked > self.free && unpacked > packed.saturating_mul(self.ratio) {
            return Err(Refusal::Dense(self.ratio));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells() {
        let mut tar = vec![b'a'; 300];
        tar[257..262].copy_from_slice(b"ustar");
        for (head, packing) in [
            (&b"\x1F\x8B\x08\0"[..], Some(Packing::Gzip)),
            (b"\x28\xB5\x2F\xFD\0", Some(Packing::Zstd)),
            (b"PK\x05\x06", Some(Packing::Zip)),
            (b"BZh9", Some(Packing::Other("bzip2"))),
            (b"BZhi, a log", None),
            (&tar, Some(Packing::Other("tar"))),
            (b"220 ready", None),
            (b"", None),
        ] {
            assert_eq!(Packing::of(head), packing, "{head:?}");
        }
    }

    #[test]
    fn limits_are_as_stated() {
        assert_eq!(LIMITS.allow(64 << 20, 1), Ok(()));
        assert_eq!(LIMITS.allow(65 << 20, 1 << 20), Ok(()));
        assert_eq!(LIMITS.allow(251 << 20, 1 << 20), Err(Refusal::Dense(250)));
        assert_eq!(LIMITS.allow(17 << 30, 8 << 30), Err(Refusal::Large(16 << 30)));
        assert!(Refusal::Large(16 << 30).to_string().contains("16 GiB"));
    }
}
