//! Arguments to files to bytes: discovery, globs, map or read, decoding. Knows no SMTP.

mod sensitive;

pub use sensitive::Sensitive;
