//! Two periods beside each other: what is gone, what is new, what stayed, and how sure that is.
//!
//! Sure is what chance does not explain: had nothing changed, so many mails in a row would hardly have gone through.

use std::collections::BTreeSet;

use super::{
    Severity,
    period::{MAILS_A_DAY, MAILS_IN_ONE_GO, Pace, Period, Setting, Share, Values},
};
use crate::{
    knowledge::{Cause, Knowledge},
    session::Confidence,
};

/// Below this chance a change is certain, and below the next it is likely.
const MAX_CHANCE_CERTAIN: f64 = 0.01;
const MAX_CHANCE_LIKELY: f64 = 0.2;
/// With so many mails sent one may be sure that they go out ("one at a time until you are sure").
const MAILS_UNTIL_SURE: u64 = 3;

named! {
    /// The answer in a word.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Verdict {
        /// What failed has not come again, and mail goes out.
        Fixed = "fixed",
        /// It fails less.
        Better = "better",
        /// Neither better nor worse.
        Same = "same",
        /// It fails more.
        Worse = "worse",
        /// Something fails that did not fail before.
        New = "new",
        /// Nothing was tried since that could tell.
        Unknown = "unknown",
    }
}

/// One cause on both sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Change {
    pub cause: Cause,
    pub severity: Severity,
    /// Mails it struck before.
    pub before: Option<Share>,
    /// Mails it struck since.
    pub since: Option<Share>,
    /// Certainty that it went, came or stayed.
    pub confidence: Confidence,
}

/// One setting on both sides.
#[derive(Clone, Debug)]
pub(crate) struct Difference<'p> {
    pub setting: Setting,
    pub before: Option<&'p Values>,
    pub since: Option<&'p Values>,
    /// It is another one now, as far as both sides show it.
    pub changed: bool,
}

named! {
    /// The pace of sending, by the article's words.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Speed {
        /// Nothing went out.
        Nothing = "nothing",
        /// One at a time, until it is sure.
        One = "one",
        /// Ten at a time.
        Ten = "ten",
        /// More than ten right away.
        TooFast = "too-fast",
        /// More than a hundred on a day.
        TooMany = "too-many",
    }
}

/// The differences between two periods.
#[derive(Clone, Debug)]
pub(crate) struct Comparison<'p> {
    /// In a word.
    pub verdict: Verdict,
    pub confidence: Confidence,
    /// Causes that are gone, the worst first.
    pub fixed: Vec<Change>,
    /// Causes that came.
    pub new: Vec<Change>,
    /// Causes that are there still.
    pub stayed: Vec<Change>,
    /// Causes of which nothing is known: no mail got so far again.
    pub untried: Vec<Change>,
    /// Every setting that either side shows.
    pub settings: Vec<Difference<'p>>,
    /// The pace of sending since.
    pub speed: Speed,
}

/// Lays one period beside the one after it.
pub(crate) fn compare<'p>(knowledge: &Knowledge, before: &'p Period, since: &'p Period) -> Comparison<'p> {
    let causes: BTreeSet<Cause> = before.causes.keys().chain(since.causes.keys()).copied().collect();
    let (mut fixed, mut new, mut stayed, mut untried) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for cause in causes {
        let (was, is) = (before.causes.get(&cause).copied(), since.causes.get(&cause).copied());
        let severity = knowledge.cause(cause).severity;
        let change = |confidence| Change { cause, severity, before: was, since: is, confidence };
        match (was, is) {
            (Some(was), None) => match since.beyond(was.stage) {
                0 => untried.push(change(Confidence::Guess)),
                passed => fixed.push(change(sure(passed_by_luck(was.count, before.tally.transactions, passed)))),
            },
            (None, Some(is)) => {
                let tried = before.beyond(is.stage);
                new.push(change(sure(passed_by_luck(is.count, since.tally.transactions, tried))));
            }
            _ => stayed.push(change(Confidence::Certain)),
        }
    }
    for list in [&mut fixed, &mut new, &mut stayed, &mut untried] {
        list.sort_by_key(|change| {
            std::cmp::Reverse((change.severity, Share::count_of(change.since), Share::count_of(change.before)))
        });
    }
    let (verdict, confidence) = verdict(before, since, [&fixed, &new, &stayed, &untried]);
    let settings = differences(before, since);
    Comparison { verdict, confidence, fixed, new, stayed, untried, settings, speed: speed(since) }
}

