//! Secrets that were sent, to be known again where somebody quotes them: a server in its refusal, a writer in a note.

use std::{borrow::Cow, cell::OnceCell, fmt, mem, sync::Arc};

use memchr::memmem;

use crate::{
    base64, hex,
    smtp::{self, AnswerPart},
    source::place_in,
};

/// A run of so many characters of a secret is never shown.
const MIN_RUN_CHARS: usize = 6;
/// A shorter secret would be found inside every other word.
const MIN_SECRET_BYTES: usize = 4;
/// As much of one secret as is known again.
const MAX_SECRET_BYTES: usize = 4 * 1024;

/// Secrets that are known again; the oldest goes first.
const MAX_SECRETS: usize = 24;

/// The secrets of a conversation, or of several; bounded.
#[derive(Clone, Default)]
pub(crate) struct Secrets {
    /// Names that are addresses are let through: they have stand-ins, which tell more.
    addresses: bool,
    kept: Vec<Secret>,
    /// A bit for each byte that one of them may begin with.
    begins: [u64; 4],
    /// Runs of the secrets in every form they may be quoted in.
    runs: OnceCell<Arc<Runs>>,
    /// Secrets that were forgotten, and their runs: the next session mostly sends the same.
    before: Option<(Vec<Secret>, Arc<Runs>)>,
}

#[derive(Clone, PartialEq, Eq)]
struct Secret {
    text: Vec<u8>,
    /// Only as a whole: a user's name, whose parts may be the names of servers.
    whole: bool,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.kept.len())
    }
}

impl Secrets {
    /// Secrets that let addresses through.
    pub(crate) fn but_addresses() -> Self {
        Secrets { addresses: true, ..Secrets::default() }
    }

    /// They count no longer; the room is used again.
    pub(crate) fn clear(&mut self) {
        self.begins = [0; 4];
        match self.runs.take() {
            Some(runs) => self.before = Some((mem::take(&mut self.kept), runs)),
            None => self.kept.clear(),
        }
    }

    /// An answer as it stood on the wire; `name`: it is the name of a user, not the password.
    pub(crate) fn remember(&mut self, answer: &[u8], name: bool) {
        let answer = answer.trim_ascii();
        let answer = &answer[..answer.len().min(MAX_SECRET_BYTES)];
        // Several words are no answer, but may hold one.
        self.keep(answer, answer.contains(&b' '));
        let Some(decoded) = base64::decoded(answer) else { return };
        smtp::answer_parts(&decoded, |part, text| self.keep(text, name || part == AnswerPart::User));
    }

    fn keep(&mut self, text: &[u8], whole: bool) {
        let secret = Secret { text: text.to_vec(), whole };
        let mask = !text.iter().any(u8::is_ascii_alphanumeric);
        let shown = self.addresses && whole && smtp::is_full_address(text);
        if text.len() < MIN_SECRET_BYTES || mask || shown || self.kept.contains(&secret) {
            return;
        }
        if self.kept.len() >= MAX_SECRETS {
            self.kept.remove(0);
        }
        self.begins[usize::from(text[0] >> 6)] |= 1 << (text[0] & 63);
        self.kept.push(secret);
        self.runs = OnceCell::new();
    }

