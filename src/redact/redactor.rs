//! The gate.

mod masked;
mod people;
mod secrets;

use std::collections::{HashMap, HashSet};

use crate::{
    knowledge::SecretNames,
    rule::{Word, Words},
    smtp::ReplyCode,
    source::Sensitive,
};

use super::{
    Redacted,
    allow_list::{self, Strictness},
    folder,
    places::Places,
    pseudonym::{Kind, Pseudonyms},
    remembered::Remembered,
    secret::{self, next_line::NextLine},
    server_name, template,
    visible::{visible, visible_bytes},
};

named! {
    /// The level of redaction (contract section 7).
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Level {
        /// Passwords and tokens: for the practice's own technician. Nothing shows more than this.
        Secrets = "secrets",
        /// Also whatever tells of a person: for anything that leaves the practice.
        #[default]
        Personal = "personal",
    }
}

/// Turns what a log holds into what may be shown. One for a run: its stand-ins are the same for the same person
/// from the first row to the last.
#[derive(Debug)]
pub struct Redactor {
    level: Level,
    stand_ins: Pseudonyms,
    /// Secrets that were hidden once.
    remembered: Remembered,
    /// Where in its lines they stand, and names.
    places: Places,
    /// Texts that come again and again, as servers' words do, and what is shown of them.
    seen: HashMap<Sensitive, Shown>,
    /// Texts in which no secret stands, as far as is known.
    clean: HashSet<Box<str>>,
    /// Servers of the logs, in lower case.
    hosts: HashSet<String>,
    /// PCs that a reading before the copy has met.
    pcs: Vec<String>,
    /// What clues have told of a secret on the next line.
    next_line: NextLine,
    /// What a log tells further down is not known: a word that is none of programs may be a secret.
    unread: bool,
    /// It reads a log before its copy, for the secrets of it.
    reads: bool,
    /// Nothing of what it gives out is shown: it learns the secrets of a log.
    listens: bool,
}

/// What the gate gave out for a text.
#[derive(Debug)]
struct Shown {
    text: Redacted,
    template: Option<Redacted>,
}

/// Texts that are remembered, and how long they may be.
const MAX_SEEN: usize = 512;
const MAX_SEEN_BYTES: usize = 512;
/// Texts without a secret that are remembered; when they are more, they are looked at anew.
const MAX_CLEAN: usize = 4_096;

impl Redactor {
    /// A redactor that has seen nobody yet.
    pub fn new(level: Level) -> Self {
        Redactor {
            level,
            stand_ins: Pseudonyms::default(),
            remembered: Remembered::default(),
            places: Places::default(),
            seen: HashMap::new(),
            clean: HashSet::new(),
            hosts: HashSet::new(),
            pcs: Vec::new(),
            next_line: NextLine::default(),
            unread: false,
            reads: false,
            listens: false,
        }
    }

    /// Whether it only learns secrets from now on: then what it gives out is not masked, and must not be shown.
    pub(super) fn listen(&mut self, listens: bool) {
        self.listens = listens;
    }

    /// It only learns secrets.
    pub(super) fn listens(&self) -> bool {
        self.listens
    }

    /// Free text: a server's words, an exception.
    pub fn text(&mut self, text: &Sensitive) -> Redacted {
        // Where people count, a text may be shown in another way once more of them are known.
        if self.level == Level::Personal || text.expose().len() > MAX_SEEN_BYTES {
            return Redacted::redacted(self.free(&visible_bytes(text.expose())));
        }
        if let Some(seen) = self.seen.get(text) {
            return seen.text.clone();
        }
        let shown = Redacted::redacted(self.free(&visible_bytes(text.expose())));
        if self.seen.len() < MAX_SEEN {
            self.seen.insert(text.clone(), Shown { text: shown.clone(), template: None });
        }
        shown
    }

    /// What a server answered. To somebody who signs in it may quote what he sent.
    pub fn reply(&mut self, code: ReplyCode, text: &Sensitive) -> Redacted {
        if self.level == Level::Personal || !code.may_quote_answer() {
            return self.text(text);
        }
        // A short id in capitals, small letters and digits may as well be a password that it quotes.
        let named = self.named(&visible_bytes(text.expose()));
        Redacted::redacted(self.mask(&named, Strictness::Chatter))
    }

