//! What stands behind a label that no program uses, or was drawn: a key, a digest, the second of two strange words.

use crate::{knowledge::SecretNames, smtp::decoded};

use super::{
    super::{
        allow_list, server_name,
        shape_class::shape,
        span::{Span, runs, words},
        trace,
    },
    is_known_all,
    odd::{DIGEST, OPENS, SHORTEST, SHORTEST_PART, TOKEN, code_of},
};

/// Characters of a line of a key.
const BLOCK: usize = 40;
/// Digits in hex behind a label of its own.
const HEX: usize = 8;
/// Characters of a token behind its maker's mark.
const PREFIXED: usize = 20;
/// Letters of a label that names what follows.
const LABEL: usize = 2;

/// All of these forms.
pub(super) fn forms(text: &str, spans: &mut Vec<Span<()>>) {
    drawn(text, spans);
    blocks(text, spans);
    prefixed(text, spans);
    strange(text, spans);
    pairs(text, spans);
}

/// `salt=9f86d081...`, `hash: $2y$10$...`: what was drawn, behind a label that no program has for an id.
fn drawn(text: &str, spans: &mut Vec<Span<()>>) {
    let member = |b: u8| b.is_ascii_alphanumeric() || b"$./_+-".contains(&b);
    for (at, run) in runs(text, false, member).filter(|(_, run)| run.len() >= HEX && shape(run) != *run) {
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        let digest = run.len() >= DIGEST && run.bytes().all(|b| b.is_ascii_hexdigit());
        let is_hex = run.bytes().all(|b| b.is_ascii_hexdigit()) && (1..run.len()).contains(&digits);
        let mixed = run.len() >= OPENS && trace::is_mixed(run) && (digits >= 3 || run.len() >= TOKEN);
        let head = text[..at].trim_end_matches(['"', '\'', '\\', ' ', '{']);
        // `{SSHA}`, as RFC 2307 names how it was made.
        let head = head.strip_suffix('}').and_then(|head| head.rsplit_once('{')).map_or(head, |(head, _)| head);
        let is_drawn = digest || mixed && !server_name::is_internet_name(run) || is_hex && head.ends_with(['=', ':']);
        let coded = head.ends_with('=') && mixed;
        let label = head.strip_suffix(['=', ':']);
        // A word that only stands before it is its label where nothing has that form but a digest or a token.
        let alone = (digest || trace::is_token(run)) && head.len() < at;
        let Some(label) = label.or(alone.then_some(head)).filter(|_| is_drawn) else { continue };
        let label = label.trim_end_matches(['"', '\'', '\\', ' ']);
        let label = &label[label.trim_end_matches(|c: char| c.is_ascii_alphanumeric()).len()..];
        if is_hex && !digest && !label.ends_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        if label.len() >= LABEL && (!is_known_label(label) || coded && code_of(label).is_some()) {
            spans.push(Span::new(at, at + run.len(), ()));
        }
    }
}

/// `ghp_x2Hk...`, `sk_live_x2Hk...`, `xoxb-41-x2Hk...`: what was drawn behind small letters that say who drew it.
fn prefixed(text: &str, spans: &mut Vec<Span<()>>) {
    for (at, run) in runs(text, false, |b| b.is_ascii_alphanumeric() || b"_-".contains(&b)) {
        let Some((maker, token)) = run.rsplit_once(['_', '-']) else { continue };
        let small = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b);
        let digest = token.len() >= DIGEST && token.bytes().all(|b| b.is_ascii_hexdigit());
        // `key-`, `api-`: they say what it opens.
        let opens = || maker.ends_with("key") || SecretNames::builtin().is_name_in_two(maker, "key");
        let drawn = digest
            || token.len() >= PREFIXED && trace::is_mixed(token)
            || token.len() >= OPENS && token.bytes().filter(u8::is_ascii_digit).count() >= 3 && opens();
        if maker.bytes().all(small) && maker.starts_with(|c: char| c.is_ascii_lowercase()) && drawn {
            spans.push(Span::new(at, at + run.len(), ()));
        }
    }
}

/// A line of a key: base64 without an end, which is no id of a mail before its host.
fn blocks(text: &str, spans: &mut Vec<Span<()>>) {
    let member = |b: u8| b.is_ascii_alphanumeric() || b"+/=".contains(&b);
    for (at, run) in runs(text, false, member) {
        // What a server tells in JSON of a refused token is text (RFC 7628 section 3.2.2).
        let text_of = || decoded(run.trim_end_matches('=').as_bytes()).is_some_and(|text| text.is_ascii());
        if run.len() >= BLOCK
            && trace::is_mixed(run)
            && !text_of()
            && !text[at + run.len()..].starts_with(['@', '.', '-', '_'])
        {
            // `name=` is no part of it; padding stands at the end.
            let name = run.trim_end_matches('=').rfind('=').map_or(0, |n| n + 1);
            spans.push(Span::new(at + name, at + run.len(), ()));
        }
    }
}

