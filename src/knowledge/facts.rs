//! Facts about causes, and notices of changes that a provider has announced.

use serde::{Deserialize, Serialize};

use super::{
    Actor, Cause, Severity,
    error::{self, KnowledgeError},
    step::Step,
};

/// The success that shows later that a cause has passed. It follows from what the cause depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PassedBy {
    /// A mail through the same server and account.
    #[default]
    Mail,
    /// A sign-in there that was taken, whatever became of the mail.
    SignIn,
    /// A mail to the same provider, or the same domain where it is nobody's we know: the recipient's server decides.
    Provider,
    /// A mail to the same address.
    Address,
    /// A mail as large, or with an attachment.
    Size,
}

/// The facts of a cause. The sentences are ours and are meant to be shown as they are.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct CauseFacts {
    pub cause: Cause,
    pub severity: Severity,
    /// The success that shows that it has passed.
    pub passed_by: PassedBy,
    /// The people who have to act; empty for nobody.
    pub acts: Vec<Actor>,
    /// Steps of the support article, such as `3` or `6a`.
    pub article_step: Vec<String>,
    /// Its title: one short sentence.
    pub title: String,
    /// The reason why mail stops, in one or two sentences.
    pub why: String,
    /// The steps, in the order to try.
    pub steps: Vec<Step>,
    /// The question of a ticket to the provider.
    pub ask: String,
    pub sources: Vec<String>,
    /// When advice that can age was checked, as `YYYY-MM-DD`.
    pub as_of: Option<String>,
}

impl CauseFacts {
    /// A cause of which no table says anything.
    pub(super) fn unknown(cause: Cause) -> CauseFacts {
        CauseFacts {
            cause,
            severity: Severity::Warning,
            passed_by: PassedBy::default(),
            acts: Vec::new(),
            article_step: Vec::new(),
            title: cause.code().to_owned(),
            why: String::new(),
            steps: Vec::new(),
            ask: String::new(),
            sources: Vec::new(),
            as_of: None,
        }
    }

    fn lay_over(&mut self, row: &CauseRow) {
        let take = |into: &mut String, from: &Option<String>| into.clone_from(from.as_ref().unwrap_or(&into.clone()));
        fn take_all<T: Clone>(into: &mut Vec<T>, from: &Option<Vec<T>>) {
            if let Some(from) = from {
                into.clone_from(from);
            }
        }
        self.severity = row.severity.unwrap_or(self.severity);
        self.passed_by = row.passed_by.unwrap_or(self.passed_by);
        take(&mut self.ask, &row.ask);
        take(&mut self.title, &row.title);
        take(&mut self.why, &row.why);
        take_all(&mut self.acts, &row.acts);
        take_all(&mut self.article_step, &row.article_step);
        take_all(&mut self.steps, &row.steps);
        take_all(&mut self.sources, &row.sources);
        self.as_of = row.as_of.clone().or_else(|| self.as_of.take());
    }
}

/// A row of `causes.toml`. A user's row may give only what differs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CauseRow {
    pub(super) code: String,
    pub(super) severity: Option<Severity>,
    pub(super) passed_by: Option<PassedBy>,
    pub(super) acts: Option<Vec<Actor>>,
    pub(super) article_step: Option<Vec<String>>,
    pub(super) title: Option<String>,
    pub(super) why: Option<String>,
    pub(super) steps: Option<Vec<Step>>,
    pub(super) ask: Option<String>,
    pub(super) sources: Option<Vec<String>>,
    pub(super) as_of: Option<String>,
}

/// One entry a cause, in the order of the enum; later rows win.
pub(super) fn cause_facts(rows: &[CauseRow]) -> Result<Vec<CauseFacts>, KnowledgeError> {
    let mut facts: Vec<CauseFacts> = Cause::ALL.iter().map(|cause| CauseFacts::unknown(*cause)).collect();
    for row in rows {
        let cause = error::cause(&row.code)?;
        facts[cause as usize].lay_over(row);
    }
    Ok(facts)
}

/// A change at a provider that stops mail on a date.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// A short name, such as `microsoft-365-password`.
    pub id: String,
    /// The provider's name in `providers.toml`.
    pub provider: String,
    /// Ends of the names of the servers it is about.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// The beginning of the codes of causes that it explains, such as `auth`.
    #[serde(default = "sign_in")]
    pub about: String,
    /// The day from which it holds, as `YYYY-MM-DD`.
    pub date: String,
    /// The day on which somebody last looked, as `YYYY-MM-DD`.
    pub checked: Option<String>,
    /// The change, in one sentence.
    pub title: String,
    /// The reason why mail stops.
    pub why: String,
    /// The steps, in the order to try.
    pub steps: Vec<Step>,
    /// The title once the day is past; the same where it is not given.
    pub title_past: Option<String>,
    /// The steps once the day is past; the same where it is empty.
    #[serde(default)]
    pub steps_past: Vec<Step>,
    /// Where it is announced.
    pub source: String,
}

fn sign_in() -> String {
    "auth".to_owned()
}

impl Notice {
    /// The change, before its day or after it.
    pub fn title(&self, past: bool) -> &str {
        self.title_past.as_deref().filter(|_| past).unwrap_or(&self.title)
    }

    /// The steps before the day, or after it.
    pub fn steps(&self, past: bool) -> &[Step] {
        if past && !self.steps_past.is_empty() { &self.steps_past } else { &self.steps }
    }

    /// It is about the server of this name.
    pub fn names(&self, host: &[u8]) -> bool {
        let ends = |end: &&String| {
            host.len() >= end.len() && host[host.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
        };
        self.hosts.iter().any(|end| ends(&end))
    }
}
