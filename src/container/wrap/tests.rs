use super::*;

fn lines(text: &str) -> Option<Vec<String>> {
    let lines: Vec<&[u8]> = source::lines(text.as_bytes()).map(|line| line.text).collect();
    join(text.as_bytes(), &lines).map(|Undone { text: joined, moved }| {
        for (at, offset) in moved {
            let line = |text: &[u8]| text.iter().take(12).copied().collect::<Vec<u8>>();
            assert_eq!(line(&joined[at..]), line(&text.as_bytes()[offset as usize..]));
        }
        assert_eq!(joined.iter().filter(|b| **b == b'\n').count(), text.matches('\n').count(), "lines stay");
        let joined = String::from_utf8(joined).unwrap();
        joined.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
    })
}

#[test]
fn a_record_goes_on_until_it_is_closed() {
    let record = "{\"level\":40,\"hostname\":\"RECEPTION-PC\",\"tnx\":\"smtp\",\"to\":\"a@b.example\",\"msg\":\"connect failed {550} \\\"no\\\"\"}";
    let (first, rest) = record.split_at(78);
    let (second, third) = rest.split_at(rest.find(' ').unwrap());
    let broken = format!("{first}\n{second}\n{}\n{{\"level\":20}}\n", third.trim_start());
    assert_eq!(lines(&broken).unwrap(), [record, "{\"level\":20}"]);
    assert_eq!(lines("{\n  \"level\": 40,\n  \"msg\": \"no\"\n}\n"), None);
}

#[test]
fn rows_of_a_table_fill_their_lines() {
    let row = |text: &str| format!("│ 08:26:01 │ <- │ {text:<50} │\n");
    let table = [row("220 mail.example.co.za"), row("250 OK"), row("221 bye")].concat().repeat(7);
    assert_eq!(lines(&format!("┌{}┬{}┐\n{table}", "─".repeat(10), "─".repeat(57))), None);
}

#[test]
fn broken_lines_are_joined() {
    let log = "08:26:01 S: 550 5.7.1 <j.botha@patients.example.co.za>: Sender address\n\
               rejected: not owned by user statements@practice.example.co.za\n\
               08:26:01 C: QUIT\n08:26:01 S: 221 2.0.0 Bye, and thank you for the visit to this fine\nserver\n";
    let joined = lines(log).unwrap();
    assert_eq!(joined.len(), 3, "{joined:?}");
    assert!(joined[0].ends_with("Sender address rejected: not owned by user statements@practice.example.co.za"));
    assert!(joined[2].ends_with("fine server"));
    let page = format!(
        "{}\nThe SMTP server requires a secure connection or the client was not\nauthenticated. The server said so.\n\
         Description: none\nI am sorry to have to inform you that your message could not\nbe delivered to anybody.\n",
        "A line of the page is wider than all others. ".repeat(3).trim_end()
    );
    assert_eq!(lines(&page).unwrap()[1..].len(), 3);
}

#[test]
fn the_servers_words_in_a_report_are_one_line() {
    let report =
        "Status: 5.7.1\nDiagnostic-Code: smtp; 550 5.7.1 no,\n    not from\n\there\nLast-Attempt-Date: today\n";
    assert_eq!(lines(report).unwrap()[1], "Diagnostic-Code: smtp; 550 5.7.1 no, not from here");
}

#[test]
fn long_words_are_joined_where_several_are() {
    let log = "20261123-085555 00007F0B2B497470-> MAIL\nFROM:<statements@practice.example.co.za> SIZE=701\n\
               20261123-085555 00007F0B2B497470<- 250 2.1.0 Ok, and a word or two\n\
               20261123-085555 00007F0B2B497470-> RCPT\nTO:<j.botha@patients.example.co.za> NOTIFY=NEVER\n";
    let joined = lines(log).unwrap();
    assert!(joined.len() == 3 && joined[0].ends_with("-> MAIL FROM:<statements@practice.example.co.za> SIZE=701"));
    // The rest of a line may look like a reply, where no reply begins a line.
    let quoted = "\"SMTPC\" 101 \"2026-11-23 10:54:54\" \"RECEIVED: 250-mail.b.example[nl]250\nDSN\"\n\
                  \"SMTPC\" 101 \"2026-11-23 10:54:54\" \"SENT: EHLO RECEPTION-PC.PRACTICE\"\n\
                  \"SMTPC\" 101 \"2026-11-23 10:54:55\" \"RECEIVED: and that is what it said\n250 OK\"\n\
                  \"SMTPC\" 101 \"2026-11-23 10:54:56\" \"RECEIVED: and that is what it also\nsaid to us\"\n";
    assert_eq!(lines(quoted).unwrap().len(), 4, "{:?}", lines(quoted));
}

