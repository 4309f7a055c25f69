//! What no option prints: passwords and tokens that stand in free text, outside the AUTH exchange (that one `session`
//! has already emptied). Each rule goes over the text once, so a hostile line costs no more than a long one.

use crate::smtp::{AuthMechanism, decoded};

use super::span::{Span, replace, runs, words};

/// Stands for any secret; its length tells nothing.
pub(super) const HIDDEN: &str = "***";

/// The text with every secret that can be recognised replaced by `***`.
pub(super) fn hide(text: &str) -> String {
    let mut spans = Vec::new();
    url_credentials(text, &mut spans);
    settings(text, &mut spans);
    calls(text, &mut spans);
    nul_marks(text, &mut spans);
    auth_arguments(text, &mut spans);
    tokens(text, &mut spans);
    replace(text, spans, |(), _, out| out.push_str(HIDDEN))
}

/// `scheme://user:password@host`
fn url_credentials(text: &str, spans: &mut Vec<Span<()>>) {
    let mut rest = text;
    // For three bytes in a short text the search of `str` takes longer to set up than to search.
    while let Some(i) = memchr::memmem::find(rest.as_bytes(), b"://") {
        rest = &rest[i + 3..];
        let start = text.len() - rest.len();
        // Only as far as the next link, so that a text full of them is still read once.
        let next = rest.find("://").unwrap_or(rest.len());
        let end = rest[..next].find(|c: char| c.is_whitespace() || "\"<>".contains(c)).unwrap_or(next);
        let word = &rest[..end];
        let authority = word.split('/').next().unwrap_or(word);
        // A password may hold a slash; then what follows the colon is no port.
        let port = |a: &str| a.split_once(':').is_none_or(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
        let at = authority.rfind('@').or_else(|| if port(authority) { None } else { word.rfind('@') });
        if let Some(at) = at.filter(|at| *at > 0) {
            spans.push(Span::new(start, start + at, ()));
        }
    }
}

/// `password=...`, `"smtpPass": "..."`, `<password>...</password>`, `-pw ...`, in English and Afrikaans.
fn settings(text: &str, spans: &mut Vec<Span<()>>) {
    let mut done = 0;
    for (start, name) in runs(text, false, |b| b.is_ascii_alphanumeric() || b"_-.".contains(&b)) {
        if start < done {
            continue;
        }
        let key = is_key(name);
        // `PASS` at the beginning is POP3's command: some programs fetch before they send.
        let option = name.starts_with('-') && (key || OPTIONS.contains(&name)) || start == 0 && name == "PASS";
        let end = start + name.len();
        let found = if key || option {
            let before = text[..start].trim_end_matches(' ').bytes().next_back();
            value(text, end, before, option).or_else(|| if before == Some(b'=') { None } else { spoken(text, end) })
        } else {
            other_value(text, start, name)
        };
        let Some((from, to)) = found else { continue };
        if to > from {
            spans.push(Span::new(from, to, ()));
        }
        done = to;
    }
}

/// Words that are looked at of a value, and bytes of a tag: a line full of names is still read in one go.
const FEW: usize = 8;
const TAG: usize = 400;

/// What the name of a setting with a secret holds.
const ANYWHERE: [&str; 11] = [
    "password",
    "passwd",
    "passwort",
    "passphrase",
    "wagwoord",
    "apikey",
    "api_key",
    "api-key",
    "access_token",
    "refresh_token",
    "accesstoken",
];
/// What it ends with.
const AT_END: [&str; 7] = ["pwd", "pass", "psw", "secret", "_token", "passw", "passcode"];
/// What it ends with as a word of its own.
const TAILS: [&str; 3] = ["pw", "token", "ww"];

/// The letters of each of `ANYWHERE`: the check is asked of every word of a text, and nearly no word has those of any.
const LETTERS: [u32; ANYWHERE.len()] = {
    let mut all = [0; ANYWHERE.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = letters(ANYWHERE[at].as_bytes());
        at += 1;
    }
    all
};

/// Options of mail programs behind which a password stands.
const OPTIONS: [&str; 6] = ["-pw", "-xp", "-ap", "--xp", "--ap", "-storepass"];

/// Values of settings whose names are used for other things too: a header, a pair of name and password.
fn other_value(text: &str, start: usize, name: &str) -> Option<(usize, usize)> {
    const SCHEMES: [&str; 5] = ["Basic", "Bearer", "Digest", "NTLM", "Negotiate"];
    let is = |names: &[&str]| names.iter().any(|key| key.eq_ignore_ascii_case(name));
    let end = start + name.len();
    let body = text[end..].trim_start_matches(['"', '\'', ' ']);
    if name.eq_ignore_ascii_case("login") && text[end..].starts_with(' ') {
        // `LOGIN name password`, as IMAP and people write it.
        let mut two = words(&text[end..]);
        if let (Some((_, user)), Some((at, word))) = (two.next(), two.next())
            && AuthMechanism::from_wire(user.as_bytes()).is_none()
            && !is_sentence(word)
        {
            return Some((end + at, end + at + word.len()));
        }
    }
    let strange = |from: usize, to: usize| words(&text[from..to]).take(FEW).any(|(_, word)| !is_sentence(word));
    if is(&["authorization", "proxy-authorization", "cookie", "set-cookie", "x-auth", "x-auth-token"]) {
        let body = body.strip_prefix([':', '='])?.trim_start_matches([' ', '"', '\'']);
        let scheme =
            SCHEMES.iter().find(|scheme| body.get(..scheme.len()).is_some_and(|b| b.eq_ignore_ascii_case(scheme)));
        let value = scheme.map_or(body, |scheme| body[scheme.len()..].trim_start());
        let from = text.len() - value.len();
        return Some((from, from + value.trim_end_matches(['"', '\'']).len())).filter(|(from, to)| strange(*from, *to));
    }
    if is(&["-u", "--user", "--proxy-user"]) {
        let (at, word) = words(&text[end..]).next()?;
        return word.contains(':').then_some((end + at, end + at + word.len()));
    }
    if name == "-p" {
        let (at, word) = words(&text[end..]).next()?;
        let port = word.bytes().all(|b| b.is_ascii_digit());
        return (!port && !is_sentence(word)).then_some((end + at, end + at + word.len()));
    }
    if is(&["login", "credential", "credentials", "creds", "auth", "pin", "kennwort", "passe", "xp", "session", "p"]) {
        let value = ["=>", "->", "=", ":"].iter().find_map(|mark| body.strip_prefix(*mark))?;
        let one = is(&["auth", "p", "session", "xp", "pin"]);
        let value = value.trim_start();
        let from = text.len() - value.len();
        let to =
            if one { from + value.find(char::is_whitespace).unwrap_or(value.len()) } else { from + setting(value) };
        let pair = !is(&["auth", "session", "p"]) || value.contains(':') || is(&["p"]) && text[..start].ends_with('/');
        let method = AuthMechanism::from_wire(&text.as_bytes()[from..to]).is_some();
        return (pair && !method && strange(from, to)).then_some((from, to));
    }
    None
}

/// `password Kudu!7`, `password is Kudu!7`, `Password (Kudu!7)`: the word behind, unless it goes on with a sentence.
fn spoken(text: &str, end: usize) -> Option<(usize, usize)> {
    const LINKS: [&str; 8] = ["is", "was", "to", "set", "as", "with", "changed", "now"];
    for (at, word) in words(&text[end..]).take(4) {
        let bare = word.trim_start_matches(|c: char| !c.is_alphanumeric());
        let from = end + at + word.len() - bare.len();
        // Also a word in one case, where no program is known to use it.
        if !is_sentence(word) || bare.starts_with(|c: char| c.is_ascii_uppercase()) && !is_known_all(word) {
            let to = from + bare.trim_end_matches(['`', ')', '}', ']', '"', '\'', ',', ';']).len();
            return Some((from, to));
        }
        if !LINKS.contains(&word) {
            return None;
        }
    }
    None
}

/// Whether programs use every part of the word about themselves.
fn is_known_all(word: &str) -> bool {
    runs(word, true, |b| b.is_ascii_alphanumeric()).all(|(_, part)| super::allow_list::is_known(part))
}

/// A word that a sentence may hold: letters in one case, a number of a code, marks. A password is hardly one of them.
fn is_sentence(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let letters = bare.bytes().all(|b| b.is_ascii_alphabetic() || b"-/'.,:".contains(&b));
    let one_case =
        !bare.bytes().skip(1).any(|b| b.is_ascii_uppercase()) || !bare.bytes().any(|b| b.is_ascii_lowercase());
    let code = bare.bytes().all(|b| b.is_ascii_digit() || b == b'.') && bare.len() <= 8;
    letters && one_case || code || bare.contains("://") || super::pseudonym::is_stand_in(bare)
}

/// `login("name", "Kudu!7")`, `NetworkCredential(name, Kudu!7)`: all that is between the brackets.
fn calls(text: &str, spans: &mut Vec<Span<()>>) {
    const NAMES: [&str; 10] = [
        "login",
        "authenticate",
        "networkcredential",
        "credential",
        "credentials",
        "passwordauthentication",
        "setcredentials",
        "usernamepasswordcredentials",
        "plainauth",
        "auth",
    ];
    for (at, name) in runs(text, false, |b| b.is_ascii_alphanumeric() || b == b'_') {
        let from = at + name.len() + 1;
        let called =
            text[at + name.len()..].starts_with('(') && NAMES.iter().any(|known| known.eq_ignore_ascii_case(name));
        if called {
            let to = text[from..].rfind(')').map_or(text.len(), |n| from + n);
            spans.push(Span::new(from, to, ()));
            return;
        }
    }
}

/// AUTH PLAIN decoded by a writer: `\0name\0Kudu!7`.
fn nul_marks(text: &str, spans: &mut Vec<Span<()>>) {
    const MARKS: [&str; 5] = ["\\x00", "\\u0000", "\\000", "^@", "\\0"];
    for mark in MARKS {
        let mut places = text.match_indices(mark);
        let (Some((first, _)), Some((second, _))) = (places.next(), places.next()) else { continue };
        // A run of them is a hole in the file.
        let between = &text[first + mark.len()..second];
        if between.is_empty() || between.len() > 200 {
            continue;
        }
        let rest = &text[second..];
        let to = second + rest.find(char::is_whitespace).unwrap_or(rest.len());
        spans.push(Span::new(first, to, ()));
        return;
    }
}

/// Whether a setting of this name holds a secret.
pub(super) fn is_key(name: &str) -> bool {
    let held = letters(name.as_bytes());
    let name = name.trim_start_matches(['-', '.', '_']).as_bytes();
    let before = |tail: &str| {
        let (head, end) = name.split_at_checked(name.len().checked_sub(tail.len())?)?;
        end.eq_ignore_ascii_case(tail.as_bytes()).then_some(head)
    };
    let anywhere = |key: &str| name.windows(key.len()).any(|part| part.eq_ignore_ascii_case(key.as_bytes()));
    let word = |head: &[u8]| head.is_empty() || matches!(head, [.., b'_' | b'-' | b'.']);
    let harmless = || ["bypass", "compass"].iter().any(|word| name.eq_ignore_ascii_case(word.as_bytes()));
    ANYWHERE.iter().zip(LETTERS).any(|(key, letters)| letters & !held == 0 && anywhere(key))
        || AT_END.iter().any(|tail| before(tail).is_some()) && !harmless()
        || TAILS.iter().any(|tail| before(tail).is_some_and(word))
}

/// The letters of a word as a set, in one case.
const fn letters(word: &[u8]) -> u32 {
    let mut set = 0;
    let mut at = 0;
    while at < word.len() {
        if word[at].is_ascii_alphabetic() {
            set |= 1 << (word[at].to_ascii_lowercase() - b'a');
        }
        at += 1;
    }
    set
}

/// Where the value of the setting stands whose name ends at `end`, if it has one.
fn value(text: &str, end: usize, before: Option<u8>, option: bool) -> Option<(usize, usize)> {
    let after = &text[end..];
    if before == Some(b'<') && after.starts_with('>') {
        let from = end + 1;
        return Some((from, text[from..].find('<').map_or(text.len(), |n| from + n)));
    }
    // XML with attributes or a prefix: `<a:Password type="x">Kudu!7</a:Password>`.
    let near = || after.bytes().take(TAG).collect::<Vec<_>>();
    if before.is_some_and(|b| b"<:".contains(&b)) && memchr::memmem::find(&near(), b"</").is_some() {
        let from = end + after.find('>')? + 1;
        return Some((from, text[from..].find("</").map_or(text.len(), |n| from + n)));
    }
    // JSON inside JSON writes `\"password\":\"...\"`.
    let unquoted = after.trim_start_matches('\\');
    let unquoted = unquoted.strip_prefix(['"', '\'']).unwrap_or(after);
    let spaced = unquoted.trim_start_matches([' ', '\u{a0}']);
    // `Password .......: x`, `Password(base64)=x`
    let dotted = spaced.trim_start_matches(['.', ' ']);
    let spaced = if dotted.starts_with(':') { dotted } else { spaced };
    let spaced = spaced.strip_prefix("(base64)").unwrap_or(spaced);
    let separated =
        ["value=", ":=", "=>", "->", "=", ":", "%3D", "%3d", ">"].iter().find_map(|sep| spaced.strip_prefix(*sep));
    let (body, one_word) = match separated {
        Some(body) => (body, false),
        None if spaced.starts_with('[') => (spaced, true),
        None if option && spaced.len() < unquoted.len() => (spaced, true),
        None if spaced.len() < after.len() && spaced.starts_with(['"', '\'']) => (spaced, true),
        None => return None,
    };
    let body = body.trim_start_matches([' ', '\u{a0}', '\\']);
    let from = text.len() - body.len();
    let closing = match body.chars().next() {
        Some(quote @ ('"' | '\'')) => Some(quote),
        Some('[') => Some(']'),
        _ => None,
    };
    if let Some(closing) = closing {
        return Some((from + 1, from + 1 + quoted(&body[1..], closing)));
    }
    let len = if one_word { body.find(char::is_whitespace).unwrap_or(body.len()) } else { setting(body) };
    Some((from, from + len))
}

/// Up to the closing quote: not one behind a backslash, and not one inside a word (`'it's'`).
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    let end = text.char_indices().find(|(at, c)| {
        let inside = text[at + c.len_utf8()..].starts_with(char::is_alphanumeric);
        let closes = *c == quote && !escaped && !inside;
        escaped = *c == '\\' && !escaped;
        closes
    });
    end.map_or(text.len(), |(at, _)| at)
}

