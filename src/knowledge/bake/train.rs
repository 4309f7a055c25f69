//! Learns the fallback model from the phrases of `src/knowledge/*.toml` and our own `sentences.txt`, and from nothing else.
//!
//! The model is a sum of two linear ones over words and pairs: logistic regression, and complement naive Bayes, which is
//! better for causes with few phrases. Only additions, multiplications and divisions are used, and the order of the
//! examples is fixed, so every build gives the same bytes.

use std::collections::BTreeMap;

use super::{
    cause::Cause,
    entry::{BUCKETS, Entry, LEVEL_BITS, LEVELS},
    features::features,
    notions::Notions,
    plain::Plain,
};

/// Weights are stored as twelfths.
const SCALE: f64 = 12.0;
/// Smaller weights, in twelfths, are left out: they decide nothing and make much of the table.
const LEAST: f64 = 5.1;
/// Smoothing of naive Bayes, found by trial on labelled replies.
const ALPHA: f64 = 0.05;
/// Passes of logistic regression over the examples, and the first step's size.
const PASSES: usize = 25;
const STEP: f64 = 0.5;
/// Of each example four features of ten are left out, each time others, so that none relies on a single word or pair.
const LEFT_OUT: u64 = 4;
/// How much a phrase of one word counts that decides alone, in a row of this rank or more: such a word says it in any company.
const ONE_WORD: f64 = 4.0;
const DECIDES: i64 = 60;
/// How much a whole sentence counts: what is asked are sentences, and a row's phrases are parts of them.
const SENTENCE: f64 = 1.5;
/// How often each alternative of a sentence stands beside others. The first time they follow in order and so fit best.
const ROUNDS: usize = 5;
/// How much less a sentence of a later round counts.
const LATER: f64 = 0.5;
/// How much a phrase of a mail program's own counts, so that sentences, which are all a server's, do not drown it.
const OWN: f64 = 3.0;
/// The causes, and behind them one class for everything that mail programs say about their own trouble.
const CLASSES: usize = Cause::ALL.len() + 1;
const CLIENT: usize = Cause::ALL.len();

/// A phrase of a row or a sentence, as features, with its cause.
struct Example {
    features: Vec<u32>,
    cause: usize,
    weight: f64,
    /// Tells it from others.
    id: u64,
}

/// The model's table: where the entries of each bucket begin, then the entries in order.
pub(super) fn model(
    notions: &Notions,
    replies: &toml::Table,
    client_errors: &toml::Table,
    causes: &toml::Table,
    said: &str,
) -> Vec<u8> {
    let mut examples = Examples { notions, list: Vec::new() };
    for row in rows(replies, "reply") {
        phrases(row, None, &mut examples);
    }
    for row in rows(client_errors, "client_error") {
        phrases(row, Some(CLIENT), &mut examples);
    }
    for row in rows(causes, "cause") {
        sentences(row, &mut examples);
    }
    for line in said.lines().filter(|line| !line.starts_with('#')) {
        told(line, &mut examples);
    }
    let mut weights = regression(&examples.list);
    bayes(&examples.list, &mut weights);
    table(&weights)
}

fn rows<'a>(file: &'a toml::Table, name: &str) -> impl Iterator<Item = &'a toml::Table> {
    file.get(name).and_then(toml::Value::as_array).into_iter().flatten().filter_map(toml::Value::as_table)
}

