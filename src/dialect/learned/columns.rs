//! Which fields of records are columns of the log: the text, found by the dialogue in it, the time, and what is the same
//! in many records.

use std::collections::{BTreeSet, HashMap};

use super::said::{Said, Words, said};
use crate::{
    container::{Code, Container, Layout, MARK, is_code, is_nothing, kept, timestamp},
    dialect::LineEnd,
    memo::Quick,
    smtp,
};

/// Names of a column that grades the lines.
const LEVELS: [&str; 5] = ["level", "lvl", "severity", "prio", "priority"];
/// A text begins within so many bytes of its field, or of the stamp there: what stands before it is decoration.
const DECORATION: usize = 24;
/// As much of what stands between a code and its words is kept.
const BETWEEN: usize = 24;
/// Fields that may hold the text, such as one for each side and one for the program's own words.
const MAX_TEXTS: usize = 4;
/// A line of a mail's text may begin with three digits: of the commands of a field one in so many may look like a reply.
const FEW: usize = 4;
/// A column has at most so many different values, or a fourth as many as there are records.
const MAX_VALUES: usize = 8;
/// Longer values are texts.
const MAX_VALUE_BYTES: usize = 60;

/// What the records hold in the fields of one name.
#[derive(Default)]
struct Values<'a> {
    /// In the order of the records, each once.
    by_record: Vec<(usize, &'a [u8])>,
    stamps: usize,
    replies: usize,
    commands: usize,
    /// Each different value: whether it is a stamp, and what is said in it.
    distinct: HashMap<&'a [u8], (bool, Option<Words>), Quick>,
}

impl<'a> Values<'a> {
    /// The value in this record.
    fn of(&self, record: usize) -> Option<&'a [u8]> {
        let place = self.by_record.binary_search_by_key(&record, |(record, _)| *record).ok()?;
        Some(self.by_record[place].1)
    }

    fn is_words(&self) -> bool {
        self.by_record.iter().filter(|(_, value)| value.contains(&b' ')).count() * 4 >= self.by_record.len()
    }

    /// Replies and commands.
    fn said(&self) -> usize {
        self.replies + self.commands
    }

    /// It holds the replies to the commands in the other, so that one record holds both.
    fn answers(&self, other: &Values<'_>) -> bool {
        self.replies >= 2
            && other.commands >= 2
            && self.commands * FEW <= self.replies
            && other.replies * FEW <= other.commands
    }

    /// Codes of replies. A record of a command has none, or a word for none.
    fn is_code(&self) -> bool {
        let others = self.distinct.keys().filter(|value| !is_code(value)).count();
        others <= 1 && self.distinct.len() - others >= 2
    }

    fn is_time(&self) -> bool {
        self.stamps * 10 >= self.by_record.len() * 9
    }
}

/// The columns of these records; none where no field holds text.
pub(super) fn find(container: Container, lines: &[&[u8]]) -> Option<Layout> {
    let (mut fields, records) = fields(container, lines);
    count_coded(&mut fields);
    let texts = texts(&fields)?;
    let time = fields.iter().filter(|(_, values)| values.is_time()).max_by_key(|(_, values)| values.by_record.len());
    let time = time.map(|(name, _)| name);
    let is_column = |name: &String, values: &Values<'_>| {
        let most = MAX_VALUES.max(records / 4);
        let short = |value: &&[u8]| value.len() <= MAX_VALUE_BYTES && !value.contains(&b'@') && !value.contains(&MARK);
        (2..=most).contains(&values.distinct.len())
            && values.by_record.len() * 2 >= records
            && values.distinct.keys().all(short)
            && !texts.contains(name)
            && Some(name) != time
            && !is_grade(name)
    };
    let others = fields.iter().filter(|(name, values)| is_column(name, values)).map(|(name, _)| name);
    let mut columns: Vec<Vec<String>> = time.into_iter().chain(others).map(|name| vec![name.clone()]).collect();
    let code = code(&fields, &texts, lines);
    columns.retain(|names| code.as_ref().is_none_or(|code| *names[0] != code.name));
    columns.push(texts);
    Some(Layout { container, columns, code })
}

