//! Issuer, names and dates of a certificate (RFC 5280), which is what a technician needs of it.

use x509_parser::prelude::{FromDer, GeneralName, X509Certificate, X509Name};

/// Names that are kept; a certificate of a large host has hundreds.
const MAX_NAMES: usize = 20;
/// Characters of a name that are kept.
const MAX_NAME_CHARS: usize = 200;

/// A certificate in a few words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CertificateFacts {
    /// Its signer: common name and organisation.
    pub issuer: String,
    /// The host names it is for: the first twenty.
    pub names: Vec<String>,
    /// The first moment at which it counts, in seconds since 1970.
    pub not_before: i64,
    /// The last moment at which it counts, in seconds since 1970.
    pub not_after: i64,
}

/// Reads a certificate; `None` where it is none.
pub(super) fn facts(der: &[u8]) -> Option<CertificateFacts> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let alternative = certificate.subject_alternative_name().ok().flatten();
    let all = alternative.iter().flat_map(|names| &names.value.general_names);
    let hosts = all.filter_map(|name| if let GeneralName::DNSName(name) = name { Some(cut(name)) } else { None });
    let mut names: Vec<String> = hosts.take(MAX_NAMES).collect();
    if names.is_empty() {
        names.extend(common_name(certificate.subject()));
    }
    Some(CertificateFacts {
        issuer: described(certificate.issuer()),
        names,
        not_before: certificate.validity().not_before.timestamp(),
        not_after: certificate.validity().not_after.timestamp(),
    })
}

fn common_name(name: &X509Name<'_>) -> Option<String> {
    name.iter_common_name().find_map(|part| part.as_str().ok()).map(cut)
}

/// `Common Name, Organisation`
fn described(name: &X509Name<'_>) -> String {
    let organisation = name.iter_organization().find_map(|part| part.as_str().ok()).map(cut);
    match (common_name(name), organisation) {
        (Some(common), Some(organisation)) if common != organisation => format!("{common}, {organisation}"),
        (Some(one), _) | (None, Some(one)) => one,
        (None, None) => String::new(),
    }
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_NAME_CHARS).collect()
}
