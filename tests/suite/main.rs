//! The integration tests, as one program: one link instead of one for each file. Thirty-five programs took 3 GB more on Windows
//! under Wine.
//!
//! `cargo test --test suite roads` runs the file `roads.rs`. `tests/fuzz` stands apart, because it runs for a set time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests"
)]

mod architecture;
mod archives;
mod bodies;
#[cfg(feature = "probe")]
mod case;
mod cases;
mod certainty;
mod coach;
mod common;
mod compare;
mod customers;
#[cfg(unix)]
mod dependencies;
mod detection;
mod docs;
mod framings;
mod harm;
mod interleaved;
#[cfg(unix)]
mod interrupt;
mod knowledge;
mod labelled;
mod league;
mod live;
#[cfg(target_os = "linux")]
mod offline;
mod own_words;
#[cfg(feature = "probe")]
mod probe;
mod program;
mod properties;
mod roads;
mod rules;
mod secrets;
mod share;
mod share_canary;
mod share_commands;
mod share_mixed;
mod share_outputs;
mod share_personal;
mod share_redact;
mod share_samples;
#[cfg(unix)]
mod stress;
mod watch;
