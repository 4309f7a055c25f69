//! Afrikaans words of mail programs and what they are in English, so that a row in English is found in either: `adres is
//! ongeldig` is `address is invalid`.

/// In the order of their letters.
const WORDS: [(&[u8], &[u8]); 77] = [
    (b"aan", b"to"),
    (b"aanhangsel", b"attachment"),
    (b"aanhegsel", b"attachment"),
    (b"aanmelding", b"login"),
    (b"adres", b"address"),
    (b"afgekeur", b"rejected"),
    (b"afsender", b"sender"),
    (b"antwoord", b"response"),
    (b"bediener", b"server"),
    (b"besig", b"busy"),
    (b"beskikbaar", b"available"),
    (b"bestaan", b"exist"),
    (b"boodskap", b"message"),
    (b"boodskappe", b"messages"),
    (b"daaglikse", b"daily"),
    (b"die", b"the"),
    (b"domein", b"domain"),
    (b"epos", b"email"),
    (b"eposse", b"emails"),
    (b"gebruiker", b"user"),
    (b"gebruikersnaam", b"username"),
    (b"gedeaktiveer", b"disabled"),
    (b"geen", b"no"),
    (b"geldig", b"valid"),
    (b"geldige", b"valid"),
    (b"gesluit", b"closed"),
    (b"gevind", b"found"),
    (b"geweier", b"refused"),
    (b"groot", b"large"),
    (b"het", b"has"),
    (b"kan", b"can"),
    (b"kon", b"could"),
    (b"koppel", b"connect"),
    (b"leer", b"file"),
    (b"limiet", b"limit"),
    (b"misluk", b"failed"),
    (b"naam", b"name"),
    (b"netwerk", b"network"),
    (b"nie", b"not"),
    (b"onbekend", b"unknown"),
    (b"onbekende", b"unknown"),
    (b"onbeskikbaar", b"unavailable"),
    (b"ongeldig", b"invalid"),
    (b"ongeldige", b"invalid"),
    (b"ontvanger", b"recipient"),
    (b"ontvangers", b"recipients"),
    (b"oorskry", b"exceeded"),
    (b"oplos", b"resolve"),
    (b"poort", b"port"),
    (b"posbus", b"mailbox"),
    (b"probeer", b"try"),
    (b"rekening", b"account"),
    (b"sertifikaat", b"certificate"),
    (b"stawing", b"authentication"),
    (b"sy", b"its"),
    (b"te", b"too"),
    (b"toegang", b"access"),
    (b"toegelaat", b"allowed"),
    (b"tydelik", b"temporarily"),
    (b"tydelike", b"temporary"),
    (b"van", b"of"),
    (b"veel", b"many"),
    (b"verbind", b"connect"),
    (b"verbinding", b"connection"),
    (b"vereis", b"required"),
    (b"verifikasie", b"authentication"),
    (b"verkeerd", b"incorrect"),
    (b"verkeerde", b"incorrect"),
    (b"verloor", b"lost"),
    (b"verstreke", b"expired"),
    (b"vertrou", b"trusted"),
    (b"verval", b"expired"),
    (b"verwerp", b"rejected"),
    (b"vol", b"full"),
    (b"wagwoord", b"password"),
    (b"weer", b"again"),
    (b"word", b"is"),
];

/// Words of any sentence: alone they show no language, and some are English too.
const COMMON: [&[u8]; 8] = [b"aan", b"die", b"het", b"kan", b"nie", b"te", b"van", b"word"];

/// Words in plain spelling, each known one in English; `None` where none shows that they are Afrikaans. The second `nie` of a
/// sentence only ends it.
pub(super) fn in_english(words: &[u8]) -> Option<Vec<u8>> {
    let known = |word: &[u8]| WORDS.binary_search_by(|(known, _)| (*known).cmp(word)).ok().map(|at| WORDS[at].1);
    let all = || words.split(|b| *b == b' ').filter(|word| !word.is_empty());
    if !all().any(|word| known(word).is_some() && !COMMON.contains(&word)) {
        return None;
    }
    let mut english = vec![b' '];
    let mut denied = false;
    for word in all() {
        if word == b"nie" && std::mem::replace(&mut denied, true) {
            continue;
        }
        english.extend_from_slice(known(word).unwrap_or(word));
        english.push(b' ');
    }
    Some(english)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_words_are_told_in_english() {
        assert!(WORDS.is_sorted());
        assert_eq!(in_english(b" adres is nie geldig nie ").unwrap(), b" address is not valid ");
        assert_eq!(in_english(b" the van of a word "), None, "these words show nothing");
    }
}
