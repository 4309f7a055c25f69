//! Tables that need nothing but their words, put in order for lookup.

use std::{cmp::Reverse, collections::BTreeSet};

use super::{
    needles::Needles,
    notions::Notions,
    secret_names::{SecretNames, letters},
    words::{WordClass, WordTable},
};

/// How the lines begin that are no notions.
const MANNERS: &str = "manners ";
const SPOKEN: &str = "spoken ";
const FRAMES: &str = "frames ";

impl Notions {
    /// Of lines, each a notion: its name, then how its words begin. The other three hold whole words.
    pub(super) fn parse(text: &'static str) -> Notions {
        let mut by_first = vec![Vec::new(); 128];
        let said = || text.lines().filter(|line| !line.starts_with('#'));
        let whole = |name| {
            let line = said().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            line.split_ascii_whitespace().collect()
        };
        let is_notion = |line: &&str| ![MANNERS, SPOKEN, FRAMES].iter().any(|name| line.starts_with(name));
        for (line, notion) in said().filter(is_notion).zip(0_u8..) {
            for beginning in line.split_ascii_whitespace().skip(1) {
                if let Some(alike) = by_first.get_mut(usize::from(beginning.as_bytes()[0])) {
                    alike.push((beginning, notion));
                }
            }
        }
        // Stable, so of equals the first notion counts.
        by_first.iter_mut().for_each(|alike| alike.sort_by_key(|(beginning, _)| Reverse(beginning.len())));
        Notions { by_first, manners: whole(MANNERS), spoken: whole(SPOKEN), frames: whole(FRAMES) }
    }
}

impl SecretNames {
    pub(super) fn of(table: &WordTable) -> SecretNames {
        let names = table.patterns(WordClass::Secret);
        let all = || names.whole.iter().chain(&names.begins).chain(&names.ends).chain(&names.inside);
        // Names with other letters stand in no word of ASCII, of which alone this is asked.
        let names_of_ascii = all().filter(|name| name.is_ascii()).map(|name| letters(name));
        let sets: BTreeSet<u32> = names_of_ascii.chain([letters(b"key"), letters(b"code")]).collect();
        let holds_another = |set: &u32| sets.iter().any(|other| other != set && other & !set == 0);
        let letters = sets.iter().copied().filter(|set| !holds_another(set)).collect();
        // Headers, and keys in the ways that a name is put together.
        let others =
            ["authorization", "credential", "apikey", "api key", "api-key", "api_key", "accesskey", "login", "logon"];
        let all = names.ends.iter().chain(&names.inside).map(|name| &**name);
        SecretNames {
            openers: table.patterns(WordClass::Opener),
            harmless: table.patterns(WordClass::Neutral).whole,
            letters,
            inside: Needles::of(names.inside.iter().map(|name| &**name)),
            telling: Needles::of(all.chain(others.iter().map(|word| word.as_bytes()))),
            signing_in: Needles::of(table.patterns(WordClass::SignIn).inside.iter().map(|word| &**word)),
            names,
        }
    }
}
