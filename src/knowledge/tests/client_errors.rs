//! Known answers for the errors of mail programs.

use super::error;
use crate::knowledge::*;

#[test]
fn client_errors() {
    for (expected, line) in [
        ("conn.refused", "EIdSocketError: Socket Error # 10061"),
        ("conn.timeout", "error 10060"),
        ("conn.dropped", "[10054] x"),
        ("conn.refused", "(10061)"),
        ("conn.refused", "WSAECONNREFUSED"),
        ("conn.refused", "Error: connect ECONNREFUSED 192.0.2.1:25"),
        ("conn.refused", "errno=111"),
        ("conn.dns", "Error: getaddrinfo ENOTFOUND smtp.example.com"),
        ("conn.dns", "Bediener nie gevind nie"),
        ("conn.dns", "curl: (6) Could not resolve host: smtp.example.test"),
        ("conn.timeout", "SMTPServerDisconnected: Connection unexpectedly closed: timed out"),
        ("conn.dropped", "ERROR: EOF"),
        ("conn.dropped", "gomail: could not send email 1: EOF"),
        ("conn.dropped", "curl: (56) Recv failure: Connection reset by peer"),
        ("port.tls-to-plaintext", "Err.Number -2146893048"),
        ("port.tls-to-plaintext", "error:0A00010B:SSL routines::wrong version number"),
        ("port.starttls-unavailable", "* STARTTLS not supported."),
        ("tls.untrusted", "0x80090325"),
        ("tls.untrusted", "TLS setup failed: SSL connect attempt failed: certificate verify failed"),
        ("tls.expired", "certificate verify failed: certificate has expired (_ssl.c:1129)"),
        ("tls.expired", "java.security.cert.CertificateExpiredException: NotAfter: Sun Nov 22 14:47:20 SAST 2026"),
        ("tls.untrusted", "s-nail:   err 18: self-signed certificate"),
        ("tls.name-mismatch", "certificate verify failed: Hostname mismatch, certificate is not valid for 'x'"),
        ("tls.protocol-version", "handshake failed: SSL routines::legacy sigalg disallowed or unsupported"),
        ("tls.intercepted-by-antivirus", "self-signed certificate, issuer: CN=avast! Web/Mail Shield Root"),
        ("auth.mechanism", "*** Auth not attempted, no advertised types available"),
        ("auth.mechanism", "GSSAPI login method not supported"),
        ("conn.silent", "CDO.Message.1 error '80040213'"),
        ("conn.dropped", "could not be sent because the connection to the server was lost"),
    ] {
        assert_eq!(error(line), expected, "{line}");
    }
}

#[test]
fn settings_names_and_counts_are_no_errors() {
    for line in [
        "timeout = 6 seconds",
        "tls_starttls = on",
        "Timeout: 6000",
        "connectTimeoutMs: 6000",
        "Connection timeout: 30",
        "tls_min_dh_prime_bits = (not set)",
        "Trying refused.example.co.za:25...",
        "smtpHost: timeout.example.com",
        "SIZE 10060",
        "port 10061",
        "queued as 10054A",
        "error 100610",
        "error 10060.5",
        "wrote (10054 bytes)",
        "SSL certificate verify result: self-signed certificate (18), continuing anyway.",
        "'allow_self_signed' => true,",
        "s-nail:   notBefore = Nov 23 14:47:20 2026 GMT",
        "s-nail:   notAfter = Dec 23 14:47:20 2026 GMT",
        "Stat Disconnected.",
        "",
    ] {
        assert_eq!(error(line), "-", "{line}");
    }
}

#[test]
fn specific_errors_weigh_more() {
    let weight = |line: &str| Knowledge::builtin().client_error(line.as_bytes()).unwrap();
    let generic = weight("Failed to connect to server: (0)");
    let reset = weight("Connection reset by peer");
    let refused = weight("Connection refused");
    let expired = weight("certificate has expired");
    let antivirus = weight("issuer=/CN=AVG Web/Mail Shield Root");
    assert!(!generic.certain && reset.certain);
    assert!(generic.weight < reset.weight && reset.weight < refused.weight);
    assert!(refused.weight < expired.weight && expired.weight < antivirus.weight);
}
