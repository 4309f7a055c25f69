use super::{super::of_lines, *};

fn verdict(inferred: &Inferred, line: &str) -> Option<bool> {
    let record = Record::of(line.as_bytes());
    inferred.verdict(record.said(), record.names())
}

fn of(log: &str) -> Option<Inferred> {
    of_lines(log, |records| Inferred::of(records.iter().copied()))
}

fn sent(log: &str) -> Vec<bool> {
    let inferred = of(log);
    log.lines().map(|line| inferred.as_ref().is_some_and(|i| verdict(i, line) == Some(true))).collect()
}

#[test]
fn the_phrase_of_mails_that_did_not_fail() {
    let one = "08:26:01 Rekening a@b.example vort\n08:26:09 Faktuur c@d.example vrot: Mailbox full\n\
               08:27:01 Faktuur e@f.example vort\n";
    assert_eq!(sent(one), [true, false, true]);
    let two = "Next: a@b.example\nshipped\nNext: c@d.example\nbust: Relay access denied\nNext: e@f.example\nshipped\n";
    assert_eq!(sent(two), [false, true, false, false, false, true]);
    let run = "08:00:01 Connecting to mail.b.example port 587\n08:00:02 Sending to a@b.example\n08:00:03 Done\n\
               08:00:04 Sending to c@d.example\n08:00:05 Done\n08:00:05 Connection closed\n\
               09:00:01 Connecting to mail.b.example port 587\n09:00:21 No answer from server\n";
    assert_eq!(sent(run), [false, false, true, false, true, false, false, false]);
    let reasons = "[x] down a@b.example\n  Relaying denied [550]\n[x] home c@d.example\n[x] down e@f.example\n\
                   Reason: mailbox full\n[x] home g@h.example\n";
    assert_eq!(sent(reasons), [false, false, true, false, false, true], "a reason is about the line above it");
    let cells = "a@b.example;Statement;landed;\nc@d.example;Statement;sunk;550 5.1.1 User unknown\n\
                 e@f.example;Receipt;landed;\n";
    assert_eq!(sent(cells), [true, false, true]);
}

#[test]
fn what_is_being_sent_is_announced() {
    let log = "Faktuur vir a@b.example nou gestuur\nvort\nFaktuur vir c@d.example nou gestuur\nvrot: Mailbox full\n\
               Rekening vir e@f.example nou gestuur\nvort\n";
    let inferred = of(log).unwrap();
    let begins: Vec<bool> = log.lines().map(|line| inferred.begins(&Record::of(line.as_bytes()))).collect();
    assert_eq!(begins, [true, false, true, false, true, false]);
    assert_eq!(sent(log), [false, true, false, false, false, true]);
}

#[test]
fn the_first_of_two_lines_about_each_mail_announces_it() {
    let log = "08:00:01 card to a@b.example pressed\n08:00:03 card to a@b.example flew off\n\
               08:00:04 card to c@d.example pressed\n08:00:06 card to c@d.example stays (mail server not found)\n\
               08:00:07 card to e@f.example pressed\n08:00:09 card to e@f.example flew off\n";
    assert_eq!(sent(log), [false, true, false, false, false, true]);
    let verdicts = |log: &str| {
        let inferred = of(log).unwrap();
        log.lines().map(|line| verdict(&inferred, line)).collect::<Vec<_>>()
    };
    assert_eq!(verdicts(log)[0], None, "what the others were too is no failure");
    let signs = "09:00 Q+ id=31 to=a@b.example\n09:01 Q! id=31 to=a@b.example why=\"450 4.7.1 Greylisted\"\n\
                 09:15 Q- id=31 to=a@b.example\n09:16 Q+ id=32 to=c@d.example\n09:17 Q- id=32 to=c@d.example\n";
    assert_eq!(sent(signs), [false, false, true, false, true]);
}

#[test]
fn what_is_only_queued_where_others_went_out() {
    let log = "2021-03-01 08:10:00  a@b.example  Sent\n2021-03-01 08:20:00  c@d.example  Queued\n";
    assert!(of(log).unwrap().queued);
    assert!(!of(&log.replace("Sent", "Queued")).is_some_and(|inferred| inferred.queued), "all may be with the server");
}

#[test]
fn a_word_of_failure_behind_an_announcement() {
    let told = |log: &str| {
        let inferred = of(log);
        let trouble =
            |line: &str| inferred.as_ref().is_some_and(|i| i.is_trouble(&alike::told(line.as_bytes(), true).0));
        (sent(log), log.lines().map(trouble).collect::<Vec<bool>>())
    };
    let announced = "2026-11-02 08:28:34 Sending statement to p.mokoena@b.example\n2026-11-02 08:28:35 ";
    assert_eq!(told(&format!("{announced}Error: plonk quux\n")), (vec![false, false], vec![false, true]));
    assert_eq!(told(&format!("{announced}Error: plonk quux\n2026-11-02 08:28:36 Mail sent\n")).1, [false; 3]);
}

#[test]
fn one_mail_and_nothing_that_failed() {
    assert_eq!(sent("2026-11-02 08:28:34 p.mokoena@b.example cleared\n"), [true]);
    assert_eq!(sent("p.mokoena@b.example cleared\n"), [false], "this may be any text");
    let header = "Date: Mon, 02 Nov 2026 18:10:22 +0200\nTo: p.mokoena@b.example\nSubject: Plonk\nX-Mailer: Quux\n";
    assert_eq!(sent(header), [false; 4], "the header of a mail that somebody pasted");
    assert_eq!(sent("2026-11-02 08:28:34 p.mokoena@b.example plonk: quux zap\n"), [false], "this may be why not");
    let cells = "1|2026-11-03 13:00:00|a@b.example|1\n2|2026-11-03 13:00:03|c@d.example|1\n\
                 3|2026-11-03 13:00:06|e@f.example|0|451 4.7.1 Greylisted, please try again later\n";
    assert_eq!(sent(cells), [true, true, false]);
}

#[test]
fn what_sums_up_is_no_mail() {
    let log = "Account 11 a@b.example ... gone\nAccount 12 c@d.example ... gone\n\
               Account 13 e@f.example ... returned: 550 Access denied\nMail run finished: 2 gone, 1 returned\n";
    assert_eq!(sent(log), [true, true, false, false]);
}

#[test]
fn the_phrase_of_mails_that_failed() {
    let sent: String = (0..6).map(|n| format!("08:26:0{n} p{n}@b.example vort\n")).collect();
    let failed: String =
        (1..3).map(|n| format!("08:27:0{n} q{n}@b.example vrot\n    550 5.1.1 User unknown\n")).collect();
    let log = format!("{sent}{failed}08:28:01 e@f.example vrot\n    quux\n");
    let inferred = of(&log).unwrap();
    let verdicts: Vec<_> = log.lines().map(|line| verdict(&inferred, line)).collect();
    assert_eq!((verdicts[5], verdicts[10]), (Some(true), Some(false)));
}

#[test]
fn what_shows_no_phrase() {
    let announced = "08:26:01 Sending email to a@b.example via mail.x.example:587\n\
                     08:26:21 Sending email to c@d.example via mail.x.example:587\n";
    assert_eq!(sent(announced), [false; 2]);
    assert_eq!(sent("a@b.example\nc@d.example\ne@f.example\n"), [false; 3]);
    assert_eq!(sent("Mail to a@b.example sent\nMail to c@d.example failed: Mailbox full\n"), [false; 2]);
}
