//! Source without its comments and strings, so that a rule about code finds code only.

/// The text with comments and the insides of strings blanked out; lines keep their numbers.
pub fn code(text: &str) -> String {
    let mut rest = text;
    let mut code = String::with_capacity(text.len());
    while let Some(first) = rest.chars().next() {
        let blank = blanked(rest, code.chars().next_back());
        if blank == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            code.extend(rest[..blank].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[blank..];
        }
    }
    code
}

/// How long the comment or literal is that begins here.
fn blanked(rest: &str, before: Option<char>) -> usize {
    let until = |from: usize, end: &str| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return until(2, "*/");
    }
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let raw = rest.trim_start_matches('b').strip_prefix('r').filter(|_| !in_word);
    if let Some(raw) = raw {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            let from = rest.len() - raw.len() + hashes + 1;
            return until(from, &format!("\"{}", "#".repeat(hashes)));
        }
    }
    if rest.starts_with('"') {
        return escaped_end(rest, '"').unwrap_or(rest.len());
    }
    // A quote that closes soon is a character, any other a lifetime.
    if rest.starts_with("'\\") {
        return escaped_end(rest, '\'').unwrap_or(1);
    }
    match rest.strip_prefix('\'').and_then(|after| after.char_indices().nth(1)) {
        Some((at, '\'')) => at + 2,
        _ => 0,
    }
}

/// Where the literal that begins with `quote` ends.
fn escaped_end(literal: &str, quote: char) -> Option<usize> {
    let mut escape = false;
    for (at, c) in literal.char_indices().skip(1) {
        if !escape && c == quote {
            return Some(at + 1);
        }
        escape = !escape && c == '\\';
    }
    None
}

/// Every place of a word in the code, as (line from 1, what stands before, what stands after).
pub fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = (usize, &'a str, &'a str)> {
    let of_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).filter_map(move |(at, _)| {
        let (before, after) = (&code[..at], &code[at + word.len()..]);
        let whole = !before.ends_with(of_word) && !after.starts_with(of_word);
        whole.then(|| (before.matches('\n').count() + 1, before, after))
    })
}

#[test]
fn comments_and_strings_are_no_code() {
    let bare = |text: &str| code(text).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(bare("a // b\nc /* d\n */ e"), "a c e");
    assert_eq!(bare(r#"f("a \" // b", 'x', '\'', '"', b"q") // g"#), "f( , , , , b )");
    assert_eq!(bare("r\"a\\\" + r#\"b \" c\"# + br\"d\" + for\"e\""), "+ + + for");
    assert_eq!(bare("fn f<'a>(x: &'a str, y: &'static str) {}"), "fn f<'a>(x: &'a str, y: &'static str) {}");
    assert_eq!(code("a\n/*\n*/\nb").lines().count(), 4);
}
