//! TOML facts and their lookup: causes, replies, client errors, providers. Decides nothing.
//!
//! Every row carries its source. A user can lay facts of his own over ours; they win.

mod actor;
mod automaton;
mod baked;
mod cause;
mod client_error;
mod decided;
mod entry;
mod error;
mod exception;
mod extract;
mod facts;
mod features;
mod glossary;
mod heads;
mod limits;
mod mail_domains;
mod model;
mod needles;
mod notions;
mod parts;
mod phrase;
mod plain;
mod product;
mod provider;
mod quoted_reply;
mod replies;
mod reply;
mod rows;
mod rule_book;
mod secret_names;
mod sorted;
mod step;
#[cfg(test)]
mod tests;
mod told;
mod toml_fault;
mod vocabulary;
mod weigh;
mod words;

use std::sync::OnceLock;

pub(crate) use actor::Actor;
pub use actor::Severity;
pub(crate) use baked::{is_level, word_classes};
pub use cause::Cause;
pub(crate) use client_error::ErrorMeaning;
pub(crate) use error::KnowledgeError;
pub(crate) use exception::{begins_with_class, is_exception_class};
pub(crate) use facts::{CauseFacts, Notice, PassedBy};
pub(crate) use heads::{in_brackets, without_heads};
pub(crate) use needles::Needles;
pub(crate) use plain::parts_compound;
pub(crate) use provider::{Password, Provider, Providers, Server};
pub(crate) use quoted_reply::{QuotedReply, quoted_reply};
pub use reply::{ReplyMeaning, ReplyQuery, Witness};
pub(crate) use secret_names::SecretNames;
pub(crate) use step::{Step, Tag};
pub(crate) use told::ToldMeaning;
pub use vocabulary::Vocabulary;
pub use weigh::By;
pub use words::{WordClass, WordTable, plain_spelling};
pub(crate) use words::{WordClasses, first_word, is_word_byte, last_word, words_in};

pub(crate) use toml_fault::toml_fault;

use baked::Baked;
use client_error::ClientErrors;
use decided::Decided;
use parts::Part;
use product::Products;
use replies::Replies;
use rows::{Tables, VERSION};

use crate::smtp::{EnhancedStatusCode, ReplyCode, Verb};

/// The first lines of the facts as a file.
pub const EXPORT_HEAD: &str = "# Facts of mtmlog. With `complete = true` they stand in place of the built-in ones; without it \
                               they lie over them.\n# `mtmlog knowledge check FILE` says whether such a file is good.\n";

/// Everything the program knows as data, ready for lookup. Each part is read when it is first asked for: a healthy log
/// never asks what a refusal means.
#[derive(Debug, Default)]
pub struct Knowledge {
    /// Tables that the user laid over the built-in facts.
    user: Option<Tables>,
    causes: OnceLock<Vec<CauseFacts>>,
    replies: OnceLock<Replies>,
    decided: Decided<ReplyMeaning>,
    client_errors: OnceLock<ClientErrors>,
    providers: OnceLock<Providers>,
    notices: OnceLock<Vec<Notice>>,
    products: OnceLock<Products>,
}

