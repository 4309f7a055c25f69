//! TOML facts and their lookup: causes, replies, client errors, providers. Decides nothing.
//!
//! Every row carries its source. A user can lay facts of his own over ours; they win.

mod cause;
mod client_error;
mod error;
mod extract;
mod facts;
mod features;
mod limits;
mod mail_domains;
mod model;
mod phrase;
mod plain;
mod product;
mod provider;
mod quoted_reply;
mod reply;
mod rows;
mod rule_book;
#[cfg(test)]
mod tests;
mod told;
mod toml_fault;
mod vocabulary;
mod words;

use std::sync::OnceLock;

pub use cause::Cause;
pub use client_error::ErrorMeaning;
pub use error::KnowledgeError;
pub use facts::{CauseFacts, Notice};
pub use provider::{Password, Provider, Server};
pub use quoted_reply::{QuotedReply, quoted_reply, without_heads};
pub use reply::{By, ReplyMeaning, ReplyQuery};
pub use told::ToldMeaning;
pub use vocabulary::Vocabulary;
pub use words::{WordClass, WordClasses, WordTable, is_word_byte, plain_spelling};

pub(crate) use toml_fault::toml_fault;

use client_error::ClientErrors;
use product::Products;
use provider::Providers;
use reply::Replies;
use rows::Tables;

use crate::smtp::{EnhancedStatusCode, ReplyCode, Verb};

const CAUSES: &[&str] = &[include_str!("causes.toml")];
const REPLIES: &[&str] = &[include_str!("replies.toml"), include_str!("enhanced.toml"), include_str!("codes.toml")];
const CLIENT_ERRORS: &[&str] = &[include_str!("client_errors.toml")];
const PROVIDERS: &[&str] = &[include_str!("providers.toml")];
const NOTICES: &[&str] = &[include_str!("notices.toml")];
const PRODUCTS: &[&str] = &[include_str!("products.toml")];

/// Everything the program knows as data, ready for lookup. Each part is read when it is first asked for: a healthy log
/// never asks what a refusal means, and reading all of it would take longer than the log.
#[derive(Debug, Default)]
pub struct Knowledge {
    user: Tables,
    causes: OnceLock<Vec<CauseFacts>>,
    replies: OnceLock<Replies>,
    client_errors: OnceLock<ClientErrors>,
    providers: OnceLock<Providers>,
    notices: OnceLock<Vec<Notice>>,
    products: OnceLock<Products>,
}

