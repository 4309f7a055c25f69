//! The parts of the knowledge, each with the files that it is compiled from. The build script compiles the built-in ones;
//! the program does so only where a user lays facts of his own over them.

use super::{
    CauseFacts, Notice, Vocabulary,
    client_error::ClientErrors,
    facts::cause_facts,
    mail_domains,
    product::Products,
    provider::Providers,
    replies::Replies,
    rows::{KnowledgeError, Tables},
};

/// A part, ready for lookup.
pub(super) trait Part: Sized {
    /// The built-in files, as they are written.
    const FILES: &'static [&'static str];

    /// Compiles it.
    fn new(tables: &Tables) -> Result<Self, KnowledgeError>;
}

const REPLIES: [&str; 3] = [include_str!("replies.toml"), include_str!("enhanced.toml"), include_str!("codes.toml")];
const CLIENT_ERRORS: &str = include_str!("client_errors.toml");
const PROVIDERS: &str = include_str!("providers.toml");
const PRODUCTS: &str = include_str!("products.toml");

impl Part for Vec<CauseFacts> {
    const FILES: &'static [&'static str] = &[include_str!("causes.toml")];

    fn new(tables: &Tables) -> Result<Self, KnowledgeError> {
        cause_facts(&tables.cause)
    }
}

impl Part for Replies {
    const FILES: &'static [&'static str] = &REPLIES;

    fn new(tables: &Tables) -> Result<Self, KnowledgeError> {
        Replies::new(tables)
    }
}

impl Part for ClientErrors {
    const FILES: &'static [&'static str] = &[CLIENT_ERRORS];

    fn new(tables: &Tables) -> Result<Self, KnowledgeError> {
        ClientErrors::new(&tables.client_error)
    }
}

impl Part for Providers {
    const FILES: &'static [&'static str] = &[PROVIDERS];

    fn new(tables: &Tables) -> Result<Self, KnowledgeError> {
        Providers::new(&tables.provider, mail_domains::lay_under)
    }
}

impl Part for Vec<Notice> {
    const FILES: &'static [&'static str] = &[include_str!("notices.toml")];

    fn new(tables: &Tables) -> Result<Self, KnowledgeError> {
        Ok(tables.notice.clone())
    }
}

impl Part for Products {
    const FILES: &'static [&'static str] = &[PRODUCTS];

    fn new(tables: &Tables) -> Result<Self, KnowledgeError> {
        Products::new(&tables.product)
    }
}

impl Part for Vocabulary {
    const FILES: &'static [&'static str] = &[REPLIES[0], REPLIES[1], REPLIES[2], CLIENT_ERRORS, PROVIDERS, PRODUCTS];

    fn new(tables: &Tables) -> Result<Self, KnowledgeError> {
        Ok(Vocabulary::new(tables))
    }
}