/// The chance that so many attempts pass a trouble that strikes as often as it did. One is added to what was seen, as
/// nobody knows from two mails that all fail (Laplace).
fn passed_by_luck(struck: u64, of: u64, passed: u64) -> f64 {
    let share = (struck + 1) as f64 / (of + 2) as f64;
    (1.0 - share).powf(passed as f64)
}

fn sure(chance: f64) -> Confidence {
    match chance {
        _ if chance < MAX_CHANCE_CERTAIN => Confidence::Certain,
        _ if chance < MAX_CHANCE_LIKELY => Confidence::Likely,
        _ => Confidence::Guess,
    }
}

fn verdict(before: &Period, since: &Period, [fixed, new, stayed, untried]: [&Vec<Change>; 4]) -> (Verdict, Confidence) {
    // What passes by itself is no trouble.
    let bad = |list: &[Change]| -> Vec<Change> {
        list.iter().filter(|change| change.severity > Severity::Note).copied().collect()
    };
    let (fixed, new, stayed, untried) = (bad(fixed), bad(new), bad(stayed), bad(untried));
    let least = |list: &[Change]| list.iter().map(|change| change.confidence).min().unwrap_or(Confidence::Guess);
    let nothing = |period: &Period| period.mails() + period.tally.tested == 0;
    if nothing(before) || nothing(since) {
        return (Verdict::Unknown, Confidence::Certain);
    }
    let (change, confidence) = trend(before, since);
    if !new.is_empty() {
        let worst = new.iter().map(|change| change.confidence).max().unwrap_or(Confidence::Guess);
        return match change {
            Trend::Up if !stayed.is_empty() => (Verdict::Worse, confidence),
            _ => (Verdict::New, worst),
        };
    }
    if stayed.is_empty() {
        return match (fixed.is_empty(), untried.is_empty()) {
            (_, false) => (Verdict::Unknown, Confidence::Certain),
            // A test of the connection sends nothing: what it passed may be right, and mail still not go out.
            (false, true) if since.mails() == 0 => (Verdict::Fixed, Confidence::Guess),
            (false, true) => (Verdict::Fixed, least(&fixed)),
            (true, true) if since.mails() == 0 => (Verdict::Unknown, Confidence::Certain),
            (true, true) => (Verdict::Same, Confidence::Certain),
        };
    }
    match change {
        Trend::Down => (Verdict::Better, confidence),
        Trend::Up => (Verdict::Worse, confidence),
        // What failed fails again; that is seen, not guessed.
        Trend::None => (Verdict::Same, stayed.iter().map(|c| judged(c.since)).max().unwrap_or(Confidence::Guess)),
    }
}

