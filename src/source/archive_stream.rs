//! Packed bytes to plain ones, as they come: nothing is unpacked to disk, and memory is what the packing needs.

use std::io::{self, BufReader, Read};

use flate2::Crc;
use flate2::read::{DeflateDecoder, MultiGzDecoder};

use super::archive::{LIMITS, Limits, Packing, Refusal};
use super::document;
use super::meter::Metered;
use super::{Meter, zstandard};

/// Packed bytes read at a time.
const READ_BYTES: usize = 64 * 1024;
/// The largest window of zstd, as an exponent of two: 32 MiB. `zstd -19` needs 8 MiB, and many may be open at once.
const MAX_WINDOW_LOG: u32 = 25;

/// A stream of any kind.
pub(super) type Stream = Box<dyn Read + Send>;

/// The packing of a zip member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Method {
    Stored,
    Deflate,
    Zstd,
}

/// The list of a zip about a member's content, which must hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Promise {
    pub(super) size: u64,
    pub(super) crc: u32,
}

/// A packed stream, unpacked. The first failure is the last word: it is told again whenever one reads on, so that it is
/// not lost where a first look at the stream met it.
pub(super) struct Unpacked {
    from: Stream,
    /// Counts packed bytes.
    packed: Meter,
    unpacked: u64,
    limits: Limits,
    promise: Option<(Promise, Crc)>,
    failure: Option<Refusal>,
}

/// The content of a gzip or zstd stream, or the text of a document.
pub(super) fn unpack(packing: Packing, packed: Stream) -> io::Result<Stream> {
    unpack_within(packing, packed, LIMITS)
}

/// Tests have smaller limits.
fn unpack_within(packing: Packing, packed: Stream, limits: Limits) -> io::Result<Stream> {
    let (packed, meter) = metered(packed);
    let from: Stream = match packing {
        Packing::Gzip => Box::new(MultiGzDecoder::new(packed)),
        Packing::Zstd => zstandard::unpack(packed, MAX_WINDOW_LOG)?,
        // Text that is written longer, not shorter: no bomb.
        Packing::Mail => return Ok(document::mail(Box::new(packed))),
        Packing::Rtf => return Ok(document::rtf(Box::new(packed))),
        Packing::Zip => return Err(Refusal::Piped.into()),
        Packing::Other(name) => return Err(Refusal::Foreign(name).into()),
    };
    Ok(Box::new(Unpacked { from, packed: meter, unpacked: 0, limits, promise: None, failure: None }))
}

/// The content of a zip member.
pub(super) fn unpack_member(method: Method, packed: Stream, promise: Promise) -> io::Result<Stream> {
    let (packed, meter) = metered(packed);
    let from: Stream = match method {
        Method::Stored => Box::new(packed),
        Method::Deflate => Box::new(DeflateDecoder::new(packed)),
        Method::Zstd => zstandard::unpack(packed, MAX_WINDOW_LOG)?,
    };
    let promise = Some((promise, Crc::new()));
    Ok(Box::new(Unpacked { from, packed: meter, unpacked: 0, limits: LIMITS, promise, failure: None }))
}

fn metered(packed: Stream) -> (BufReader<Metered<Stream>>, Meter) {
    let meter = Meter::default();
    (BufReader::with_capacity(READ_BYTES, Metered::new(packed, meter.clone())), meter)
}

impl Unpacked {
    fn checked(&mut self, out: &[u8]) -> Result<(), Refusal> {
        self.unpacked += out.len() as u64;
        self.limits.allow(self.unpacked, self.packed.read())?;
        let Some((promise, crc)) = &mut self.promise else { return Ok(()) };
        crc.update(out);
        let kept = if out.is_empty() {
            self.unpacked == promise.size && crc.sum() == promise.crc
        } else {
            self.unpacked <= promise.size
        };
        if kept { Ok(()) } else { Err(Refusal::Damaged) }
    }
}

impl Read for Unpacked {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if let Some(refusal) = self.failure {
            return Err(refusal.into());
        }
        if out.is_empty() {
            return Ok(0);
        }
        let refusal = match self.from.read(out) {
            Ok(len) => match self.checked(&out[..len]) {
                Ok(()) => return Ok(len),
                Err(refusal) => refusal,
            },
            // What the disk or share said is no fault of the archive.
            Err(error) if error.raw_os_error().is_some() || error.kind() == io::ErrorKind::Interrupted => {
                return Err(error);
            }
            Err(error) if zstandard::is_too_large(&error) => Refusal::Window(1 << MAX_WINDOW_LOG),
            Err(_) => Refusal::Damaged,
        };
        self.failure = Some(refusal);
        Err(refusal.into())
    }
}

#[cfg(test)]
#[path = "archive_tests.rs"]
mod tests;
