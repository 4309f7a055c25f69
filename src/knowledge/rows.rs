//! The tables of the TOML files, as they are written. Built-in files and a user's own have the same shape.

use serde::Deserialize;

pub(super) use super::error::{KnowledgeError, VERSION, bad_row, bad_toml, cause};
use super::{facts::CauseRow, facts::Notice, product::ProductRow, provider::Provider};
use crate::smtp::{EnhancedStatusCode, enhanced_status_code};

/// All tables of one or more files. What a user lays over is put in front, and rows of replies and errors gain rank.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Tables {
    /// How the file is written; [`VERSION`] where it is not given.
    pub(super) version: Option<u32>,
    /// The day from which its facts are, as `YYYY-MM-DD`.
    pub(super) date: Option<String>,
    /// They stand in place of the built-in ones, as those that `mtmlog knowledge export` writes.
    pub(super) complete: bool,
    pub(super) cause: Vec<CauseRow>,
    pub(super) reply: Vec<PhraseRow>,
    pub(super) blocklist: Vec<BlocklistRow>,
    pub(super) enhanced: Vec<CodeRow<String>>,
    pub(super) code: Vec<CodeRow<u16>>,
    pub(super) client_error: Vec<PhraseRow>,
    pub(super) provider: Vec<Provider>,
    pub(super) notice: Vec<Notice>,
    pub(super) product: Vec<ProductRow>,
}

/// The rank of a user's row beats every built-in rank.
const OVERLAY: u8 = 100;

impl Tables {
    pub(super) fn parse(text: &str) -> Result<Tables, KnowledgeError> {
        let tables: Tables = toml::from_str(text).map_err(|error| bad_toml(&error, text))?;
        match (tables.version, &tables.date) {
            (Some(version), _) if version != VERSION => Err(KnowledgeError::Version(version)),
            (_, Some(date)) if !is_date(date) => Err(KnowledgeError::Date),
            _ => Ok(tables),
        }
    }

    pub(super) fn of(files: &[&str]) -> Result<Tables, KnowledgeError> {
        let mut all = Tables::default();
        for file in files {
            let Tables { cause, reply, blocklist, enhanced, code, client_error, provider, notice, product, .. } =
                Self::parse(file)?;
            all.cause.extend(cause);
            all.reply.extend(reply);
            all.blocklist.extend(blocklist);
            all.enhanced.extend(enhanced);
            all.code.extend(code);
            all.client_error.extend(client_error);
            all.provider.extend(provider);
            all.notice.extend(notice);
            all.product.extend(product);
        }
        Ok(all)
    }

    /// First rows win among codes and providers, higher ranks among phrases, later rows among causes.
    pub(super) fn lay_over(&mut self, mut user: Tables) {
        for row in user.reply.iter_mut().chain(&mut user.client_error) {
            row.rank = row.rank.saturating_add(OVERLAY);
        }
        self.cause.extend(user.cause);
        for (ours, theirs) in [(&mut self.reply, user.reply), (&mut self.client_error, user.client_error)] {
            ours.splice(0..0, theirs);
        }
        self.blocklist.splice(0..0, user.blocklist);
        self.enhanced.splice(0..0, user.enhanced);
        self.code.splice(0..0, user.code);
        self.provider.splice(0..0, user.provider);
        self.notice.splice(0..0, user.notice);
        self.product.splice(0..0, user.product);
    }
}

/// `YYYY-MM-DD`
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &str, digits: usize| part.parse::<u32>().ok().filter(|_| part.len() == digits);
    match parts.as_slice() {
        [year, month, day] => {
            number(year, 4).is_some()
                && number(month, 2).is_some_and(|month| (1..=12).contains(&month))
                && number(day, 2).is_some_and(|day| (1..=31).contains(&day))
        }
        _ => false,
    }
}

/// Phrases that mean a cause: one of `any`, and one of each entry of `all`, and none of `not`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PhraseRow {
    pub(super) cause: String,
    #[serde(default)]
    pub(super) any: Vec<String>,
    #[serde(default)]
    pub(super) all: Vec<OneOrMany>,
    #[serde(default)]
    pub(super) not: Vec<String>,
    /// Error numbers of Windows (client errors only): WinSock numbers such as 10061, or an `HRESULT` such as 0x80090308.
    #[serde(default)]
    pub(super) numbers: Vec<u32>,
    #[serde(default)]
    pub(super) when: When,
    /// The higher rank wins; among equals the longer phrase.
    #[serde(default = "middle")]
    pub(super) rank: u8,
    /// False when the words fit several causes and this one is only the likeliest.
    #[serde(default = "yes")]
    pub(super) certain: bool,
    /// Where the fact is from. Read by people, and by the test that no row lacks it.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the tests only"))]
    pub(super) source: String,
}

fn middle() -> u8 {
    50
}

fn yes() -> bool {
    true
}

/// An entry of `all`: one phrase, or several of which one must stand in the text.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub(super) fn phrases(&self) -> &[String] {
        match self {
            OneOrMany::One(phrase) => std::slice::from_ref(phrase),
            OneOrMany::Many(phrases) => phrases,
        }
    }
}

/// What must hold beside the words. Empty lists and missing values hold always.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct When {
    /// First digit of the code: 4 or 5.
    pub(super) class: Option<u16>,
    /// Reply codes.
    pub(super) codes: Vec<u16>,
    /// Verbs answered, by their names on the wire, `greeting`, or `.` for the end of the message.
    pub(super) verbs: Vec<String>,
    /// Pieces of the server's name, or of the text where a provider signs its replies.
    pub(super) host: Vec<String>,
    /// The text names an IP address: what is "banned" then is a host, not a mail address.
    pub(super) ip: Option<bool>,
}

/// A blocklist by the words under which replies name it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BlocklistRow {
    pub(super) name: String,
    pub(super) any: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the tests only"))]
    pub(super) source: String,
}

/// Codes that mean a cause. The first row that fits wins.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeRow<C> {
    pub(super) cause: String,
    pub(super) codes: Vec<C>,
    #[serde(default)]
    pub(super) when: When,
    /// The code beats the words: it is specific enough, or the command answered leaves no other meaning.
    #[serde(default)]
    pub(super) over_text: bool,
    pub(super) source: String,
}

/// An enhanced code of a table: `5.7.8`, or `X.7.8` for both classes (class 0).
pub(super) fn enhanced_pattern(text: &str) -> Option<EnhancedStatusCode> {
    let any_class = text.strip_prefix("X.");
    let written = any_class.map_or_else(|| text.to_owned(), |rest| format!("5.{rest}"));
    let (rest, code) = enhanced_status_code(written.as_bytes()).ok()?;
    let class = if any_class.is_some() { 0 } else { code.class };
    rest.is_empty().then_some(EnhancedStatusCode { class, ..code })
}