impl Knowledge {
    /// The facts that the program carries: the build script compiled them, and a mistake in them ends the build.
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
        let laid = Knowledge { user: Some(Tables::parse(toml_text)?), ..Knowledge::default() };
        laid.check()?;
        Ok(laid)
    }

    /// The day from which the user's facts are, as `YYYY-MM-DD`; `None` for the built-in ones, and where the file does
    /// not say it.
    pub fn date(&self) -> Option<&str> {
        self.user.as_ref().and_then(|user| user.date.as_deref())
    }

    /// The user's facts that the answers rest on, for a report; `None` for the built-in ones.
    pub fn named(&self) -> Option<String> {
        let user = self.user.as_ref()?;
        let date = user.date.as_deref().unwrap_or("a file without a date");
        let place = if user.complete { "stand in place of" } else { "lie over" };
        Some(format!("Facts of {date} {place} the built-in ones"))
    }

    /// Checks that a file of facts says by which version it is written, and from which day it is.
    ///
    /// # Errors
    /// When it does not.
    pub fn check_dated(&self) -> Result<(), KnowledgeError> {
        let dated = self.user.as_ref().is_some_and(|user| user.version.is_some() && user.date.is_some());
        if dated { Ok(()) } else { Err(KnowledgeError::Undated) }
    }

    /// The number of rows of each kind in the user's file, by the names of the tables.
    pub fn rows(&self) -> Vec<(&'static str, usize)> {
        let Some(user) = &self.user else { return Vec::new() };
        let all = [
            ("cause", user.cause.len()),
            ("reply", user.reply.len()),
            ("blocklist", user.blocklist.len()),
            ("enhanced", user.enhanced.len()),
            ("code", user.code.len()),
            ("client_error", user.client_error.len()),
            ("provider", user.provider.len()),
            ("notice", user.notice.len()),
            ("product", user.product.len()),
        ];
        all.into_iter().filter(|(_, rows)| *rows > 0).collect()
    }

    /// The built-in facts as one file, which gives the same answers when it is laid over them: something to begin with.
    /// It bears the newest day on which somebody looked at them. (The mail domains of Mozilla's ISPDB stay built in.)
    pub fn export() -> String {
        let files = [Vec::<CauseFacts>::FILES, Vocabulary::FILES, Vec::<Notice>::FILES].concat();
        let builtin = Knowledge::builtin();
        let checked = builtin.providers().iter().filter_map(|row| row.checked.as_deref());
        let date = checked.chain(builtin.notices().filter_map(|row| row.checked.as_deref())).max().unwrap_or_default();
        format!("{EXPORT_HEAD}version = {VERSION}\ndate = \"{date}\"\ncomplete = true\n\n{}", files.join("\n"))
    }

    /// Compiles every part once, for its errors.
    fn check(&self) -> Result<(), KnowledgeError> {
        self.compiled::<Vec<CauseFacts>>()?;
        self.compiled::<Replies>()?;
        self.compiled::<ClientErrors>()?;
        self.compiled::<Providers>()?;
        self.compiled::<Products>()?;
        self.compiled::<Vec<Notice>>().map(drop)
    }

    fn compiled<P: Part>(&self) -> Result<P, KnowledgeError> {
        match &self.user {
            Some(user) if user.complete => P::new(user),
            Some(user) => {
                let mut tables = Tables::of(P::FILES)?;
                tables.lay_over(user.clone());
                P::new(&tables)
            }
            None => P::new(&Tables::of(P::FILES)?),
        }
    }

    /// A part: the built-in one as it was compiled while building, or with the user's rows, which `check` has compiled
    /// before.
    fn part<P: Part + Baked>(&self) -> P {
        match &self.user {
            None => P::read(),
            Some(_) => self.compiled().ok(),
        }
        .unwrap_or_default()
    }

    fn cause_facts(&self) -> &[CauseFacts] {
        let whole = |facts: &Vec<CauseFacts>| facts.len() == Cause::ALL.len();
        let unknown = || Cause::ALL.iter().map(|cause| CauseFacts::unknown(*cause)).collect();
        self.causes.get_or_init(|| Some(self.part()).filter(whole).unwrap_or_else(unknown))
    }

    /// The mail providers, by what a log shows of them.
    pub(crate) fn providers(&self) -> &Providers {
        self.providers.get_or_init(|| self.part())
    }

    fn all_replies(&self) -> &Replies {
        self.replies.get_or_init(|| self.part())
    }

    /// The facts of a cause.
    pub fn cause(&self, cause: Cause) -> &CauseFacts {
        // `facts::cause_facts` gives one entry a cause, in the order of `Cause::ALL`, which is that of the enum.
        &self.cause_facts()[cause as usize]
    }

    /// The facts of every cause, in the order of the contract.
    pub fn causes(&self) -> impl Iterator<Item = &CauseFacts> {
        self.cause_facts().iter()
    }

    /// The meaning of a 4yz or 5yz reply: its words, its enhanced code and its code are weighed in one sum.
    pub fn reply(&self, query: &ReplyQuery<'_>) -> ReplyMeaning {
        self.all_replies().meaning(query, &self.decided)
    }

    /// The meaning of a server's words without the code that belongs to them, as many programs show them.
    pub fn words(&self, text: &[u8], verb: Option<Verb>, host: Option<&[u8]>) -> ReplyMeaning {
        self.all_replies().words(text, verb, host, &self.decided)
    }

    /// Everything that a code by itself can mean, each cause once, with where that is from.
    pub fn meanings(&self, code: ReplyCode, enhanced: Option<EnhancedStatusCode>) -> Vec<(Cause, &str)> {
        self.all_replies().meanings(code, enhanced)
    }

    /// The words of a text, at most three, that speak most for a cause where the model decided.
    pub fn deciding_words(&self, text: &[u8], cause: Cause) -> Vec<String> {
        model::deciding_words(&plain::Plain::of(text, None), cause)
    }

    /// The meaning of a line that a mail program wrote about its own trouble; `None` when no fact knows it.
    pub fn client_error(&self, text: &[u8]) -> Option<ErrorMeaning> {
        self.client_errors.get_or_init(|| self.part()).meaning(text)
    }

    /// The antivirus or firewall product that a greeting, or the issuer of a certificate, names.
    pub fn product(&self, text: &[u8]) -> Option<&str> {
        self.products.get_or_init(|| self.part()).named(text)
    }

    /// Changes at providers that stop mail on a date.
    pub fn notices(&self) -> impl Iterator<Item = &Notice> {
        self.notices.get_or_init(|| self.part::<Vec<Notice>>()).iter()
    }
}
