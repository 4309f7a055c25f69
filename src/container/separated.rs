//! Parts sessions that stand on a line each, their turns parted by the same mark: `[s]220 mail;;[c]EHLO pc;;[s]250 ok`.
//!
//! The mark is what stands before the commands and before the replies alike; what stands between it and the command or the
//! code tells who speaks. A line of the log that holds one turn, as a refused connection does, is parted before who speaks, too.
//! The mark becomes a line end, so that every byte stays where it is; lines are numbered as they stand then.

use super::{
    grammar::offset,
    run_on::{self, Said, Turn, end_line, is_between},
};
use crate::source;

/// Bytes of the mark, and of what tells who speaks.
const MAX_MARK_BYTES: usize = 16;

/// The text, which has these lines, with its sessions parted; `None` where it has none that stand on a line each.
pub(super) fn parted(text: &[u8], lines: &[&[u8]]) -> Option<Vec<u8>> {
    let marks = Marks::of(text)?;
    let mut parted = text.to_vec();
    for line in lines {
        let start = offset(text, line);
        for (begin, end) in marks.places(line) {
            end_line(&mut parted[start..start + end], begin);
        }
    }
    Some(parted)
}

/// What stands before each turn of a log.
struct Marks<'t> {
    between: &'t [u8],
    /// Who speaks: before commands, and before replies.
    sides: [&'t [u8]; 2],
}

impl<'t> Marks<'t> {
    fn of(text: &'t [u8]) -> Option<Marks<'t>> {
        let mut before: [Option<&[u8]>; 2] = [None, None];
        let (mut spoken, mut bytes) = (0, 0);
        for line in run_on::SURE.iter().flat_map(|verb| source::lines_with(text, verb)) {
            let Some(turns) = turns(line) else { continue };
            (spoken, bytes) = (spoken + 1, bytes + line.len());
            for turn in own(&turns).skip(1) {
                let known = &mut before[usize::from(turn.said != Said::Command)];
                let near = &line[turn.at.saturating_sub(MAX_MARK_BYTES)..turn.at];
                *known = Some(known.map_or(near, |known| common_end(known, near)));
            }
        }
        let [commands, replies] = before.map(|before| before.map(mark));
        let (commands, replies) = (commands?, replies?);
        // What opens a bracket around who speaks belongs to that.
        let is_between_turns = |b: u8| !b.is_ascii_alphanumeric() && !b"[({<".contains(&b);
        let same = commands.iter().zip(replies).take_while(|(one, other)| one == other && is_between_turns(**one));
        let between = &commands[..same.count()];
        // Blanks and bars part texts that lost their line ends.
        let is_mark = !between.iter().all(|b| is_between(*b)) && !between.is_empty();
        let sides = [&commands[between.len()..], &replies[between.len()..]];
        (spoken > 0 && is_mark && bytes * 2 >= text.len()).then_some(Marks { between, sides })
    }

    /// The bytes of a line that become line ends.
    fn places(&self, line: &[u8]) -> Vec<(usize, usize)> {
        let turns = turns(line).unwrap_or_default();
        let mut places: Vec<(usize, usize)> = memchr::memmem::find_iter(line, self.between)
            .filter(|at| turns.is_empty() || turns[0].at > *at || self.begins(line, at + self.between.len(), &turns))
            .map(|at| (at, at + self.between.len()))
            .collect();
        // The further lines of a reply may be parted by another mark.
        let further = turns.iter().filter(|turn| turn.said == Said::More).map(|turn| (turn.at - 1, turn.at));
        let is_free = |(begin, end): &(usize, usize)| !places.iter().any(|(at, to)| at < end && begin < to);
        let further: Vec<(usize, usize)> = further.filter(is_free).collect();
        places.extend(further);
        // The first turn stands behind what the writer tells of the session.
        let [_, server] = self.sides;
        let first =
            memchr::memmem::find(line, server).filter(|at| *at > 0 && !server.is_empty() && line[at - 1] == b' ');
        places.extend(first.filter(|at| places.iter().all(|(begin, _)| begin > at)).map(|at| (at - 1, at)));
        places.sort_unstable();
        places
    }

    /// A turn begins there, or somebody says something else.
    fn begins(&self, line: &[u8], at: usize, turns: &[Turn]) -> bool {
        let said = |side: &&[u8]| !side.is_empty() && line[at..].starts_with(side);
        self.sides.iter().any(|side| said(side)) || turns.iter().any(|turn| turn.at == at)
    }
}

fn turns(line: &[u8]) -> Option<Vec<Turn>> {
    let turns = (line.len() >= run_on::MIN_BYTES)
        .then(|| run_on::turns(line, |b| !b.is_ascii_alphanumeric(), run_on::MIN_ANSWERED))?;
    turns.filter(|turns| turns.iter().skip(1).all(|turn| turn.at > 0))
}

/// The turns that are no further lines of a reply.
fn own(turns: &[Turn]) -> impl Iterator<Item = &Turn> {
    turns.iter().filter(|turn| turn.said != Said::More)
}

fn common_end<'t>(one: &'t [u8], other: &[u8]) -> &'t [u8] {
    let same = one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count();
    &one[one.len() - same..]
}

/// From where no word goes on.
fn mark(end: &[u8]) -> &[u8] {
    let word = end.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
    &end[word..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Option<String> {
        let parted = parted(text.as_bytes(), &text.lines().map(str::as_bytes).collect::<Vec<_>>())?;
        assert_eq!(parted.len(), text.len(), "bytes stay where they are");
        let lines = source::lines(&parted).map(|line| String::from_utf8_lossy(line.text).trim_end().to_owned());
        Some(lines.collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn sessions_of_a_line_are_parted() {
        let log = "#1 08:26 ok [s]220 mx ESMTP;;[c]HELO pc;;[s]250 mx;;[c]MAIL FROM:<a@b.example>;;[s]250 ok;;[c]{2210 B};;[s]250 ok\n\
                   #2 08:27 bad [s]421 4.3.2 too busy\n\
                   #3 08:28 bad [s]220 mx;;[c]EHLO pc;;[s]250-mx/250 SIZE 1;;[c]MAIL FROM:<a@b.example>;;[s]550 no; at all;;[c]QUIT";
        let want = "#1 08:26 ok\n[s]220 mx ESMTP\n[c]HELO pc\n[s]250 mx\n[c]MAIL FROM:<a@b.example>\n[s]250 ok\n[c]{2210 B}\n[s]250 ok\n\
                    #2 08:27 bad\n[s]421 4.3.2 too busy\n\
                    #3 08:28 bad\n[s]220 mx\n[c]EHLO pc\n[s]250-mx\n250 SIZE 1\n[c]MAIL FROM:<a@b.example>\n[s]550 no; at all\n[c]QUIT";
        assert_eq!(lines(log).as_deref(), Some(want));
        let bare = "220 mx ESMTP~~HELO pc~~250 mx~~MAIL FROM:<a@b.example>~~250 ok~~RCPT TO:<c@d.example>~~550 no such user~~QUIT";
        assert_eq!(lines(bare), Some(bare.replace("~~", "\n")));
        assert_eq!(lines("S: 220 mail\nC: EHLO pc\nS: 250 ok\n"), None);
    }
}
