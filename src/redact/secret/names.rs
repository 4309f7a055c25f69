//! Names under which secrets are kept: settings, parameters, options, tags, in the languages of the logs that people send.

/// Stands anywhere in the name of a secret, however the name is put together.
const STEMS: [&str; 46] = [
    "password",
    "passwd",
    "passwrd",
    "passwort",
    "passphrase",
    "passkey",
    "passcode",
    "sendpass",
    "securestring",
    "asplaintext",
    "wagwoord",
    "wagwrd",
    "wagkode",
    "wagfrase",
    "wachtwoord",
    "sleutelwoord",
    "kennwort",
    "losenord",
    "lösenord",
    "adgangskode",
    "kodeord",
    "salasana",
    "motdepasse",
    "contrasen",
    "contraseñ",
    "senha",
    "parola",
    "palavrapasse",
    "haslo",
    "hasło",
    "heslo",
    "jelszo",
    "jelszó",
    "sifre",
    "şifre",
    "парол",
    "κωδικ",
    "phasiwed",
    "phasewete",
    "phasewed",
    "phasswed",
    "lefokotlhaloso",
    "密码",
    "密碼",
    "パスワード",
    "비밀번호",
];

/// Ends the name of a secret, also where nothing parts it from what stands before.
const ENDS: [&str; 12] = [
    "pwd",
    "pass",
    "psw",
    "passw",
    "secret",
    "token",
    "clave",
    "geheim",
    "passe",
    "sasltext",
    "clientsecret",
    "storepass",
];

/// Ends it as a word of its own.
const LAST: [&str; 8] = ["pw", "ww", "pin", "otp", "mdp", "creds", "pswd", "iphasi"];

/// A key or a code is a secret where one of these stands before it: others open nothing.
const HEADS: [&str; 34] = [
    "api",
    "access",
    "account",
    "master",
    "secret",
    "private",
    "signing",
    "encryption",
    "shared",
    "auth",
    "app",
    "application",
    "consumer",
    "subscription",
    "license",
    "licence",
    "session",
    "storage",
    "security",
    "webhook",
    "hmac",
    "activation",
    "reset",
    "verification",
    "recovery",
    "onetime",
    "time",
    "login",
    "pin",
    "authorization",
    "mc",
    "sas",
    "pass",
    "deploy",
];

/// Words that end like one and are none.
const HARMLESS: [&str; 6] = ["bypass", "compass", "trespass", "surpass", "encompass", "byepass"];

/// The letters of every word above: the question is asked of each word of a text, and most have those of none.
const LETTERS: [u32; STEMS.len() + ENDS.len() + LAST.len() + 2] = {
    let mut all = [0; STEMS.len() + ENDS.len() + LAST.len() + 2];
    let mut at = 0;
    while at < all.len() {
        let word = if at < STEMS.len() {
            STEMS[at]
        } else if at < STEMS.len() + ENDS.len() {
            ENDS[at - STEMS.len()]
        } else if at < STEMS.len() + ENDS.len() + LAST.len() {
            LAST[at - STEMS.len() - ENDS.len()]
        } else if at == STEMS.len() + ENDS.len() + LAST.len() {
            "key"
        } else {
            "code"
        };
        all[at] = letters(word.as_bytes());
        at += 1;
    }
    all
};

/// Whether a setting of this name holds a secret.
pub(crate) fn is_key(name: &str) -> bool {
    let held = letters(name.as_bytes());
    if name.len() < 2 || name.is_ascii() && LETTERS.iter().all(|letters| letters & !held != 0) {
        return false;
    }
    let folded = folded(name);
    STEMS.iter().any(|stem| folded.contains(stem))
        || ENDS.iter().any(|end| folded.ends_with(end)) && !HARMLESS.contains(&folded.as_str())
        || LAST.iter().any(|last| last.eq_ignore_ascii_case(last_part(name)))
        || is_headed(&folded)
}

/// The letters of a word as a set, in one case; others than ASCII count for none.
const fn letters(word: &[u8]) -> u32 {
    let mut set = 0;
    let mut at = 0;
    while at < word.len() {
        if word[at].is_ascii_alphabetic() {
            set |= 1 << (word[at].to_ascii_lowercase() - b'a');
        }
        at += 1;
    }
    set
}

/// `Pin` of `userPin`, `pw` of `smtp_pw`.
fn last_part(name: &str) -> &str {
    let name = name.trim_end_matches(|c: char| !c.is_alphanumeric());
    let bytes = name.as_bytes();
    let begins = |at: &usize| {
        let (before, here) = (bytes[at - 1], bytes[*at]);
        !before.is_ascii_alphanumeric() && before.is_ascii()
            || before.is_ascii_lowercase() && here.is_ascii_uppercase()
            || before.is_ascii_digit() && here.is_ascii_alphabetic()
    };
    let from = (1..bytes.len()).rev().find(begins).unwrap_or(0);
    name.get(from..).unwrap_or(name)
}

/// `apiKey`, `reset-code`: the word and what it opens.
fn is_headed(folded: &str) -> bool {
    let head = ["key", "keys", "code"].iter().find_map(|end| folded.strip_suffix(end));
    head.is_some_and(|head| HEADS.iter().any(|known| head.ends_with(known)))
}

/// Whether the two words make the name of a secret together: `API key`, `one-time code`, `Pass word`, `mot de passe`.
pub(super) fn is_key_in_two(before: &str, word: &str) -> bool {
    let (before, word) = (folded(before), folded(word));
    match word.as_str() {
        "key" | "keys" | "code" => HEADS.iter().any(|head| before.ends_with(head)),
        "word" | "phrase" => before == "pass",
        // `P/W`
        "w" => before == "p",
        _ => false,
    }
}

/// Letters and digits in lower case.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
