//! Names of hosts (RFC 1123 section 2.1), as they stand among other words.

/// Ports at which servers take mail from clients: RFC 6409, RFC 8314, and those that hosts add where 25 is blocked.
pub(crate) const PORTS: [u16; 5] = [25, 465, 587, 2525, 2587];

/// `name` is the whole name of a host: at least two labels of letters, digits and hyphens, the last of letters.
/// A capital behind a small letter marks the class of a program, which DNS would allow too: `System.Net.Mail`,
/// `MailKit.Security.AuthenticationException`.
pub(crate) fn is_host_name(name: &[u8]) -> bool {
    let label = |label: &[u8]| {
        !label.is_empty()
            && label.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
            && !label.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
    };
    let last = |label: &[u8]| {
        let one_case = label.iter().all(u8::is_ascii_lowercase) || label.iter().all(u8::is_ascii_uppercase);
        label.len() > 1 && one_case
    };
    name.contains(&b'.')
        && name.split(|b| *b == b'.').all(label)
        && name.rsplit(|b| *b == b'.').next().is_some_and(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_from_classes_numbers_and_files() {
        for host in ["mail.example.co.za", "MAIL.EXAMPLE.CO.ZA", "smtp-2.example", "cpt01.Example.com"] {
            assert!(is_host_name(host.as_bytes()), "{host}");
        }
        for other in ["MailKit.Security.AuthenticationException", "System.Net.Mail", "com.sun.mail.smtp.SMTPTransport"]
        {
            assert!(!is_host_name(other.as_bytes()), "{other}");
        }
        for other in ["192.0.2.1", "5.7.139", "e.g", "localhost", "a..b", ".com", "mail.", ""] {
            assert!(!is_host_name(other.as_bytes()), "{other}");
        }
    }
}