/// A password may hold spaces and marks: up to the next `name=` or `name:`, or a mark that ends a part. Where "password:"
/// stands in a sentence this hides some words of it; a password shown would be worse.
fn setting(text: &str) -> usize {
    for (at, word) in words(text) {
        let end = at + word.len();
        if at > 0 && word.find(['=', ':']).is_some_and(|n| n > 0 && word[..n].bytes().all(is_name)) {
            return text[..at].trim_end().len();
        }
        if word.ends_with([',', ';', '|']) && end < text.len() {
            return end - 1;
        }
    }
    text.trim_end().len()
}

fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"_-.".contains(&b)
}

/// `AUTH PLAIN <answer>` and `Bearer <token>`
fn auth_arguments(text: &str, spans: &mut Vec<Span<()>>) {
    if !names(text, b'u', 1, b"auth") && !names(text, b'b', 0, b"bearer") {
        return;
    }
    let ends_with = |word: &str, what: &str| {
        let tail = word.len().checked_sub(what.len()).and_then(|at| word.split_at_checked(at));
        tail.is_some_and(|(head, tail)| tail.eq_ignore_ascii_case(what) && !head.ends_with(char::is_alphanumeric))
    };
    let (mut auth, mut mechanism, mut bearer) = (false, false, false);
    for (at, word) in words(text) {
        let is_mechanism = (auth || mechanism) && AuthMechanism::from_wire(word.as_bytes()).is_some();
        if mechanism && !is_mechanism && is_answer(word) || bearer && is_bearer(word) {
            spans.push(Span::new(at, at + word.len(), ()));
        }
        mechanism = auth && is_mechanism;
        auth = ends_with(word, "AUTH");
        bearer = ends_with(word, "Bearer");
    }
}

