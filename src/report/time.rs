//! Moments in writing.

use crate::dialect::Stamp;

/// RFC 3339, with the offset only where it is known. A time of day without a date is no moment.
pub(super) fn rfc3339(stamp: Option<&Stamp>) -> Option<String> {
    let stamp = stamp?;
    // What chrono's `Debug` promises to be, without the cost of a pattern for each row.
    let mut text = format!("{:?}", stamp.naive()?);
    if let Some(offset) = stamp.offset {
        text.push_str(&offset.to_string());
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use chrono::{FixedOffset, NaiveDate, NaiveTime};

    use super::*;

    #[test]
    fn only_what_is_known() {
        let mut stamp = Stamp {
            date: NaiveDate::from_ymd_opt(2026, 11, 23),
            time: NaiveTime::from_hms_milli_opt(8, 53, 26, 40).unwrap(),
            offset: None,
        };
        assert_eq!(rfc3339(Some(&stamp)).unwrap(), "2026-11-23T08:53:26.040");
        assert_eq!(stamp.to_string(), "2026-11-23 08:53:26");
        stamp.offset = FixedOffset::east_opt(7200);
        assert_eq!(rfc3339(Some(&stamp)).unwrap(), "2026-11-23T08:53:26.040+02:00");
        stamp.offset = FixedOffset::east_opt(0);
        assert_eq!(rfc3339(Some(&stamp)).unwrap(), "2026-11-23T08:53:26.040+00:00");
        assert_eq!(stamp.to_string(), "2026-11-23 08:53:26 UTC");
        stamp.date = None;
        assert_eq!((rfc3339(Some(&stamp)), rfc3339(None)), (None, None));
    }
}
