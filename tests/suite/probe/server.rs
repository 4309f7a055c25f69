//! A scripted mail server on loopback, one connection after the other, and certificates as people meet them.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

/// How the server behaves.
#[derive(Clone)]
pub struct Script {
    /// What it says first; each line gets its end.
    pub greeting: String,
    /// How long it makes strangers wait before that.
    pub wait: Duration,
    /// The keywords of EHLO in plain text, and inside TLS.
    pub plain: Vec<&'static str>,
    pub inside: Vec<&'static str>,
    /// TLS from the first byte.
    pub implicit: bool,
    /// The server's certificate; without one there is no TLS.
    pub certificate: Option<Arc<ServerConfig>>,
    /// It cuts the connection at this command.
    pub cuts_at: Option<&'static str>,
    /// A mail program may come, which signs in and sends; a probe says nothing of that.
    pub takes_mail: bool,
    /// It says this in place of an answer to EHLO.
    pub babble: Option<&'static [u8]>,
    /// It knows no TLS of this century, and says so by an alert (RFC 8446, section 6).
    pub old_tls: bool,
}

impl Default for Script {
    fn default() -> Self {
        Script {
            greeting: "220 mail.practice.example ESMTP".to_owned(),
            wait: Duration::ZERO,
            plain: vec!["SIZE 26214400", "STARTTLS"],
            inside: vec!["SIZE 26214400", "AUTH PLAIN LOGIN"],
            implicit: false,
            certificate: None,
            cuts_at: None,
            takes_mail: false,
            babble: None,
            old_tls: false,
        }
    }
}

/// Starts the server and gives its port. It lives as long as the test's process.
pub fn serve(script: Script) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let script = script.clone();
            // A client that goes away is none of the server's business.
            thread::spawn(move || _ = talk(stream, &script));
        }
    });
    port
}

/// A port on which nobody listens.
pub fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A port on IPv6 loopback, with the same behaviour; none where this PC has no IPv6.
#[cfg(unix)] // Wine's loopback is IPv4.
pub fn serve_v6(script: Script) -> Option<u16> {
    let listener = TcpListener::bind("[::1]:0").ok()?;
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let script = script.clone();
            thread::spawn(move || _ = talk(stream, &script));
        }
    });
    Some(port)
}

/// A port on which a connection is neither opened nor refused: its queue is full. It lasts as long as the second.
#[cfg(target_os = "linux")]
pub fn black_hole() -> (u16, Vec<TcpStream>, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let fill = |_| TcpStream::connect_timeout(&address, Duration::from_millis(500)).ok();
    let held: Vec<TcpStream> = (0..20_000).map_while(fill).collect();
    (address.port(), held, listener)
}

fn talk(stream: TcpStream, script: &Script) -> std::io::Result<()> {
    thread::sleep(script.wait);
    if script.implicit {
        let mut tls = secured(stream, script);
        tls.write_all(format!("{}\r\n", script.greeting).as_bytes())?;
        return dialogue(&mut BufReader::new(tls), script, true).map(drop);
    }
    let mut reader = BufReader::new(stream);
    reader.get_mut().write_all(format!("{}\r\n", script.greeting).as_bytes())?;
    if dialogue(&mut reader, script, false)? {
        if script.old_tls {
            reader.read_exact(&mut [0; 5])?;
            // An alert in a record of TLS 1.0: fatal, protocol_version.
            reader.get_mut().write_all(&[21, 3, 1, 0, 2, 2, 70])?;
            return reader.read_to_end(&mut Vec::new()).map(drop);
        }
        let tls = secured(reader.into_inner(), script);
        dialogue(&mut BufReader::new(tls), script, true)?;
    }
    Ok(())
}

fn secured(stream: TcpStream, script: &Script) -> StreamOwned<ServerConnection, TcpStream> {
    let config = script.certificate.clone().expect("a certificate");
    StreamOwned::new(ServerConnection::new(config).unwrap(), stream)
}

/// Answers until QUIT; true where TLS is to begin.
fn dialogue<S: Read + Write>(reader: &mut BufReader<S>, script: &Script, inside: bool) -> std::io::Result<bool> {
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(false);
        }
        let verb = line.split_ascii_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        let says = ["EHLO", "STARTTLS", "QUIT"].contains(&verb.as_str());
        assert!(says || script.takes_mail, "a probe says nothing else: {line}");
        if script.cuts_at == Some(verb.as_str()) {
            return Ok(false);
        }
        let answer = match verb.as_str() {
            "EHLO" => {
                let mut lines = vec!["mail.practice.example"];
                lines.extend(if inside { &script.inside } else { &script.plain });
                let last = lines.len() - 1;
                let reply = |(at, text): (usize, &&str)| format!("250{}{text}\r\n", if at == last { " " } else { "-" });
                lines.iter().enumerate().map(reply).collect()
            }
            "STARTTLS" => "220 2.0.0 Ready\r\n".to_owned(),
            "AUTH" => {
                // The name and password come in a line of their own.
                if line.split_ascii_whitespace().count() == 2 {
                    reader.get_mut().write_all(b"334 \r\n")?;
                    reader.get_mut().flush()?;
                    reader.read_line(&mut line)?;
                }
                "235 2.7.0 Welcome\r\n".to_owned()
            }
            "MAIL" | "RCPT" => "250 2.1.0 OK\r\n".to_owned(),
            "DATA" => {
                reader.get_mut().write_all(b"354 go on\r\n")?;
                reader.get_mut().flush()?;
                while line.trim_end() != "." {
                    line.clear();
                    if reader.read_line(&mut line)? == 0 {
                        return Ok(false);
                    }
                }
                "250 2.0.0 queued\r\n".to_owned()
            }
            _ => "221 2.0.0 Bye\r\n".to_owned(),
        };
        let babble = script.babble.filter(|_| verb == "EHLO");
        reader.get_mut().write_all(babble.unwrap_or(answer.as_bytes()))?;
        reader.get_mut().flush()?;
        match verb.as_str() {
            "STARTTLS" => return Ok(true),
            "QUIT" => return Ok(false),
            _ => {}
        }
    }
}

/// Shows a certificate whatever it is; rustls itself would refuse to show one that is too large.
#[derive(Debug)]
struct Shown(Arc<CertifiedKey>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }
}

/// An authority, and the file that makes this PC's store trust it alone.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    #[cfg(unix)] // Windows takes no other store for one program.
    pem: String,
}

impl Authority {
    pub fn named(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Authority {
            #[cfg(unix)]
            pem: params.self_signed(&key).unwrap().pem(),
            issuer: Issuer::new(params, key),
        }
    }

    /// A file for `SSL_CERT_FILE`.
    #[cfg(unix)]
    pub fn store(&self, folder: &std::path::Path) -> std::path::PathBuf {
        let path = folder.join("store.pem");
        std::fs::write(&path, &self.pem).unwrap();
        path
    }

    /// A server's certificate for these names, good today unless `expired`.
    pub fn certificate(&self, names: &[&str], expired: bool) -> Arc<ServerConfig> {
        let mut params = CertificateParams::new(names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>()).unwrap();
        params.distinguished_name.push(DnType::CommonName, names[0]);
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = if expired { date_time_ymd(2021, 1, 1) } else { date_time_ymd(2099, 1, 1) };
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let key = ring::sign::any_supported_type(&key).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(Shown(Arc::new(CertifiedKey::new(vec![certificate.der().clone()], key)))));
        Arc::new(config)
    }
}
