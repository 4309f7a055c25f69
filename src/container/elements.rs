//! Parts a line that holds several records: who writes the log when the run is over writes one array of JSON, one element of
//! XML around all others, or one line of a sentence for each mail (`clauses`).
//!
//! Each record becomes a line. Where a mark stands between two records it becomes the line end; else one is put there, and
//! before a clause the time of its line. Lines that have another offset than in the log are told.

use super::{
    clauses,
    cut::{Cut, MIN_FIELDS, MIN_OBJECTS, MOST},
    grammar::offset,
    markup,
    wrap::Undone,
};

/// A text that was written as one line has hardly more.
const MAX_LINES: usize = 3;
/// The text, which has these lines, with those parted that hold several records; `None` where none does.
pub(super) fn parted(text: &[u8], lines: &[&[u8]]) -> Option<Undone> {
    let is_one = lines.iter().filter(|line| !line.trim_ascii().is_empty()).nth(MAX_LINES).is_none();
    let (mut undone, mut done) = (Undone::default(), 0);
    for line in lines {
        let cuts = cuts(line, is_one);
        if cuts.is_empty() {
            continue;
        }
        let start = offset(text, line);
        for Cut { between, head } in cuts {
            undone.text.extend_from_slice(&text[done..start + between.start]);
            undone.text.push(b'\n');
            undone.goes_on_at(start + between.end);
            undone.text.extend_from_slice(&line[head]);
            done = start + between.end;
        }
        let end = start + line.len();
        let next = memchr::memchr(b'\n', &text[end..]).map_or(text.len(), |length| end + length + 1);
        undone.text.extend_from_slice(&text[done..next]);
        undone.goes_on_at(next);
        done = next;
    }
    if done == 0 {
        return None;
    }
    undone.text.extend_from_slice(&text[done..]);
    Some(undone)
}

/// Where the line is parted; `is_one`: it is the whole log.
fn cuts(line: &[u8], is_one: bool) -> Vec<Cut> {
    let begin = line.trim_ascii_start();
    let first = begin.first();
    let marks = if is_one && matches!(first, Some(b'[' | b'{')) { list(line) } else { None };
    match (first, marks) {
        (_, Some(marks)) => marks.into_iter().map(|mark| Cut { between: mark..mark + 1, head: 0..0 }).collect(),
        (Some(b'{'), None) => objects(line).unwrap_or_default(),
        // `< 250 OK` and `<<<get<<<` are marks of a side.
        (Some(b'<'), None) if begin.get(1).is_some_and(|b| b.is_ascii_alphabetic() || b"?!".contains(b)) => {
            markup::cuts(line, is_one)
        }
        _ => clauses::cuts(line),
    }
}

/// Where objects stand side by side that begin with the same field.
fn objects(line: &[u8]) -> Option<Vec<Cut>> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    let (mut cuts, mut end) = (Vec::new(), 0);
    let first = &line[..memchr::memchr(b':', line)?];
    // Hardly a line has a second one, which is seen at its brackets alone.
    let again = |at: usize| line[at..].starts_with(first.trim_ascii_start());
    memchr::memchr_iter(b'{', line).find(|at| *at > 0 && again(*at))?;
    for (at, byte) in line.iter().copied().enumerate() {
        match byte {
            b'"' if !escaped => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                if depth == 0 && at > 0 {
                    again(at).then_some(())?;
                    cuts.push(Cut { between: end..at, head: 0..0 });
                }
                depth += 1;
            }
            b'}' | b']' if !in_string => {
                depth = depth.checked_sub(1)?;
                end = at + 1;
            }
            b' ' | b',' | b';' | b'\t' => {}
            _ => (depth > 0).then_some(())?,
        }
        escaped = in_string && byte == b'\\' && !escaped;
    }
    (depth == 0).then_some(cuts)
}

/// A bracket that is open.
struct Open {
    at: usize,
    is_array: bool,
    /// Fields of an object; of an array the least that its objects have.
    fields: usize,
    objects: usize,
    /// The commas between the objects of an array.
    commas: Vec<usize>,
}

