//! No text makes the tables panic.

use proptest::{prelude::*, test_runner::RngSeed};

use crate::{
    knowledge::*,
    smtp::{ReplyCode, Verb},
};

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(23), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(text in proptest::collection::vec(any::<u8>(), 0..300), code in 0u16..1000, host in proptest::collection::vec(any::<u8>(), 0..20)) {
        let known = Knowledge::builtin();
        let query = ReplyQuery { code: ReplyCode(code), enhanced: None, text: &text, verb: Some(Verb::Rcpt), host: Some(&host) };
        let _ = known.reply(&query);
        let _ = known.client_error(&text);
        let _ = known.providers().by_host(&host);
        let _ = known.providers().by_domain(&host);
        let _ = known.providers().by_greeting(&text);
    }

    #[test]
    fn wild_prose_never_panics(text in "([0-9. :#()\\[\\]=<>@'*-]|error|in|try again|é|’| ){0,60}") {
        let query = ReplyQuery { code: ReplyCode(450), enhanced: None, text: text.as_bytes(), verb: None, host: None };
        let _ = Knowledge::builtin().reply(&query);
        let _ = Knowledge::builtin().client_error(text.as_bytes());
    }

    #[test]
    fn overlays_never_panic(text in ".{0,200}") {
        let _ = Knowledge::with_overlay(&text);
    }
}
