//! Arguments to files to bytes: discovery, globs, archives, map or read, decoding. Knows no SMTP.
//!
//! `discover` turns what the user typed into [`Input`]s, `look_into` opens archives, [`Log::open`] finds out how one is written and hands it
//! out as `Block`s of whole lines, `Block::lines` walks them. Whether a log is mapped or read, and how large its
//! blocks are, never changes the lines.

mod archive;
mod archive_members;
mod archive_stream;
mod block;
mod destination;
mod discovery;
/// Files, asked about, opened and listed. A page has those that it was handed.
#[cfg_attr(target_family = "wasm", path = "disk/handed.rs")]
mod disk;
mod document;
mod encoding;
mod error;
mod foreign;
mod glob;
#[cfg(all(test, not(target_family = "wasm")))]
#[allow(dead_code, reason = "of a page; here it is tested")]
#[path = "disk/handed.rs"]
mod handed;
mod input;
mod lines;
mod log_file;
mod mapping;
mod meter;
mod places;
mod reading;
mod sample;
mod sensitive;
mod small;
mod stdin_buffer;
#[cfg(not(target_family = "wasm"))]
mod tail;
/// zstd: its own C code; a page has a reader in Rust.
#[cfg_attr(target_family = "wasm", path = "zstandard/rust.rs")]
mod zstandard;

pub(crate) use block::Block;
pub(crate) use destination::{DRAFT_SUFFIX, Destinations, draft_of, remove_left_behind};
pub(crate) use discovery::{Found, Listed, discover, look_into, paths_from};
pub(crate) use disk::open;
#[cfg(target_family = "wasm")]
pub(crate) use disk::{Handed, hand};
pub(crate) use encoding::Encoding;
pub use encoding::to_text;
pub use error::{SourceError, Why};
pub(crate) use foreign::foreign;
pub(crate) use glob::is_pattern;
pub use input::Input;
pub(crate) use lines::FILL;
pub use lines::lines;
pub(crate) use lines::{LINE_CAP, Line, Lines, find_short, first_of, lines_with, place_in};
pub use log_file::{Change, Log, ReadOptions};
pub(crate) use log_file::{FNV_BASIS, fnv};
#[cfg(unix)]
pub(crate) use mapping::outlive_size_limit;
pub use meter::Meter;
pub(crate) use places::{KNOWN_PLACES, KnownLog, KnownLogs, find_known};
pub use sensitive::Sensitive;
pub(crate) use small::{small_text, unmarked};
pub(crate) use stdin_buffer::StdinBuffer;
#[cfg(not(target_family = "wasm"))]
pub(crate) use tail::{Anew, Tail, TailChange};
