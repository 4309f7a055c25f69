//! A page for a ticket system or a wiki.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use crate::{
    redact::Level,
    rule::{Finding, State},
    scan::FileFacts,
    session::Transaction,
};

use super::{
    Format, Judged, Report, Setup, Sink, Totals,
    distinct::{Distinct, Failure},
    finding_text,
    fleet::{Cell, Fleet, Line},
    row::{FileRow, FindingRow, TOOL},
    rows::Rows,
    state_text,
    text::{counted, number},
};

pub(super) static MARKDOWN: Format = Format {
    name: "markdown",
    title: "a page for a ticket system or a wiki",
    level: Level::Personal,
    every_attempt: false,
    byte_order_mark: true,
    is_page: false,
    open: |sink, setup| Ok(Box::new(Markdown::new(sink, setup))),
};

struct Markdown<'a> {
    sink: Sink<'a>,
    rows: Rows,
    files: Vec<FileRow>,
    failures: Distinct,
}

impl<'a> Markdown<'a> {
    fn new(sink: Sink<'a>, setup: Setup) -> Self {
        Markdown { sink, rows: Rows::new(setup.level), files: Vec::new(), failures: Distinct::default() }
    }
}

impl Report for Markdown<'_> {
    fn rows(&mut self) -> Option<&mut Rows> {
        Some(&mut self.rows)
    }

    fn transaction(&mut self, file: &str, tx_id: u64, dialect: &str, tx: &Transaction) -> io::Result<()> {
        let row = self.rows.transaction(file, tx_id, dialect, tx);
        if tx.outcome.is_failure() {
            let error = self.rows.client_error(tx);
            self.failures.add(&row, error.as_ref(), tx.last_time());
        }
        Ok(())
    }

    fn file(&mut self, facts: &FileFacts, state: State) -> io::Result<()> {
        self.files.push(self.rows.file(facts, state));
        Ok(())
    }

    fn finish(&mut self, judged: &Judged, totals: &Totals) -> io::Result<()> {
        let mut page = String::from("# Does mail go out?\n\n");
        if judged.is_several() {
            customers(&mut page, &Fleet::new(judged, &mut self.rows, true));
        }
        let newest =
            state_text::newest(&judged.condition(), None).map_or_else(String::new, |newest| format!(" {newest}"));
        if !judged.is_several() {
            paragraph(&mut page, &escaped(&format!("{}{newest}", state_text::sentence(judged, totals))));
        }
        for customer in &judged.customers {
            if judged.is_several() {
                let name = self.rows.customer(customer).customer.map_or("-".to_owned(), |name| escaped(name.as_str()));
                paragraph(&mut page, &format!("## {name}"));
                paragraph(&mut page, &escaped(&state_text::about(customer, judged)));
            }
            for finding in &customer.judgement.findings {
                let row = self.rows.finding(finding);
                block(&mut page, finding, &row, if judged.is_several() { "###" } else { "##" });
            }
        }
        let (failures, others) = std::mem::take(&mut self.failures).commonest();
        table(&mut page, &failures, others);
        sources(&mut page, &self.files, totals);
        self.sink.write_all(page.as_bytes())?;
        self.sink.flush()
    }
}

/// Every customer in a table, then what fails where.
fn customers(page: &mut String, fleet: &Fleet) {
    paragraph(page, &escaped(&fleet.heading));
    fleet.names.iter().for_each(|sentence| paragraph(page, &escaped(sentence)));
    page.push_str("| State | Customer | Since | Act on first | Attempts | Failed | Last sent |\n");
    page.push_str("| --- | --- | --- | --- | ---: | ---: | --- |\n");
    for line in &fleet.lines {
        let Line { name, state, since, first, attempts, failed, last_sent, .. } = line;
        let (name, first) = (escaped(name), escaped(first));
        let _ = writeln!(page, "| {state} | {name} | {since} | {first} | {attempts} | {failed} | {last_sent} |");
    }
    page.push('\n');
    if !fleet.matrix.is_empty() {
        page.push_str("| Cause | Provider | Broken now | Was broken |\n| --- | --- | --- | --- |\n");
        for Cell { cause, provider, now, was } in &fleet.matrix {
            let (provider, now, was) = (escaped(provider), escaped(now), escaped(was));
            let _ = writeln!(page, "| {cause} | {provider} | {now} | {was} |");
        }
        page.push('\n');
    }
    fleet.common.iter().for_each(|sentence| paragraph(page, &escaped(sentence)));
}

fn paragraph(page: &mut String, text: &str) {
    page.push_str(text);
    page.push_str("\n\n");
}