/// The text between a command and its reply where both are in one line, of whatever verb. Each line with what is said in it.
pub(super) fn pair<'a>(spoken: impl Iterator<Item = (&'a [u8], &'a Vec<Said>)>) -> Option<Container> {
    let mut mark: Option<&[u8]> = None;
    let mut verbs = BTreeSet::new();
    for (line, said) in spoken {
        let both = said.windows(2).find_map(|both| match (both[0].what, both[1].what) {
            (Words::Command(verb), Words::Reply { .. }) => Some((verb, &line[both[0].at..both[1].at])),
            _ => None,
        });
        let Some((verb, between)) = both else { continue };
        verbs.insert(verb);
        mark = Some(mark.map_or(between, |known| same_end(known, between)));
    }
    let mark = std::str::from_utf8(mark?).ok().filter(|mark| verbs.len() > 1 && mark.len() > 1)?;
    Some(Container::Pair(kept(mark)))
}

/// What both end in.
fn same_end<'a>(one: &'a [u8], other: &[u8]) -> &'a [u8] {
    &one[one.len() - one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count()..]
}

/// A field of this name grades the lines: it tells neither sides nor sessions.
fn is_grade(name: &str) -> bool {
    let last = name.rsplit(['.', '@']).next().unwrap_or(name);
    LEVELS.iter().any(|level| last.eq_ignore_ascii_case(level))
}