    /// A line of a log, or a part of one, of which nothing is known.
    pub fn line(&mut self, line: &Sensitive) -> Redacted {
        let named = self.named(&visible_bytes(line.expose()));
        Redacted::redacted(self.mask(&named, self.chatter(&named)))
    }

    /// A sentence of ours, in which a path or an address of somebody may stand.
    pub fn note(&mut self, text: &str) -> Redacted {
        Redacted::redacted(self.named(&visible(text)))
    }

    /// A sentence of ours about a file, which it may name.
    pub fn note_about(&mut self, text: &str, file: &str) -> Redacted {
        if self.level == Level::Secrets || file.is_empty() || !text.contains(file) {
            return self.note(text);
        }
        let shown = self.file_name(file);
        let parts: Vec<String> = text.split(file).map(|part| self.named(&visible(part))).collect();
        Redacted::redacted(parts.join(shown.as_str()))
    }

    /// A recipient's address.
    pub fn address(&mut self, address: &Sensitive) -> Redacted {
        self.mailbox(address, Kind::Recipient)
    }

    /// A sender's address.
    pub fn sender(&mut self, address: &Sensitive) -> Redacted {
        self.mailbox(address, Kind::Sender)
    }

    /// A word of a program's dialect may stand in a profile.
    pub fn is_program_word(&mut self, word: &str) -> bool {
        let named = self.named(&visible(word));
        named == word && allow_list::mask(&named, Strictness::Guarded, &|_| None) == word
    }

    /// A server's name; needed to help, so it stays at every level.
    pub fn host(&mut self, host: &Sensitive) -> Redacted {
        match self.level {
            Level::Secrets if self.unread => Redacted::redacted(self.without_secrets(&visible_bytes(host.expose()))),
            // At this level it is a text like any other, and the same one row after row.
            Level::Secrets => self.text(host),
            Level::Personal => {
                let name = self.without_secrets(&visible_bytes(host.expose()));
                self.learn_host(&name);
                Redacted::redacted(self.host_name(&name))
            }
        }
    }

    /// The name by which a server greets (RFC 5321 section 4.2), if that is one.
    pub fn greeted(&mut self, greeting: &Sensitive) -> Option<Redacted> {
        let name = greeting.expose().split(u8::is_ascii_whitespace).next().unwrap_or_default();
        let plain = name.contains(&b'.') && name.iter().all(|b| b.is_ascii_alphanumeric() || b".-".contains(b));
        let named = self.level == Level::Secrets || server_name::is_internet_name(&visible_bytes(name));
        (plain && named).then(|| self.host(&Sensitive::new(name)))
    }

    /// The name that a PC gave itself in EHLO.
    pub fn client_name(&mut self, name: &Sensitive) -> Redacted {
        let name = self.without_secrets(&visible_bytes(name.expose()));
        Redacted::redacted(if name.starts_with('[') { self.free(&name) } else { self.pc(&name) })
    }

    /// The shape of a sign-in name, such as `s***@practice.example`.
    pub fn user_shape(&mut self, shape: &str) -> Redacted {
        let shape = visible(shape);
        Redacted::redacted(match (self.level, shape.rsplit_once('@')) {
            // Who is shown as a sender signs in under the same domain.
            (Level::Personal, Some((local, domain))) if !self.stand_ins.shows_senders() => {
                format!("{local}@{}", self.stand_ins.domain(domain))
            }
            _ => shape,
        })
    }

    /// A sentence of ours with words of the log in it.
    pub fn words(&mut self, words: &Words) -> Redacted {
        let mut out = String::new();
        for word in &words.0 {
            match word {
                Word::Ours(text) => out.push_str(&visible(text)),
                Word::Host(host) => out.push_str(self.host(host).as_ref()),
                Word::Address(address) => out.push_str(self.address(address).as_ref()),
                Word::Text(text) => out.push_str(self.text(text).as_ref()),
            }
        }
        Redacted::redacted(out)
    }

