//! zstd in Rust, where no C code can be: slower, and reads the same.

use std::io::{self, BufRead, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// The content of a stream of zstd; an error where it needs more memory than two to the power `window` bytes.
pub(super) fn unpack(packed: impl BufRead + Send + 'static, window: u32) -> io::Result<Box<dyn Read + Send>> {
    let mut frame = FrameDecoder::new();
    frame.set_max_window_size(1 << window);
    Ok(Box::new(Frames { packed, frame, open: false }))
}

/// The error says that more memory would be needed than is allowed.
pub(super) fn is_too_large(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    matches!(inner, Some(FrameDecoderError::WindowSizeTooBig { .. }))
}

/// Frames one after the other, as a stream may hold several (RFC 8878, section 3).
struct Frames<R> {
    packed: R,
    frame: FrameDecoder,
    /// Within a frame.
    open: bool,
}

impl<R: BufRead> Frames<R> {
    /// Begins the next frame that holds anything.
    fn begin(&mut self) -> io::Result<()> {
        match self.frame.reset(&mut self.packed) {
            Ok(()) => self.open = true,
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                io::copy(&mut (&mut self.packed).take(length.into()), &mut io::sink())?;
            }
            Err(error) => return Err(io::Error::other(error)),
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.open = false;
        let told = self.frame.get_checksum_from_data();
        if told.is_some() && told != self.frame.get_calculated_checksum() {
            return Err(io::Error::other("zstd: the checksum is not that of the content"));
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.open {
                while self.frame.can_collect() == 0 && !self.frame.is_finished() {
                    let one = BlockDecodingStrategy::UptoBlocks(1);
                    self.frame.decode_blocks(&mut self.packed, one).map_err(io::Error::other)?;
                }
                match self.frame.read(out)? {
                    0 if self.frame.is_finished() => self.end()?,
                    len => return Ok(len),
                }
            } else if self.packed.fill_buf()?.is_empty() {
                return Ok(0);
            } else {
                self.begin()?;
            }
        }
    }
}
