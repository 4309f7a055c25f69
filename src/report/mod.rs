//! stub
use std::io; use crate::{rule::Finding, scan::FileFacts, session::Tally, session::Transaction};
pub trait Report: Send {
    fn transaction(&mut self, file: &str, tx_id: u64, dialect: &str, tx: &Transaction) -> io::Result<()>;
    fn file(&mut self, facts: &FileFacts) -> io::Result<()>;
    fn finish(&mut self, findings: &[Finding], totals: &Totals) -> io::Result<()>;
}
#[derive(Default)]
pub struct Totals { pub files: u64, pub skipped: u64, pub unreadable: u64, pub tally: Tally }
