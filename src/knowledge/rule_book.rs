//! Rows of phrases compiled for lookup. The row with the highest rank wins; among equals the one whose words are longer.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::{
    Cause,
    limits::{is_about, is_mailbox, possible},
    phrase::{Hits, PhraseId, PhraseList, PhraseSet},
    plain::Plain,
    rows::{self, KnowledgeError, PhraseRow, When, bad_row},
};
use crate::smtp::{ReplyCode, Verb};

/// What is asked beside the words.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Context<'a> {
    pub(super) code: Option<ReplyCode>,
    /// The first digit, where only that is known: from an enhanced code in words whose code the log left out.
    pub(super) class: Option<u16>,
    /// A server said it: a condition on a code that the log left out then counts as met, and weighs less.
    pub(super) server: bool,
    pub(super) verb: Option<Verb>,
    /// What the enhanced code is about (RFC 3463 section 2).
    pub(super) subject: Option<u16>,
    pub(super) host: Option<&'a [u8]>,
}

impl Context<'_> {
    /// The first digit of the code.
    pub(super) fn class(&self) -> Option<u16> {
        self.code.map(|code| code.0 / 100).or(self.class)
    }

    /// The command that is the only one to get this code (RFC 4954).
    pub(super) fn only_answered(&self) -> Option<Verb> {
        self.code.filter(|code| matches!(code.0, 435 | 535 | 538)).map(|_| Verb::Auth)
    }

    /// A reply to this command, or with a code that only one command gets, can have this cause.
    pub(super) fn allows(&self, cause: Cause) -> bool {
        // 530 comes to any command, and says that signing in or encryption has to come before it; the others are about the
        // sign-in itself.
        let signing_in = self.code.is_some_and(|code| matches!(code.0, 530 | 534 | 535 | 538));
        let early = signing_in && cause.code().starts_with("protocol.");
        // 534 refuses the way of signing in, so that one was tried.
        let tried = self.code.is_some_and(|code| code.0 == 534) && cause == Cause::AuthRequired;
        // 500 and 502 refuse a command that the server does not know: it has looked for nobody.
        let unread = self.code.is_some_and(|code| matches!(code.0, 500 | 502)) && is_mailbox(cause);
        possible(cause, self.verb.filter(|verb| *verb != Verb::Other).or(self.only_answered()))
            && !early
            && !tried
            && !unread
    }

    /// The code is about the command and not about the mail (RFC 5321 section 4.2.1: the second digit is 0).
    pub(super) fn refuses_command(&self) -> bool {
        self.code.is_some_and(|code| matches!(code.0, 500..=504))
    }

    /// The code speaks against this cause: the order of commands is a matter of 503 (RFC 5321 section 4.2.4), 550 to
    /// 553 are about a mailbox, and what is about the command is not about a mailbox, the mail or how many there are. So does an
    /// enhanced code that is about something else.
    pub(super) fn doubts(&self, cause: Cause) -> bool {
        let of_mailbox = self.code.is_some_and(|code| matches!(code.0, 550..=553)) && self.subject != Some(5);
        let of_command = self.refuses_command() && self.subject.is_none_or(|subject| subject == 5);
        let of_mail = || matches!(cause.group(), "content" | "rate" | "attachment");
        of_mailbox && cause == Cause::ProtocolSequence
            || of_command && (is_mailbox(cause) || of_mail())
            || self.subject.is_some_and(|subject| !is_about(cause, subject))
    }
}

/// The conditions of a row, ready to be checked.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Conditions {
    class: Option<u16>,
    codes: Vec<u16>,
    /// One bit a verb; 0 for any.
    verbs: u16,
    host: Vec<String>,
    /// The text names an IP address.
    ip: Option<bool>,
}

impl Conditions {
    pub(super) fn new(when: &When, cause: &str) -> Result<Conditions, KnowledgeError> {
        let mut verbs = 0;
        for name in &when.verbs {
            let verb = Verb::named(name).ok_or_else(|| bad_row(cause, format!("the unknown verb `{name}`")))?;
            verbs |= bit(verb);
        }
        let host = when.host.iter().map(|h| h.to_ascii_lowercase()).collect();
        Ok(Conditions { class: when.class, codes: when.codes.clone(), verbs, host, ip: when.ip })
    }