/// The brackets and commas around the objects of the outermost list.
fn list(line: &[u8]) -> Option<Vec<usize>> {
    let (mut open, mut in_string, mut escaped) = (Vec::<Open>::new(), false, false);
    let mut best: Option<(usize, Vec<usize>)> = None;
    for (at, byte) in line.iter().copied().enumerate() {
        if in_string {
            in_string = byte != b'"' || escaped;
            escaped = byte == b'\\' && !escaped;
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                let is_array = byte == b'[';
                let fields = if is_array { usize::MAX } else { 0 };
                open.push(Open { at, is_array, fields, objects: 0, commas: Vec::new() });
            }
            b':' => open.last_mut()?.fields += usize::from(!open.last()?.is_array),
            b',' => {
                let inside = open.last_mut()?;
                if inside.is_array {
                    inside.commas.push(at);
                }
            }
            b']' | b'}' => {
                let closed = open.pop()?;
                if closed.is_array != (byte == b']') {
                    return None;
                }
                match open.last_mut().filter(|outer| outer.is_array && !closed.is_array) {
                    Some(array) => {
                        array.objects += 1;
                        array.fields = array.fields.min(closed.fields);
                    }
                    None if closed.is_list() && (at - closed.at) * 10 >= line.len() * MOST => {
                        let depth = open.len();
                        if best.as_ref().is_none_or(|(known, _)| depth < *known) {
                            let marks = [closed.at].into_iter().chain(closed.commas).chain([at]);
                            best = Some((depth, marks.collect()));
                        }
                    }
                    None => {}
                }
            }
            _ => {}
        }
    }
    best.filter(|_| open.is_empty() && !in_string).map(|(_, marks)| marks)
}

impl Open {
    /// An array of objects alone.
    fn is_list(&self) -> bool {
        self.is_array
            && self.objects >= MIN_OBJECTS
            && self.fields >= MIN_FIELDS
            && self.objects == self.commas.len() + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Option<String> {
        let Undone { text: parted, moved } =
            parted(text.as_bytes(), &text.lines().map(str::as_bytes).collect::<Vec<_>>())?;
        assert!(parted.len() == text.len() || !moved.is_empty(), "bytes stay where they are");
        Some(String::from_utf8(parted).unwrap())
    }

    #[test]
    fn each_object_of_a_list_is_a_line() {
        let (first, second) =
            (r#"{"to":"a@b.example","sent":true}"#, r#"{"to":"c@d.example","error":"full, or [gone"}"#);
        assert_eq!(lines(&format!("[{first},{second}]\n")).unwrap(), format!("\n{first}\n{second}\n\n"));
        assert_eq!(lines(&format!("{first}{{\"x\":1}}\n")), None, "they begin with another field");
        let third = first.replace('a', "c");
        assert_eq!(lines(&format!("{first}{third}, {first}\n")).unwrap(), format!("{first}\n{third}\n{first}\n"));
        let inside = format!(r#"{{"run":7,"mails":[{first}, {second}]}}"#);
        assert_eq!(lines(&inside).unwrap(), format!("{{\"run\":7,\"mails\":\n{first}\n {second}\n}}"));
    }

    #[test]
    fn each_element_is_a_line() {
        let (first, second) =
            ("<mail to=\"a@b.example\" state=\"sent\"/>", "<mail to=\"c@d.example\" state=\"failed\"/>");
        assert_eq!(
            lines(&format!("<log>{first}{second}</log>\n")).unwrap(),
            format!("<log>\n{first}\n{second}\n</log>\n")
        );
        assert_eq!(lines(&format!("{first}{second}\n")).unwrap(), format!("{first}\n{second}\n"));
        let row = |to: &str| format!("<tr><td>08:26</td><td>{to}</td></tr>");
        let table = format!("<table>{}{}</table>", row("a@b.example"), row("c@d.example"));
        assert_eq!(lines(&table).unwrap().lines().count(), 4);
        assert_eq!(lines(&format!("{}\n{}\n", row("a@b.example"), row("c@d.example"))), None, "they are lines already");
    }

    #[test]
    fn lines_behind_those_that_were_parted_are_found_in_the_log() {
        let text = b"08:26 a@b.example sent; c@d.example failed\n08:27 e@f.example sent\n";
        let texts: Vec<&[u8]> = text.split(|b| *b == b'\n').collect();
        let Undone { text: parted, moved } = parted(text, &texts).unwrap();
        assert_eq!(parted, b"08:26 a@b.example sent\n08:26 c@d.example failed\n08:27 e@f.example sent\n");
        let (at, offset) = moved[moved.len() - 1];
        assert_eq!(parted[at..], text[offset as usize..]);
    }

    #[test]
    fn what_is_no_list_of_records_stays() {
        for text in [
            r#"{"to":["a@b.example","c@d.example"],"sent":true}"#,
            r#"{"to":[{"a":"a@b.example"},{"a":"c@d.example"}],"status":"sent and done, as far as anybody knows"}"#,
            r#"[{"to":"a@b.example","sent":true}]"#,
            r#"[{"to":"a@b.example","sent":true},{"to":"c@d"#,
            "[main] INFO {a, b}",
        ] {
            assert_eq!(lines(text), None, "{text}");
        }
    }
}
