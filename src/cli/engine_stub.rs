//! Stands where the crate's own `analyze` will stand.

use std::io;

use crate::{
    report::{Report, Totals},
    rule::Severity,
};

use super::Request;

/// What a run came to, beside its report.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// The worst finding.
    pub worst: Option<Severity>,
    /// What could not be done, in sentences that name the file: they make the exit status 2.
    pub problems: Vec<String>,
    /// What somebody may want to know, in sentences; they change nothing.
    pub notes: Vec<String>,
}

/// Finds nothing.
pub(super) fn analyze(_: &Request, report: &mut dyn Report) -> io::Result<Summary> {
    report.finish(&[], &Totals::default())?;
    Ok(Summary::default())
}
