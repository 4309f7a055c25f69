//! Who is shown all the same, and the map of those who are not.

use super::{
    super::{Redacted, allow_list::is_known, visible::visible_bytes},
    Redactor,
};
use crate::source::Sensitive;

/// Letters of a name; a shorter one stands in other words.
const NAME: usize = 3;

/// A word with a capital that no program uses is a part of the mailbox's name, and no part of an address.
fn is_named_in(text: &str, local: &str) -> bool {
    let parts = || local.split(|c: char| !c.is_alphanumeric()).filter(|part| part.chars().count() >= NAME);
    text.split(|c: char| !c.is_alphanumeric() && c != '@').any(|word| {
        let begins = || word.chars().next().is_some_and(char::is_uppercase);
        begins() && parts().any(|part| part.to_lowercase() == word.to_lowercase()) && !is_known(word)
    })
}

impl Redactor {
    /// Shows senders, whom a provider has to find; a sender who is a recipient too is hidden all the same.
    pub fn show_senders(&mut self) {
        self.stand_ins.show_senders(true);
    }

    /// A sender, of whom these texts may speak by name: then he is a person, and hidden wherever senders are shown.
    pub fn sender_beside(&mut self, address: &Sensitive, said: [Option<&Sensitive>; 2]) -> Redacted {
        if self.stand_ins.shows_senders()
            && let Some((local, domain)) = visible_bytes(address.expose()).trim().rsplit_once('@')
            && said.into_iter().flatten().any(|text| is_named_in(&visible_bytes(text.expose()), local))
        {
            self.stand_ins.hide_sender(local, domain);
        }
        self.sender(address)
    }

    /// Hides them again: for a copy that is not for the provider alone.
    pub fn hide_senders(&mut self) {
        self.stand_ins.show_senders(false);
    }

    /// Shows the one recipient whose stand-in has this number.
    pub fn reveal_recipient(&mut self, number: usize) {
        self.stand_ins.revealed = Some(number);
    }

    /// Keeps from now on whom each stand-in stands for: for the practice alone, never for what leaves it.
    pub fn keep_map(&mut self) {
        self.stand_ins.keep_map();
    }

    /// Stand-ins and whom they stand for, one a line with a tab between; empty where the map was not kept.
    pub fn map(&self) -> String {
        self.stand_ins.map().map(|(stand_in, whom)| format!("{stand_in}\t{whom}\n")).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        redact::{Level, Redactor},
        source::Sensitive,
    };

    #[test]
    fn a_sender_whom_a_server_names_is_hidden_from_then_on() {
        let mut gate = Redactor::new(Level::Personal);
        gate.show_senders();
        let of = |text: &str| Sensitive::new(text.as_bytes());
        let from = of("zandra@own.co.za");
        let address = of("5.7.1 Zandra@own.co.za may not send");
        assert_eq!(gate.sender_beside(&from, [Some(&address), None]).as_str(), "zandra@own.co.za");
        let named = of("5.7.1 Zandra Vlerkhaas may not send");
        assert_eq!(gate.sender_beside(&from, [Some(&named), None]).as_str(), "sender-1@domain-1.invalid");
        assert_eq!(gate.sender(&from).as_str(), "sender-1@domain-1.invalid");
        assert_eq!(gate.sender(&of("desk@own.co.za")).as_str(), "desk@own.co.za");
    }

    #[test]
    fn the_map_turns_stand_ins_back_and_holds_no_sign_in_name() {
        let mut gate = Redactor::new(Level::Personal);
        gate.keep_map();
        gate.show_senders();
        let of = |text: &str| Sensitive::new(text.as_bytes());
        assert_eq!(gate.sender(&of("zandra@own.co.za")).as_str(), "zandra@own.co.za");
        gate.hide_senders();
        assert_eq!(gate.address(&of("anna@gmail.com")).as_str(), "recipient-1@gmail.com");
        assert_eq!(gate.sender(&of("zandra@own.co.za")).as_str(), "sender-1@domain-1.invalid");
        assert_eq!(gate.text(&of("no zandra here")).as_str(), "no sender-1 here");
        gate.sign_in_name("kudu7herd");
        let map = gate.map();
        for line in ["recipient-1\tanna@gmail.com\n", "sender-1\tzandra@own.co.za\n", "domain-1\town.co.za\n"] {
            assert!(map.contains(line), "{map}");
        }
        assert!(!map.contains("kudu7herd"), "{map}");
    }
}
