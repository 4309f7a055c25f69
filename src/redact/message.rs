//! Message data: which parts it has may be known, what it says may not.

use super::{Level, censor::Censor};

/// Where in a message a line stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Message {
    body: bool,
    /// The header under way names people, so that its further lines do too.
    people: bool,
}

/// Headers whose value names people.
const PEOPLE: [&[u8]; 9] =
    [b"from", b"to", b"cc", b"bcc", b"sender", b"reply-to", b"return-path", b"delivered-to", b"message-id"];
/// Headers whose value is a word of the format, and tells nothing else.
const PLAIN: [&[u8]; 3] = [b"mime-version", b"content-transfer-encoding", b"date"];
/// Headers that say what kind of thing follows, before their parameters.
const KINDS: [&[u8]; 2] = [b"content-type", b"content-disposition"];

impl Message {
    /// One line of the message; of the same length wherever that is possible, so that sizes stay.
    pub(super) fn line(&mut self, text: &[u8], censor: &mut Censor<'_>) -> Vec<u8> {
        if text == b"." {
            return text.to_vec();
        }
        if censor.level() == Level::Secrets {
            return censor.chatter(text);
        }
        if text.is_empty() {
            *self = Message { body: true, people: false };
            return Vec::new();
        }
        // A part begins, with headers of its own.
        if text.starts_with(b"--") && text.len() > 2 {
            *self = Message::default();
            return [b"--", &*filler(text.len() - 2)].concat();
        }
        if self.body { filler(text.len()) } else { self.header(text, censor) }
    }

    fn header(&mut self, text: &[u8], censor: &mut Censor<'_>) -> Vec<u8> {
        if text[0].is_ascii_whitespace() {
            let value = &text[1..];
            let rest = if self.people { people(value, censor) } else { filler(value.len()) };
            return [&text[..1], &*rest].concat();
        }
        let plain = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-';
        let Some(colon) = text.iter().position(|b| !plain(b)).filter(|at| *at > 0 && text[*at] == b':') else {
            return filler(text.len());
        };
        let name = text[..colon].to_ascii_lowercase();
        let (head, value) = text.split_at(colon + 1);
        let head = [&*censor.chatter(&head[..colon]), b":"].concat();
        self.people = PEOPLE.contains(&&*name);
        let value = if self.people {
            people(value, censor)
        } else if PLAIN.contains(&&*name) {
            // Its words may still be anybody's: they are looked at like any other.
            censor.chatter(value)
        } else if KINDS.contains(&&*name) {
            kind(value, censor)
        } else {
            blank_then_filler(value)
        };
        [head, value].concat()
    }
}

/// Addresses by their stand-ins; names as filler.
fn people(value: &[u8], censor: &mut Censor<'_>) -> Vec<u8> {
    let text = censor.free(value);
    let text = String::from_utf8_lossy(&text);
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive([' ', '<', '>', ',', ';', '"']) {
        let (bare, mark) = word.split_at(word.trim_end_matches([' ', '<', '>', ',', ';', '"']).len());
        // What the gate left as it is may be the id of a message; a provider finds the mail by it.
        if bare.contains('@') || bare.is_empty() {
            out.push_str(bare)
        } else {
            out.extend(bare.chars().map(|_| 'x'))
        }
        out.push_str(mark);
    }
    out.into_bytes()
}

/// The type or the disposition without its parameters: the name of a file is somebody's.
fn kind(value: &[u8], censor: &mut Censor<'_>) -> Vec<u8> {
    let end = value.iter().position(|b| *b == b';').unwrap_or(value.len());
    let (kind, parameters) = value.split_at(end);
    let kind = censor.chatter(kind);
    if parameters.is_empty() { kind } else { [&*kind, b";", &*blank_then_filler(&parameters[1..])].concat() }
}

fn blank_then_filler(value: &[u8]) -> Vec<u8> {
    match value {
        [b' ', rest @ ..] => [b" ", &*filler(rest.len())].concat(),
        _ => filler(value.len()),
    }
}

fn filler(len: usize) -> Vec<u8> {
    vec![b'x'; len]
}
