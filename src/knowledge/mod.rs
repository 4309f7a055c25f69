//! TOML facts and their lookup: causes, replies, client errors, providers. Decides nothing.

mod cause;

pub use cause::Cause;

pub struct Knowledge;
pub struct ErrorMeaning { pub cause: Cause, pub weight: u8, pub certain: bool }
impl Knowledge { pub fn client_error(&self, _t:&[u8]) -> Option<ErrorMeaning> { None } }
