//! Asks Windows for what no file there tells: MX and TXT records, the resolvers, its build, its TLS switches, and what
//! protects it.
#![allow(unsafe_code, reason = "calls to Windows have no safe interface; see each SAFETY")]

use std::{iter, net::Ipv4Addr, ptr, time::Duration};

use windows::{
    Win32::{
        NetworkManagement::Dns::{
            DNS_QUERY_STANDARD, DNS_RECORDA, DNS_TYPE_MX, DNS_TYPE_TEXT, DnsConfigDnsServerList, DnsFree,
            DnsFreeRecordList, DnsQuery_W, DnsQueryConfig,
        },
        System::{
            Com::{CLSCTX_INPROC_SERVER, COINIT_MULTITHREADED, CoCreateInstance, CoInitializeEx, CoUninitialize},
            Registry::{HKEY_LOCAL_MACHINE, RRF_RT_REG_DWORD, RRF_RT_REG_SZ, RegGetValueW},
            SecurityCenter::{
                IWSCProductList, WSC_SECURITY_PRODUCT_STATE_ON, WSC_SECURITY_PROVIDER, WSC_SECURITY_PROVIDER_ANTIVIRUS,
                WSC_SECURITY_PROVIDER_FIREWALL, WSCProductList,
            },
        },
    },
    core::{HSTRING, PCWSTR},
};

use super::record::{Record, in_order};

/// Records of one answer that are read; a longer list is no mail domain's.
const MAX_RECORDS: usize = 200;
/// `DNS_ERROR_RCODE_NAME_ERROR` and `DNS_INFO_NO_RECORDS`: the resolver answered that there is none.
const NO_SUCH_RECORD: [u32; 2] = [9003, 9501];

/// Where Windows keeps its own version, and its switches for TLS (Schannel).
const VERSION_KEY: &str = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
const SCHANNEL_KEY: &str = "SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols";
/// Products of one kind that are told; a PC has one or two.
const MAX_PRODUCTS: i32 = 8;

/// Product, build and revision, such as `Windows 10 Pro, build 19045.5011`.
pub(super) fn system() -> String {
    let name = text_value(VERSION_KEY, "ProductName").unwrap_or_else(|| "Windows".to_owned());
    let build = text_value(VERSION_KEY, "CurrentBuild").unwrap_or_else(|| "not known".to_owned());
    let revision = number_value(VERSION_KEY, "UBR").map_or_else(String::new, |revision| format!(".{revision}"));
    format!("{name}, build {build}{revision}")
}

/// The resolvers of all adapters, IPv4 only: Windows tells no others here.
pub(super) fn resolvers() -> Vec<String> {
    let mut buffer = [0_u32; 64];
    let mut bytes = u32::try_from(size_of_val(&buffer)).unwrap_or(0);
    let place = Some(buffer.as_mut_ptr().cast());
    // SAFETY: Windows writes at most `bytes` bytes into the buffer, which outlives the call.
    let status = unsafe { DnsQueryConfig(DnsConfigDnsServerList, 0, PCWSTR::null(), None, place, &raw mut bytes) };
    // A count, then as many addresses in the order of the network.
    let count = usize::try_from(buffer[0]).unwrap_or(0);
    let addresses = buffer.iter().skip(1).take(if status == 0 { count } else { 0 });
    addresses.map(|address| Ipv4Addr::from(address.to_ne_bytes()).to_string()).collect()
}

/// Antivirus and firewall by Windows Security Center, and the switches for TLS that somebody has set.
pub(super) fn protection() -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    for (name, kind) in [("Antivirus", WSC_SECURITY_PROVIDER_ANTIVIRUS), ("Firewall", WSC_SECURITY_PROVIDER_FIREWALL)] {
        match products(kind) {
            None => facts.push((name, "Windows Security Center could not be asked".to_owned())),
            Some(all) if all.is_empty() => facts.push((name, "none is known to Windows Security Center".to_owned())),
            Some(all) => facts.extend(all.into_iter().map(|product| (name, product))),
        }
    }
    for version in ["TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"] {
        let key = format!("{SCHANNEL_KEY}\\{version}\\Client");
        let switch = |name| number_value(&key, name).map(|value| format!("{name} {value}"));
        let set: Vec<String> = ["Enabled", "DisabledByDefault"].into_iter().filter_map(switch).collect();
        let said = if set.is_empty() { "as Windows sets it".to_owned() } else { set.join(", ") };
        facts.push(("Schannel", format!("{version}: {said}")));
    }
    facts
}

/// Names of the products, and whether each is on; `None` where Security Center is not there, as on a server.
fn products(kind: WSC_SECURITY_PROVIDER) -> Option<Vec<String>> {
    // SAFETY: COM is begun and ended on this thread, and nothing of it is used after its end.
    unsafe {
        let begun = CoInitializeEx(None, COINIT_MULTITHREADED);
        let found = products_by_com(kind);
        if begun.is_ok() {
            CoUninitialize();
        }
        found
    }
}

/// # Safety
/// COM must have begun on this thread.
// SAFETY: the caller begins COM; each object is released before this returns.
unsafe fn products_by_com(kind: WSC_SECURITY_PROVIDER) -> Option<Vec<String>> {
    // SAFETY: COM has begun, and every pointer is one that the calls gave.
    unsafe {
        let list: IWSCProductList = CoCreateInstance(&WSCProductList, None, CLSCTX_INPROC_SERVER).ok()?;
        list.Initialize(kind).ok()?;
        let count = list.Count().ok()?.clamp(0, MAX_PRODUCTS);
        let product = |n: i32| {
            let product = list.get_Item(u32::try_from(n).ok()?).ok()?;
            let on = product.ProductState().ok()? == WSC_SECURITY_PRODUCT_STATE_ON;
            Some(format!("{} ({})", product.ProductName().ok()?, if on { "on" } else { "off" }))
        };
        Some((0..count).filter_map(product).collect())
    }
}

fn text_value(key: &str, name: &str) -> Option<String> {
    let mut text = [0_u16; 256];
    let mut bytes = u32::try_from(size_of_val(&text)).ok()?;
    let (key, name, flags) = (HSTRING::from(key), HSTRING::from(name), RRF_RT_REG_SZ);
    let (place, size) = (Some(text.as_mut_ptr().cast()), Some(&raw mut bytes));
    // SAFETY: Windows writes at most `bytes` bytes into the buffer, which outlives the call, and ends them with a zero.
    let status = unsafe { RegGetValueW(HKEY_LOCAL_MACHINE, &key, &name, flags, None, place, size) };
    let end = text.iter().position(|unit| *unit == 0)?;
    (status.0 == 0).then(|| String::from_utf16_lossy(&text[..end]))
}

fn number_value(key: &str, name: &str) -> Option<u32> {
    let (mut number, mut bytes) = (0_u32, 4_u32);
    let (key, name, flags) = (HSTRING::from(key), HSTRING::from(name), RRF_RT_REG_DWORD);
    let (place, size) = (Some((&raw mut number).cast()), Some(&raw mut bytes));
    // SAFETY: Windows writes at most four bytes into the number, which outlives the call.
    let status = unsafe { RegGetValueW(HKEY_LOCAL_MACHINE, &key, &name, flags, None, place, size) };
    (status.0 == 0).then_some(number)
}

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
    Some(in_order(found))
}

/// A string of a record, which ends with a zero. `DnsQuery_W` fills records with UTF-16, whatever their type is called.
fn wide_text(text: *const u16) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: only called with strings of a record, which Windows ends with a zero.
    unsafe { PCWSTR(text).to_string().unwrap_or_default() }
}