#[test]
fn lines_that_each_name_another_are_whole() {
    let rows = "[OK   ] 11/23/2026 09:01:12 AM invoice 881 -> lindiwe@webmail.example\n\
                [OK   ] 11/23/2026 09:01:14 AM invoice 882 -> rk@polka.example\n\
                [NOAUTH] 11/23/2026 09:01:15 AM invoice 883 -> thabo@mail.example\n\
                [NOAUTH] 11/23/2026 09:01:16 AM invoice 884 -> zanele@mail.example\n";
    assert_eq!(lines(rows), None);
}

#[test]
fn an_exception_begins_a_line() {
    let trace = "2026-11-28 06:26:33,837 ERROR statements.mailer: Could not send Statement\nOctober 2026\n  File \"/opt/app/venv/lib/python3.11/site-packages/aiosmtplib/smtp.py\", line\n\
                 1282, in auth_login\n    raise SMTPAuthenticationError(response.code, response.message)\n\
                 aiosmtplib.errors.SMTPAuthenticationError: (535, '5.7.8 Error: authentication\nfailed: x')\n";
    let joined = lines(trace).unwrap();
    assert_eq!(joined[4], "aiosmtplib.errors.SMTPAuthenticationError: (535, '5.7.8 Error: authentication failed: x')");
}

#[test]
fn whole_lines_stay() {
    for log in [
        "08:26:01 S: 250-mail.example.co.za at your service, and a word or two\n08:26:01 S: 250 SIZE\n",
        "250-mail.example.co.za Hello customer.example.co.za [192.0.2.6], pleased\n250-SIZE\n250 HELP\n",
        "220 mail\nEHLO pc\n250 ok\n",
        // The text comes first, and is not always wide.
        "250 2.0.0 Ok: queued as 4A1B6B7FC7 | got | 23/11/2026 08:34:44 | 6877\nQUIT | said | 23/11/2026 08:34:45 | 6877\n\
         221 2.0.0 Bye | got | 23/11/2026 08:34:46 | 6877\ndisconnect | note | 23/11/2026 08:34:47 | 6877\n",
        "Net::SMTP>>> Net::SMTP(3.14)\n\
         Net::SMTP: Net::Cmd::getline(): timeout at /home/user-1/app/perlsend.pl line 6.\n\
         cannot connect to mail.example.co.za:25: Net::SMTP: 421 Timeout\n",
        "Date;Time;Account;Email;Result\n2026/11/27;18:02:11;B1001;jan@mweb.co.za;Sent\n\
         2026/11/27;18:02:14;B1002;piet@vodamail.co.za;Sent\n\
         2026/11/27;18:02:20;B1003;sannie@gmial.com;Not sent - unknown host\n",
        "Date;Time;Event;Info\n23.11.2026;13:00:00;SEND;to=a@b.example;att=2;size=1843221;pages=2;subject=Statement\n\
         23.11.2026;13:00:40;FAIL;to=a@b.example;att=2;why=timeout while sending data\n\
         23.11.2026;13:05:00;SEND;to=a@b.example;att=0;size=2210;pages=2;subject=Statement\n\
         23.11.2026;13:05:02;DONE;to=a@b.example\n",
        // Nor does a sentence go on where columns do.
        "winged away,2026/11/27 18:02:11,jan@mweb.co.za,Appointment reminder,\n\
         winged away,2026/11/27 18:02:14,piet@vodamail.co.za,Appointment reminder,\n\
         sunk,2026/11/27 18:02:20,sannie@webmail.co.za,Statement,Greylisted, please try again\n",
        "cleared   2026/11/27 18:02:11   jan@mweb.co.za   Appointment reminder\n\
         conked out   2026/11/27 18:02:14   piet@vodamail.co.za   Statement   wrong version number\n\
         cleared   2026/11/27 18:02:20   sannie@webmail.co.za   Appointment reminder\n",
        "Mailing invoice 10232 -> susan@example.co.za\n\
         FAIL | invoice 10232 | Authentication failed: 535 Incorrect authentication data\n\
         Mailing invoice 10233 -> peter@example.co.za\n\
         FAIL | invoice 10233 | Authentication failed: 535 Incorrect authentication data\nDone. 1 sent, 2 failed.\n",
        // A line that names another is about another mail.
        "winged away Receipt 771 Griesel-Kotze p.mokoena@patients.example.co.za\n\
         botched Statement Griesel-Kotze k_vanwyk@example.test - Authentication\n\
         winged away Account 10442 Griesel-Kotze m.griesel@example.test\n\
         winged away Receipt 771 Griesel-Kotze r.naidoo@example.test\n\
         winged away Statement Griesel-Kotze accounts@example.test\nMailer down\n",
        "2026.11.23 10:57:31: -------------Start of Session-----------------\n<<<getline<<< 220 mail\n",
    ] {
        assert_eq!(lines(log), None, "{log}");
    }
}
