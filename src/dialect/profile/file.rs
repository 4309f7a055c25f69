//! Profiles as TOML files, written for people and read back.

use std::fmt::Write;

use serde::Deserialize;

use super::{Kind, Profile, Rule};
use crate::{
    container::{Code, Container, Layout, kept},
    dialect::{DIALECTS, DateOrder, Dialect, LineEnd, by_name, template::Template},
    knowledge::toml_fault,
};

/// A profile cannot be used; the sentence says where, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {sentence}")]
pub struct ProfileError {
    /// The line of the file, from 1.
    pub line: usize,
    /// The trouble, and the way out.
    pub sentence: String,
}

/// The file as TOML sees it. There is no switch for masking: passwords are masked by the state of the dialogue.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Option<toml::Spanned<String>>,
    dialect: Option<toml::Spanned<String>>,
    records: Option<toml::Spanned<String>>,
    #[serde(default)]
    columns: Vec<String>,
    code: Option<String>,
    #[serde(default)]
    between: String,
    line_end: Option<toml::Spanned<String>>,
    joined_by: Option<toml::Spanned<String>>,
    #[serde(default)]
    escaped: bool,
    marks_sides: Option<bool>,
    marks_data: Option<bool>,
    #[serde(default)]
    marks_dot: bool,
    #[serde(default)]
    marks_end: bool,
    #[serde(default)]
    utc: bool,
    date_order: Option<toml::Spanned<String>>,
    #[serde(default)]
    line: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    kind: toml::Spanned<String>,
    template: toml::Spanned<String>,
}

/// A sentence about what stands at this byte of the file.
type Fault = (usize, String);

impl File {
    fn profile(self) -> Result<Profile, Fault> {
        let (rules, known, layout) = (self.rules()?, self.known()?, self.layout()?);
        let (line_end, date_order) = (self.line_end(known, layout.as_ref())?, self.date_order()?);
        let bare = rules.iter().any(|rule| matches!(rule.kind, Kind::Either | Kind::Bare));
        let marks_sides = self.marks_sides.unwrap_or(!bare);
        Ok(Profile {
            name: self.name.map_or_else(|| "profile".to_owned(), toml::Spanned::into_inner),
            known,
            layout,
            rules,
            line_end,
            marks_sides,
            marks_data: self.marks_data.unwrap_or(marks_sides),
            marks_dot: self.marks_dot,
            marks_end: self.marks_end,
            utc: self.utc,
            date_order,
            ..Profile::default()
        })
    }

    fn rules(&self) -> Result<Vec<Rule>, Fault> {
        if self.line.is_empty() {
            let sentence = "no [[line]] says what a line looks like; write at least one with kind and template";
            return Err((0, sentence.into()));
        }
        let rule = |entry: &Entry| {
            let known = Kind::ALL.iter().find(|(known, ..)| known == entry.kind.get_ref());
            let (_, kind, _) =
                known.ok_or_else(|| unknown("kind", &entry.kind, Kind::ALL.iter().map(|(name, ..)| *name)))?;
            let template = Template::parse(entry.template.get_ref());
            let template = template.map_err(|error| (entry.template.span().start, format!("template: {error}")))?;
            Ok(Rule { kind: *kind, template })
        };
        self.line.iter().map(rule).collect()
    }

