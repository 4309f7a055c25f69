//! What a server's reply means. Text beats enhanced code beats code, because 5.7.1 alone stands for a dozen causes.

use std::{collections::HashMap, time::Duration};

use super::{
    Cause,
    extract::{listed_at, retry_after},
    plain::Plain,
    rows::{self, CodeRow, KnowledgeError, Tables, bad_row},
    rule_book::{Conditions, Context, RuleBook},
};
use crate::smtp::{EnhancedStatusCode, ReplyCode, Verb};

/// A reply, and what it answered.
#[derive(Clone, Copy, Debug)]
pub struct ReplyQuery<'a> {
    /// The code of the last line.
    pub code: ReplyCode,
    /// The enhanced code at the start of the text; without one, the first that stands in the text is used.
    pub enhanced: Option<EnhancedStatusCode>,
    /// The texts of its lines without codes and separators, joined by one space.
    pub text: &'a [u8],
    /// The command it answers.
    pub verb: Option<Verb>,
    /// The server's name.
    pub host: Option<&'a [u8]>,
}

/// What a meaning rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// Nothing fits.
    Nothing,
    /// The code, with the command it answers.
    Code,
    /// The enhanced code (RFC 3463 and its registry).
    Enhanced,
    /// The words.
    Text,
}

/// What a reply means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyMeaning {
    /// The cause; `unknown.reply` when nothing fits.
    pub cause: Cause,
    /// What it rests on.
    pub by: By,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
    /// The blocklist that the text names.
    pub blocklist: Option<String>,
}

/// All facts about replies.
#[derive(Debug, Default)]
pub(super) struct Replies {
    texts: RuleBook,
    /// By subject and detail; class 0 is any class.
    enhanced: HashMap<(u16, u16), Vec<(u8, CodeFact)>>,
    codes: HashMap<u16, Vec<CodeFact>>,
}

#[derive(Debug)]
struct CodeFact {
    when: Conditions,
    over_text: bool,
    cause: Cause,
}

impl CodeFact {
    fn new<C>(row: &CodeRow<C>) -> Result<CodeFact, KnowledgeError> {
        let when = Conditions::new(&row.when, &row.cause)?;
        Ok(CodeFact { when, over_text: row.over_text, cause: rows::cause(&row.cause)? })
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
                let code = rows::enhanced_pattern(written)
                    .ok_or_else(|| bad_row(&row.cause, format!("the enhanced code `{written}`")))?;
                let facts = replies.enhanced.entry((code.subject, code.detail)).or_default();
                facts.push((code.class, CodeFact::new(row)?));
            }
        }
        for row in &tables.code {
            for code in &row.codes {
                replies.codes.entry(*code).or_default().push(CodeFact::new(row)?);
            }
        }
        Ok(replies)
    }

    pub(super) fn meaning(&self, query: &ReplyQuery<'_>) -> ReplyMeaning {
        if !query.code.is_refusal() {
            return ReplyMeaning { cause: Cause::UnknownReply, by: By::Nothing, retry_after: None, blocklist: None };
        }
        let text = Plain::of(query.text, Some(query.code.0));
        let context = Context { code: Some(query.code), verb: query.verb, host: query.host };
        let hits = self.texts.read(&text);
        let enhanced = query.enhanced.or(text.enhanced);
        let by_enhanced = enhanced.and_then(|code| self.by_enhanced(code, &context, &text));
        let by_enhanced = by_enhanced.map(|fact| (fact, By::Enhanced));
        let by_code = self.by_code(&context, &text).map(|fact| (fact, By::Code));
        let firm = by_enhanced.filter(|(fact, _)| fact.over_text).or(by_code.filter(|(fact, _)| fact.over_text));
        let judged = || self.texts.judge(&hits, &context, &text).map(|verdict| (verdict.cause, By::Text));
        let (cause, by) = firm
            .map(|(fact, by)| (fact.cause, by))
            .or_else(judged)
            .or_else(|| by_enhanced.or(by_code).map(|(fact, by)| (fact.cause, by)))
            .unwrap_or((Cause::UnknownReply, By::Nothing));
        let blocklist = match self.texts.name(&hits) {
            Some(name) => Some(name.to_owned()),
            None if cause == Cause::PolicyBlocklisted => listed_at(&text),
            None => None,
        };
        ReplyMeaning { cause, by, retry_after: retry_after(&text), blocklist }
    }

    fn by_enhanced(&self, code: EnhancedStatusCode, context: &Context<'_>, text: &Plain) -> Option<&CodeFact> {
        let facts = self.enhanced.get(&(code.subject, code.detail))?;
        let fits =
            |(class, fact): &&(u8, CodeFact)| (*class == 0 || *class == code.class) && fact.when.hold(context, text);
        facts.iter().find(fits).map(|(_, fact)| fact)
    }

    fn by_code(&self, context: &Context<'_>, text: &Plain) -> Option<&CodeFact> {
        let facts = self.codes.get(&context.code?.0)?;
        facts.iter().find(|fact| fact.when.hold(context, text))
    }
}