fn judged(share: Option<Share>) -> Confidence {
    share.map_or(Confidence::Guess, |share| share.confidence)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Trend {
    Up,
    Down,
    None,
}

/// The trend of the share of failures; none where chance explains the difference (two proportions, normal approximation).
fn trend(before: &Period, since: &Period) -> (Trend, Confidence) {
    let (n, m) = (before.mails() as f64, since.mails() as f64);
    if n == 0.0 || m == 0.0 {
        return (Trend::None, Confidence::Guess);
    }
    let (was, is) = (before.failures() as f64 / n, since.failures() as f64 / m);
    let all = (before.failures() + since.failures()) as f64 / (n + m);
    let spread = (all * (1.0 - all) * (1.0 / n + 1.0 / m)).sqrt();
    let distance = if spread > 0.0 { (was - is).abs() / spread } else { 0.0 };
    let trend = match distance {
        // One in five, both ways.
        _ if distance < 1.28 => Trend::None,
        _ if is < was => Trend::Down,
        _ => Trend::Up,
    };
    (trend, if distance >= 2.58 { Confidence::Certain } else { Confidence::Likely })
}

fn differences<'p>(before: &'p Period, since: &'p Period) -> Vec<Difference<'p>> {
    let differences = Setting::ALL.into_iter().map(|setting| {
        let (before, since) = (before.settings.get(&setting), since.settings.get(&setting));
        let changed = before.zip(since).is_some_and(|(before, since)| before.newest != since.newest);
        Difference { setting, before, since, changed }
    });
    differences.filter(|difference| difference.before.is_some() || difference.since.is_some()).collect()
}

fn speed(since: &Period) -> Speed {
    let Pace { first_ten_minutes, .. } = since.pace;
    let sent = since.tally.delivered();
    match since.pace.busiest_day() {
        Some((_, most)) if most > MAILS_A_DAY => Speed::TooMany,
        _ if first_ten_minutes > MAILS_IN_ONE_GO => Speed::TooFast,
        _ if sent == 0 => Speed::Nothing,
        _ if sent < MAILS_UNTIL_SURE => Speed::One,
        _ => Speed::Ten,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smtp::Stage;

    fn period(sent: u64, failed: &[(Cause, u64, Stage)]) -> Period {
        let mut period = Period::default();
        period.tally.sent = sent;
        period.reached.insert(Stage::Done, sent);
        for (cause, count, stage) in failed {
            period.tally.failed += count;
            *period.reached.entry(*stage).or_default() += count;
            let share = Share {
                count: *count,
                confidence: Confidence::Certain,
                stage: *stage,
                first_time: None,
                last_time: None,
            };
            period.causes.insert(*cause, share);
        }
        period.tally.transactions = period.mails();
        period
    }

    fn judged(before: &Period, since: &Period) -> (Verdict, Confidence) {
        let comparison = compare(Knowledge::builtin(), before, since);
        (comparison.verdict, comparison.confidence)
    }

    const AUTH: (Cause, u64, Stage) = (Cause::AuthRejected, 5, Stage::Auth);

    #[test]
    fn the_more_mails_went_out_the_surer_it_is_fixed() {
        let before = period(0, &[AUTH]);
        assert_eq!(judged(&before, &period(1, &[])), (Verdict::Fixed, Confidence::Likely));
        assert_eq!(judged(&before, &period(5, &[])), (Verdict::Fixed, Confidence::Certain));
        // What struck one in twenty is not gone because of three.
        let seldom = period(95, &[AUTH]);
        assert_eq!(judged(&seldom, &period(3, &[])), (Verdict::Fixed, Confidence::Guess));
        assert_eq!(judged(&seldom, &period(200, &[])), (Verdict::Fixed, Confidence::Certain));
    }

    #[test]
    fn what_no_mail_got_to_again_is_not_fixed() {
        let before = period(0, &[AUTH]);
        let since = period(0, &[(Cause::ConnDns, 3, Stage::Connect)]);
        let comparison = compare(Knowledge::builtin(), &before, &since);
        assert_eq!((comparison.verdict, comparison.fixed.len(), comparison.untried.len()), (Verdict::New, 0, 1));
        assert_eq!(judged(&before, &period(0, &[])), (Verdict::Unknown, Confidence::Certain));
    }

    #[test]
    fn something_new_is_said_also_where_the_old_is_gone() {
        let since = period(0, &[(Cause::SenderRejected, 4, Stage::Mail)]);
        let before = period(0, &[AUTH]);
        let comparison = compare(Knowledge::builtin(), &before, &since);
        assert_eq!((comparison.verdict, comparison.fixed.len(), comparison.new.len()), (Verdict::New, 1, 1));
    }

    #[test]
    fn better_the_same_and_worse_go_by_the_share() {
        let before = period(10, &[(Cause::RecipientUnknown, 10, Stage::Rcpt)]);
        let with = |sent, failed| period(sent, &[(Cause::RecipientUnknown, failed, Stage::Rcpt)]);
        assert_eq!(judged(&before, &with(95, 5)).0, Verdict::Better);
        assert_eq!(judged(&before, &with(5, 5)).0, Verdict::Same);
        assert_eq!(judged(&before, &with(1, 99)).0, Verdict::Worse);
        assert_eq!(judged(&before, &before), (Verdict::Same, Confidence::Certain));
        // All fail, before and after.
        assert_eq!(judged(&period(0, &[AUTH]), &period(0, &[AUTH])), (Verdict::Same, Confidence::Certain));
        assert_eq!(judged(&period(9, &[]), &period(9, &[])), (Verdict::Same, Confidence::Certain));
    }

    #[test]
    fn what_passes_by_itself_is_no_trouble() {
        let since = period(9, &[(Cause::TempGreylisted, 2, Stage::Rcpt)]);
        assert_eq!(judged(&period(9, &[]), &since).0, Verdict::Same);
        assert_eq!(judged(&period(0, &[AUTH]), &since).0, Verdict::Fixed);
    }
}
