//! Handwritings drawn by lot: real dialogues, written as no program writes them, must be answered as well as in the
//! handwriting they came from. `MTMLOG_SEED` draws others, `MTMLOG_FRAMINGS` says how many.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test")]

use std::env;

use serde_json::Value;

mod common;

#[path = "framings/dialogue.rs"]
mod dialogue;
#[path = "framings/hand.rs"]
mod hand;

use common::marking::{answer, mark};
use hand::{Hand, Lot};

/// Logs drawn where nobody says how many: few enough for a debug build.
const FRAMINGS: usize = 120;
/// Share of them that must be right.
const RIGHT: f64 = 0.92;

fn number(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

#[test]
fn invented_handwritings_are_learned() {
    let seed = number("MTMLOG_SEED").unwrap_or(1);
    let count = number("MTMLOG_FRAMINGS").map_or(FRAMINGS, |n| usize::try_from(n).unwrap());
    let keep = env::var_os("MTMLOG_KEEP");
    let dialogues = dialogue::all();
    let mut wrong = Vec::new();
    for n in 0..count {
        let mut lot = Lot::new(seed.wrapping_mul(1_000_003).wrapping_add(n as u64));
        let hand = Hand::draw(&mut lot);
        let dialogue = &dialogues[lot.below(dialogues.len())];
        let second = &dialogues[lot.below(dialogues.len())];
        let both = hand.has_key() && lot.one_in(2) && dialogue.is_single() && second.is_single();
        let (log, label) = if both { hand.weave(dialogue, second, &mut lot) } else { hand.write(dialogue, &mut lot) };
        let collected = common::analyse_bytes(&log, Some("learned"));
        let got: Vec<Value> = collected.transactions.iter().map(answer).collect();
        let text = String::from_utf8_lossy(&log).into_owned();
        if let Some(why) = mark(&label, &got, &text) {
            if let Some(folder) = &keep {
                std::fs::write(std::path::Path::new(folder).join(format!("{n}.log")), &log).unwrap();
            }
            let with = if both { format!(" with {}", second.name) } else { String::new() };
            wrong.push(format!("{n} of seed {seed}, {}{with}: {why}", dialogue.name));
        }
    }
    let right = 1.0 - wrong.len() as f64 / count as f64;
    eprintln!("{right:.3} of {count} right; wrong:\n{}", wrong.join("\n"));
    assert!(right >= RIGHT, "{right:.3} of {count} right (MTMLOG_SEED={seed}); wrong:\n{}", wrong.join("\n"));
}