impl Knowledge {
    /// The facts that the program carries. A test reads them, so that they cannot fail to be read at run time; should
    /// they do so all the same, every answer is "not known".
    pub fn builtin() -> &'static Knowledge {
        static BUILT: OnceLock<Knowledge> = OnceLock::new();
        BUILT.get_or_init(Knowledge::default)
    }

    /// The built-in facts with a user's facts laid over them: tables `[[reply]]`, `[[enhanced]]`, `[[code]]`,
    /// `[[client_error]]`, `[[provider]]`, `[[cause]]`, `[[notice]]`, as in our own files.
    ///
    /// # Errors
    /// When the text is no TOML, names a table, field or cause that does not exist, or holds a row that can match nothing.
    pub fn with_overlay(toml_text: &str) -> Result<Knowledge, KnowledgeError> {
        let laid = Knowledge { user: Tables::parse(toml_text)?, ..Knowledge::default() };
        laid.check()?;
        Ok(laid)
    }

    /// Builds every part once, for its errors.
    fn check(&self) -> Result<(), KnowledgeError> {
        facts::cause_facts(&self.tables(CAUSES)?.cause)?;
        Replies::new(&self.tables(REPLIES)?)?;
        ClientErrors::new(&self.tables(CLIENT_ERRORS)?.client_error)?;
        Providers::new(&self.tables(PROVIDERS)?.provider, mail_domains::lay_under)?;
        Products::new(&self.tables(PRODUCTS)?.product)?;
        self.tables(NOTICES).map(drop)
    }

    fn tables(&self, files: &[&str]) -> Result<Tables, KnowledgeError> {
        let mut tables = Tables::of(files)?;
        tables.lay_over(self.user.clone());
        Ok(tables)
    }

    fn cause_facts(&self) -> &[CauseFacts] {
        self.causes.get_or_init(|| {
            let facts = self.tables(CAUSES).and_then(|tables| facts::cause_facts(&tables.cause));
            facts.unwrap_or_else(|_| Cause::ALL.iter().map(|cause| CauseFacts::unknown(*cause)).collect())
        })
    }

    fn all_providers(&self) -> &Providers {
        self.providers.get_or_init(|| {
            self.tables(PROVIDERS)
                .and_then(|tables| Providers::new(&tables.provider, mail_domains::lay_under))
                .unwrap_or_default()
        })
    }

    /// What is known of a cause.
    #[must_use]
    pub fn cause(&self, cause: Cause) -> &CauseFacts {
        // `facts::cause_facts` gives one entry a cause, in the order of `Cause::ALL`, which is that of the enum.
        &self.cause_facts()[cause as usize]
    }

    /// The facts of every cause, in the order of the contract.
    pub fn causes(&self) -> impl Iterator<Item = &CauseFacts> {
        self.cause_facts().iter()
    }

    /// What a 4yz or 5yz reply means: its text first, then its enhanced code, then its code.
    #[must_use]
    pub fn reply(&self, query: &ReplyQuery<'_>) -> ReplyMeaning {
        let built = || self.tables(REPLIES).and_then(|tables| Replies::new(&tables)).unwrap_or_default();
        self.replies.get_or_init(built).meaning(query)
    }

    /// What a server's words mean without the code that belongs to them, as many programs show them.
    #[must_use]
    pub fn words(&self, text: &[u8], verb: Option<Verb>, host: Option<&[u8]>) -> ReplyMeaning {
        let built = || self.tables(REPLIES).and_then(|tables| Replies::new(&tables)).unwrap_or_default();
        self.replies.get_or_init(built).words(text, verb, host)
    }

    /// Everything that a code by itself can mean, each cause once, with where that is from.
    #[must_use]
    pub fn meanings(&self, code: ReplyCode, enhanced: Option<EnhancedStatusCode>) -> Vec<(Cause, &str)> {
        let built = || self.tables(REPLIES).and_then(|tables| Replies::new(&tables)).unwrap_or_default();
        self.replies.get_or_init(built).meanings(code, enhanced)
    }

    /// The words of a text, at most three, that speak most for a cause where the model decided.
    #[must_use]
    pub fn deciding_words(&self, text: &[u8], cause: Cause) -> Vec<String> {
        model::deciding_words(&plain::Plain::of(text, None), cause)
    }

    /// What a line means that a mail program wrote about its own trouble; `None` when no fact knows it.
    #[must_use]
    pub fn client_error(&self, text: &[u8]) -> Option<ErrorMeaning> {
        let built = || {
            self.tables(CLIENT_ERRORS).and_then(|tables| ClientErrors::new(&tables.client_error)).unwrap_or_default()
        };
        self.client_errors.get_or_init(built).meaning(text)
    }

    /// The provider whose server has this name.
    #[must_use]
    pub fn provider_by_host(&self, host: &[u8]) -> Option<&Provider> {
        self.all_providers().by_host(host)
    }

    /// The provider whose addresses end in this domain.
    #[must_use]
    pub fn provider_by_domain(&self, domain: &[u8]) -> Option<&Provider> {
        self.all_providers().by_domain(domain)
    }

    /// The known mail domain that somebody meant who typed this one; `None` where it is known, or near to none.
    #[must_use]
    pub fn domain_meant(&self, domain: &str) -> Option<&str> {
        let providers = self.all_providers();
        providers.by_domain(domain.as_bytes()).is_none().then(|| providers.meant(domain)).flatten()
    }

    /// The provider whose server greets like this.
    #[must_use]
    pub fn provider_by_greeting(&self, greeting: &[u8]) -> Option<&Provider> {
        self.all_providers().by_greeting(greeting)
    }

    /// The provider of this name, in any case.
    #[must_use]
    pub fn provider_by_name(&self, name: &str) -> Option<&Provider> {
        self.all_providers().by_name(name)
    }

    /// Every provider of our own rows, in the order of the file.
    pub fn providers(&self) -> impl Iterator<Item = &Provider> {
        self.all_providers().iter()
    }

    /// The antivirus or firewall product that a greeting, or the issuer of a certificate, names.
    #[must_use]
    pub fn product(&self, text: &[u8]) -> Option<&str> {
        let built = || self.tables(PRODUCTS).and_then(|tables| Products::new(&tables.product)).unwrap_or_default();
        self.products.get_or_init(built).named(text)
    }

    /// Changes at providers that stop mail on a date.
    pub fn notices(&self) -> impl Iterator<Item = &Notice> {
        self.notices.get_or_init(|| self.tables(NOTICES).map(|tables| tables.notice).unwrap_or_default()).iter()
    }
}