    fn known(&self) -> Result<Option<&'static Dialect>, Fault> {
        let Some(name) = &self.dialect else { return Ok(None) };
        let known = by_name(name.get_ref());
        known.map(Some).ok_or_else(|| unknown("dialect", name, DIALECTS.iter().map(|dialect| &*dialect.name)))
    }

    fn layout(&self) -> Result<Option<Layout>, Fault> {
        let Some(name) = &self.records else { return Ok(None) };
        let container = Container::named(name.get_ref()).filter(|_| !self.columns.is_empty()).ok_or_else(|| {
            let known: Vec<String> = Container::all().map(|container| format!("`{container}`")).collect();
            let known = known.join(", ");
            (name.span().start, format!("records: write one of {known}, and the names of the fields as columns"))
        })?;
        let columns = self.columns.iter().map(|names| names.split('|').map(str::to_owned).collect()).collect();
        let code = self.code.clone().map(|name| Code { name, between: kept(&self.between) });
        Ok(Some(Layout { container, columns, code }))
    }

    fn line_end(&self, known: Option<&Dialect>, layout: Option<&Layout>) -> Result<LineEnd, Fault> {
        let own = known.map(|known| known.line_end).filter(|end| *end != LineEnd::Line);
        match (&self.line_end, &self.joined_by, self.escaped) {
            (None, None, false) => Ok(own.unwrap_or_else(|| layout.map_or(LineEnd::Line, LineEnd::of_layout))),
            (None, None, true) => Ok(LineEnd::Escaped),
            (Some(end), None, false) if !end.get_ref().is_empty() => Ok(LineEnd::Ends(kept(end.get_ref()))),
            (None, Some(mark), false) if !mark.get_ref().is_empty() => Ok(LineEnd::Joins(kept(mark.get_ref()))),
            (Some(field), ..) | (_, Some(field), _) => {
                let sentence =
                    "only one of line_end, joined_by and escaped can be, and not an empty one; remove the others";
                Err((field.span().start, sentence.into()))
            }
        }
    }

    fn date_order(&self) -> Result<DateOrder, Fault> {
        let Some(order) = &self.date_order else { return Ok(DateOrder::Unknown) };
        match order.get_ref().as_str() {
            "auto" => Ok(DateOrder::Unknown),
            "day-first" => Ok(DateOrder::DayFirst),
            "year-first" => Ok(DateOrder::YearFirst),
            "month-first" => Ok(DateOrder::MonthFirst),
            other => Err((
                order.span().start,
                format!("date_order `{other}`: write auto, day-first, month-first or year-first"),
            )),
        }
    }
}