fn block(page: &mut String, finding: &Finding, row: &FindingRow, level: &str) {
    let title = row.title.as_str().trim_end_matches('.');
    paragraph(page, &format!("{level} {}: {}{}", row.severity, finding_text::until(finding), escaped(title)));
    let who = if row.acts.is_empty() { "nobody has to act".to_owned() } else { row.acts.join(", ") };
    let often = format!("{} of {}", number(row.count), counted(finding.of, "attempt"));
    paragraph(page, &format!("Seen in {often}. How sure: {}. Who acts: {who}.", row.confidence));
    for (n, step) in row.steps.iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = writeln!(page, "{}. {}", n + 1, escaped(step.as_str()));
    }
    if !row.steps.is_empty() {
        page.push('\n');
    }
    if !row.why.is_empty() {
        paragraph(page, &format!("Why: {}", escaped(row.why.as_str())));
    }
    for proof in &row.evidence {
        let _ =
            writeln!(page, "- {}, line {}: {}", escaped(proof.file.as_str()), proof.line, escaped(proof.text.as_str()));
    }
    if !row.evidence.is_empty() {
        page.push('\n');
    }
}

fn table(page: &mut String, failures: &[Failure], others: u64) {
    if failures.is_empty() {
        return;
    }
    page.push_str("## Different failures\n\n| Count | Cause | Stage | Reply or error | First | Last |\n| ---: | --- | --- | --- | --- | --- |\n");
    for failure in failures {
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} |",
            number(failure.count),
            failure.cause,
            failure.stage,
            escaped(&failure.words),
            failure.first.as_ref().map(ToString::to_string).unwrap_or_default(),
            failure.last.as_ref().map(ToString::to_string).unwrap_or_default()
        );
    }
    page.push('\n');
    if others > 0 {
        paragraph(page, &format!("{} more of other kinds.", counted(others, "failure")));
    }
}

fn sources(page: &mut String, files: &[FileRow], totals: &Totals) {
    page.push_str("## What was read\n\n");
    for row in files {
        let written = match (&row.error, row.skipped) {
            (Some(error), _) => escaped(error.as_str()),
            (None, true) => "skipped, no SMTP log".to_owned(),
            (None, false) => {
                let dialect = row.dialect.as_ref().map_or("not recognised".to_owned(), ToString::to_string);
                let lines = format!("{} of {} understood", number(row.lines_understood), counted(row.lines, "line"));
                let note = row.note.as_ref().map_or(String::new(), |note| format!("; {}", escaped(note.as_str())));
                format!("{}, {}, {lines}{note}", escaped(&dialect), counted(row.transactions, "attempt"))
            }
        };
        let _ = writeln!(page, "- {}: {written}", escaped(row.file.as_str()));
    }
    let _ = writeln!(page, "\n{}. Written by {} {}.", finding_text::sums(totals), TOOL.name, TOOL.version);
}

/// Text in which nothing is a mark of Markdown or HTML, and no address becomes a link: a stranger's server wrote some of it.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' | '\r' => out.push(' '),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '|' | '~' | '!' => out.extend(['\\', c]),
            // Only at the beginning are these a heading, a list or a quote.
            '#' | '+' | '-' | '=' if at == 0 => out.extend(['\\', c]),
            // `1.` at the beginning is a list.
            '.' | ')' if at > 0 && at < 10 && text[..at].bytes().all(|b| b.is_ascii_digit()) => out.extend(['\\', c]),
            ':' if text[at..].starts_with("://") => out.push_str("&#58;"),
            // A wiki links `www.` and calls whoever is named behind a bare `@`; a joiner that nobody sees parts the two.
            '.' if ends_in_www(&text[..at]) => out.push_str("&#46;"),
            '@' if !text[..at].ends_with(is_of_name) && text[at + 1..].starts_with(is_of_name) => {
                out.push_str("&#64;&#8288;");
            }
            c => out.push(c),
        }
    }
    out
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The word `www` stands at the end.
fn ends_in_www(text: &str) -> bool {
    let bytes = text.as_bytes();
    let begin = bytes.len().saturating_sub(3);
    bytes[begin..].eq_ignore_ascii_case(b"www") && !text[..begin].ends_with(is_of_name)
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn marks_are_letters() {
        for (text, shown) in [
            ("[click](http://x.example)", r"\[click\](http&#58;//x.example)"),
            ("a|b `c` *d* _e_ ~f~", r"a\|b \`c\` \*d\* \_e\_ \~f\~"),
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("# heading", r"\# heading"),
            ("- item\n- item", r"\- item - item"),
            ("5.7.8 refused", r"5\.7.8 refused"),
            ("![x](y)", r"\!\[x\](y)"),
            ("ask @fred at WWW.x.example", "ask &#64;&#8288;fred at WWW&#46;x.example"),
            ("recipient-1@gmail.com @ xwww.y", "recipient-1@gmail.com @ xwww.y"),
        ] {
            assert_eq!(escaped(text), shown);
        }
    }
}
