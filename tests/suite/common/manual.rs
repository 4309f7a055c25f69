//! The commands as the program's own manual tells them, so that no test can forget one.

use std::process::Command as Program;

/// A command, or one below another: `profile learn`.
pub struct Command {
    pub name: String,
    /// What `--format` takes, and what `--redact` takes; empty where it has no such option.
    pub formats: Vec<String>,
    pub levels: Vec<String>,
    /// Whether it has `--output`.
    pub writes: bool,
    given: Given,
}

/// What a command is given to read.
#[derive(Clone, Copy)]
enum Given {
    /// Its arguments, in which `LOG` is a log and `PROFILE` a profile.
    Log(&'static str),
    /// It reads no log.
    Nothing,
    /// It does not end by itself, or asks a server: `share::every_output` and the tests of `probe` know these formats.
    Elsewhere(&'static [&'static str]),
}

const GIVEN: &[(&str, Given)] = &[
    ("analyze", Given::Log("--all LOG")),
    ("redact", Given::Log("LOG")),
    ("sample", Given::Log("LOG")),
    ("ticket", Given::Log("LOG")),
    ("compare", Given::Log("LOG LOG")),
    ("watch", Given::Elsewhere(&["text", "ndjson"])),
    ("show", Given::Log("LOG:9")),
    ("explain", Given::Nothing),
    ("list", Given::Nothing),
    ("providers", Given::Nothing),
    ("knowledge export", Given::Log("")),
    ("knowledge check", Given::Log("LOG")),
    ("probe", Given::Elsewhere(&["table", "json", "html"])),
    ("case", Given::Log("--yes LOG")),
    ("who", Given::Nothing),
    ("setup", Given::Nothing),
    ("profile learn", Given::Log("LOG")),
    ("profile test", Given::Log("LOG --dialect PROFILE")),
    ("completions", Given::Nothing),
    ("man", Given::Nothing),
];

/// All commands of the manual.
pub fn commands() -> Vec<Command> {
    let printed = Program::new(env!("CARGO_BIN_EXE_mtmlog")).args(["man", "--format", "markdown"]).output().unwrap();
    let manual = String::from_utf8(printed.stdout).unwrap().replace("\r\n", "\n");
    let pages = manual.split("\n## `mtmlog ").filter_map(|page| page.split_once(" --help`\n"));
    pages.filter(|(name, page)| !page.contains(&format!("mtmlog {name} <COMMAND>"))).map(command).collect()
}

fn command((name, page): (&str, &str)) -> Command {
    let known = GIVEN.iter().find(|(known, _)| *known == name);
    let given = known.unwrap_or_else(|| panic!("mtmlog {name} is new: say in GIVEN how it is given a log")).1;
    let [formats, levels] = ["format", "redact"].map(|option| values(page, option));
    if let Given::Elsewhere(walked) = given {
        assert_eq!(
            formats, walked,
            "mtmlog {name} has a new format: walk it in `share::every_output`, and say it in GIVEN"
        );
    }
    Command { name: name.to_owned(), formats, levels, writes: page.contains("--output <FILE>"), given }
}

/// What an option takes, in either of the two ways in which help lists it.
fn values(page: &str, option: &str) -> Vec<String> {
    let Some((_, rest)) = page.split_once(&format!(" --{option} <")) else { return Vec::new() };
    let end = ["\n      -", "\n  -"].iter().filter_map(|next| rest.find(next)).min().unwrap_or(rest.len());
    let rest = &rest[..end];
    let one_line = rest.split_once("[possible values: ").and_then(|(_, values)| values.split_once(']'));
    let list = |values: &str| values.split(',').map(|value| value.trim().to_owned()).collect();
    let each = || rest.lines().filter_map(|line| line.trim().strip_prefix("- ")?.split_once(':'));
    one_line.map_or_else(|| each().map(|(value, _)| value.to_owned()).collect(), |(values, _)| list(values))
}

impl Command {
    /// The command lines that read this log, in every format at every level, each with its level; none where it reads no log.
    pub fn lines(&self, log: &str, profile: &str) -> Vec<(Option<&str>, String)> {
        let Given::Log(arguments) = self.given else { return Vec::new() };
        let arguments = arguments.replace("LOG", log).replace("PROFILE", profile);
        let or_none = |values: &'_ [String]| -> Vec<Option<String>> {
            if values.is_empty() { vec![None] } else { values.iter().cloned().map(Some).collect() }
        };
        let mut lines = Vec::new();
        for format in or_none(&self.formats) {
            let format = format.map_or_else(String::new, |format| format!(" --format {format}"));
            for level in or_none(&self.levels) {
                let option = level.as_ref().map_or_else(String::new, |level| format!(" --redact {level}"));
                let level = self.levels.iter().find(|known| Some(*known) == level.as_ref()).map(String::as_str);
                lines.push((level, format!("{} {arguments}{format}{option}", self.name).trim_end().to_owned()));
            }
        }
        lines
    }
}
