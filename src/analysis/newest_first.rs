//! A log whose newest mail stands first, as a list on a screen is exported: its mails are handed on from its end, so that
//! the last of them is the newest.

use chrono::NaiveDateTime;

/// Mails that are held until one is newer than the one before, which nearly every log shows at its second mail.
const MAX_HELD_MAILS: usize = 1_024;
/// So many mails in turn that are each older than the one before prove the order; one alone may be a clock set right.
const MIN_OLDER_MAILS: usize = 2;

/// Holds mails as long as each may be older than the one before.
pub(super) struct NewestFirst<T> {
    held: Vec<T>,
    oldest: Option<NaiveDateTime>,
    older: usize,
    /// The log goes on as it should.
    settled: bool,
}

impl<T> Default for NewestFirst<T> {
    fn default() -> Self {
        NewestFirst { held: Vec::new(), oldest: None, older: 0, settled: false }
    }
}

impl<T> NewestFirst<T> {
    /// Takes the next mail with its time, and hands on what need not wait any longer.
    pub(super) fn take(&mut self, mail: T, time: Option<NaiveDateTime>, each: &mut dyn FnMut(T)) {
        if self.settled {
            return each(mail);
        }
        self.held.push(mail);
        let newer = self.oldest.zip(time).is_some_and(|(oldest, time)| time > oldest);
        self.older += usize::from(self.oldest.zip(time).is_some_and(|(oldest, time)| time < oldest));
        self.oldest = time.or(self.oldest);
        if newer || time.is_none() || self.held.len() >= MAX_HELD_MAILS {
            self.settled = true;
            self.held.drain(..).for_each(each);
        }
    }

    /// The log has ended: hands on what still waits, and returns whether it did so from the end.
    pub(super) fn finish(self, each: &mut dyn FnMut(T)) -> bool {
        let turned = !self.settled && self.older >= MIN_OLDER_MAILS;
        if turned {
            self.held.into_iter().rev().for_each(each);
        } else {
            self.held.into_iter().for_each(each);
        }
        turned
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    /// The order in which mails of these minutes are handed on, and whether it was turned.
    fn order(minutes: &[Option<u32>]) -> (Vec<usize>, bool) {
        let (mut order, mut mails) = (Vec::new(), NewestFirst::default());
        for (at, minute) in minutes.iter().enumerate() {
            let time = minute.and_then(|m| NaiveDate::from_ymd_opt(2026, 11, 23)?.and_hms_opt(8, m, 0));
            mails.take(at, time, &mut |mail| order.push(mail));
        }
        let turned = mails.finish(&mut |mail| order.push(mail));
        (order, turned)
    }

    #[test]
    fn only_mails_that_are_never_newer_are_turned() {
        assert_eq!(order(&[Some(9), Some(5), Some(5), Some(1)]), (vec![3, 2, 1, 0], true));
        assert_eq!(order(&[Some(1), Some(5), Some(9)]), (vec![0, 1, 2], false));
        assert_eq!(order(&[Some(9), Some(5), Some(6), Some(1)]), (vec![0, 1, 2, 3], false));
        // A clock that was set right, and a mail without a time.
        assert_eq!(order(&[Some(9), Some(5)]), (vec![0, 1], false));
        assert_eq!(order(&[Some(9), Some(5), None, Some(1)]), (vec![0, 1, 2, 3], false));
    }
}
