//! Logs that are learned, and texts that are not.

use super::*;

fn of(log: &str, asked: bool) -> Option<Learned> {
    learn(log.lines().map(str::as_bytes), asked)
}

#[test]
fn a_dialect_is_learned() {
    let learned = of(
        "08:26:01 [17] Ontvang: 220 mail.example.co.za ESMTP\n08:26:01 [17] Gestuur: EHLO PC\n\
         08:26:02 [17] Ontvang: 250-mail.example.co.za | 250 AUTH LOGIN\n08:26:02 [17] Gestuur: QUIT\n\
         08:26:02 [17] Ontvang: 221 Bye\n08:26:02 [17] Stelsel: Verbinding gesluit\n",
        false,
    )
    .unwrap();
    let rules: Vec<(Kind, String)> =
        learned.profile.rules.iter().map(|rule| (rule.kind, rule.template.to_string())).collect();
    assert!(rules.contains(&(Kind::Server, "{time} [{number}] Ontvang: {text}".into())), "{rules:?}");
    assert!(rules.contains(&(Kind::Client, "{time} [{number}] Gestuur: {text}".into())), "{rules:?}");
    assert!(rules.contains(&(Kind::Closed, "{time} [{number}] Stelsel: Verbinding gesluit".into())), "{rules:?}");
    assert_eq!(learned.profile.line_end, LineEnd::Joins(" | "));
    assert!(learned.score > 0.9 && learned.dialogue);
}

#[test]
fn a_long_log_is_learned_from_its_beginning() {
    let dialogue = |n: usize| {
        format!(
            "08:26:01 [{n}] <- 220 mail ESMTP\n08:26:01 [{n}] -> EHLO pc\n08:26:02 [{n}] <- 250 mail\n\
             08:26:02 [{n}] -> QUIT\n08:26:02 [{n}] <- 221 Bye\n"
        )
    };
    let regular: String = (0..200).map(dialogue).collect();
    let beginning: String = (0..BEGINNING / 5).map(dialogue).collect();
    let (learned, of_beginning) = (of(&regular, false).unwrap(), of(&beginning, false).unwrap());
    assert!(learned.is_sure() && learned.profile == of_beginning.profile);
    // What stands only in the rest is learned too.
    let closed = format!("{regular}08:27:01 [7] ** Verbinding gesluit\n");
    assert!(!learned.profile.has(Kind::Closed) && of(&closed, false).unwrap().profile.has(Kind::Closed));
}

#[test]
fn lines_of_known_kinds_tell_nothing_else() {
    let lines: Vec<Vec<u8>> = (0..20).map(|n| format!("08:26:{n:02} Connecting to 192.0.2.{n}").into_bytes()).collect();
    let lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
    let (beginning, rest) = lines.split_at(10);
    assert!(goes_on(&kinds(beginning), rest));
    // What stood there once only may be the start of something.
    assert!(!goes_on(&kinds(&beginning[..1]), rest));
    assert!(!goes_on(&kinds(beginning), &[b"08:27:01 Connection refused"]));
}

/// What a line says by the dialect that was learned from all of them.
fn said(log: &str, line: usize) -> String {
    let dialect = of(log, false).unwrap().into_dialect();
    format!("{:?}", dialect.read(log.lines().nth(line).unwrap().as_bytes()).event)
}

/// A dialogue after an attempt that failed, as this writes it: the mark of a side, and the line.
fn tried_twice(write: impl Fn(&str, &str) -> String) -> Learned {
    let lines = [
        ("i", "Connecting to mail.example.co.za:587"),
        ("i", "No such host is known"),
        ("i", "Connecting to mail.example.co.za:587"),
        ("s", "220 mail.example.co.za ESMTP"),
        ("c", "EHLO pc"),
        ("s", "250 mail.example.co.za"),
        ("c", "MAIL FROM:<a@b.c>"),
        ("s", "250 Ok"),
        ("c", "QUIT"),
        ("s", "221 Bye"),
    ];
    let log: Vec<String> = lines.iter().map(|(mark, text)| write(mark, text)).collect();
    of(&log.join("\n"), false).unwrap_or_else(|| panic!("{log:?}"))
}

