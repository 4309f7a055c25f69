//! What the words of a line tell together.

use super::{
    OwnWords,
    counts::Counts,
    word::{Word, is_mail_number},
};
use crate::knowledge::{Knowledge, WordClass, WordTable};

/// Words behind a negation that it may be about: `not a valid address`.
const NEGATION_WORDS: usize = 2;
/// Words behind one that says that a mail went out, by which it has not yet: `queued for later`.
const NEXT_WORDS: usize = 3;
/// Digits of a telephone's number, at least.
const MIN_TELEPHONE_DIGITS: usize = 9;

/// What these words of one line tell: each is asked beside its neighbours, from the first to the last.
pub(super) fn told(words: &[Word<'_>]) -> OwnWords {
    let tells_good = words.iter().any(Word::is_good);
    let mut line = Line { words, tells_good, counts: Counts::of(words), ..Line::default() };
    for at in 0..words.len() {
        line.subject(at);
        line.negation(at);
        if !line.is_untold(at) {
            line.success(at);
            line.failure(at);
        }
    }
    line.whole()
}

/// The words of a line, and what those so far told.
#[derive(Default)]
struct Line<'w, 'a> {
    words: &'w [Word<'a>],
    counts: Counts,
    told: OwnWords,
    /// Any of the words says that something went well.
    tells_good: bool,
    /// The noun that stood last, in the same clause, is the connection.
    connection: bool,
    /// A word that says that something went well is about a mail.
    good_of_mail: bool,
    /// It is about sending.
    sends: bool,
    /// Something is denied that might have gone well.
    negated: bool,
    /// `not sent yet`: what is denied waits.
    yet: bool,
    /// What went out was nothing.
    none_sent: bool,
    /// Another sign of failure than the logger's level.
    beyond_level: bool,
    /// `not attempted`: nothing was tried, and nothing can have failed.
    untried: bool,
}