/// Whether the text holds this word in any case. Looks only where its rare letter stands, which is at `place` in it.
fn names(text: &str, rare: u8, place: usize, word: &[u8]) -> bool {
    let text = text.as_bytes();
    memchr::memchr2_iter(rare, rare.to_ascii_uppercase(), text).any(|at| {
        let found = at.checked_sub(place).and_then(|start| text.get(start..start + word.len()));
        found.is_some_and(|found| found.eq_ignore_ascii_case(word))
    })
}

/// Anything that is no plain word of a sentence ("AUTH LOGIN failed") and no mask. When in doubt it is an answer.
fn is_answer(word: &str) -> bool {
    let bare = word.trim_end_matches(['.', ',', ';', ':', '!', ')', '"', '\'']);
    let sentence =
        bare.bytes().skip(1).all(|b| b.is_ascii_lowercase()) && bare.bytes().all(|b| b.is_ascii_alphabetic());
    let readable = || base64(bare).is_some_and(|d| d.iter().all(|b| (b' '..=b'~').contains(b)));
    let mask = word.starts_with(['*', '[', '(', '<']) || word == "=";
    !mask && (!sentence || readable())
}

fn is_bearer(word: &str) -> bool {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"._~+/=-".contains(&b);
    word.bytes().all(token) && (word.len() >= 16 || word.bytes().any(|b| b.is_ascii_digit()))
}

