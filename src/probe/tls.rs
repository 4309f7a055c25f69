//! The handshake: what was agreed, whose certificate it was, and who trusts it.

use std::{
    io::{self, Read, Write},
    sync::{Arc, Mutex},
};

use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, Error, InvalidMessage, RootCertStore,
    SignatureScheme, StreamOwned,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, ServerName, UnixTime},
};

use super::certificate;

pub(crate) use super::certificate::CertificateFacts;

/// Version and cipher of a handshake, and who trusts the certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TlsFacts {
    /// Such as `TLSv1.3`; empty where the handshake did not get so far.
    pub version: String,
    /// Such as `TLS13_AES_256_GCM_SHA384`.
    pub cipher: String,
    /// The server's own certificate; `None` where it cannot be read.
    pub certificate: Option<CertificateFacts>,
    /// The verdict of this PC's own store.
    pub system: Trust,
    /// The verdict by Mozilla's list of authorities, which no product on this PC can add to.
    pub webpki: Trust,
}

/// A store's verdict on a certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Trust {
    /// It is.
    Trusted,
    /// Its dates do not fit the clock of this PC.
    Expired,
    /// It is for other names.
    WrongName,
    /// Nobody vouches for it.
    UnknownIssuer,
    /// Something else is wrong with it.
    Invalid,
    /// Nobody could be asked.
    #[default]
    NotAsked,
}

impl Trust {
    fn of(answer: Result<ServerCertVerified, Error>) -> Trust {
        match answer {
            Ok(_) => Trust::Trusted,
            Err(Error::InvalidCertificate(error)) => match error {
                CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. } => Trust::Expired,
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Trust::WrongName,
                CertificateError::UnknownIssuer => Trust::UnknownIssuer,
                _ => Trust::Invalid,
            },
            Err(_) => Trust::Invalid,
        }
    }
}

/// Asks both stores and writes down what they say. It lets every handshake go on, because nothing secret follows it:
/// the probe only says EHLO and QUIT.
#[derive(Debug)]
struct Witness {
    provider: Arc<CryptoProvider>,
    system: Option<Arc<dyn ServerCertVerifier>>,
    webpki: Option<Arc<dyn ServerCertVerifier>>,
    seen: Mutex<Option<(Option<CertificateFacts>, Trust, Trust)>>,
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let ask = |store: &Option<Arc<dyn ServerCertVerifier>>| {
            store.as_ref().map_or(Trust::NotAsked, |s| Trust::of(s.verify_server_cert(leaf, chain, name, ocsp, now)))
        };
        let seen = (certificate::facts(leaf), ask(&self.system), ask(&self.webpki));
        if let Ok(mut place) = self.seen.lock() {
            *place = Some(seen);
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// The failure of a handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TlsTrouble {
    /// The other side does not speak TLS there.
    NotTls,
    /// No common version or cipher.
    NoCommonVersion,
    Dropped,
    TimedOut,
    Other,
}

/// The result of a handshake: the stream to go on with, and the facts as far as it got.
pub(super) struct Handshake<S: Read + Write> {
    pub(super) result: Result<StreamOwned<ClientConnection, S>, TlsTrouble>,
    pub(super) facts: Option<TlsFacts>,
}

/// Begins TLS on a connection.
///
/// # Errors
/// Where the name cannot stand in a certificate.
pub(super) fn handshake<S: Read + Write>(host: &str, mut stream: S) -> io::Result<Handshake<S>> {
    let provider = Arc::new(ring::default_provider());
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let webpki = WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone()).build();
    let system = rustls_platform_verifier::Verifier::new(provider.clone());
    let witness = Arc::new(Witness {
        system: system.ok().map(|store| Arc::new(store) as _),
        webpki: webpki.ok().map(|store| store as _),
        provider: provider.clone(),
        seen: Mutex::default(),
    });
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(witness.clone())
        .with_no_client_auth();
    config.enable_sni = true;
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| io::Error::other("this name cannot stand in a certificate"))?;
    let mut tls = ClientConnection::new(config.into(), name).map_err(io::Error::other)?;
    let mut trouble = None;
    while tls.is_handshaking() && trouble.is_none() {
        trouble = tls.complete_io(&mut stream).err().map(|error| troubled(&error));
    }
    let facts =
        witness.seen.lock().ok().and_then(|mut seen| seen.take()).map(|(certificate, system, webpki)| TlsFacts {
            version: tls.protocol_version().and_then(|v| v.as_str()).unwrap_or_default().replace('_', "."),
            cipher: tls.negotiated_cipher_suite().and_then(|c| c.suite().as_str()).unwrap_or_default().to_owned(),
            certificate,
            system,
            webpki,
        });
    Ok(Handshake { result: trouble.map_or_else(|| Ok(StreamOwned::new(tls, stream)), Err), facts })
}

fn troubled(error: &io::Error) -> TlsTrouble {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => return TlsTrouble::TimedOut,
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
            return TlsTrouble::Dropped;
        }
        _ => {}
    }
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        // It is TLS, with a certificate larger than anybody's.
        Some(Error::InvalidMessage(
            InvalidMessage::HandshakePayloadTooLarge | InvalidMessage::CertificatePayloadTooLarge,
        )) => TlsTrouble::Other,
        Some(Error::InvalidMessage(_)) => TlsTrouble::NotTls,
        Some(Error::PeerIncompatible(_)) => TlsTrouble::NoCommonVersion,
        Some(Error::AlertReceived(alert)) => {
            use rustls::AlertDescription as Alert;
            match alert {
                Alert::ProtocolVersion | Alert::HandshakeFailure | Alert::InsufficientSecurity => {
                    TlsTrouble::NoCommonVersion
                }
                _ => TlsTrouble::Other,
            }
        }
        _ => TlsTrouble::Other,
    }
}