impl<'a> Line<'_, 'a> {
    /// The word in this place, or none.
    fn word(&self, at: usize) -> Word<'a> {
        self.words.get(at).copied().unwrap_or_default()
    }

    /// The word in this place with those before and behind it.
    fn with_neighbours(&self, at: usize) -> (Word<'a>, Word<'a>, Word<'a>) {
        (at.checked_sub(1).map_or_else(Word::default, |before| self.word(before)), self.word(at), self.word(at + 1))
    }

    /// What the line is about.
    fn subject(&mut self, at: usize) {
        let (before, word, after) = self.with_neighbours(at);
        let told = &mut self.told;
        told.numbered |= word.is_number() && word.text.len() >= 5 && !before.is_setting(word)
            || word.text.starts_with(b"0x") && word.text.len() >= 10
            || word.text.starts_with(b"wsa");
        told.mail |= word.is(WordClass::Mail) && !word.is(WordClass::Sent) || is_mail_number(word.text);
        told.connect |= word.is(WordClass::Connect);
        let goes_on = self.connection
            && (before.joined || before.named)
            && (!word.is(WordClass::Mail) || word.text == b"smtp" || after.is(WordClass::Connect));
        self.connection = self.tells_good && (goes_on || word.is_of_connection());
        if word.is_good() {
            // `Provider accepted login`: what follows is what was taken, where no mail stands before it.
            let of_connection = self.connection || word.joined && after.is_of_connection() && !told.mail;
            told.of_connection |= of_connection;
            self.good_of_mail |= !of_connection;
        }
        // What stands first is what it is about: `SMS reminder delivered`, but `Statement printed and mailed`.
        let is_telephone = after.is_number() && after.text.len() >= MIN_TELEPHONE_DIGITS;
        told.other_first |= word.is(WordClass::Other) && at == 0 || word.is(WordClass::Recipient) && is_telephone;
        // They fetch mail, and send none (RFC 1939, RFC 9051).
        told.other_first |= matches!(word.text, b"pop3" | b"imap" | b"imap4");
        told.other |= word.is(WordClass::Other);
        told.begins |= word.is(WordClass::Begins);
        told.waits |= word.is_the(WordClass::Waits);
        told.returned |= word.is_the(WordClass::Returned);
        // A table with a word of one letter would find it in all others; and `i/o timeout` is no person.
        told.person |= (word.text == b"i" || word.is(WordClass::Person)) && word.joined;
        told.unknown = told.unknown.saturating_add(u8::from(word.classes.is_unknown() && !word.is_number()));
        self.sends |= word.is(WordClass::Send) || word.is(WordClass::Begins);
    }

    /// What a word such as `not` denies.
    fn negation(&mut self, at: usize) {
        let (before, word, after) = self.with_neighbours(at);
        if !word.is(WordClass::Not) {
            return;
        }
        let mut behind = (at + 1..self.words.len()).take(NEGATION_WORDS);
        // `nog nie gestuur nie`, `not sent yet`: it waits.
        self.yet |= before.joined && before.is_the(WordClass::Waits)
            || behind.clone().find(|at| self.word(*at).is(WordClass::Sent)).is_some_and(|at| self.waits_behind(at));
        // `nothing to send` fails nobody.
        let is_idle = word.text == b"nothing" && after.text == b"to";
        let tried = after.text.strip_suffix(b"ed").map(|stem| WordTable::builtin().classes(stem));
        self.untried |=
            word.joined && tried.is_some_and(|stem| stem.has(WordClass::Begins) && !stem.has(WordClass::Send));
        // `"failed": false` denies a failure, and no success.
        let denies_failure = before.named && before.is_failure();
        if is_idle || denies_failure || self.yet || self.untried {
            return;
        }
        self.negated = true;
        let fails = before.is(WordClass::May) || behind.any(|at| is_failure_if_negated(self.word(at).text));
        self.fails(fails);
    }

    /// It failed, by more than the logger's level.
    fn fails(&mut self, fails: bool) {
        self.told.failed |= fails;
        self.beyond_level |= fails;
    }

    /// `"sent": ""`: nothing is told there.
    fn is_untold(&self, at: usize) -> bool {
        let (_, word, after) = self.with_neighbours(at);
        word.is_good() && word.named && after.is_the(WordClass::None) && !after.is_number()
    }

    /// What a word of success says, with those around it.
    fn success(&mut self, at: usize) {
        let (before, word, after) = self.with_neighbours(at);
        // `Success: false`, `delivered=no`, `no enviado`, but `posted off`
        let denied = word.is_good()
            && (matches!(after.text, b"false" | b"0")
                || after.is_the(WordClass::No) && after.text != b"off" && !after.joined
                || before.is_the(WordClass::No) && before.joined && word.is(WordClass::Sent));
        // `word gestuur`, `is being sent`, `queued for later`: it is about to.
        let is_coming = || before.is_the(WordClass::Coming) || after.is_the(WordClass::Coming) || self.waits_behind(at);
        if word.is(WordClass::Sent) && (self.yet || is_coming()) {
            (self.told.begins, self.sends) = (true, true);
        } else if word.is(WordClass::Sent) && (self.counts.none || denies_all(&self.words[..at])) {
            self.none_sent = true;
        } else if word.is(WordClass::Sent) {
            self.told.sent |= !denied;
            self.told.failed |= denied && !before.is_number();
            self.beyond_level |= denied;
        }
        if word.is(WordClass::Well) {
            self.told.well |= !denied;
            self.fails(denied && after.text != b"0");
        }
    }

    /// What a word of failure says, with those around it.
    fn failure(&mut self, at: usize) {
        let (before, word, after) = self.with_neighbours(at);
        // `error 0`, `error_code=0`, `errors: 0`, `no error`, `Error: OK`, `returned True`
        let is_harmless = || {
            let label = after.is_the(WordClass::Code) || after.is_the(WordClass::Detail) && after.named;
            let value = if label { self.word(at + 2) } else { after };
            // `0 previous failures`
            let counted = || {
                let counts = at.checked_sub(2).map_or_else(Word::default, |at| self.word(at));
                before.joined && before.classes.is_unknown() && counts.joined && matches!(counts.text, b"0" | b"no")
            };
            before.is(WordClass::None)
                || counted()
                || matches!(value.text, b"0" | b"none" | b"geen")
                || label && value.text.is_empty()
                || value.is_the(WordClass::None) && !value.joined
                || after.is(WordClass::Well)
                || word.is(WordClass::Reply) && word.joined && after.is_the(WordClass::Yes)
        };
        // `ERR_NONE`
        let names_none = word.is_failure() && word.glued && after.is_the(WordClass::None) && !after.is_number();
        // `connect_timeout 30`, `error handling = continue`
        let known = || Knowledge::builtin().client_error(after.text).is_some();
        let names_setting = || {
            before.glued && word.joined && after.is_number() && !known()
                || word.joined && after.valued && after.classes.is_unknown()
        };
        if word.is_failure() && !is_harmless() && !word.is_setting(after) && !names_setting() {
            self.told.failed = true;
            self.beyond_level |= at > 3 || !word.is(WordClass::LevelFailed);
        }
        self.told.well |= names_none;
    }

    /// The words next to this one say that it waits: `queued for later`.
    fn waits_behind(&self, at: usize) -> bool {
        let words = &self.words[at..];
        let next = words.iter().take_while(|word| word.joined).count().min(NEXT_WORDS);
        words.iter().skip(1).take(next).any(|word| word.is_the(WordClass::Waits))
    }

    /// What all words tell together.
    fn whole(self) -> OwnWords {
        let Line { words, counts, mut told, .. } = self;
        told.of_connection &= !self.good_of_mail;
        let denied = self.negated && (told.sent || told.well || self.sends);
        told.failed |= denied;
        told.failed &= !self.untried;
        told.unsent = self.negated && told.sent;
        told.only_level = told.failed && !self.beyond_level && !denied;
        let summed = words.iter().any(|word| word.is(WordClass::Summary));
        told.is_summary =
            self.none_sent || counts.none || counts.led || counts.sent && (summed || counts.wrong.is_some());
        told.counts_mails = counts.well.zip(counts.wrong);
        told.counts = counts.of_many || counts.units > 1 || told.counts_mails.is_some();
        told.counted = counts.well.or(counts.wrong).is_some();
        if told.only_level && told.sent {
            told.failed = false;
        }
        told.sent &= !told.failed;
        told.well &= !told.failed;
        let denies = |word: &Word<'_>| word.is(WordClass::None) && word.joined && !word.is_number();
        told.denies = !told.is_told() && words.iter().any(denies);
        told
    }
}

/// `not valid` is `invalid`, `nie geldig` is `ongeldig`: the word with a prefix that turns it into its opposite is known.
fn is_failure_if_negated(word: &[u8]) -> bool {
    const PREFIXES: [&[u8]; 4] = [b"un", b"in", b"on", b"im"];
    let opposite = |prefix: &&[u8]| WordTable::builtin().classes(&[prefix, word].concat()).has(WordClass::Failed);
    word.len() > 3 && PREFIXES.iter().any(opposite)
}

/// `No client certificate sent`: what went was nothing, unless the word is about a failure, as in `no errors, sent`, or ends at
/// a mark, as in `no luck: password not accepted`.
fn denies_all(before: &[Word<'_>]) -> bool {
    before.first().is_some_and(|word| word.is(WordClass::None) && !word.is_number())
        && !before.iter().any(|word| word.named || word.is_failure() || word.text.starts_with(b"error"))
}