/// Base64 that decodes to a sign-in, wherever it stands, and the tokens of OAuth 2.
fn tokens(text: &str, spans: &mut Vec<Span<()>>) {
    for (at, run) in runs(text, false, |b| b.is_ascii_alphanumeric() || b"+/=".contains(&b)) {
        // `token=cGFz...`: the part after a leading name; padding stands at the end.
        let padding = run.len() - run.trim_end_matches('=').len();
        let head = run[..run.len() - padding].rfind('=').map_or(0, |n| n + 1);
        if run.len() - head >= 8
            && may_be_text(&run.as_bytes()[head..])
            && base64(&run[head..]).is_some_and(|d| is_sign_in(&d))
        {
            spans.push(Span::new(at + head, at + run.len(), ()));
        }
    }
    if !names(text, b'y', 1, b"eyj") && !names(text, b'y', 0, b"ya29.") {
        return;
    }
    for (at, run) in runs(text, false, |b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) {
        let jwt = run.starts_with("eyJ") && run.len() > 40 && run.bytes().filter(|b| *b == b'.').count() == 2;
        if jwt || run.starts_with("ya29.") {
            spans.push(Span::new(at, at + run.len(), ()));
        }
    }
}

/// Whether base64 of at least eight digits begins like text, which a word that is no base64 hardly does.
fn may_be_text(run: &[u8]) -> bool {
    let head = decoded(&run[..8]);
    head.is_none_or(|head| std::str::from_utf8(&head).is_ok_and(is_text) || is_cut(&head))
}