    /// It asks for the command answered.
    pub(super) fn asks_verb(&self) -> bool {
        self.verbs != 0
    }

    /// It asks for a code that the log left out.
    pub(super) fn is_unproven(&self, context: &Context<'_>) -> bool {
        context.code.is_none() && !self.codes.is_empty()
    }

    /// All conditions hold. A condition on something that is not known does not.
    pub(super) fn hold(&self, context: &Context<'_>, text: &Plain) -> bool {
        let code = context.code.map(|c| c.0);
        let named = |host: &str| {
            let piece = host.as_bytes();
            context.host.is_some_and(|h| contains(h, piece))
                || [&text.words, &text.names].iter().any(|t| contains(t, piece))
        };
        let left_out = context.server && code.is_none();
        let of_class = |codes: &[u16]| context.class().is_none_or(|class| codes.iter().any(|code| code / 100 == class));
        self.class.is_none_or(|class| context.class().map_or(left_out, |c| c == class))
            && self.ip.is_none_or(|named| named == text.ip)
            && (self.codes.is_empty() || code.map_or(left_out && of_class(&self.codes), |c| self.codes.contains(&c)))
            && (self.verbs == 0 || context.verb.is_some_and(|v| self.verbs & bit(v) != 0))
            && (self.host.is_empty() || self.host.iter().any(|h| named(h)))
    }
}

/// How much a row's rank falls where it asks for a code that the log left out.
const UNPROVEN_CODE: u8 = 24;

fn bit(verb: Verb) -> u16 {
    1 << verb as u16
}

/// `text` holds `piece`, in any case. An empty piece is held by everything.
pub(super) fn contains(text: &[u8], piece: &[u8]) -> bool {
    piece.is_empty() || text.windows(piece.len()).any(|window| window.eq_ignore_ascii_case(piece))
}

/// A row: a hit in every group, none of `not`.
#[derive(Debug, Deserialize, Serialize)]
struct Rule {
    groups: Vec<Vec<PhraseId>>,
    not: Vec<PhraseId>,
    when: Conditions,
    cause: Cause,
    rank: u8,
    certain: bool,
}

/// The row that won.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) cause: Cause,
    pub(super) rank: u8,
    pub(super) certain: bool,
}

/// All rows of a kind.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct RuleBook {
    phrases: PhraseSet,
    rules: Vec<Rule>,
    /// For each phrase the rules whose first group holds it.
    starts: Vec<Vec<u16>>,
    /// Words that name something beside a cause (blocklists), and what they name.
    names: Vec<(PhraseId, String)>,
}