/// There is no such name; these there are.
fn unknown<'n>(what: &str, name: &toml::Spanned<String>, known: impl Iterator<Item = &'n str>) -> Fault {
    let known = known.collect::<Vec<_>>().join(", ");
    (name.span().start, format!("there is no {what} `{}`; write one of {known}", name.get_ref()))
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// Where it says something that cannot be, with the line and what to write instead.
    pub fn from_toml(text: &str) -> Result<Profile, ProfileError> {
        let file: File = toml::from_str(text).map_err(|error| {
            let (line, reason) = toml_fault(&error, text);
            let sentence = format!("{reason}. `mtmlog profile learn PATH` shows how a profile is written");
            ProfileError { line, sentence }
        })?;
        let line = |offset: usize| text[..offset.min(text.len())].bytes().filter(|b| *b == b'\n').count() + 1;
        file.profile().map_err(|(offset, sentence)| ProfileError { line: line(offset), sentence })
    }

    /// Writes the profile for people: what each line means, and how sure it is (0 to 1).
    pub fn to_toml(&self, score: f64) -> String {
        let mut out = String::new();
        let _ = self.write(&mut out, score);
        out
    }

    fn write(&self, out: &mut String, score: f64) -> std::fmt::Result {
        let sure = if score >= 0.9 {
            "sure"
        } else if score >= 0.6 {
            "fairly sure"
        } else {
            "not sure: check every line"
        };
        writeln!(out, "# How this program writes its SMTP log, learned from one log: {sure} ({score:.2}).")?;
        writeln!(out, "# Try it:  mtmlog profile test LOG --dialect THIS-FILE")?;
        writeln!(out, "# Use it:  mtmlog analyze LOG --dialect THIS-FILE")?;
        writeln!(out, "# Passwords are masked whatever stands here.\n")?;
        writeln!(out, "name = {}", quoted(&self.name))?;
        if let Some(known) = self.known {
            writeln!(out, "# The text of the lines below is of this dialect.\ndialect = {}", quoted(&known.name))?;
        }
        self.write_layout(out)?;
        self.write_line_end(out)?;
        writeln!(out, "# Each line tells who speaks.\nmarks_sides = {}", self.marks_sides)?;
        writeln!(
            out,
            "# The text of a mail bears the mark of the mail program, if it is in the log.\nmarks_data = {}",
            self.marks_data
        )?;
        writeln!(
            out,
            "# The lone dot that ends a mail stands in the log, and nothing else ends it.\nmarks_dot = {}",
            self.marks_dot
        )?;
        writeln!(out, "# A line tells that a connection has ended.\nmarks_end = {}", self.marks_end)?;
        writeln!(out, "# Its times are UTC.\nutc = {}", self.utc)?;
        let order = match self.date_order {
            DateOrder::Unknown => "auto",
            DateOrder::DayFirst => "day-first",
            DateOrder::YearFirst => "year-first",
            DateOrder::MonthFirst => "month-first",
        };
        writeln!(
            out,
            "# 5 June 2026 is 05/06/26 (day-first), 06/05/26 (month-first) or 26/06/05 (year-first); auto: the log shows it.\ndate_order = \"{order}\""
        )?;
        writeln!(out, "\n# The first template that fits a line counts. A space stands for one or more.")?;
        for rule in &self.rules {
            let (kind, template) = (rule.kind, quoted(&rule.template.to_string()));
            writeln!(out, "\n# {}\n[[line]]\nkind = \"{}\"\ntemplate = {template}", kind.meaning(), kind.name())?;
        }
        Ok(())
    }

    fn write_layout(&self, out: &mut String) -> std::fmt::Result {
        let Some(Layout { container, columns, code }) = &self.layout else { return Ok(()) };
        let columns: Vec<toml::Value> = columns.iter().map(|names| toml::Value::String(names.join("|"))).collect();
        writeln!(
            out,
            "# Each line is such a record. Its fields of these names, with tabs between them, are the lines below; of \
             several names\n# the first field that is not empty, behind its name.\nrecords = {}\ncolumns = {}",
            quoted(&container.to_string()),
            toml::Value::Array(columns)
        )?;
        if let Some(Code { name, between }) = code {
            writeln!(
                out,
                "# A reply's code stands in this field, and this right before its words.\ncode = {}\nbetween = {}",
                quoted(name),
                quoted(between)
            )?;
        }
        Ok(())
    }

    fn write_line_end(&self, out: &mut String) -> std::fmt::Result {
        match self.line_end {
            _ if self.known.is_some() => {}
            _ if self.layout.is_some() && !matches!(self.line_end, LineEnd::Ends(_) | LineEnd::Joins(_)) => {}
            // No profile has entities: only a dialect's own file says so.
            LineEnd::Line | LineEnd::Html | LineEnd::Apart(_) => {
                writeln!(out, "# One line of the log is one line of the dialogue.")?;
            }
            LineEnd::Ends(end) => {
                writeln!(
                    out,
                    "# This ends each line of the dialogue; a line without it goes on in the next.\nline_end = {}",
                    quoted(end)
                )?;
            }
            LineEnd::Joins(mark) => {
                writeln!(
                    out,
                    "# The lines of one reply stand on one line, with this between them.\njoined_by = {}",
                    quoted(mark)
                )?;
            }
            LineEnd::Escaped => writeln!(out, "# The text is quoted, with \\r\\n for line ends.\nescaped = true")?,
        }
        Ok(())
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Event;

    const PROFILE: &str =
        "name = \"mine\"\nline_end = \"<EOL>\"\n[[line]]\nkind = \"server\"\ntemplate = \"{time} <= {text}\"\n";

    #[test]
    fn an_answer_in_base64_is_no_host() {
        let profile = "name = \"mine\"\n[[line]]\nkind = \"setting\"\ntemplate = \"SERVER: {host}\"\n";
        let profile = Profile::from_toml(profile).unwrap();
        assert!(matches!(profile.read(b"SERVER: mail.example.co.za").event, Event::Setting(b"host", _)));
        assert!(matches!(profile.read(b"SERVER: S3VkdSFIZXJkLTQ0NzE=<br>").event, Event::Unknown(_)));
    }

    #[test]
    fn written_and_read_again_it_is_the_same() {
        let profile = Profile::from_toml(PROFILE).unwrap();
        assert_eq!(Profile::from_toml(&profile.to_toml(0.5)).unwrap(), profile);
    }

    #[test]
    fn errors_name_the_line_and_the_way_out() {
        let error = |from: &str, to: &str| Profile::from_toml(&PROFILE.replace(from, to)).unwrap_err().to_string();
        let kind = error("\"server\"", "\"sever\"");
        assert!(kind.starts_with("line 4: ") && kind.contains("write one of server, client"), "{kind}");
        assert!(error("{time}", "{tim}").starts_with("line 5: template: there is no hole {tim}"));
        assert!(error("line_end", "line_ends").starts_with("line 2: "));
        assert!(error("\"mine\"", "mine").starts_with("line 1: "));
        assert!(error("name", "escaped = true\nname").contains("only one of"));
        assert!(error("name", "date_order = \"ymd\"\nname").contains("month-first or year-first"));
        assert!(Profile::from_toml("name = \"x\"").unwrap_err().to_string().contains("[[line]]"));
    }

    #[test]
    fn nothing_switches_masking_off() {
        for field in ["mask = false", "secrets = \"show\"", "redact = false"] {
            assert!(Profile::from_toml(&format!("{field}\n{PROFILE}")).is_err());
        }
    }
}