#[test]
fn the_words_around_a_dialogue_are_about_nothing() {
    for frame in [
        "08:26:01|MTM.Mail.Message|{}|",
        "08:26:01 D MtmPos : {} ",
        "2026-11-23\u{a6}08:26:01\u{a6}{}\u{a6}",
        "MESSAGE={} ",
    ] {
        let learned = tried_twice(|mark, text| frame.replace("{}", mark) + text);
        let rule = learned.profile.rules.iter().find(|rule| rule.kind == Kind::Connecting);
        let rule = rule.unwrap_or_else(|| panic!("{frame}: {:?}", learned.profile.rules));
        assert!(rule.template.to_string().ends_with("Connecting to {host}:{port}"), "{}", rule.template);
    }
}

#[test]
fn a_field_speaks_where_the_others_are_silent() {
    let learned = tried_twice(|mark, text| match mark {
        "i" => format!(r#"{{"at":"08:26:01","format":"{text}"}}"#),
        _ => format!(r#"{{"at":"08:26:01","format":"side text","side":"{mark}","text":"{text}"}}"#),
    });
    let Some(layout) = &learned.profile.layout else { panic!("{:?}", learned.profile) };
    assert_eq!(layout.columns.last().map(Vec::as_slice), Some(&["text".to_owned(), "format".to_owned()][..]));
    assert!(learned.profile.has(Kind::Connecting));
}

#[test]
fn a_reply_may_end_as_commands_do() {
    let log = "\"got\n220 mail\"\n\"put\nEHLO pc\"\n\"got\n250-mail\n250 SIZE\"\n\"put\nMAIL FROM:<a@b.c>\"\n\"got\n550 no\"\n\
               \"put\nQUIT\"\n\"got\n221 Bye\"\n";
    assert!(said(log, 10).starts_with("Server"), "{}", said(log, 10));
    assert!(said(log, 8).starts_with("Client"), "{}", said(log, 8));
}

#[test]
fn sides_that_begin_alike_may_be_told_by_their_ends() {
    let learned = tried_twice(|mark, text| format!("[{text}] (9 bytes, 5 ms) {mark} #4"));
    assert!(learned.profile.marks_sides && learned.profile.has(Kind::Connecting), "{:?}", learned.profile.rules);
}

#[test]
fn a_number_in_a_mail_is_no_reply_in_either_column_width() {
    let lines =
        ["< 220 m ESMTP", "> EHLO pc", "< 250 m", "> MAIL FROM:<a@b.c>", "< 250 ok", "> RCPT TO:<d@e.f>", "< 250 ok"];
    let mail =
        ["> DATA", "< 354 go", "> Subject: x", "> ", "> 220 is the room", "> .", "< 250 ok", "> QUIT", "< 221 Bye"];
    let all = lines.iter().chain(&mail).enumerate();
    let log: Vec<String> = all.map(|(n, line)| format!("{:>2}.371s {line}", n + 3)).collect();
    let log = log.join("\n");
    assert!(said(&log, 11).starts_with("Client"), "{}", said(&log, 11));
}

#[test]
fn a_sentence_that_comes_again_is_no_column() {
    let log = "they 220 m ESMTP\nwe EHLO pc\nthey 250 m\nwe AUTH PLAIN AAAA\nthey 535 bad\nnote error: 535 bad data\n\
               we AUTH PLAIN AAAB\nthey 535 bad\nnote error: 535 bad data\nwe AUTH PLAIN AAAC\nthey 535 bad\n\
               note error: 535 bad data\nwe QUIT\nthey 221 Bye\n";
    assert!(!said(log, 5).starts_with("Client"), "{}", said(log, 5));
}

#[test]
fn a_code_in_a_field_of_its_own_begins_the_reply() {
    let log = "t=08:26:01 code=220 text=\"mail ESMTP\"\nt=08:26:02 text=\"EHLO pc\"\nt=08:26:03 code=250 text=\"mail\"\n\
               t=08:26:04 text=\"MAIL FROM:<a@b.c>\"\nt=08:26:05 code=550 text=\"no\"\nt=08:26:06 text=\"QUIT\"\n";
    let learned = of(log, false).unwrap();
    let code = learned.profile.layout.as_ref().and_then(|layout| layout.code.clone()).unwrap();
    assert_eq!((&*code.name, code.between), ("code", " text=\""));
    let again = Profile::from_toml(&learned.profile.to_toml(1.0)).unwrap();
    assert_eq!(again.layout, learned.profile.layout);
    assert_eq!(again.line_end, learned.profile.line_end);
    let Event::Server(text, _) = again.read(log.lines().nth(4).unwrap().as_bytes()).event else { panic!("{code:?}") };
    assert_eq!(text, b"550 text=\"no");
}

#[test]
fn a_column_of_codes_may_have_a_heading() {
    let log = "at;who;code;text\n08:26:01;S;220;mail ESMTP\n08:26:02;C;;EHLO pc\n08:26:03;S;250;mail\n\
               08:26:03;S;250;SIZE 9\n08:26:04;C;;MAIL FROM:<a@b.c>\n08:26:05;S;550;no\n08:26:06;C;;QUIT\n";
    let dialect = of(log, false).unwrap().into_dialect();
    let read = |line| dialect.read(log.lines().nth(line).unwrap().as_bytes()).event;
    assert!(matches!(read(6), Event::Server(b"550;no", _)), "{:?}", read(6));
    assert!(matches!(read(5), Event::Client(b"MAIL FROM:<a@b.c>", _)), "{:?}", read(5));
}

#[test]
fn a_record_may_hold_a_command_and_its_reply() {
    let steps =
        [("", "220 m"), ("EHLO pc", "250-m/250 SIZE"), ("MAIL FROM:<a@b.c>", "250 ok"), ("RCPT TO:<d@e.f>", "550 no")];
    let json = |(command, reply): &(&str, &str)| match *command {
        "" => format!(r#"{{"q":null,"a":["{reply}"]}}"#),
        _ => format!(r#"{{"q":"{command}","a":["{}"]}}"#, reply.replace('/', r#"",""#)),
    };
    let plain = |(command, reply): &(&str, &str)| match *command {
        "" => format!("08:26:01 connected, got {reply}"),
        _ => format!("08:26:01 {command} => {reply}"),
    };
    for log in [steps.iter().map(json).collect::<Vec<_>>(), steps.iter().map(plain).collect()] {
        let log = log.join("\n");
        let dialect = of(&log, false).unwrap_or_else(|| panic!("{log}")).into_dialect();
        let read = dialect.read(log.lines().nth(3).unwrap().as_bytes());
        assert!(matches!(read.event, Event::Client(b"RCPT TO:<d@e.f>", _)), "{log}: {read:?}");
        assert_eq!(read.reply, b"550 no", "{log}");
        let read = dialect.read(log.lines().next().unwrap().as_bytes());
        assert!(matches!(read.event, Event::Server(b"220 m", _)) && read.reply.is_empty(), "{log}: {read:?}");
    }
}

#[test]
fn a_colour_may_be_the_mark() {
    let sides = [(32, "220 m ESMTP"), (36, "EHLO pc"), (32, "250 m"), (36, "QUIT"), (32, "221 Bye")];
    let log: String = sides.iter().map(|(colour, text)| format!("\x1B[{colour}m{text}\x1B[0m\n")).collect();
    assert_eq!(said(&log, 1), r#"Client([69, 72, 76, 79, 32, 112, 99], No)"#);
}

#[test]
fn an_element_that_is_called_as_a_command_is_none() {
    let texts = ["220 m ESMTP", "EHLO pc", "250 m", "MAIL FROM:&lt;a@b.c&gt;", "550 no", "QUIT", "221 Bye"];
    let log: String =
        texts.iter().map(|text| format!("<E>\n  <At>08:26:01</At>\n  <Data>{text}</Data>\n</E>\n")).collect();
    assert!(said(&log, 18).contains("Server"), "{}", said(&log, 18));
    assert!(said(&log, 14).contains("Client"), "{}", said(&log, 14));
}

#[test]
fn other_texts_are_refused() {
    let news = "* Fix a crash when searching for a pattern\n\tThe option is explained in the manual\n".repeat(40);
    let said = "\t421 changes between versions 406 and 409\n* Quit when the input file is deleted\n";
    let about = "# The mail server sends each message to smtp.example.org with this setting.\n";
    let changes = "\tNew changes between versions 406 and 409\n* Fix -u setting while viewing help file\n\
                   Changes between versions 409 and 411\n* Add words about the -h | --help ]\n";
    for (what, text) in [
        ("a number in a long text", &*format!("{news}{said}{news}")),
        ("numbers and help in a list of changes", &*changes.repeat(9)),
        (
            "a manual with one error",
            &*format!("{}# If you see: Connection refused, ask for it.\n{0}", about.repeat(30)),
        ),
        (
            "prose",
            "Dear patient\n\nPlease find your statement attached.\n250 units were used.\nDATA for the month\nQuit smoking.\n",
        ),
        (
            "a table",
            "date,item,amount\n2026-11-23,Consultation,450.00\n2026-11-23,250 ml syrup,89.50\n2026-11-24,X-ray,550\n",
        ),
        (
            "a web log",
            "1.2.3.4 - - [23/Nov/2026:08:26:01 +0200] \"GET /mail HTTP/1.1\" 200 5120\n1.2.3.4 - - [23/Nov/2026:08:26:02 +0200] \"POST /login HTTP/1.1\" 550 12\n",
        ),
        ("a program", "fn main() {\n    // connect to the server\n    let code = 250;\n    println!(\"DATA\");\n}\n"),
        (
            "a mail server's log",
            "Nov 23 08:26:01 mx postfix/smtpd[77]: connect from pc[196.25.1.1]\nNov 23 08:26:02 mx postfix/smtpd[77]: disconnect from pc[196.25.1.1] ehlo=1 quit=1 commands=2\n\
             Nov 23 08:26:03 mx postfix/qmgr[78]: 4A1B: from=<a@b.example>, size=345, nrcpt=1 (queue active)\n",
        ),
        (
            "a database's log",
            "2026-11-23 08:26:01 [17] Connected to db.example.co.za:3306\n2026-11-23 08:26:02 [17] Query failed: timeout\n2026-11-23 08:26:02 [17] Connection closed\n",
        ),
        (
            "a mail",
            "From: a@b.example\nTo: c@d.example\nSubject: 550 refused\n\n> 550 5.1.1 User unknown\nKind regards\n",
        ),
        (
            "invoices",
            "invoice;date;patient;amount\n250;2026-11-23;Mrs A. Botha;450.00\n251;2026-11-23;Mr K. Naidoo;550.20\n252;2026-11-24;Mr T. Nkosi;535.00\n",
        ),
        (
            "a chat",
            "[2026/11/23, 08:26:01] Anna: did you get my mail?\n[2026/11/23, 08:26:40] Sipho: no, it failed again\n\
             [2026/11/23, 08:27:02] Anna: I sent the statement to accounts@example.co.za\n[2026/11/23, 08:27:30] Sipho: 250 rand?\n",
        ),
        (
            "a novel",
            "The mail came at ten. She had sent him a letter, but the connection was lost.\n\"I could not send it,\" he said, and closed the door.\n\
             At 220 Main Road nobody answered.\n",
        ),
        ("a phone list", "Dr Botha 021 555 0123\nReception 550 221\nServer room 354 250\nMail room 535 450\n"),
        (
            "a log with numbers",
            "2026-11-23 08:26:01 250 rows read\n2026-11-23 08:26:02 550 rows written\n2026-11-23 08:26:03 Error 530: table is locked\n",
        ),
        (
            "a program's stack trace",
            "Traceback (most recent call last):\n  File \"a.py\", line 3, in <module>\n    main()\nValueError: invalid literal\n",
        ),
        ("nothing", ""),
    ] {
        assert!(of(text, false).is_none(), "{what}");
    }
}

#[test]
fn arbitrary_lines_never_panic() {
    let parts = "250 ¶250-¶EHLO x¶QUIT¶\"¶'¶[¶]¶{¶}¶<¶>¶\\r\\n¶: ¶;¶,¶|¶\t¶17¶08:26:01 ¶MAIL FROM:<a@b.c>¶\
                 Connecting to mail.x.za:25¶Password=";
    let parts: Vec<&[u8]> = parts.split('¶').map(str::as_bytes).chain([&b"\x80\xff"[..]]).collect();
    let mut state = 1u64;
    let mut lot = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap()
    };
    for _ in 0..400 {
        let lines: Vec<Vec<u8>> =
            (0..12).map(|_| (0..lot() % 7).flat_map(|_| parts[lot() % parts.len()]).copied().collect()).collect();
        if let Some(learned) = learn(lines.iter().map(Vec::as_slice), true) {
            let text = learned.profile.to_toml(learned.score);
            Profile::from_toml(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
            let dialect = learned.into_dialect();
            lines.iter().for_each(|line| {
                let _ = dialect.read(line);
            });
        }
    }
}
