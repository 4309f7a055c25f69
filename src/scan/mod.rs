//! Chunks, threads, order, bounded memory. Interprets no line.

mod file;

pub use file::FileFacts;