/// `khunololamoraba: vlerkmuis`, `sleutel=Vlerk&Muis`: a label and all that it tells, of which no program uses either.
fn strange(text: &str, spans: &mut Vec<Span<()>>) {
    let marks = [": ", " -> ", " => ", "="].into_iter().flat_map(|mark| text.match_indices(mark));
    for (at, mark) in marks {
        let head = text[..at].trim_end();
        let label = &head[head.trim_end_matches(char::is_alphabetic).len()..];
        let value = text[at + mark.len()..].trim_start_matches([' ', '"', '\'']);
        let from = text.len() - value.len();
        let len = value.find(|c: char| c.is_whitespace() || "\"';|<)]},".contains(c)).unwrap_or(value.len());
        let after = value[len..].trim_start_matches(['"', '\'']);
        let ends =
            after.is_empty() || after.starts_with([';', '|', '<', ')', ']', '}', ',']) || after.starts_with(" |");
        let word = value[..len].bytes().any(|b| b.is_ascii_alphabetic())
            && !value[..len].contains(['@', '.', '/', ':', '\\', '%', '(', '='])
            && shape(&value[..len]) != value[..len];
        if len >= SHORTEST
            && (ends || mark == "=")
            && word
            && label.chars().count() >= SHORTEST_PART
            && !head[..head.len() - label.len()].ends_with(['.', '/', '@', '-', '_', '?', '&'])
            && !is_known_all(&value[..len])
            && !is_known_label(label)
        {
            spans.push(Span::new(from, from + len, ()));
        }
    }
}

fn is_known_label(label: &str) -> bool {
    allow_list::is_known(label) || trace::pieces(label).all(allow_list::is_known)
}

/// `fred:vlerkmuis`, `fred/vlerkmuis`, of which no program uses either; behind a server, as in a table of passwords, a program
/// may use the first.
fn pairs(text: &str, spans: &mut Vec<Span<()>>) {
    let mut behind_server = false;
    for (at, word) in words(text) {
        let server = std::mem::replace(&mut behind_server, is_server(word));
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let plain = |part: &str| part.len() >= LABEL && part.chars().all(char::is_alphanumeric);
        // Behind a mark it is a path; `Africa/Johannesburg` is a place.
        let alone = word.starts_with(bare) || word.starts_with(['"', '\'', '(', '[']);
        let place = |part: &str| part.starts_with(char::is_uppercase) && part.chars().all(char::is_alphabetic);
        if let Some((user, password)) =
            bare.split_once(':').or(bare.split_once('/').filter(|(a, b)| alone && !(place(a) && place(b))))
            && plain(user)
            && plain(password)
            && password.len() >= SHORTEST_PART
            && password.chars().any(char::is_alphabetic)
            && (server || !is_known_all(user))
            && !is_known_all(password)
        {
            let from = at + word.find(bare).unwrap_or(0) + user.len() + 1;
            spans.push(Span::new(from, from + password.len(), ()));
        }
    }
}

/// `mail.own.co.za`, `[mail.own.co.za]:587`
fn is_server(word: &str) -> bool {
    let (name, port) = word.rsplit_once(':').unwrap_or((word, "25"));
    let name = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    port.parse::<u16>().is_ok() && server_name::is_internet_name(name)
}

#[cfg(test)]
mod tests {
    use super::{super::super::span::replace, *};

    #[test]
    fn what_no_program_names_is_hidden() {
        let digest = "9f86d081884c7d659a2feaa0c55ad015";
        let token = "tFVHq0pEIxsS9amVOB9pssLw";
        let shown = |text: &str| {
            let text = text.replace("{d}", digest).replace("{t}", token);
            let mut spans = Vec::new();
            forms(&text, &mut spans);
            replace(&text, spans, |(), _, out| out.push_str("***"))
        };
        for (text, hidden) in [
            ("salt={d} hash: \"{d}\"", "salt=*** hash: \"***\""),
            ("crumb {d}", "crumb ***"),
            ("zqx_{t}, zqx_live_{d}", "***, ***"),
            ("{t}{t}", "***"),
            ("khunololamoraba: vlerkmuis", "khunololamoraba: ***"),
            ("nthash=0123abcd4567ef89", "nthash=***"),
            ("zorro:{SSHA}Vk3xT9vRqLm2Pz8Y", "zorro:{SSHA}***"),
            ("VLERK blob: AQAAANCMnd8BFdERjHoAwE/Cl+sBAAAA", "VLERK blob: ***"),
            ("xoxb-41-{t}, api-3F5A7C9E1B2D4F6A8C0E", "***, ***"),
            ("code=4/0AX4XfWhK9mLpQ2rT", "code=***"),
            ("VlerkMuisData -> Zq5v66HpDerU", "VlerkMuisData -> ***"),
            ("Losung: \"vlerkmuis\"}", "Losung: \"***\"}"),
            ("zorro:vlerkmuis", "zorro:***"),
            ("[mail.own.co.za]:587    mail:vlerkmuis", "[mail.own.co.za]:587    mail:***"),
        ] {
            assert_eq!(shown(text), hidden);
        }
        for text in [
            "trace_id={d}",
            "Ok: queued as {d}",
            "<{t}{t}@mail.gmail.com>",
            "Vlerk: muisval is lost",
            "error: timeout, relay.own.co.za: vlerkmuis.co.za",
            "eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIn0=",
        ] {
            assert_eq!(shown(text), text.replace("{d}", digest).replace("{t}", token));
        }
    }
}
