//! The meaning of a code or a reply, for people and for programs (contract section 4).

use std::io::{self, Write};

use serde::Serialize;

use super::{
    Look, finding_text,
    text::{Ink, Page},
};
use crate::{
    memo::Memo,
    redact::{Level, Redacted, Redactor},
    rule::{Explanation, Severity},
    source::Sensitive,
};

const SCHEMA: &str = "mtmlog.explain/1";

#[derive(Serialize)]
struct Row<'a> {
    schema: &'static str,
    input: Redacted,
    cause: Option<&'static str>,
    severity: &'static str,
    acts: Vec<&'static str>,
    meaning: &'a str,
    why: &'a str,
    steps: Vec<Redacted>,
    provider: Option<&'a str>,
    sources: &'a [std::borrow::Cow<'a, str>],
    confidence: &'static str,
    article_step: &'a [String],
    /// Other meanings of a bare code.
    meanings: Vec<Meaning<'a>>,
    /// The words that decided where the model did.
    words: Vec<Redacted>,
}

#[derive(Serialize)]
struct Meaning<'a> {
    cause: &'static str,
    source: &'a str,
}

/// Writes answers, one after the other.
pub(crate) struct Explainer<W> {
    sink: W,
    redactor: Redactor,
    /// For people; `None` for JSON, one object a line.
    look: Option<Look>,
    /// Also shows the words that decided where the model did.
    verbose: bool,
    first: bool,
    /// Answers as they were written, by what was asked: a server says the same of many mails.
    known: Memo<Vec<u8>>,
}

impl<W: Write> Explainer<W> {
    /// For people with a look, for programs without. `verbose` also shows people the words that decided where no row knew
    /// the text.
    pub(crate) fn new(sink: W, look: Option<Look>, verbose: bool) -> Self {
        let redactor = Redactor::new(Level::Secrets);
        Explainer { sink, redactor, look, verbose, first: true, known: Memo::default() }
    }

    /// Writes the answer to what is asked; `explain` gives it, with the text that it is about, where it is not known yet.
    ///
    /// # Errors
    /// Where the sink cannot be written.
    pub(crate) fn answer<'k>(
        &mut self,
        asked: &[u8],
        explain: impl FnOnce() -> (Sensitive, Explanation<'k>),
    ) -> io::Result<()> {
        if self.look.is_some() && !std::mem::take(&mut self.first) {
            self.sink.write_all(b"\n")?;
        }
        if let Some(known) = self.known.get(asked) {
            return self.sink.write_all(known);
        }
        let secrets = self.redactor.secrets();
        let (input, answer) = explain();
        let shown = self.shown(&input, &answer)?;
        self.sink.write_all(&shown)?;
        // A new secret may stand in what was shown before.
        if self.redactor.secrets() > secrets {
            self.known.clear();
        }
        self.known.keep(asked, shown);
        Ok(())
    }

    fn shown(&mut self, input: &Sensitive, answer: &Explanation<'_>) -> io::Result<Vec<u8>> {
        let row = Row {
            schema: SCHEMA,
            // A line of a log may be asked about, with all that stands in it.
            input: self.redactor.line(input),
            cause: answer.cause.map(|cause| cause.code()),
            severity: answer.severity.name(),
            acts: answer.acts.iter().map(|actor| actor.name()).collect(),
            meaning: &answer.title,
            why: &answer.why,
            steps: answer.steps.iter().map(|step| self.redactor.words(step)).collect(),
            provider: answer.provider,
            sources: &answer.sources,
            confidence: answer.confidence.name(),
            article_step: answer.article_step,
            meanings: answer
                .other_meanings
                .iter()
                .map(|(cause, source)| Meaning { cause: cause.code(), source })
                .collect(),
            words: answer.deciding_words.iter().map(|word| self.redactor.note(word)).collect(),
        };
        match self.look {
            None => {
                let mut shown = serde_json::to_vec(&row)?;
                shown.push(b'\n');
                Ok(shown)
            }
            Some(look) => {
                let mut page = Page::new(look);
                block(&mut page, &row, answer.severity, self.verbose);
                Ok(page.into_text().into_bytes())
            }
        }
    }

    /// The last answer is written.
    ///
    /// # Errors
    /// Where the sink cannot be written.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

fn block(page: &mut Page, row: &Row<'_>, severity: Severity, verbose: bool) {
    if !row.input.is_empty() {
        page.line(Some(Ink::Bold), row.input.as_str());
    }
    let (word, ink) = finding_text::severity(severity);
    let code = row.cause.map_or(String::new(), |cause| format!(" ({cause})"));
    page.field(word, Some(ink), &format!("{}{code}.", row.meaning.trim_end_matches('.')));
    page.field("", None, &finding_text::sure_and_who(row.confidence, &row.acts));
    page.numbered("Next", &row.steps);
    if !row.why.is_empty() {
        page.field("Why", Some(Ink::Bold), row.why);
    }
    page.fields("Or", row.meanings.iter().map(|meaning| format!("{} ({})", meaning.cause, meaning.source)));
    if !row.words.is_empty() && verbose {
        let words: Vec<&str> = row.words.iter().map(Redacted::as_str).collect();
        page.fields("Words", [format!("no row knows this; decided by: {}", words.join(", "))]);
    }
    if let Some(provider) = row.provider {
        page.field("At", Some(Ink::Bold), provider);
    }
    if !row.article_step.is_empty() {
        page.field("Article", Some(Ink::Bold), &format!("step {}", row.article_step.join(", ")));
    }
    if !row.sources.is_empty() {
        page.field("Sources", Some(Ink::Bold), &row.sources.join("; "));
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::{
        knowledge::Knowledge,
        rule::{self, Question},
    };

    #[test]
    fn what_is_asked_again_is_answered_alike_and_explained_once() {
        let (mut out, explained) = (Vec::new(), Cell::new(0));
        let mut explainer = Explainer::new(&mut out, None, false);
        for text in ["535 refused, password=Kudu7Herd", "550 5.1.1 User unknown"].repeat(3) {
            let explain = || {
                explained.set(explained.get() + 1);
                let question = Question { text: text.as_bytes(), ..Question::default() };
                (Sensitive::new(question.text), rule::explain(Knowledge::builtin(), &question))
            };
            explainer.answer(text.as_bytes(), explain).unwrap();
        }
        explainer.finish().unwrap();
        let lines: Vec<&[u8]> = out.split(|b| *b == b'\n').collect();
        assert!(lines[..2] == lines[2..4] && lines[2..4] == lines[4..6] && lines[0] != lines[1]);
        assert_eq!(explained.get(), 2);
    }
}