/// The values of every field by its name, and the number of records.
fn fields<'a>(container: Container, lines: &[&'a [u8]]) -> (Vec<(String, Values<'a>)>, usize) {
    let mut fields: Vec<(String, Values<'a>)> = Vec::new();
    let mut records = 0;
    let line_end = LineEnd::of_escape(container.escape());
    for (record, line) in lines.iter().enumerate() {
        let mut of_line: Vec<(usize, &'a [u8])> = Vec::new();
        let whole = container.take_apart(line, &mut |path, value| {
            let place = fields.iter().position(|(name, _)| path.is(name)).unwrap_or_else(|| {
                fields.push((path.to_string(), Values::default()));
                fields.len() - 1
            });
            of_line.push((place, value));
        });
        if !whole {
            continue;
        }
        records += 1;
        for (place, value) in of_line.into_iter().filter(|(_, value)| !is_nothing(value)) {
            let values = &mut fields[place].1;
            if values.by_record.last().is_none_or(|(last, _)| *last < record) {
                values.by_record.push((record, value));
            }
            let (stamp, first) = *values.distinct.entry(value).or_insert_with(|| {
                let stamp = timestamp::extent(value).unwrap_or(0);
                let found = said(value, line_end, Some(&[]));
                let first = found.first().filter(|said| said.at <= stamp + DECORATION).map(|said| said.what);
                (stamp == value.len(), first)
            });
            values.stamps += usize::from(stamp);
            values.replies += usize::from(matches!(first, Some(Words::Reply { .. })));
            values.commands += usize::from(matches!(first, Some(Words::Command(_))));
        }
    }
    // A name with the mark between names in it cannot be written down.
    fields.retain(|(name, _)| !name.contains('|') && name.len() <= MAX_VALUE_BYTES);
    (fields, records)
}

/// Counts as replies the words in the field behind one that holds their codes.
fn count_coded(fields: &mut [(String, Values<'_>)]) {
    for code in 0..fields.len() {
        if !fields[code].1.is_code() {
            continue;
        }
        let Some((_, words)) = fields.get(code + 1).filter(|(_, values)| !values.is_code() && values.said() == 0)
        else {
            continue;
        };
        let coded =
            fields[code].1.by_record.iter().filter(|(record, code)| is_code(code) && words.of(*record).is_some());
        fields[code + 1].1.replies = coded.count();
    }
}

/// The field that holds the codes of replies, where the text has none.
fn code(fields: &[(String, Values<'_>)], texts: &[String], lines: &[&[u8]]) -> Option<Code> {
    let behind = |record: usize, code: &[u8]| {
        let mut texts = texts.iter().filter_map(|name| fields.iter().find(|(field, _)| field == name));
        texts.find_map(|(_, values)| values.of(record).filter(|text| text.as_ptr() > code.as_ptr()))
    };
    // Where a text has its code, three digits in another field are a number of something.
    let replies = |(name, values): &(String, Values<'_>)| {
        texts.contains(name) && values.by_record.iter().any(|(_, text)| smtp::reply_line(text).is_ok())
    };
    if fields.iter().any(replies) {
        return None;
    }
    fields.iter().filter(|(name, _)| !texts.contains(name)).find_map(|(name, values)| {
        if !values.is_code() {
            return None;
        }
        let mut between: Option<&[u8]> = None;
        for (record, code) in values.by_record.iter().filter(|(_, value)| is_code(value)) {
            let Some(text) = behind(*record, code) else { continue };
            let line = lines[*record];
            let after = (code.as_ptr() as usize + code.len()).checked_sub(line.as_ptr() as usize)?;
            let gap = line.get(after..(text.as_ptr() as usize).checked_sub(line.as_ptr() as usize)?)?;
            between = Some(between.map_or(gap, |known| same_end(known, gap)));
        }
        let between = between?;
        let between = std::str::from_utf8(&between[between.len().saturating_sub(BETWEEN)..])
            .ok()
            .filter(|between| !between.is_empty())?;
        Some(Code { name: name.clone(), between: kept(between) })
    })
}

/// The fields that hold the text: those of the dialogue, and those that speak where these are empty.
fn texts(fields: &[(String, Values<'_>)]) -> Option<Vec<String>> {
    // One word among numbers is the heading of their column.
    let number = |values: &Values<'_>| {
        let words = values.distinct.keys().filter(|value| !value.iter().all(u8::is_ascii_digit)).count();
        words <= usize::from(values.distinct.len() > 2)
    };
    let mut texts: Vec<usize> = Vec::new();
    let records = fields.iter().filter_map(|(_, values)| values.by_record.last()).map(|(record, _)| record + 1).max();
    let mut covered = vec![false; records.unwrap_or_default()];
    while texts.len() < MAX_TEXTS {
        let new = |values: &Values<'_>| values.by_record.iter().filter(|(record, _)| !covered[*record]).count();
        // Where the others say nothing it says what it does not say elsewhere.
        let speaks = |values: &Values<'_>| {
            let (old, new): (Vec<_>, Vec<_>) = values.by_record.iter().partition(|(record, _)| covered[*record]);
            let old: BTreeSet<&[u8]> = old.into_iter().map(|(_, value)| value).collect();
            new.iter().filter(|(_, value)| !old.contains(value)).count() * 2 > new.len()
        };
        let best = (0..fields.len())
            .filter(|place| !texts.contains(place) && !number(&fields[*place].1) && !fields[*place].1.is_time())
            .filter(|place| {
                let values = &fields[*place].1;
                let other = || texts.iter().map(|text| &fields[*text].1);
                let apart = new(values) * 10 >= values.by_record.len() * 9 || speaks(values);
                texts.is_empty() || apart || other().any(|other| values.answers(other) || other.answers(values))
            })
            .map(|place| {
                let values = &fields[place].1;
                let said = if values.said() >= 2 { values.said() } else { 0 };
                (said, if values.is_words() { new(values) } else { 0 }, place)
            })
            .filter(|(said, words, _)| said + words > 0)
            .max();
        let Some((.., place)) = best else { break };
        fields[place].1.by_record.iter().for_each(|(record, _)| covered[*record] = true);
        // A command stands before its reply.
        let reply = texts.iter().position(|text| fields[*text].1.answers(&fields[place].1));
        texts.insert(reply.unwrap_or(texts.len()), place);
    }
    (!texts.is_empty()).then(|| texts.into_iter().map(|place| fields[place].0.clone()).collect())
}
