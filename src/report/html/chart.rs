//! Bars of what was sent and what failed, as numbers that an SVG can take.

use chrono::{Days, TimeDelta};
use serde::Serialize;

use super::super::{
    text::number,
    volume::{Day, SIZES, Sizes, Volume},
};

/// Sizes in units of the SVG. The margin on the left holds the numbers.
const DRAWING_WIDTH: f64 = 860.0;
const LEFT_MARGIN: f64 = 48.0;
const MAX_BAR_HEIGHT: f64 = 130.0;
const TOP_MARGIN: f64 = 12.0;
/// Names below the bars; more would touch each other.
const MAX_TICKS: usize = 8;
/// Days and hours that are drawn: the newest.
const MAX_DAYS: u64 = 90;
const MAX_HOURS: i64 = 72;

#[derive(Serialize)]
pub(super) struct Chart {
    title: String,
    /// The unit that a bar counts.
    unit: &'static str,
    width: f64,
    height: f64,
    left: f64,
    base: f64,
    bar: String,
    bars: Vec<Bar>,
    rules: Vec<Rule>,
    ticks: Vec<Tick>,
}

#[derive(Serialize)]
struct Bar {
    name: String,
    sent: u64,
    failed: u64,
    x: String,
    sent_top: String,
    sent_height: String,
    failed_top: String,
    failed_height: String,
}

/// A line across, with how many it stands for.
#[derive(Serialize)]
struct Rule {
    y: String,
    count: String,
}

/// A name below a bar.
#[derive(Serialize)]
struct Tick {
    x: String,
    name: String,
}

/// A bar before it has a place: its name in full, its short name, its counts.
type Slot = (String, String, Day);

/// The drawings that say something.
pub(super) fn charts(volume: &Volume, sizes: &Sizes) -> Vec<Chart> {
    let days = days(volume);
    let hours = hours(volume);
    let several = days.len() > 1;
    let mut charts = Vec::new();
    if several {
        charts.push(Chart::new("By day".to_owned(), "Day", days));
    }
    if !hours.is_empty() {
        let title = if several { "By hour, the newest days" } else { "By hour" };
        charts.push(Chart::new(title.to_owned(), "Hour", hours));
    }
    if sizes.0.iter().any(|size| size.sent + size.failed > 0) {
        let slots = SIZES.iter().zip(sizes.0).map(|(name, size)| ((*name).to_owned(), (*name).to_owned(), size));
        charts.push(Chart::new("By size of the message".to_owned(), "Size", slots.collect()));
    }
    charts
}

/// Every day between the oldest and the newest, so that a pause is seen as one.
fn days(volume: &Volume) -> Vec<Slot> {
    let mut all = volume.days.keys();
    let Some(oldest) = all.next() else { return Vec::new() };
    let newest = all.next_back().unwrap_or(oldest);
    let from = newest.checked_sub_days(Days::new(MAX_DAYS - 1)).map_or(*oldest, |from| from.max(*oldest));
    from.iter_days()
        .take_while(|day| day <= newest)
        .map(|day| {
            (day.to_string(), day.format("%d %b").to_string(), volume.days.get(&day).copied().unwrap_or_default())
        })
        .collect()
}

fn hours(volume: &Volume) -> Vec<Slot> {
    let mut all = volume.hours.keys();
    let Some(oldest) = all.next() else { return Vec::new() };
    let newest = all.next_back().unwrap_or(oldest);
    let from = newest.checked_sub_signed(TimeDelta::hours(MAX_HOURS - 1)).map_or(*oldest, |from| from.max(*oldest));
    let mut slots = Vec::new();
    let mut hour = from;
    while hour <= *newest {
        let name = |form| hour.format(form).to_string();
        let counts = volume.hours.get(&hour).copied().unwrap_or_default();
        slots.push((name("%Y-%m-%d %H:00"), name("%d %b %H:00"), counts));
        let Some(next) = hour.checked_add_signed(TimeDelta::hours(1)) else { break };
        hour = next;
    }
    slots
}

impl Chart {
    fn new(title: String, unit: &'static str, slots: Vec<Slot>) -> Self {
        let top = ceiling(slots.iter().map(|(.., day)| day.sent + day.failed).max().unwrap_or(0));
        let (step, base) = ((DRAWING_WIDTH - LEFT_MARGIN) / slots.len().max(1) as f64, TOP_MARGIN + MAX_BAR_HEIGHT);
        let wide = (step * 0.8).min(44.0);
        let height = |count: u64| count as f64 / top as f64 * MAX_BAR_HEIGHT;
        let middle = |n: usize| LEFT_MARGIN + (n as f64 + 0.5) * step;
        let every = slots.len().div_ceil(MAX_TICKS).max(1);
        let rules = [top, top / 2].into_iter().filter(|count| *count > 0);
        Chart {
            title,
            unit,
            width: DRAWING_WIDTH,
            height: base + 24.0,
            left: LEFT_MARGIN,
            base,
            bar: format!("{wide:.1}"),
            rules: rules.map(|n| Rule { y: format!("{:.1}", base - height(n)), count: number(n) }).collect(),
            ticks: slots
                .iter()
                .enumerate()
                .filter(|(n, _)| n % every == every / 2)
                .map(|(n, (_, short, _))| Tick { x: format!("{:.1}", middle(n)), name: short.clone() })
                .collect(),
            bars: slots
                .into_iter()
                .enumerate()
                .map(|(n, (name, _, day))| {
                    let (sent, failed) = (height(day.sent), height(day.failed));
                    Bar {
                        name,
                        sent: day.sent,
                        failed: day.failed,
                        x: format!("{:.1}", middle(n) - wide / 2.0),
                        sent_top: format!("{:.1}", base - sent),
                        sent_height: format!("{sent:.1}"),
                        failed_top: format!("{:.1}", base - sent - failed),
                        failed_height: format!("{failed:.1}"),
                    }
                })
                .collect(),
        }
    }
}

/// The next even number of which people count: 2, 4, 10, 20, 40, 100 ...
fn ceiling(most: u64) -> u64 {
    let mut ten = 1_u64;
    loop {
        for step in [2, 4, 10] {
            let top = ten.saturating_mul(step);
            if top >= most {
                return top;
            }
        }
        ten = ten.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stand_on_each_other_below_the_top() {
        let day = |sent, failed| ("d".to_owned(), "d".to_owned(), Day { sent, failed });
        let chart = Chart::new("t".to_owned(), "Day", vec![day(3, 1), day(0, 0), day(0, 7)]);
        assert_eq!(chart.rules.iter().map(|rule| rule.count.as_str()).collect::<Vec<_>>(), ["10", "5"]);
        let first = &chart.bars[0];
        assert_eq!((&*first.sent_height, &*first.sent_top), ("39.0", "103.0"));
        assert_eq!((&*first.failed_height, &*first.failed_top), ("13.0", "90.0"));
        assert_eq!([0, 1, 3, 5, 11, 41, 101, 1_001].map(ceiling), [2, 2, 4, 10, 20, 100, 200, 2_000]);
        assert!(ceiling(u64::MAX) > 0);
    }
}