impl RuleBook {
    /// Compiles rows, and names to be found on the same pass.
    pub(super) fn new(rows: &[PhraseRow], names: &[(&str, &str)]) -> Result<RuleBook, KnowledgeError> {
        let mut list = PhraseList::default();
        let mut rules = Vec::with_capacity(rows.len());
        for row in rows {
            rules.push(compile(row, &mut list)?);
        }
        let mut named = Vec::with_capacity(names.len());
        for (phrase, name) in names {
            let id = list.add(phrase).ok_or_else(|| bad_row(name, "an empty phrase"))?;
            named.push((id, (*name).to_owned()));
        }
        let phrases = list.compile()?;
        let mut starts: Vec<Vec<u16>> = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            let index = u16::try_from(index).map_err(|_| bad_row(rule.cause.code(), "too many rows before it"))?;
            for id in rule.groups.first().into_iter().flatten() {
                let id = usize::from(*id);
                starts.resize_with(starts.len().max(id + 1), Vec::new);
                starts[id].push(index);
            }
        }
        Ok(RuleBook { phrases, rules, starts, names: named })
    }

    /// The phrases of this book that stand in a text.
    pub(super) fn read(&self, text: &Plain) -> Hits {
        self.phrases.find(text)
    }

    /// The row that fits best.
    pub(super) fn judge(&self, hits: &Hits, context: &Context<'_>, text: &Plain) -> Option<Verdict> {
        self.contenders(hits, context, text).first().copied()
    }

    /// The row that fits best for each cause, the best of all first.
    pub(super) fn contenders(&self, hits: &Hits, context: &Context<'_>, text: &Plain) -> Vec<Verdict> {
        let mut best: Vec<((u8, u32), Reverse<u16>)> = Vec::new();
        let of = |index: &Reverse<u16>| &self.rules[usize::from(index.0)];
        for id in hits.iter() {
            for &index in self.starts.get(usize::from(id)).into_iter().flatten() {
                let rule = &self.rules[usize::from(index)];
                let Some(length) = self.length(rule, id, hits) else { continue };
                if context.server && !context.allows(rule.cause) || !rule.when.hold(context, text) {
                    continue;
                }
                // Without the code that the row asks for, the words alone say less.
                let less = if rule.when.is_unproven(context) { UNPROVEN_CODE } else { 0 };
                let found = ((rule.rank.saturating_sub(less), length), Reverse(index));
                match best.iter_mut().find(|(_, known)| of(known).cause == rule.cause) {
                    Some(known) => *known = (*known).max(found),
                    None => best.push(found),
                }
            }
        }
        best.sort_unstable_by_key(|found| Reverse(*found));
        let verdict = |((rank, _), index): &((u8, u32), Reverse<u16>)| {
            let rule = of(index);
            Verdict { cause: rule.cause, rank: *rank, certain: rule.certain }
        };
        best.iter().map(verdict).collect()
    }

    /// What the text names, such as a blocklist.
    pub(super) fn name(&self, hits: &Hits) -> Option<&str> {
        self.names.iter().find(|(id, _)| hits.has(*id)).map(|(_, name)| name.as_str())
    }

    /// How many bytes of the text a rule explains, starting from a hit of its first group; `None` if it does not fit.
    fn length(&self, rule: &Rule, first: PhraseId, hits: &Hits) -> Option<u32> {
        let mut length = self.phrases.length(first);
        for group in rule.groups.iter().skip(1) {
            length += group.iter().filter(|id| hits.has(**id)).map(|id| self.phrases.length(*id)).max()?;
        }
        (!rule.not.iter().any(|id| hits.has(*id))).then_some(length)
    }
}

fn compile(row: &PhraseRow, list: &mut PhraseList) -> Result<Rule, KnowledgeError> {
    let mut group = |phrases: &[String]| -> Result<Vec<PhraseId>, KnowledgeError> {
        let empty = |phrase: &String| bad_row(&row.cause, format!("the empty phrase `{phrase}`"));
        phrases.iter().map(|phrase| list.add(phrase).ok_or_else(|| empty(phrase))).collect()
    };
    let mut groups = Vec::new();
    let numbers: Vec<String> = row.numbers.iter().flat_map(|number| spellings(*number)).collect();
    let any = group(&[row.any.as_slice(), &numbers].concat())?;
    if !any.is_empty() {
        groups.push(any);
    }
    for entry in &row.all {
        groups.push(group(entry.phrases())?);
    }
    let not = group(&row.not)?;
    if groups.iter().any(Vec::is_empty) || groups.is_empty() && row.numbers.is_empty() {
        return Err(bad_row(&row.cause, "no phrase"));
    }
    let when = Conditions::new(&row.when, &row.cause)?;
    Ok(Rule { groups, not, when, cause: rows::cause(&row.cause)?, rank: row.rank, certain: row.certain })
}

/// How logs write an `HRESULT`: hexadecimal with and without its prefix, signed decimal (the sign is punctuation here),
/// unsigned decimal. A WinSock number is too short to be trusted without a look at what stands around it.
fn spellings(number: u32) -> Vec<String> {
    if number <= u32::from(u16::MAX) {
        return Vec::new();
    }
    vec![
        format!("0x{number:08x}"),
        format!("{number:08x}"),
        number.cast_signed().unsigned_abs().to_string(),
        number.to_string(),
    ]
}
