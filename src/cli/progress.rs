//! A bar on standard error while somebody waits there.

use std::{
    io::{self, IsTerminal, Write},
    thread,
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{report::Sink, source::Meter};

/// Work that takes less time shows no bar.
const SHOW_AFTER: Duration = Duration::from_millis(500);
/// Between two looks at the meter.
const REFRESH_EVERY: Duration = Duration::from_millis(100);

const BAR_TEMPLATE: &str = "{wide_bar} {binary_bytes} of {binary_total_bytes}, {binary_bytes_per_sec}, {eta} left";
/// Where nobody knows how much there is: a pipe.
const SPINNER_TEMPLATE: &str = "{spinner} {binary_bytes}, {binary_bytes_per_sec}";

/// Shows how far the reading is. Gone when dropped, or when the report begins to appear on the same screen.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Begins to watch, where standard error is a terminal.
    pub(super) fn of(meter: &Meter, quiet: bool) -> Progress {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        if quiet || dumb || !io::stderr().is_terminal() {
            return Progress { bar: None };
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let (shown, meter) = (bar.clone(), meter.clone());
        thread::spawn(move || show(&shown, &meter));
        Progress { bar: Some(bar) }
    }

    /// A sink of which the first byte takes the bar away, for a report that goes to a screen.
    pub(super) fn before<'a>(&self, sink: Sink<'a>) -> Sink<'a> {
        match &self.bar {
            Some(bar) => Box::new(Clearing { bar: Some(bar.clone()), sink }),
            None => sink,
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn show(bar: &ProgressBar, meter: &Meter) {
    thread::sleep(SHOW_AFTER);
    if bar.is_finished() {
        return;
    }
    let expected = meter.expected();
    if expected > 0 {
        bar.set_length(expected);
    }
    if let Ok(style) = ProgressStyle::with_template(if expected > 0 { BAR_TEMPLATE } else { SPINNER_TEMPLATE }) {
        // ASCII: old Windows consoles have no blocks.
        bar.set_style(style.progress_chars("=> ").tick_chars("|/-\\ "));
    }
    bar.set_draw_target(ProgressDrawTarget::stderr());
    while !bar.is_finished() {
        bar.set_position(meter.read());
        thread::sleep(REFRESH_EVERY);
    }
}

struct Clearing<'a> {
    bar: Option<ProgressBar>,
    sink: Sink<'a>,
}

impl Write for Clearing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        self.sink.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_of_the_report_ends_the_bar() {
        let progress = Progress { bar: Some(ProgressBar::hidden()) };
        let mut text = Vec::new();
        let mut sink = progress.before(Box::new(&mut text));
        assert!(!progress.bar.as_ref().unwrap().is_finished());
        sink.write_all(b"x").unwrap();
        assert!(progress.bar.as_ref().unwrap().is_finished());
        drop(sink);
        assert_eq!(text, b"x");
    }

    #[test]
    fn the_templates_are_understood() {
        for template in [BAR_TEMPLATE, SPINNER_TEMPLATE] {
            assert!(ProgressStyle::with_template(template).is_ok());
        }
    }
}