/// Text that breaks off within its last character.
fn is_cut(head: &[u8]) -> bool {
    std::str::from_utf8(head).is_err_and(|error| error.error_len().is_none())
}

/// No control characters but those that stand in a sign-in.
fn is_text(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && !matches!(c, '\0' | '\x01' | '\r' | '\n'))
}

/// Whether decoded base64 is what a client answers in an AUTH exchange: PLAIN, XOAUTH2, OAUTHBEARER, NTLM, CRAM-MD5,
/// or the address of LOGIN.
fn is_sign_in(decoded: &[u8]) -> bool {
    if decoded.starts_with(b"NTLMSSP") {
        return true;
    }
    // A queue id can decode to anything; only text counts.
    let Ok(text) = std::str::from_utf8(decoded) else { return false };
    if !is_text(text) {
        return false;
    }
    let printable = text.chars().any(|c| !c.is_control());
    let digest = text.rsplit_once(' ').is_some_and(|(_, d)| d.len() == 32 && d.bytes().all(|b| b.is_ascii_hexdigit()));
    let address = text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
    text.contains('\0') && printable
        || text.contains("user=")
        || text.to_ascii_lowercase().contains("auth=bearer")
        || digest
        || address
}

/// Any number of `=` may follow: settings dumps cut and pad as they like.
fn base64(text: &str) -> Option<Vec<u8>> {
    decoded(text.trim_end_matches('=').as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden() {
        for (line, shown) in [
            ("smtp://fred:Kudu!7@mail.own.co.za:587", "smtp://***@mail.own.co.za:587"),
            ("ftp://u:a/b@h and http://h/x?y=1", "ftp://***@h and http://h/x?y=1"),
            ("Host=mail.x Password=Kudu!7", "Host=mail.x Password=***"),
            ("password = my dog 7 User=x", "password = *** User=x"),
            ("Wagwoord: Kudu!7", "Wagwoord: ***"),
            ("SMTP pass: my dog 7, port: 25", "SMTP pass: ***, port: 25"),
            ("{\"smtpPass\": \"a \\\" b\", \"port\": 25}", "{\"smtpPass\": \"***\", \"port\": 25}"),
            ("<Password>Kudu!7</Password>", "<Password>***</Password>"),
            (r#"{\"password\":\"Kudu!7\",\"port\":25}"#, r#"{\"password\":\"***"#),
            ("<add key=\"Password\" value=\"Kudu!7\"/>", "<add key=\"Password\" value=\"***\"/>"),
            ("user [fred] password [Kudu!7] port 25", "user [fred] password [***] port 25"),
            ("pwd='it's7' x", "pwd='***' x"),
            ("PASS Kudu!7", "PASS ***"),
            ("blat x -pw Kudu!7 -u y", "blat x -pw *** -u y"),
            ("password Zebrastripe was refused", "password *** was refused"),
            ("sendemail -xp 'a b' -f y", "sendemail -xp '***' -f y"),
            ("swaks --auth-password Kudu!7 -f y", "swaks --auth-password *** -f y"),
            ("the password: abcd efgh ijkl mnop", "the password: ***"),
            ("AUTH PLAIN AGEAYg==", "AUTH PLAIN ***"),
            ("auth login c3RhdGVtZW50cw==", "auth login ***"),
            ("504 bad token AGZyZWQAS3VkdQ== here", "504 bad token *** here"),
            ("Authorization: Bearer ya29.a0AfH6SMBx", "Authorization: Bearer ***"),
            ("got dXNlcj1mcmVkAWF1dGg9QmVhcmVyIHgBAQ==", "got ***"),
        ] {
            assert_eq!(hide(line), shown);
            assert_eq!(hide(shown), shown, "again");
        }
    }

    #[test]
    fn words_of_a_server_stay() {
        for line in [
            "5.7.8 Username and Password not accepted. https://support.google.com/mail/?p=BadCredentials x9sm1234567qke.23 - gsmtp",
            "AUTH LOGIN PLAIN CRAM-MD5",
            "AUTH LOGIN failed, AUTH PLAIN mechanism not supported",
            "5.7.139 Authentication unsuccessful [XX0P000CA0000.XXXP000.PROD.OUTLOOK.COM 2026-02-19T15:42:20.743Z 08DE6F1A2B3C4D5E]",
            "2.0.0 Ok: queued as 4XyZQk1b2cz9tL",
            "Application-specific password required",
            "eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIn0=",
            "spf=pass dkim=pass bypass=yes",
        ] {
            assert_eq!(hide(line), line);
        }
    }
}
