//! Reading replies from a server that may be hostile: bounded lines, bounded replies, a deadline for each.

use std::{
    cell::Cell,
    io::{self, Read, Write},
    net::TcpStream,
    rc::Rc,
    time::{Duration, Instant},
};

use crate::smtp::{self, EnhancedStatusCode, ReplyCode};

/// A longer line is cut here and its rest skipped (RFC 5321 section 4.5.3.1.5 allows 512).
const MAX_LINE_BYTES: usize = 4096;
/// Lines of one reply that are kept; EHLO replies have a dozen.
const MAX_REPLY_LINES: usize = 100;
/// Bytes of one reply that are read at all: whoever sends more does not speak SMTP.
const MAX_REPLY_BYTES: usize = 1024 * 1024;

/// A connection whose every read and write ends at a deadline, which whoever shares it moves.
pub(super) struct Deadlined {
    pub(super) stream: TcpStream,
    pub(super) deadline: Rc<Cell<Instant>>,
}

impl Deadlined {
    fn left(&self) -> io::Result<Duration> {
        let left = self.deadline.get().saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

/// Unix says `WouldBlock` and Windows `TimedOut` where a time-out struck.
fn timed(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::WouldBlock { io::ErrorKind::TimedOut.into() } else { error }
}

impl Read for Deadlined {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(self.left()?))?;
        self.stream.read(buffer).map_err(timed)
    }
}

impl Write for Deadlined {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(self.left()?))?;
        self.stream.write(buffer).map_err(timed)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// A whole reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WireReply {
    /// The code of its last line.
    pub code: ReplyCode,
    /// The enhanced code of its last line that has one.
    pub enhanced: Option<EnhancedStatusCode>,
    /// The text of each line, without the code.
    pub lines: Vec<Vec<u8>>,
}

impl WireReply {
    /// The texts joined by spaces.
    pub(super) fn text(&self) -> Vec<u8> {
        self.lines.join(&b' ')
    }
}

/// Bytes that arrived and were not read yet.
#[derive(Default)]
pub(super) struct Received {
    bytes: Vec<u8>,
}

/// A reason why there is no reply.
#[derive(Debug)]
pub(super) enum NoReply {
    /// The connection broke or the time ran out.
    Io(io::Error),
    /// The other side closed.
    Closed,
    /// The answer is no SMTP; this is its beginning.
    NotSmtp(Vec<u8>),
}

impl Received {
    /// Forgets what was received before TLS began: it may not be taken for an answer (RFC 3207 section 4.2).
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Reads one reply; of a very long one only [`MAX_REPLY_LINES`] are kept.
    pub(super) fn reply(&mut self, from: &mut dyn Read) -> Result<WireReply, NoReply> {
        let (mut lines, mut read, mut enhanced) = (Vec::new(), 0, None);
        loop {
            let line = self.line(from, &mut read)?;
            let Ok((_, parsed)) = smtp::reply_line(line.trim_ascii_end()) else { return Err(NoReply::NotSmtp(line)) };
            enhanced = parsed.enhanced.or(enhanced);
            if lines.len() < MAX_REPLY_LINES {
                lines.push(parsed.text.to_vec());
            }
            if parsed.last {
                return Ok(WireReply { code: parsed.code, enhanced, lines });
            }
        }
    }

    /// One line without its end.
    fn line(&mut self, from: &mut dyn Read, read: &mut usize) -> Result<Vec<u8>, NoReply> {
        let mut cut: Option<Vec<u8>> = None;
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.bytes) {
                let mut line: Vec<u8> = self.bytes.drain(..=at).collect();
                line.truncate(line.trim_ascii_end().len());
                return Ok(cut.unwrap_or(line));
            }
            if self.bytes.len() > MAX_LINE_BYTES {
                let kept = self.bytes[..MAX_LINE_BYTES].to_vec();
                cut.get_or_insert(kept);
                self.bytes.clear();
            }
            let mut buffer = [0; 4096];
            match from.read(&mut buffer) {
                Ok(0) if self.bytes.is_empty() => return Err(NoReply::Closed),
                Ok(0) => return Err(NoReply::NotSmtp(std::mem::take(&mut self.bytes))),
                Ok(n) => {
                    *read += n;
                    self.bytes.extend_from_slice(&buffer[..n]);
                    if *read > MAX_REPLY_BYTES {
                        return Err(NoReply::NotSmtp(self.bytes.iter().copied().take(MAX_LINE_BYTES).collect()));
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(NoReply::Io(error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(bytes: &[u8]) -> Result<WireReply, NoReply> {
        Received::default().reply(&mut io::Cursor::new(bytes.to_vec()))
    }

    #[test]
    fn replies_of_one_line_and_of_several() {
        let one = reply(b"220 mail.example.co.za ESMTP\r\n").unwrap();
        assert_eq!((one.code.0, one.text()), (220, b"mail.example.co.za ESMTP".to_vec()));
        let many = reply(b"250-a.example\r\n250-SIZE 10\r\n250 HELP\n").unwrap();
        assert_eq!(many.lines.len(), 3);
        assert!(matches!(reply(b"HTTP/1.1 400 Bad Request\r\n"), Err(NoReply::NotSmtp(_))));
        assert!(matches!(reply(b""), Err(NoReply::Closed)));
    }

    #[test]
    fn what_never_ends_is_bounded() {
        let long = [b"220 ".as_slice(), &vec![b'x'; 10_000], b"\r\n"].concat();
        assert_eq!(reply(&long).unwrap().lines[0].len(), MAX_LINE_BYTES - 4);
        let endless = b"220-again and again\r\n".repeat(100_000);
        assert!(matches!(reply(&endless), Err(NoReply::NotSmtp(_))));
    }
}
