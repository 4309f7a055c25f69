//! The tables of replies, compiled for lookup.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Cause,
    rows::{self, CodeRow, KnowledgeError, Tables, bad_row},
    rule_book::{Conditions, RuleBook},
};

/// All facts about replies.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Replies {
    pub(super) texts: RuleBook,
    /// By subject and detail; class 0 is any class.
    pub(super) enhanced: BTreeMap<(u16, u16), Vec<(u8, CodeFact)>>,
    pub(super) codes: BTreeMap<u16, Vec<CodeFact>>,
}

/// The meaning of a code, and its conditions.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct CodeFact {
    pub(super) when: Conditions,
    pub(super) over_text: bool,
    pub(super) cause: Cause,
    pub(super) source: String,
}

impl CodeFact {
    fn new<C>(row: &CodeRow<C>) -> Result<CodeFact, KnowledgeError> {
        let when = Conditions::new(&row.when, &row.cause)?;
        Ok(CodeFact { when, over_text: row.over_text, cause: rows::cause(&row.cause)?, source: row.source.clone() })
    }
}

impl Replies {
    pub(super) fn new(tables: &Tables) -> Result<Replies, KnowledgeError> {
        let names: Vec<(&str, &str)> = tables
            .blocklist
            .iter()
            .flat_map(|row| row.any.iter().map(|phrase| (phrase.as_str(), row.name.as_str())))
            .collect();
        let mut replies = Replies { texts: RuleBook::new(&tables.reply, &names)?, ..Replies::default() };
        for row in &tables.enhanced {
            for written in &row.codes {
                let bad = || bad_row(&row.cause, format!("the enhanced code `{written}`"));
                // "5.7.606-649" is all that lie between.
                let (first, last) = written.split_once('-').unwrap_or((written, ""));
                let code = rows::enhanced_pattern(first).ok_or_else(bad)?;
                let last = if last.is_empty() { code.detail } else { last.parse().map_err(|_| bad())? };
                for detail in code.detail..=last {
                    let facts = replies.enhanced.entry((code.subject, detail)).or_default();
                    facts.push((code.class, CodeFact::new(row)?));
                }
            }
        }
        for row in &tables.code {
            for code in &row.codes {
                replies.codes.entry(*code).or_default().push(CodeFact::new(row)?);
            }
        }
        Ok(replies)
    }
}