    /// The text without them as wholes.
    pub(crate) fn wipe_wholes<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
        let begins = |b: u8| self.begins[usize::from(b >> 6)] >> (b & 63) & 1 == 1;
        let stands = |at: usize| self.kept.iter().any(|secret| text[at..].starts_with(&secret.text));
        if self.kept.is_empty() || !(0..text.len()).any(|at| begins(text[at]) && stands(at)) {
            return Cow::Borrowed(text);
        }
        let mut clean = text.to_vec();
        for secret in &self.kept {
            let mut from = 0;
            while let Some(at) = memmem::find(&clean[from..], &secret.text) {
                clean.splice(from + at..from + at + secret.text.len(), *b"***");
                from += at + 3;
            }
        }
        Cow::Owned(clean)
    }

    /// The text without them and without parts of them, however they are written: cut, in another case, as base64 in
    /// any of its alignments, hex, percent or quoted-printable.
    pub(crate) fn wipe<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
        let clean = self.wipe_wholes(text);
        let piece = |word: &[u8]| {
            let bare = word.strip_suffix(b".").unwrap_or(word);
            // Without a run in common neither stands in the other.
            if self.runs.get().is_some_and(|runs| !runs.stand_in(bare.iter().copied())) {
                return false;
            }
            let held = |secret: &Secret| !secret.whole && (holds(&secret.text, bare) || holds(bare, &secret.text));
            bare.len() >= MIN_RUN_CHARS && self.kept.iter().any(held) && !is_common(bare)
        };
        if self.kept.iter().all(|secret| secret.whole)
            || !words(&clean).any(|(_, word)| is_strange(word) || piece(word))
        {
            return clean;
        }
        let runs = self.runs.get_or_init(|| match &self.before {
            Some((kept, runs)) if *kept == self.kept => Arc::clone(runs),
            _ => Arc::new(self.all_runs()),
        });
        let shows = |word: &[u8]| if is_strange(word) { quotes(word, runs) } else { piece(word) };
        let shown: Vec<_> = words(&clean).filter(|(_, word)| shows(word)).collect();
        if shown.is_empty() {
            return clean;
        }
        let mut out = Vec::with_capacity(clean.len());
        let mut done = 0;
        for (at, word) in shown {
            out.extend_from_slice(&clean[done..at]);
            out.extend_from_slice(b"***");
            done = at + word.len();
        }
        out.extend_from_slice(&clean[done..]);
        Cow::Owned(out)
    }

    fn all_runs(&self) -> Runs {
        let mut runs = Runs::default();
        for secret in self.kept.iter().filter(|secret| !secret.whole) {
            let text = &*secret.text;
            runs.add(text);
            base64::within(text).iter().for_each(|letters| runs.add(letters.as_bytes()));
            ["", "%", "=", "\\x"].iter().for_each(|mark| runs.add(hex::of(text, mark).as_bytes()));
        }
        runs.mark();
        runs
    }
}

/// Runs as they come, and a bit for each by its hash, so that what is not among them is seen at once: they are asked for
/// a word or two of a refusal, and to sort them took longer than all else.
#[derive(Clone, Default)]
struct Runs {
    all: Vec<u64>,
    bits: Vec<u64>,
}

impl Runs {
    fn add(&mut self, text: &[u8]) {
        self.all.reserve(text.len());
        let mut last = 0;
        for (place, b) in text.iter().enumerate() {
            last = next_run(last, b);
            if place + 1 >= MIN_RUN_CHARS {
                self.all.push(last);
            }
        }
    }

    /// Sets the bit of each, once all are there: of 64 or more for each of them, so that hardly another has one too.
    fn mark(&mut self) {
        self.bits = vec![0; self.all.len().next_power_of_two()];
        for run in &self.all {
            let (word, bit) = self.bit(*run);
            self.bits[word] |= bit;
        }
    }

    /// Where the bit of a run is.
    fn bit(&self, run: u64) -> (usize, u64) {
        let hash = run.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        ((hash >> 6) as usize & (self.bits.len() - 1), 1 << (hash & 63))
    }

    /// A run of the text is among them.
    fn stand_in(&self, text: impl Iterator<Item = u8>) -> bool {
        let mut last = 0;
        text.enumerate().any(|(place, b)| {
            last = next_run(last, &b);
            let (word, bit) = self.bit(last);
            place + 1 >= MIN_RUN_CHARS && self.bits[word] & bit != 0 && self.all.contains(&last)
        })
    }
}

/// Six bytes as a number, in one case: the run that ends one byte further.
fn next_run(last: u64, b: &u8) -> u64 {
    (last << 8 | u64::from(b.to_ascii_lowercase())) & 0xffff_ffff_ffff
}

/// The words of a text between blanks, without the marks around them.
fn words(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mark = |b: &u8| b"\"'<>()[]{},;".contains(b);
    text.split(u8::is_ascii_whitespace).filter_map(move |word| {
        let from = word.iter().position(|b| !mark(b))?;
        let to = word.iter().rposition(|b| !mark(b))? + 1;
        let at = place_in(text, word)?;
        Some((at + from, &word[from..to]))
    })
}

