//! What stands for an answer inside an AUTH exchange. It tells a reader of the copy no more than the report does: which
//! kind of name it was, and whether the password could be a real one.

use crate::{
    base64,
    smtp::{self, AuthMechanism, Credential},
};

use super::{Redactor, visible::visible_bytes};

/// A password that somebody could have typed.
const PASSWORD: &[u8] = b"***hidden***";
/// One that nobody would type: the replacement character makes it so.
const PLACEHOLDER: &[u8] = "\u{fffd}hidden\u{fffd}".as_bytes();
/// An answer that told nothing.
const MASK: &[u8] = b"***";

/// The stand-in for one answer, as it would stand on the wire. `step` counts the answers from 0.
pub(super) fn stand_in(mechanism: Option<AuthMechanism>, step: usize, answer: &[u8], gate: &mut Redactor) -> Vec<u8> {
    // Empty, given up, or masked by the writer already.
    if !answer.iter().any(|b| b.is_ascii_alphanumeric() || !b.is_ascii()) {
        return answer.to_vec();
    }
    let Some(mechanism) = mechanism else { return MASK.to_vec() };
    let credential = smtp::credential(mechanism, step, answer);
    let mut name = |user: &[u8]| gate.sign_in_name(&visible_bytes(user)).into_bytes();
    match (mechanism, credential) {
        (_, Credential::Hidden) => MASK.to_vec(),
        (_, Credential::Password) => encoded(PASSWORD),
        (_, Credential::Placeholder) => encoded(PLACEHOLDER),
        (_, Credential::Both(user, placeholder)) => {
            let password = if placeholder { PLACEHOLDER } else { PASSWORD };
            encoded(&[&b"\0"[..], &name(&user), b"\0", password].concat())
        }
        (AuthMechanism::CramMd5, Credential::User(user)) => encoded(&[&*name(&user), &b" "[..], &[b'0'; 32]].concat()),
        (AuthMechanism::XOAuth2, Credential::User(user)) => {
            encoded(&[&b"user="[..], &*name(&user), b"\x01auth=Bearer ***\x01\x01"].concat())
        }
        (_, Credential::User(user)) => encoded(&name(&user)),
    }
}

fn encoded(bytes: &[u8]) -> Vec<u8> {
    base64::encoded(bytes).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::Level;

    fn of(mechanism: AuthMechanism, step: usize, answer: &str) -> Credential {
        let mut gate = Redactor::new(Level::Personal);
        let shown = stand_in(Some(mechanism), step, answer.as_bytes(), &mut gate);
        assert_ne!(shown, answer.as_bytes());
        // A copy of a copy is the same.
        assert_eq!(stand_in(Some(mechanism), step, &shown, &mut gate), shown);
        smtp::credential(mechanism, step, &shown)
    }

    #[test]
    fn what_decides_a_cause_stays() {
        use AuthMechanism::{CramMd5, Login, Ntlm, Plain};
        assert!(of(Login, 0, "c3RhdGVtZW50cw==") == Credential::User(b"user-1".to_vec()));
        assert!(of(Login, 0, "YUBiLmNv") == Credential::User(b"sender-1@domain-1.invalid".to_vec()));
        assert!(of(Login, 1, "S3VkdSE=") == Credential::Password);
        assert!(of(Login, 1, "V0lMRA==") == Credential::Placeholder);
        assert!(of(Plain, 0, "AGEAV0lMRA==") == Credential::Both(b"user-1".to_vec(), true));
        assert!(of(Plain, 0, "AGEAYg==") == Credential::Both(b"user-1".to_vec(), false));
        let digest = "ZnJlZCA5ZTk1YWVlMDljNDBhZjJiODRhMGMyYjNiYmFlNzg2ZQ==";
        assert!(of(CramMd5, 0, digest) == Credential::User(b"user-1".to_vec()));
        assert!(of(Ntlm, 0, "TlRMTVNTUAABAAAA") == Credential::Hidden);
    }

    #[test]
    fn masks_stay() {
        let mut gate = Redactor::new(Level::Personal);
        for mask in ["********", "=", "*", ""] {
            assert_eq!(stand_in(Some(AuthMechanism::Login), 1, mask.as_bytes(), &mut gate), mask.as_bytes());
        }
    }
}
