//! TOML facts and their lookup: causes, replies, client errors, providers. Decides nothing.
//!
//! Every row carries its source. A user can lay facts of his own over ours; they win.

mod cause;
mod client_error;
mod extract;
mod facts;
mod phrase;
mod plain;
mod provider;
mod reply;
mod rows;
mod rule_book;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

pub use cause::Cause;
pub use client_error::ErrorMeaning;
pub use facts::{CauseFacts, Notice};
pub use provider::{Provider, Server};
pub use reply::{By, ReplyMeaning, ReplyQuery};
pub use rows::KnowledgeError;

use client_error::ClientErrors;
use provider::Providers;
use reply::Replies;
use rows::Tables;

/// The files that this program carries, each a set of tables.
const BUILTIN: [&str; 7] = [
    include_str!("causes.toml"),
    include_str!("replies.toml"),
    include_str!("enhanced.toml"),
    include_str!("codes.toml"),
    include_str!("client_errors.toml"),
    include_str!("providers.toml"),
    include_str!("notices.toml"),
];

/// Everything the program knows as data, ready for lookup.
#[derive(Debug)]
pub struct Knowledge {
    causes: Vec<CauseFacts>,
    replies: Replies,
    client_errors: ClientErrors,
    providers: Providers,
    notices: Vec<Notice>,
}

impl Knowledge {
    /// The facts that the program carries. A test reads them, so that they cannot fail to be read at run time; should
    /// they do so all the same, every answer is "not known".
    pub fn builtin() -> &'static Knowledge {
        static BUILT: OnceLock<Knowledge> = OnceLock::new();
        BUILT.get_or_init(|| {
            let built = Tables::of(&BUILTIN).and_then(|tables| Self::build(&tables));
            built.or_else(|_| Self::build(&Tables::default())).unwrap_or_else(|_| Self::empty())
        })
    }

    /// The built-in facts with a user's facts laid over them: tables `[[reply]]`, `[[enhanced]]`, `[[code]]`,
    /// `[[client_error]]`, `[[provider]]`, `[[cause]]`, `[[notice]]`, as in our own files.
    ///
    /// # Errors
    /// When the text is no TOML, names a table, field or cause that does not exist, or holds a row that can match nothing.
    pub fn with_overlay(toml_text: &str) -> Result<Knowledge, KnowledgeError> {
        let mut tables = Tables::of(&BUILTIN)?;
        tables.lay_over(Tables::parse(toml_text)?);
        Self::build(&tables)
    }

    fn build(tables: &Tables) -> Result<Knowledge, KnowledgeError> {
        Ok(Knowledge {
            causes: facts::cause_facts(&tables.cause)?,
            replies: Replies::new(tables)?,
            client_errors: ClientErrors::new(&tables.client_error)?,
            providers: Providers::new(&tables.provider),
            notices: tables.notice.clone(),
        })
    }

    fn empty() -> Knowledge {
        Knowledge {
            causes: Cause::ALL.iter().map(|cause| CauseFacts::unknown(*cause)).collect(),
            replies: Replies::default(),
            client_errors: ClientErrors::default(),
            providers: Providers::default(),
            notices: Vec::new(),
        }
    }

    /// What is known of a cause.
    #[must_use]
    pub fn cause(&self, cause: Cause) -> &CauseFacts {
        // `facts::cause_facts` gives one entry a cause, in the order of `Cause::ALL`, which is that of the enum.
        &self.causes[cause as usize]
    }

    /// The facts of every cause, in the order of the contract.
    pub fn causes(&self) -> impl Iterator<Item = &CauseFacts> {
        self.causes.iter()
    }

    /// What a 4yz or 5yz reply means: its text first, then its enhanced code, then its code.
    #[must_use]
    pub fn reply(&self, query: &ReplyQuery<'_>) -> ReplyMeaning {
        self.replies.meaning(query)
    }

    /// What a line means that a mail program wrote about its own trouble; `None` when no fact knows it.
    #[must_use]
    pub fn client_error(&self, text: &[u8]) -> Option<ErrorMeaning> {
        self.client_errors.meaning(text)
    }

    /// The provider whose server has this name.
    #[must_use]
    pub fn provider_by_host(&self, host: &[u8]) -> Option<&Provider> {
        self.providers.by_host(host)
    }

    /// The provider whose addresses end in this domain.
    #[must_use]
    pub fn provider_by_domain(&self, domain: &[u8]) -> Option<&Provider> {
        self.providers.by_domain(domain)
    }

    /// The provider whose server greets like this.
    #[must_use]
    pub fn provider_by_greeting(&self, greeting: &[u8]) -> Option<&Provider> {
        self.providers.by_greeting(greeting)
    }

    /// The provider of this name, in any case.
    #[must_use]
    pub fn provider_by_name(&self, name: &str) -> Option<&Provider> {
        self.providers.by_name(name)
    }

    /// Every provider, in the order of the file.
    pub fn providers(&self) -> impl Iterator<Item = &Provider> {
        self.providers.iter()
    }

    /// Changes at providers that stop mail on a date.
    pub fn notices(&self) -> impl Iterator<Item = &Notice> {
        self.notices.iter()
    }
}
