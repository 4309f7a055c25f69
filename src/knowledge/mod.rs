//! TOML facts and their lookup: causes, replies, client errors, providers. Decides nothing.

mod cause;

pub use cause::Cause;
