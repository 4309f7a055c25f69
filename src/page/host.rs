//! The interface to the page: two functions that it calls, three that it has. All numbers are of 32 bits but a place in
//! a file, which may be larger and comes as a float; all texts are UTF-8.
//!
//! The page writes a question into the room that [`space`] gives and calls [`ask`]. While it is answered the page is
//! asked for pieces of its files (`read`), is given the answer piece by piece (`write`), and at the end what is worth
//! knowing beside it (`tell`).

use std::{
    io::{self, BufWriter, Write},
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use serde::Deserialize;

use super::{Ask, Reply, answer};
use crate::source::{Handed, hand};

#[allow(unsafe_code, reason = "what a page gives has no safe declaration; see SAFETY at the calls")]
#[link(wasm_import_module = "page")]
// SAFETY: the page has these three, of these types (src/page/worker.js).
unsafe extern "C" {
    /// Reads so many bytes of a file, from this place on, to this address; gives how many, or less than 0 where it
    /// cannot.
    fn read(file: u32, place: f64, to: *mut u8, len: usize) -> i32;
    /// Takes the next piece of the answer.
    fn write(from: *const u8, len: usize);
    /// Takes what is worth knowing beside it, as JSON.
    fn tell(from: *const u8, len: usize);
}

/// A file of the page, beside the question.
#[derive(Deserialize)]
struct Offered {
    name: PathBuf,
    size: f64,
    /// Milliseconds since 1970 by the clock on the wall: the page has no other zone.
    modified: Option<f64>,
}

#[derive(Deserialize)]
struct Offer {
    #[serde(default)]
    files: Vec<Offered>,
}

static QUESTION: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Room for a question of so many bytes.
#[allow(unsafe_code, reason = "the page calls it by its name; nothing else here has that name")]
// SAFETY: the only function of this name.
#[unsafe(no_mangle)]
extern "C" fn space(len: usize) -> *mut u8 {
    let mut question = QUESTION.lock().unwrap_or_else(PoisonError::into_inner);
    *question = vec![0; len];
    question.as_mut_ptr()
}

/// Answers the question that was written into [`space`].
#[allow(unsafe_code, reason = "the page calls it by its name; nothing else here has that name")]
// SAFETY: the only function of this name.
#[unsafe(no_mangle)]
extern "C" fn ask() {
    // Where, never what: a message could quote a log.
    std::panic::set_hook(Box::new(|fault| {
        let place = fault.location().map_or_else(String::new, |place| format!("{}:{}", place.file(), place.line()));
        told(&Reply { problems: vec![format!("A fault of mtmlog ({place}). Please tell us.")], ..Reply::default() });
    }));
    let question = std::mem::take(&mut *QUESTION.lock().unwrap_or_else(PoisonError::into_inner));
    let reply = Ask::read(&question).and_then(|ask| {
        let offer: Offer = serde_json::from_slice(&question).map_err(|_| "no list of files".to_owned())?;
        hand(offer.files.into_iter().map(Handed::from).collect(), piece);
        let mut out = BufWriter::with_capacity(64 * 1024, Answer);
        let reply = answer(&ask, &mut out).and_then(|reply| out.flush().map(|()| reply));
        reply.map_err(|error| error.to_string())
    });
    told(&reply.unwrap_or_else(|problem| Reply { problems: vec![problem], ..Reply::default() }));
}

impl From<Offered> for Handed {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float is cut to what fits")]
    fn from(offered: Offered) -> Handed {
        let since_1970 = |ms: f64| Duration::try_from_secs_f64(ms / 1000.0).ok();
        let modified = offered.modified.and_then(since_1970).and_then(|age| SystemTime::UNIX_EPOCH.checked_add(age));
        Handed { name: offered.name, size: offered.size as u64, modified }
    }
}

/// Reads a piece of a file.
#[allow(unsafe_code, clippy::cast_precision_loss, reason = "the page's own function; a file of 8 PiB is no log")]
fn piece(file: usize, place: u64, out: &mut [u8]) -> Option<usize> {
    let file = u32::try_from(file).ok()?;
    // SAFETY: the page writes at most this many bytes to this address, and the slice has them.
    let read = unsafe { read(file, place as f64, out.as_mut_ptr(), out.len()) };
    usize::try_from(read).ok()
}

/// The answer on its way to the page.
struct Answer;

impl Write for Answer {
    #[allow(unsafe_code, reason = "the page's own function")]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // SAFETY: the page copies this many bytes from this address, and the slice has them.
        unsafe { write(bytes.as_ptr(), bytes.len()) };
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[allow(unsafe_code, reason = "the page's own function")]
fn told(reply: &Reply) {
    let json = serde_json::to_vec(reply).unwrap_or_default();
    // SAFETY: the page copies this many bytes from this address, and the vector has them.
    unsafe { tell(json.as_ptr(), json.len()) };
}