fn strings(value: Option<&toml::Value>) -> Vec<&str> {
    match value {
        Some(toml::Value::String(one)) => vec![one],
        Some(toml::Value::Array(many)) => many.iter().filter_map(toml::Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The examples so far.
struct Examples<'n> {
    notions: &'n Notions,
    list: Vec<Example>,
}

impl Examples<'_> {
    fn add(&mut self, plain: &Plain, cause: usize, weight: f64) {
        let mut hashes: Vec<u32> = features(plain.iter(), self.notions).iter().map(|feature| feature.hash).collect();
        hashes.sort_unstable();
        hashes.dedup();
        if !hashes.is_empty() {
            let start = cause as u64;
            let id = hashes.iter().fold(start, |id, hash| id.wrapping_mul(0x0100_0000_01b3) ^ u64::from(*hash));
            self.list.push(Example { features: hashes, cause, weight, id });
        }
    }
}

/// Each phrase of `any` beside one of each entry of `all`, as many as the longest list has.
fn phrases(row: &toml::Table, class: Option<usize>, into: &mut Examples<'_>) {
    let cause = row.get("cause").and_then(toml::Value::as_str).and_then(Cause::from_code);
    let Some(class) = class.or(cause.map(|cause| cause as usize)) else { return };
    let all = row.get("all").and_then(toml::Value::as_array).into_iter().flatten();
    let groups = [strings(row.get("any"))].into_iter().chain(all.map(|entry| strings(Some(entry))));
    let groups: Vec<Vec<&str>> = groups.filter(|group| !group.is_empty()).collect();
    let decides = row.get("rank").and_then(toml::Value::as_integer).is_some_and(|rank| rank >= DECIDES);
    let longest = groups.iter().map(Vec::len).max().unwrap_or(0);
    for i in 0..longest {
        let words: Vec<&str> = groups.iter().map(|group| group[i % group.len()].trim_matches('*')).collect();
        let plain = Plain::of(words.join(" ").as_bytes(), None);
        let weight = if decides && plain.iter().count() == 1 { ONE_WORD } else { 1.0 };
        into.add(&plain, class, if class == CLIENT { weight * OWN } else { weight });
    }
}

/// What a cause is called, and why it stops mail.
fn sentences(row: &toml::Table, into: &mut Examples<'_>) {
    let code = row.get("code").and_then(toml::Value::as_str).filter(|code| !code.starts_with("unknown."));
    let Some(cause) = code.and_then(Cause::from_code) else { return };
    for text in [row.get("title"), row.get("why")].into_iter().flatten().filter_map(toml::Value::as_str) {
        text.split(". ").for_each(|text| into.add(&Plain::of(text.as_bytes(), None), cause as usize, 1.0));
    }
}

/// A line of `sentences.txt`. Each alternative of a sentence stands beside one of each other, as in a row's groups, and in later
/// rounds beside others.
fn told(line: &str, into: &mut Examples<'_>) {
    let Some((code, said)) = line.split_once(' ') else { return };
    let own = (code == "client").then_some(CLIENT);
    let Some(class) = own.or(Cause::from_code(code).map(|cause| cause as usize)) else { return };
    for sentence in said.split("; ") {
        let parts: Vec<Vec<&str>> = sentence.split(['{', '}']).map(|part| part.split('|').collect()).collect();
        let longest = parts.iter().map(Vec::len).max().unwrap_or(0);
        for (round, i) in (0..ROUNDS).flat_map(|round| (0..longest).map(move |i| (round, i))) {
            let moved = |place: usize| if round == 0 { i } else { i + mixed(place as u64, round) as usize };
            let text: String = parts.iter().enumerate().map(|(place, part)| part[moved(place) % part.len()]).collect();
            let weight = if round == 0 { SENTENCE } else { SENTENCE * LATER };
            into.add(&Plain::of(text.as_bytes(), None), class, weight);
        }
    }
}

type Weights = BTreeMap<u32, [f64; CLASSES]>;

fn regression(examples: &[Example]) -> Weights {
    let mut many = [0.0_f64; CLASSES];
    examples.iter().for_each(|example| many[example.cause] += example.weight);
    // Each feature has a place of its own, because to look it up in each pass takes most of the time.
    let mut features: Vec<u32> = examples.iter().flat_map(|example| example.features.iter().copied()).collect();
    features.sort_unstable();
    features.dedup();
    let place = |feature: &u32| features.binary_search(feature).unwrap_or_default();
    let places: Vec<Vec<usize>> = examples.iter().map(|example| example.features.iter().map(place).collect()).collect();
    let mut weights = vec![[0.0_f64; CLASSES]; features.len()];
    let mut order: Vec<usize> = (0..examples.len()).collect();
    for pass in 0..PASSES {
        // By hashes, so that one more phrase leaves the order and what is left out of all others as they are.
        let chance = |at: usize, feature: u32| mixed(examples[at].id ^ u64::from(feature), pass);
        order.sort_by_cached_key(|at| chance(*at, 0));
        let step = STEP / (1.0 + pass as f64 * 0.3);
        for at in order.iter().copied() {
            let example = &examples[at];
            let mut scores = [0.0_f64; CLASSES];
            let mut kept = places[at].clone();
            kept.retain(|place| chance(at, features[*place]) % 10 >= LEFT_OUT);
            if kept.is_empty() {
                kept.extend(places[at].first());
            }
            for place in &kept {
                scores.iter_mut().zip(&weights[*place]).for_each(|(score, weight)| *score += weight);
            }
            let most = scores.iter().copied().fold(f64::MIN, f64::max);
            let shares = scores.map(|score| exponential(score - most));
            let sum: f64 = shares.iter().sum();
            // Causes with few phrases would be drowned by those with many.
            let step = step * 8.0 * example.weight / root(many[example.cause]);
            let errors =
                shares.iter().enumerate().map(|(cause, share)| share / sum - f64::from(cause == example.cause));
            for (cause, error) in errors.enumerate().filter(|(_, error)| error.abs() > 1e-3) {
                kept.iter().for_each(|place| weights[*place][cause] -= step * error);
            }
        }
    }
    features.into_iter().zip(weights).collect()
}

/// Adds complement naive Bayes: how much rarer a feature is among the phrases of all other causes.
fn bayes(examples: &[Example], weights: &mut Weights) {
    let mut counts: BTreeMap<u32, [f64; CLASSES]> = BTreeMap::new();
    let mut of_cause = [0.0_f64; CLASSES];
    for example in examples {
        for feature in &example.features {
            counts.entry(*feature).or_insert([0.0; CLASSES])[example.cause] += example.weight;
            of_cause[example.cause] += example.weight;
        }
    }
    let smoothing = ALPHA * counts.len() as f64;
    let all: f64 = of_cause.iter().sum();
    for (feature, own) in &counts {
        let everywhere: f64 = own.iter().sum();
        let Some(weight) = weights.get_mut(feature) else { continue };
        for cause in (0..CLASSES).filter(|cause| own[*cause] > 0.0) {
            let others = (everywhere - own[cause] + ALPHA) / (all - of_cause[cause] + smoothing);
            let usual = (everywhere + ALPHA) / (all + smoothing);
            weight[cause] += logarithm(usual / others);
        }
    }
}

fn table(weights: &Weights) -> Vec<u8> {
    let mut buckets = vec![Vec::new(); BUCKETS];
    for (feature, own) in weights {
        let kept = own.iter().map(|weight| weight * SCALE).enumerate().filter(|(_, weight)| weight.abs() >= LEAST);
        let (bucket, first) = Entry::place(*feature);
        buckets[bucket]
            .extend(kept.map(|(cause, weight)| Entry(first.0 | (cause << LEVEL_BITS | level(weight)) as u16)));
    }
    buckets.iter_mut().for_each(|bucket| bucket.sort_unstable());
    let begins =
        buckets.iter().scan(0, |before, bucket| Some(std::mem::replace(before, *before + bucket.len() as u16)));
    let entries = buckets.iter().flatten().map(|entry| entry.0);
    begins.chain(entries).flat_map(u16::to_le_bytes).collect()
}

/// The place of the level that is nearest to a weight.
fn level(weight: f64) -> usize {
    let far = |at: &usize| (f64::from(LEVELS[*at]) - weight).abs();
    (0..LEVELS.len()).min_by(|one, other| far(one).total_cmp(&far(other))).unwrap_or_default()
}

/// A number that looks drawn, the same in every build.
fn mixed(id: u64, pass: usize) -> u64 {
    let mut x = id.wrapping_add(pass as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 33
}

/// e to a power of 0 or less, as (1 + x/1024)^1024: the libraries of systems differ in the last digit.
fn exponential(x: f64) -> f64 {
    if x < -30.0 {
        return 0.0;
    }
    (0..10).fold(1.0 + x / 1024.0, |value, _| value * value)
}

/// The natural logarithm, by halving to about 1 and the series of the area tangent.
fn logarithm(mut x: f64) -> f64 {
    let mut halves = 0.0;
    while x > 1.5 {
        x /= 2.0;
        halves += 1.0;
    }
    while x < 0.75 {
        x *= 2.0;
        halves -= 1.0;
    }
    let y = (x - 1.0) / (x + 1.0);
    let (sum, _) = (0..20).fold((0.0, y), |(sum, power), i| (sum + power / f64::from(2 * i + 1), power * y * y));
    2.0 * sum + halves * std::f64::consts::LN_2
}

/// The square root by Newton's steps.
fn root(x: f64) -> f64 {
    (0..30).fold(x.max(1.0), |guess, _| (guess + x / guess) / 2.0)
}
