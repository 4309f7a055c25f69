//! Asks Windows for MX and TXT records, as no file there names the resolvers.
#![allow(unsafe_code, reason = "Windows gives records of a domain through one function only; see each SAFETY")]

use std::{iter, ptr, time::Duration};

use windows::{
    Win32::NetworkManagement::Dns::{
        DNS_QUERY_STANDARD, DNS_RECORDA, DNS_TYPE_MX, DNS_TYPE_TEXT, DnsFree, DnsFreeRecordList, DnsQuery_W,
    },
    core::PCWSTR,
};

use super::record::Record;

/// Records of one answer that are read; a longer list is no mail domain's.
const MAX_RECORDS: usize = 200;
/// `DNS_ERROR_RCODE_NAME_ERROR` and `DNS_INFO_NO_RECORDS`: the resolver answered that there is none.
const NO_SUCH_RECORD: [u32; 2] = [9003, 9501];

/// The records of a name, as in `names::records`. Windows keeps its own time limit of about 12 s.
pub(super) fn records(name: &str, record: Record, _within: Duration) -> Option<Vec<String>> {
    let wide: Vec<u16> = name.encode_utf16().chain(iter::once(0)).collect();
    let kind = match record {
        Record::Mx => DNS_TYPE_MX,
        Record::Txt => DNS_TYPE_TEXT,
    };
    let mut list: *mut DNS_RECORDA = ptr::null_mut();
    let (name, answer) = (PCWSTR(wide.as_ptr()), (&raw mut list).cast());
    // SAFETY: the name ends with a zero and outlives the call; `list` receives a list that is freed below.
    let status = unsafe { DnsQuery_W(name, kind, DNS_QUERY_STANDARD, None, answer, None) };
    if NO_SUCH_RECORD.contains(&status.0) {
        return Some(Vec::new());
    }
    if status.0 != 0 {
        return None;
    }
    let mut found: Vec<(u16, String)> = Vec::new();
    let mut next = list;
    for _ in 0..MAX_RECORDS {
        // SAFETY: `next` is null or a record of the list that Windows made and that is freed only below.
        let Some(this) = (unsafe { next.as_ref() }) else { break };
        next = this.pNext;
        if this.wType != kind.0 {
            continue;
        }
        match record {
            Record::Mx => {
                // SAFETY: the type of the record says that this member of the union is meant.
                let exchanger = unsafe { this.Data.MX };
                found.push((exchanger.wPreference, wide_text(exchanger.pNameExchange.0.cast())));
            }
            Record::Txt => {
                let texts = &raw const this.Data.TXT;
                // SAFETY: the record says how many strings follow it in its own memory.
                let strings = unsafe {
                    let count = usize::try_from((*texts).dwStringCount).unwrap_or(0).min(MAX_RECORDS);
                    std::slice::from_raw_parts((&raw const (*texts).pStringArray).cast::<*const u16>(), count)
                };
                found.push((0, strings.iter().map(|text| wide_text(*text)).collect()));
            }
        }
    }
    // SAFETY: the list came from `DnsQuery_W` and is not used after this.
    unsafe { DnsFree(Some(list.cast_const().cast()), DnsFreeRecordList) };
    found.sort_by_key(|(preference, _)| *preference);
    Some(found.into_iter().map(|(_, value)| value.trim_end_matches('.').to_owned()).collect())
}

/// A string of a record, which ends with a zero. `DnsQuery_W` fills records with UTF-16, whatever their type is called.
fn wide_text(text: *const u16) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: only called with strings of a record, which Windows ends with a zero.
    unsafe { PCWSTR(text).to_string().unwrap_or_default() }
}