    /// The shape of a reply of which this is shown: `<n>`, `<addr>` and `<id>` stand for its values.
    pub fn template(&mut self, text: &Sensitive, shown: &Redacted) -> Redacted {
        let make = || Redacted::redacted(template::template(shown.as_ref()));
        match self.seen.get_mut(text) {
            Some(seen) => seen.template.get_or_insert_with(make).clone(),
            None => make(),
        }
    }

    /// The name of a file; of its folders only known places, where people do not count.
    pub fn file_name(&mut self, name: &str) -> Redacted {
        let name = visible(name);
        Redacted::redacted(match self.level {
            // Most names of logs cannot hold one, and each run and each log of a fleet would ask for tables.
            Level::Secrets if !may_hold_secret(&name) => name,
            // Each part alone: what parts a path is none of the marks between a name and a password.
            Level::Secrets => name.split_inclusive(['/', '\\']).map(secret::hide).collect(),
            Level::Personal => folder::file(&name, &mut self.stand_ins),
        })
    }

    /// The name of a folder by which a customer is known.
    pub fn folder(&mut self, name: &str) -> Redacted {
        let name = visible(name);
        Redacted::redacted(match self.level {
            Level::Secrets => name,
            Level::Personal => folder::folders(&name, &mut self.stand_ins),
        })
    }

    fn mailbox(&mut self, address: &Sensitive, role: Kind) -> Redacted {
        let address = visible_bytes(address.expose());
        let address = address.trim();
        Redacted::redacted(match self.level {
            _ if address.is_empty() => String::new(),
            // `ftp://fred:Kudu7@host`: what was taken for an address may be a secret.
            Level::Secrets => self.plain_address(address),
            Level::Personal => match address.rsplit_once('@') {
                // All addresses of a domain.
                Some(("", domain)) => format!("@{}", self.stand_ins.domain(domain)),
                Some((local, domain)) => self.stand_ins.address(role, local, Some(domain)),
                None => self.stand_ins.address(role, address, None),
            },
        })
    }

    /// The name of a PC, which is known again wherever it stands.
    pub(super) fn pc(&mut self, name: &str) -> String {
        match self.level {
            Level::Secrets => name.to_owned(),
            Level::Personal => self.stand_ins.learn_pc(name),
        }
    }

    /// What tells sessions apart, where it is a word.
    pub(super) fn key(&mut self, key: &str) -> String {
        self.stand_ins.thing(Kind::Key, key)
    }

    /// Words of a text that names people.
    pub(super) fn learn_name(&mut self, names: &str) {
        self.stand_ins.learn_names(names);
    }
}

