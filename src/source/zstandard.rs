//! zstd by its own C code.

use std::io::{self, BufRead, Read};

/// The content of a stream of zstd; an error where it needs more memory than two to the power `window` bytes.
pub(super) fn unpack(packed: impl BufRead + Send + 'static, window: u32) -> io::Result<Box<dyn Read + Send>> {
    let mut decoder = zstd::Decoder::with_buffer(packed)?;
    decoder.window_log_max(window)?;
    Ok(Box::new(decoder))
}

/// The error says that more memory would be needed than is allowed.
pub(super) fn is_too_large(error: &io::Error) -> bool {
    error.to_string().contains("too much memory")
}
