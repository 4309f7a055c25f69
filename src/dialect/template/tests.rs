use super::*;

fn text<'a>(template: &str, line: &'a str) -> Option<&'a str> {
    let template = Template::parse(template).unwrap();
    template.matches(line.as_bytes()).map(|m| std::str::from_utf8(m.text).unwrap())
}

#[test]
fn lines_match_by_their_fixed_parts() {
    assert_eq!(text("{time} [{number}] <= {text}", "2026/11/23 08:26:01 [17] <= 250 OK"), Some("250 OK"));
    assert_eq!(text("{time} [{number}] <= {text}", "2026/11/23 08:26:01 [17] => EHLO x"), None);
    assert_eq!(text("{time};{session};S;\"{text}\"", "08:26:01;a9;S;\"250 OK\""), Some("250 OK"));
    assert_eq!(text("send: '{text}'", "send: 'ehlo x"), Some("ehlo x"));
    let json = r#"{{"at":"{time}","msg":"{text}","dir":"out","n":{number}}}"#;
    assert_eq!(text(json, r#"{"at":"08:26:01","msg":"EHLO x","dir":"out","n":5}"#), Some("EHLO x"));
    assert_eq!(text(json, r#"{"at":"08:26:01","msg":"EHLO x","dir":"in","n":5}"#), None);
    assert_eq!(text("{level} [{session}] S: {text}", "INFO  [ab] S: 250 OK"), Some("250 OK"));
    assert_eq!(text("S: {text}", "S:"), Some(""));
    assert_eq!(text("{text} IN {time}", "250 OK  IN 2026/10/09 08:58:22"), Some("250 OK"));
    assert_eq!(text("{id}HR_Connect: {host}:{port}", "00007FHR_Connect: a.b:25"), Some(""));
}

#[test]
fn holes_are_filled() {
    for (template, line) in [
        ("Connected to {host}.", "Connected to mail.example.co.za."),
        ("Trying {host}...", "Trying mail.example.co.za..."),
    ] {
        assert_eq!(Template::parse(template).unwrap().matches(line.as_bytes()).unwrap().host, b"mail.example.co.za");
    }
    let template = Template::parse("{time} Connecting to {host}:{port}").unwrap();
    let m = template.matches(b"10:57:38 Connecting to mail.example.co.za:587").unwrap();
    assert_eq!((m.time, m.host, m.port), (&b"10:57:38"[..], &b"mail.example.co.za"[..], &b"587"[..]));
    assert_eq!(template.matches(b"10:57:38 Connecting to mail.example.co.za"), None);
}

#[test]
fn how_far_one_fits_is_known_of_the_next() {
    let templates = [
        "{time} [{session}] <- {text}",
        "{time} [{session}] -> {text}",
        "{time} [{session}] -> {host}:{port}",
        "{time} [{session}] connected",
        "{time} [{session}] connected to {host}",
        "{time} {word}",
        "{time} {word} {text}",
        "{text}",
    ]
    .map(|template| Template::parse(template).unwrap());
    for line in [
        "08:26:01 [7] <- 250 ok",
        "08:26:01 [7] -> QUIT",
        "08:26:01 [7] -> mail.b.example:25",
        "08:26:01 [7] connected to mail.b.example",
        "08:26:01 [7] connected",
        "08:26:01 [7]",
        "08:26:01 done",
        "QUIT",
        "",
    ] {
        let mut begun = Begun::default();
        for (n, template) in templates.iter().enumerate() {
            let shared = n.checked_sub(1).map_or(0, |before| template.shared(&templates[before]));
            let matched = template.matches_with(line.as_bytes(), shared, &mut begun);
            assert_eq!(matched, template.matches(line.as_bytes()), "{template}: {line}");
        }
    }
    assert_eq!(templates[1].shared(&templates[0]), 5);
}

#[test]
fn written_and_read_again_they_are_the_same() {
    for text in [
        "{time} [{number}] <= {text}",
        "{{\"a\":\"{text}\"}}",
        "S:\t{text}",
        "{text}",
        " -> {text}",
        "Kli{xEB}nt: {text}",
    ] {
        let template = Template::parse(text).unwrap();
        assert_eq!(Template::parse(&template.to_string()).unwrap(), template);
    }
}

#[test]
fn errors_say_what_to_write() {
    let error = |text: &str| Template::parse(text).unwrap_err().to_string();
    assert!(error("{tim} {text}").contains("{time}"));
    assert!(error("{time {text").contains("{{"));
    assert!(error("{word}{host}").contains("side by side"));
    assert!(error("{text} {text}").contains("once"));
}
