//! Asks Windows for MX and TXT records. Windows has no text file that names its resolvers.

use std::{iter, ptr, time::Duration};

use windows::{
    Win32::NetworkManagement::Dns::{
        DNS_QUERY_STANDARD, DNS_RECORDA, DNS_TYPE_MX, DNS_TYPE_TEXT, DnsFree, DnsFreeRecordList, DnsQuery_W,
    },
    core::PCWSTR,
};

use super::names::Record;

/// Records of one answer that are read; a list that is longer than this is no mail domain's.
const MAX_RECORDS: usize = 200;

/// The records of a name, as in `names::records`. Windows keeps its own time limit of about 12 s.
#[expect(unsafe_code, reason = "Windows gives records of a domain through this function only")]
pub(super) fn records(name: &str, record: Record, _within: Duration) -> Option<Vec<String>> {
    let wide: Vec<u16> = name.encode_utf16().chain(iter::once(0)).collect();
    let kind = match record {
        Record::Mx => DNS_TYPE_MX,
        Record::Txt => DNS_TYPE_TEXT,
    };
    let mut list: *mut DNS_RECORDA = ptr::null_mut();
    // SAFETY: the name ends with a zero and outlives the call; `list` receives a list that is freed below.
    let status =
        unsafe { DnsQuery_W(PCWSTR(wide.as_ptr()), kind, DNS_QUERY_STANDARD, None, (&raw mut list).cast(), None) };
    // 9003: no such name. 9501: no such record.
    if matches!(status.0, 9003 | 9501) {
        return Some(Vec::new());
    }
    if status.0 != 0 {
        return None;
    }
    let mut found: Vec<(u16, String)> = Vec::new();
    let mut next = list;
    for _ in 0..MAX_RECORDS {
        // SAFETY: `next` is null or a record of the list that Windows made and nobody has freed.
        let Some(this) = (unsafe { next.as_ref() }) else { break };
        if this.wType == kind.0 {
            // SAFETY: the type says which member of the union is meant; its strings end with a zero.
            match record {
                Record::Mx => unsafe {
                    found.push((this.Data.MX.wPreference, wide_text(this.Data.MX.pNameExchange.0.cast())));
                },
                Record::Txt => unsafe {
                    let count = usize::try_from(this.Data.TXT.dwStringCount).unwrap_or(0).min(MAX_RECORDS);
                    let strings = this.Data.TXT.pStringArray.as_ptr();
                    let text = (0..count).map(|at| wide_text((*strings.add(at)).0.cast())).collect();
                    found.push((0, text));
                },
            }
        }
        next = this.pNext;
    }
    // SAFETY: the list came from `DnsQuery_W` and is not used after this.
    unsafe { DnsFree(Some(list.cast_const().cast()), DnsFreeRecordList) };
    found.sort_by_key(|(preference, _)| *preference);
    Some(found.into_iter().map(|(_, value)| value.trim_end_matches('.').to_owned()).collect())
}

/// A string that ends with a zero. `DnsQuery_W` fills the records with UTF-16, whatever their type is called.
#[expect(unsafe_code, reason = "a string of Windows has no length")]
unsafe fn wide_text(text: *const u16) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: the caller gives a string of Windows that ends with a zero.
    unsafe { PCWSTR(text).to_string().unwrap_or_default() }
}