/// Words that a password may hold and a refusal needs. Without them in the reply anybody could tell that it does.
const COMMON: &str = "accepted access account address authentication blocked clinic credentials denied detail failed \
    failure google incorrect invalid mailbox message microsoft office outlook passwd password please reception rejected \
    required secret secure security server service support system username welcome wrong";

/// A word of a sentence is let through, unless it stands in the secret just so.
fn is_strange(word: &[u8]) -> bool {
    let bare = word.strip_suffix(b".").or(word.strip_suffix(b":")).unwrap_or(word);
    let plain = bare.iter().all(|b| b.is_ascii_alphabetic() || b"-/".contains(b));
    let one_case = bare[1.min(bare.len())..].iter().all(|b| !b.is_ascii_uppercase())
        || bare.iter().all(|b| !b.is_ascii_lowercase());
    word.len() >= MIN_RUN_CHARS && !(plain && one_case)
}

/// The one stands in the other, in any case.
fn holds(text: &[u8], part: &[u8]) -> bool {
    part.len() >= MIN_RUN_CHARS && text.windows(part.len()).any(|piece| piece.eq_ignore_ascii_case(part))
}

fn is_common(word: &[u8]) -> bool {
    COMMON.split(' ').any(|common| common.as_bytes().eq_ignore_ascii_case(word))
}

fn quotes(word: &[u8], runs: &Runs) -> bool {
    // UTF-16 writes a NUL between its letters.
    runs.stand_in(word.iter().copied().filter(|b| *b != 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wiped(text: &str) -> String {
        let mut secrets = Secrets::default();
        secrets.remember(b"AGRlc2tAY2xpbmljLmV4YW1wbGUAWnFXS2JzREU1a0chUGFzc3dvcmQ=", false);
        String::from_utf8(secrets.wipe(text.as_bytes()).into_owned()).unwrap()
    }

    #[test]
    fn letters_alone_are_known_in_another_case() {
        let mut secrets = Secrets::default();
        secrets.remember(b"WnF1d3l5UkJCWFpB", false);
        for (quoted, shown) in
            [("535 ZQUWYYRBBXZA", "535 ***"), ("no zquwyyrbbxza.", "no ***"), ("Bad login", "Bad login")]
        {
            assert_eq!(secrets.wipe(quoted.as_bytes()), shown.as_bytes(), "{quoted}");
        }
    }

    #[test]
    fn a_secret_is_known_in_any_form() {
        for (quoted, shown) in [
            ("no: ZqWKbsDE5kG!Password", "no: ***"),
            ("no 'wkbsde5' ...", "no '***' ..."),
            ("no QWKBSDE5.", "no ***"),
            ("no ZqWKbs DE5kG!", "no *** ***"),
            ("no WnFXS2JzREU1.", "no ***"),
            ("no (eFpxV0tic0RFNWtHIQ==)", "no (***)"),
            ("no eHlacVdLYnNERTVrRyE=", "no ***"),
            ("no 5a71574b62734445356b4721", "no ***"),
            ("no %71%57%4B%62", "no ***"),
            ("no =71=57=4B=62", "no ***"),
            ("no q\0W\0K\0b\0s\0D\0", "no ***"),
            ("cannot decode ...GUAWnFXS2JzREU1a0chUGFz", "cannot decode ***"),
        ] {
            assert_eq!(wiped(quoted), shown, "{quoted}");
        }
    }

    #[test]
    fn words_and_names_of_servers_stay() {
        for text in [
            "5.7.8 Username and Password not accepted. https://support.google.com/mail x9sm1234567qke.23 - gsmtp",
            "mail.clinic.example refuses desk",
        ] {
            assert_eq!(wiped(text), text);
        }
        assert_eq!(wiped("user desk@clinic.example unknown"), "user *** unknown");
    }

    #[test]
    fn debug_hides_and_memory_is_bounded() {
        let mut secrets = Secrets::default();
        for n in 0..100 {
            secrets.remember(format!("Kudu{n}!zebra").as_bytes(), false);
        }
        assert_eq!(format!("{secrets:?}"), "Secrets(24)");
    }
}