/// A file's name has more than one word or value in it, or says that it holds a secret.
fn may_hold_secret(name: &str) -> bool {
    let names = SecretNames::builtin();
    name.contains(['=', ':', '@', ' ']) || names.may_stand_in(name.as_bytes()) || names.is_sign_in(name.as_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, test_runner::RngSeed};

    use super::*;

    fn sensitive(text: &str) -> Sensitive {
        Sensitive::new(text.as_bytes())
    }

    #[test]
    fn stand_ins_are_stable_and_shared() {
        let mut redactor = Redactor::new(Level::Personal);
        assert_eq!(redactor.sender(&sensitive("desk@own.co.za")).as_str(), "sender-1@domain-1.invalid");
        assert_eq!(redactor.address(&sensitive("a@gmail.com")).as_str(), "recipient-1@gmail.com");
        assert_eq!(redactor.address(&sensitive("A@Gmail.com")).as_str(), "recipient-1@Gmail.com");
        let text = redactor.text(&sensitive("<a@gmail.com> refused, from desk@own.co.za, b@own.co.za"));
        assert_eq!(
            text.as_str(),
            "<recipient-1@gmail.com> refused, from sender-1@domain-1.invalid, recipient-2@domain-1.invalid"
        );
        assert_eq!(redactor.user_shape("d***@own.co.za").as_str(), "d***@domain-1.invalid");
        assert_eq!(redactor.host(&sensitive("mail.own.co.za")).as_str(), "mail.own.co.za");
        assert_eq!(redactor.sender(&sensitive("")).as_str(), "");
    }

    #[test]
    fn words_are_redacted_piece_by_piece() {
        let mut redactor = Redactor::new(Level::Personal);
        let words = Words(vec![
            Word::Ours("Mail to ".into()),
            Word::Address(sensitive("x@y.co.za")),
            Word::Ours(" fails at ".into()),
            Word::Host(sensitive("mail.y.co.za")),
        ]);
        assert_eq!(redactor.words(&words).as_str(), "Mail to recipient-1@domain-1.invalid fails at mail.y.co.za");
    }

    #[test]
    fn a_mistyped_address_is_no_server_and_a_digest_no_trace() {
        let mut redactor = Redactor::new(Level::Personal);
        for (text, shown) in [
            ("bad: zorro.vlerkhaas.gmail.com, smtp.gmail.com", "bad: aaaaa.aaaaaaaaa.gmail.com, smtp.gmail.com"),
            ("session c6b1f237c97af7f773f686b226c2a874", "session ***"),
        ] {
            assert_eq!(redactor.text(&sensitive(text)).as_str(), shown);
        }
    }

    #[test]
    fn beside_a_secret_only_what_is_known_is_shown() {
        let mut redactor = Redactor::new(Level::Secrets);
        for (text, shown) in [
            ("5.7.8 try boskraai as the password", "5.7.8 try *** as the password"),
            ("SET value='vlerkmuis' WHERE name='smtp_pass'", "SET value='aaaaaaaaa' WHERE name='smtp_pass'"),
            ("try user zorro with vlerkmuis", "try user aaaaa with aaaaaaaaa"),
            ("5.7.8 login server/vlerkhaas@own.co.za refused", "5.7.8 login server/***@own.co.za refused"),
            ("PASSWORD char(20) \"vlerkmuis\"", "PASSWORD ***) \"aaaaaaaaa\""),
            (
                "no password for <zorro@own.co.za> at vlerk.own.co.za",
                "no password for <zorro@own.co.za> at vlerk.own.co.za",
            ),
            ("typed \"boskraai\" as wagwoord ingetik", "typed \"***\" as wagwoord ***"),
            ("hek kode 930041, error code 93004", "hek kode ***, error code 93004"),
            ("mailbox of boomslang is full", "mailbox of boomslang is full"),
            ("500 not known: \"vlerkmuis\"", "500 not known: \"aaaaaaaaa\""),
        ] {
            assert_eq!(redactor.text(&sensitive(text)).as_str(), shown);
        }
        assert_eq!(redactor.line(&sensitive("changed zorro to vlerk7muis")).as_str(), "changed zorro to ***");
        assert_eq!(redactor.line(&sensitive("fred;vlerkmuis;ok")).as_str(), "aaaa;aaaaaaaaa;ok");
        assert_eq!(redactor.address(&sensitive("zorro/Vlerkmuis@own.co.za")).as_str(), "zorro/***@own.co.za");
        assert_eq!(redactor.address(&sensitive("zorro@own.co.za")).as_str(), "zorro@own.co.za");
    }

    #[test]
    fn a_hostile_line_costs_no_more_than_a_long_one() {
        let begun = std::time::Instant::now();
        let parts = "://|a://|password=|pass '|<pass>|-pw |\"@|\"@a|@|a@|\\users\\|\\users\\ |+1 |+27|012 |800101 |\
            Hello |Hello [|EHLO |AUTH PLAIN |Bearer |eyJ.|AGEA|'|(|=|.| |<|Authorization: |x:pass |a.pdf' |\
            file '|subject: |login(|{a.b |f('x',|\\0a|%40|a%40b.c|=?|%4A";
        for part in parts.split('|') {
            let line = part.repeat(50_000 / part.len()) + ")}";
            let line = Sensitive::new(line.as_bytes());
            let mut redactor = Redactor::new(Level::Personal);
            let shown = redactor.text(&line);
            redactor.template(&line, &shown);
        }
        // Quadratic time would take many minutes; the rest is room for a slow and busy machine, and for Wine.
        assert!(begun.elapsed().as_secs() < 200, "{:?}", begun.elapsed());
    }

    #[test]
    fn secrets_keeps_people() {
        let mut redactor = Redactor::new(Level::Secrets);
        assert_eq!(redactor.text(&sensitive("fred@x.co pass=Kudu7 9")).as_str(), "fred@x.co pass=***");
        assert_eq!(redactor.file_name("a/password=Kudu7.log").as_str(), "a/password=***");
        for whole in ["Praxis M\u{fc}ller & S\u{f6}hne/emailout 2.txt", "L: S\u{f6}hne\\maillog (1).txt"] {
            assert_eq!(redactor.file_name(whole).as_str(), whole);
        }
        assert_eq!(redactor.file_name("C:\\Users\\Fred\\a\u{1b}.txt").as_str(), "C:\\Users\\Fred\\a\\x1b.txt");
    }

    /// The text in replies, exceptions and settings dumps.
    const PARTS: &[&str] = &[
        "<a@b.co.za>:",
        "\"Fred Smith\" <f@gmail.com>",
        "pass=",
        "Password: Kudu 7",
        "pwd='x y'",
        "C:\\Users\\Fred\\a.txt",
        "mx Hello PC7 [41.1.2.3]",
        "082 123 4567",
        "+27821234567",
        "8001015009087",
        "192.168.1.4",
        "AUTH PLAIN AGEAYgBj",
        "http://u:p@h/x",
        "-pw z",
        "Bearer a1",
        "550 5.7.1",
        "not accepted.",
        "EHLO",
        "DESKTOP-12",
        "a=b;",
        "(x)",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(23), failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn arbitrary_bytes_never_panic_or_move_the_cursor(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            for level in [Level::Secrets, Level::Personal] {
                let mut redactor = Redactor::new(level);
                let bytes = Sensitive::new(&bytes);
                let text = redactor.text(&bytes);
                let shape = redactor.template(&bytes, &text);
                for shown in [text, shape, redactor.address(&bytes), redactor.host(&bytes)] {
                    prop_assert!(!shown.as_str().chars().any(char::is_control));
                }
            }
        }

        #[test]
        fn redacting_twice_changes_nothing(parts in prop::collection::vec(prop::sample::select(PARTS), 0..9)) {
            let text = parts.join(" ");
            for level in [Level::Secrets, Level::Personal] {
                let mut redactor = Redactor::new(level);
                let once = redactor.text(&sensitive(&text));
                let twice = redactor.text(&sensitive(once.as_str()));
                prop_assert_eq!(once, twice);
            }
        }

        #[test]
        fn canaries_never_show(
            word in "[A-Za-z]{6}[0-9]{3}[!#$]",
            local in "[a-z]{5,9}[0-9]{0,2}",
            id in "8[0-9]0[1-9][01][0-9]5[0-9]{3}08[0-9]",
            form in 0usize..8,
        ) {
            let secret = match form {
                0 => format!("Password={word} Host=mail.x"),
                1 => format!("smtp://fred:{word}@mail.x"),
                2 => format!("blat -pw {word} -u fred"),
                3 => format!("\"wagwoord\": \"{word}\""),
                4 => format!("AUTH LOGIN {word}"),
                5 => format!("Bearer {}", word.trim_end_matches(['!', '#', '$'])),
                6 => format!("<pass>{word}</pass>"),
                _ => format!("SmtpPwd : {word}"),
            };
            let line = format!("refused <{local}@own-practice.co.za> ({id}) {secret}");
            let shown = Redactor::new(Level::Personal).text(&sensitive(&line)).to_string();
            prop_assert!(!shown.contains(&word[..9]), "{shown}");
            prop_assert!(!shown.contains(&local), "{shown}");
            prop_assert!(!shown.contains(&id), "{shown}");
            prop_assert!(!shown.contains("own-practice"), "{shown}");
        }
    }
}
