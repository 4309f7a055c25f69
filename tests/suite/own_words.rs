//! Logs in a program's own words, drawn by lot: a line, two or a block for each mail, without any dialogue, in words that
//! mostly stand nowhere in `knowledge/`. `MTMLOG_SEED` draws others, `MTMLOG_LOGS` says how many, `MTMLOG_KEEP` names a
//! folder to write them to.

use crate::common;
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::path::Path;

use mtmlog::Request;
use mtmlog::knowledge::{WordClass, WordTable, plain_spelling};
use mtmlog::redact::Level;
use mtmlog::report::{Format, Look, Setup};
use serde_json::Value;

mod words;
mod writer;

use crate::common::lot::Lot;
use crate::common::marking::{Drawn, answer, mark, number};
use writer::{NAME, PASSWORD, Style};

/// Logs drawn where nobody says how many: few enough for a debug build.
const LOGS: u64 = 100;

fn drawn(count: u64) -> Vec<Drawn> {
    let seed = number("MTMLOG_SEED").unwrap_or(1);
    let draw = |n: u64| {
        let mut lot = Lot::new(seed.wrapping_mul(1_000_003).wrapping_add(n));
        let style = Style::draw(&mut lot);
        let mails = match lot.below(20) {
            0..4 => 1,
            4..15 => 2 + lot.below(8),
            15..19 => 10 + lot.below(60),
            _ => 300 + lot.below(700),
        };
        let (log, label) = style.write(mails, &mut lot);
        Drawn { name: format!("{n} of seed {seed}"), kind: style.kind(), log, label }
    };
    (0..count).map(draw).collect()
}

#[test]
fn logs_can_be_kept() {
    let Some(folder) = env::var_os("MTMLOG_KEEP") else { return };
    for (n, drawn) in drawn(number("MTMLOG_LOGS").unwrap_or(LOGS)).into_iter().enumerate() {
        let kind = Path::new(&folder).join(drawn.kind);
        std::fs::create_dir_all(&kind).unwrap();
        std::fs::write(kind.join(format!("{n:04}.log")), &drawn.log).unwrap();
        std::fs::write(kind.join(format!("{n:04}.json")), drawn.label.to_string()).unwrap();
    }
}

/// Every word that could tell the reader how a mail went.
#[test]
fn half_of_the_words_are_unknown() {
    let table = WordTable::builtin();
    let tells = |phrase: &str, classes: &[WordClass]| {
        let plain = plain_spelling(phrase.as_bytes());
        let words = plain.split(|b| !b.is_ascii_alphanumeric() && *b < 0x80);
        words.map(|word| table.classes(word)).any(|word| classes.iter().any(|class| word.has(*class)))
    };
    for (lists, classes) in
        [(words::SENT, &[WordClass::Sent, WordClass::Well][..]), (words::FAILED, &[WordClass::Failed, WordClass::Not])]
    {
        let all: BTreeSet<&str> = lists.iter().flat_map(|list| list.iter().copied()).collect();
        let known = all.iter().filter(|phrase| tells(phrase, classes)).count();
        assert!(known * 2 <= all.len(), "{known} of {} are known", all.len());
    }
}

#[test]
fn own_words_are_understood() {
    let logs = drawn(number("MTMLOG_LOGS").unwrap_or(LOGS));
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for drawn in &logs {
        let collected = common::analyse_bytes(&drawn.log, None);
        let got: Vec<Value> = collected.transactions.iter().map(answer).collect();
        let why = mark(&drawn.label, &got, &String::from_utf8_lossy(&drawn.log));
        let (right, all) = kinds.entry(drawn.kind).or_default();
        *all += 1;
        *right += usize::from(why.is_none());
        if let Some(why) = why {
            let why: String = why.chars().take(200).collect();
            wrong.push(format!("{} ({}): {why}", drawn.name, drawn.kind));
        }
    }
    let right = 1.0 - wrong.len() as f64 / logs.len() as f64;
    eprintln!("{right:.3} of {} right: {kinds:?}", logs.len());
    assert!(right >= RIGHT, "{right:.3} right; wrong:\n{}", wrong.join("\n"));
}

/// Share of the logs that must be right in every row.
const RIGHT: f64 = 0.93;

/// Each log with the outcomes and stages of its mails.
const TOLD: &[(&str, &[&str])] = &[
    // What is only queued goes on to be delivered or not, whoever is named again.
    (
        "Nov 23 08:12:01 pc dma[1a2b.3c]: mail to=<a@b.example> queued as 1a2b.3c\n\
         Nov 23 08:12:01 pc dma[1a2b.3c]: <a@b.example> trying delivery\n\
         Nov 23 08:12:02 pc dma[1a2b.3c]: using smarthost (smtp.b.example:587)\n\
         Nov 23 08:12:03 pc dma[1a2b.3c]: remote delivery deferred: failed after RCPT TO: 451 4.7.1 Greylisted\n",
        &["deferred rcpt"],
    ),
    // What came back had not been delivered.
    (
        "08:12:01 Mail sent to a@b.example\n08:12:05 Mail to a@b.example bounced: 550 5.1.1 User unknown\n",
        &["rejected rcpt"],
    ),
    // An attempt that is counted ends in words alone.
    (
        "08:12:01 Send try 1 for a@b.example\n08:12:22 Try 1 came to nothing (timeout)\n08:17:22 Send try 2 for a@b.example\n\
         08:17:25 Try 2 succeeded\n",
        &["failed connect", "sent done"],
    ),
    // Whoever is busy is the program that sends, no server.
    (
        "08:12:01 Besig om rekening 4471 te stuur na a@b.example\n08:12:03 Rekening 4471 suksesvol gestuur\n",
        &["sent done"],
    ),
    // One of two was refused, in words.
    (
        "08:12:01 Sending to a@b.example; c@d.example\n08:12:02 Recipient c@d.example refused: user unknown\n\
         08:12:03 Message sent\n",
        &["partial rcpt"],
    ),
    // The newest line stands first.
    (
        "23/11/2026 08:30:05 - Result: Failed (mailbox full)\n23/11/2026 08:30:01 - E-mailing a@b.example\n\
         23/11/2026 08:20:05 - Result: Success\n23/11/2026 08:20:01 - E-mailing c@d.example\n",
        &["failed rcpt", "sent done"],
    ),
    // A word that nobody knows says of another mail what it says of the one that a server refused.
    (
        "08:12:01 parcel 1 for a@b.example zapped\n08:12:04 parcel 2 for c@d.example zapped\n\
         08:12:09 parcel 3 for e@f.example fizzled\n08:12:09   server: 552 5.2.2 over quota\n\
         08:12:12 parcel 4 for g@h.example zapped\n08:12:19 parcel 5 for i@j.example fizzled\n",
        &["sent done", "sent done", "rejected rcpt", "sent done", "failed connect"],
    ),
    // A number in hexadecimal digits is nobody's address.
    (
        "08:12:01 sending invoice 7 -> a@b.example\n08:12:02 sent invoice 7 <0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0@c.example>\n",
        &["sent done"],
    ),
    // The limit of a server is told to a recipient, whatever the program's words.
    ("08:12:01 Mail to a@b.example failed: Too many messages, slow down\n", &["failed rcpt"]),
    // Dots may lead from an address to a word or to a code.
    (
        "Sending to a@b.example...ok\nSending to c@d.example...421 4.7.0 Too many messages, slow down\nSending to e@f.example...ok\n",
        &["sent done", "deferred greeting", "sent done"],
    ),
    // A number with its sign counts nothing, and by it a mail is known that is tried again.
    (
        "08:12:01 #1 -> a@b.example\n08:12:02 #1 accepted\n08:12:02 #2 -> c@d.example\n08:12:03 #2 connection reset by peer\n\
         08:17:03 #2 -> c@d.example\n08:17:04 #2 accepted\n",
        &["sent done", "failed connect", "sent done"],
    ),
    // What is told of a field without a value is nothing; what is in brackets ends there; a mail that was given up is the one
    // that failed.
    (
        "08:12:01 Mail [id=77] to [a@b.example] queued, error=\"\"\n08:12:02 Mail [id=77] delivered\n\
         08:12:03 Mail [id=78] to [c@d.example] queued, error=\"\"\n08:12:24 Mail [id=78] failed: connect timed out\n\
         08:14:24 Mail [id=78] given up\n",
        &["sent done", "failed connect"],
    ),
    // An arrow that points away from an address names the sender.
    (
        "2026-11-23 08:12:01 1vN1ab <= a@practice.example U=mtm\n2026-11-23 08:12:03 1vN1ab => c@d.example C=\"250 2.0.0 OK\"\n\
         2026-11-23 08:12:03 1vN1ab Completed\n",
        &["sent done"],
    ),
    // What began the mail that went out begins the next one.
    (
        "Connecting to mail.b.example:25\nLogging in\nSend successful!\nConnecting to mail.b.example:25\nLogging in\n\
         Error: authentication failed\nSend failed\n",
        &["sent done", "failed auth"],
    ),
    // A telephone is no recipient of a mail.
    (
        "08:12 Reminder to a@b.example via EMAIL ok\n08:13 Reminder to 0837654321 via SMS failed: no credits\n\
         08:14 Reminder to c@d.example via EMAIL ok\n",
        &["sent done", "sent done"],
    ),
    // Where no server was heard, the words of a failure are all there is.
    (
        "08:12:01 connect smtp.mweb.co.za:465\n08:12:02 kaput, it failed\n08:13:01 connect smtp.mweb.co.za:465\n\
         08:13:02 auth refused\n",
        &["failed connect", "failed auth"],
    ),
    // What a heading says holds for each address below it.
    (
        "Not delivered (550 5.1.1 no such user):\n  a@b.example\n  c@d.example\nDelivered:\n  e@f.example\n  g@h.example\n",
        &["rejected rcpt", "rejected rcpt", "sent done", "sent done"],
    ),
    // A heading may be one word; what it heads is told of nobody before.
    (
        "Email run 05/11/2026 16:30\n\nSuccessful:\n  a@b.example\n  c@d.example\n\nFailed:\n  e@f.example\n",
        &["sent done", "sent done", "failed connect"],
    ),
    // A number behind `#` is that of a mail, and no remark in a file of settings.
    (
        "#1201 a@b.example HELD 452 4.3.1 You have exceeded the hourly limit\n\
         #1202 c@d.example HELD 452 4.3.1 You have exceeded the hourly limit\n",
        &["deferred data", "deferred data"],
    ),
    // A line of source in a trace is nobody's command.
    (
        "Traceback (most recent call last):\n  File \"C:\\lib\\smtplib.py\", line 644, in starttls\n    \
         raise SMTPException(\"STARTTLS extension not supported by server.\")\n\
         smtplib.SMTPException: STARTTLS extension not supported by server.\n",
        &["failed tls"],
    ),
    // What names somebody is no heading over the next mail, which went out in words that nobody knows.
    (
        "08:27:28 a@b.example nie gestuur nie - Socket Error # 10060\n08:31:34 c@d.example weg is hy\n\
         08:33:13 e@f.example nie gestuur nie - Error: authentication failed [535]\n08:34:11 g@h.example weg is hy\n",
        &["failed connect", "sent done", "rejected auth", "sent done"],
    ),
    // An address hangs from the line that says how its mail went, whatever the words.
    ("08:27:56 OK\n  -> a@b.example\n", &["sent done"]),
    (
        "cleared\n  -> a@b.example\ncleared\n  -> c@d.example\nReading the batch\ncleared\n  -> e@f.example\n",
        &["sent done", "sent done", "sent done"],
    ),
    // A mail's number and a reply's code count nothing.
    (
        "Item 4001 Mailing a@b.example\nItem 4001 lodged with the server\nItem 4002 Mailing c@d.example\n\
         Item 4002 not delivered: 554 5.7.1 Relay access denied\nItem 4003 Mailing e@f.example\nItem 4003 lodged with the server\n",
        &["sent done", "rejected rcpt", "sent done"],
    ),
    // Signing in for another protocol, what is to be tried again, and what is counted are no mails.
    (
        "09:00:00 POP before SMTP ok\n09:00:01 Sending INV-221 to a@b.example\n09:00:22 Error 10054 reset by peer\n\
         09:00:22 Retry queued (1 of 3)\n09:05:22 Sending INV-221 to a@b.example\n09:05:25 Sent\n",
        &["failed connect", "sent done"],
    ),
    (
        "2026-11-06 14:02 Mail to a@b.example: 2 attachments, 1.2 MB\n2026-11-06 14:03 Mail to a@b.example: accepted\n",
        &["sent done"],
    ),
    // A number has a name, or counts.
    (
        "12:00:00.150 INFO  Outbox - message 9001 for a@b.example\n\
         12:00:30.151 WARN  Outbox - message 9001 attempt 1 failed (The operation has timed out.), will retry\n\
         12:01:30.200 INFO  Outbox - message 9001 for a@b.example\n12:01:32.900 INFO  Outbox - message 9001 sent on attempt 2\n\
         12:01:32.950 INFO  Outbox - message 9002 for c@d.example\n12:01:34.010 INFO  Outbox - message 9002 sent on attempt 1\n",
        &["failed connect", "sent done", "sent done"],
    ),
    // Dots lead from what it is about to how it went.
    (
        "12/11/2026 14:00:00 Logging on to mail server ... OK\n12/11/2026 14:00:02   a@b.example ... OK\n\
         12/11/2026 14:00:03   c@d.example ... OK\n12/11/2026 14:00:03 Logging off ... OK\n",
        &["sent done", "sent done"],
    ),
    (
        "Verstuur herinneringe\nNa: a@b.example    [gestuur 09:00]\nNa: c@d.example    [gestuur 09:01]\n",
        &["sent done", "sent done"],
    ),
    // The names of columns ask.
    (
        "Name      Email         Sent?\nJ Smit    a@b.example   Y\nK Venter  c@d.example   N\nL Zulu    e@f.example   Y\n",
        &["sent done", "failed connect", "sent done"],
    ),
    // The result of the mail that is named above.
    ("To: a@b.example\nResult: OK\n\nBye\n", &["sent done"]),
    // Whoever forwards a report is not in it.
    (
        "To: support@a.example\nSubject: FW: Delivery Status Notification (Failure)\n\n\
         Delivery to the following recipients failed.\n\n       c@d.example\n\nFinal-Recipient: rfc822;c@d.example\n\
         Action: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp;552 5.2.2 mailbox full\n",
        &["rejected rcpt"],
    ),
    // The first failure of a log is one, however exact its clock.
    ("2026-11-02 08:26:01,417 ERROR Could not send: connection refused\n", &["failed connect"]),
    // What wraps an error tells the same one.
    (
        "Failed to send email: [Error: connection refused by 192.0.2.1]\nJob (welcome): Error: Failed to send email to ...\n",
        &["failed connect"],
    ),
    // So does a record of the same second that says nothing new.
    (
        "2026-11-29 07:20:29 mailer.cpp (214) Error while sending email: 535 5.7.8 Username and Password not accepted\n\
         2026-11-29 07:20:29 mailer.cpp (1065) Failed to write smtp command.\n",
        &["rejected auth"],
    ),
    // Another mail to the same person, announced in the same words.
    (
        "08:00:01,100 INFO mailer: Sending Test to a@b.example\n08:00:01,400 INFO mailer: Sent: queued as 1\n\
         08:00:01,500 INFO mailer: Sending Statement to a@b.example\n08:00:01,900 ERROR mailer: Could not send: 552 5.3.4 Message too big\n",
        &["sent done", "rejected data"],
    ),
    // The lines of one record.
    ("Sat Nov 28 06:33:20 2026 OK: mail\nTo: a@b.example\n\nResult: 250 2.0.0 Ok: queued as 4A1B\n", &["sent done"]),
    // A field without a value tells nothing.
    (
        "To      : a@b.example\nSent    : 2026/11/20 11:20:30\nStatus  : SUCCESS\n\nTo      : c@d.example\nSent    : \n\
         Status  : FAIL - 552 5.2.3 Message exceeds maximum fixed size\n",
        &["sent done", "rejected data"],
    ),
    // A sender that is refused is refused at MAIL, unless the words name the recipient's turn.
    (
        "SMTP Error: The following recipients failed: a@b.example: : Sender address rejected: not owned by user x\n",
        &["failed rcpt"],
    ),
    (
        "I have this error message: 550 5.7.60 SMTP; Client does not have permissions to send as this sender.\n",
        &["rejected mail"],
    ),
    // A reply that only a note tells of.
    (
        "Failed to send mails: (535, b'5.7.8 Error: authentication failed')\nreply: b'220 mail.b.example ESMTP\\r\\n'\n\
         send: 'ehlo pc\\r\\n'\nreply: b'250-mail.b.example\\r\\n'\nreply: b'250 DSN\\r\\n'\n",
        &["rejected auth"],
    ),
    // A list of mails quotes its replies.
    (
        "02/11/2026 08:26;a@b.example;Statement;message accepted;\n02/11/2026 08:27;c@d.example;Statement;flopped;550 5.1.1 User unknown\n\
         02/11/2026 08:28;e@f.example;Statement;message accepted;\n02/11/2026 08:29;g@h.example;Statement;flopped;530 5.7.0 Authentication Required\n",
        &["sent done", "rejected rcpt", "sent done", "rejected mail"],
    ),
    // The page took the address for a tag.
    (
        "2026-11-21 14:19:24\tCLIENT -> SERVER: MAIL FROM: \n2026-11-21 14:19:24\tSERVER -> CLIENT: 250 2.1.0 sender ok\n\
         2026-11-21 14:19:24\tCLIENT -> SERVER: RCPT TO:\n2026-11-21 14:19:24\tSERVER -> CLIENT: 452 4.1.1\n",
        &["deferred rcpt"],
    ),
    // A setting of a timeout is no failure, and a title that speaks of errors none either.
    (
        "Email error log\n2026-11-02 08:00:00 host=mail.b.example port=587 timeout=30000\n2026-11-02 08:00:01 Mail to a@b.example sent\n\
         2026-11-02 08:00:09 Mail to c@d.example not sent: connection refused\n",
        &["sent done", "failed connect"],
    ),
    // Sums that name nobody.
    (
        "08:00:01 a@b.example delivered\n08:00:02 c@d.example delivered\n08:00:03 e@f.example failed: Mailbox full\n\
         08:00:04 Done. ok=2 failed=1 took=4301ms\n08:00:05 2 of 3 delivered\n",
        &["sent done", "sent done", "failed rcpt"],
    ),
    // Signs that differ between the mails.
    (
        "08:00:00 >>> EMAIL a@b.example\n08:00:03 <<< EMAIL a@b.example (3.1s)\n08:00:04 >>> EMAIL c@d.example\n\
         08:00:06 !!! EMAIL c@d.example (EIdSMTPReplyError: Authentication failed)\n",
        &["sent done", "failed auth"],
    ),
    // What a sum says is no word of the mail before it.
    (
        "08:00:01 a@b.example J\n08:00:02 c@d.example J\n08:00:03 e@f.example N 454 4.7.0 Too many login attempts\nJ: 2 N: 1\n",
        &["sent done", "sent done", "deferred auth"],
    ),
    // All are queued before the first has gone out.
    (
        "08:00:00 a@b.example queued\n08:00:00 c@d.example queued\n08:00:00 e@f.example queued\n08:00:01 worker: a@b.example ok 250\n\
         08:00:02 worker: c@d.example nok 550 5.1.1 User unknown\n08:00:03 worker: e@f.example ok 250\n",
        &["sent done", "rejected rcpt", "sent done"],
    ),
    // Announced to several, and told one by one.
    (
        "08:00:00 mailjob 9 to a@b.example, c@d.example, e@f.example\n08:00:02 mailjob 9 a@b.example taken\n\
         08:00:02 mailjob 9 c@d.example refused 550 no mailbox here by that name\n08:00:02 mailjob 9 e@f.example taken\n",
        &["partial rcpt"],
    ),
    // Other things than mails.
    (
        "08:00:00 SMS to 0820000000 delivered\n08:00:01 EMAIL to a@b.example delivered\n08:00:02 PRINT invoice 8812 ok\n\
         08:00:03 EMAIL to c@d.example failed: user not found\n",
        &["sent done", "failed rcpt"],
    ),
    // How long it took is no verdict.
    (
        "08:00:01 | OUT | a@b.example | Delivered | 1.2 s\n08:00:04 | OUT | c@d.example | Delivered | 0.9 s\n\
         08:00:34 | OUT | e@f.example | Unresolved | 30.0 s\n",
        &["sent done", "sent done", "failed connect"],
    ),
    // A code below zero, and one behind the number of the mail.
    (
        ">> Stuur e-pos na a@b.example\n<< FOUT -535 Authentication credentials invalid\n>> Stuur e-pos na c@d.example\n<< OK\n",
        &["rejected auth", "sent done"],
    ),
    (
        "08:00:06 Sending 0002 a@b.example\n08:00:07 Error 0002 550 relay not permitted\n08:00:08 Sending 0003 c@d.example\n08:00:09 Sent 0003\n",
        &["rejected rcpt", "sent done"],
    ),
    // One of the words is known in a list without times, the other stands where the mails did not fail.
    (
        "Job 1 -> a@b.example\n   attaching Inv1.pdf\n   progress 50%\n   progress 100%\n   finished\nJob 2 -> c@d.example\n   attaching Inv2.pdf\n\
         \x20  progress 50%\n   aborted: 10054 connection reset by peer\nJob 3 -> e@f.example\n   attaching Inv3.pdf\n   progress 50%\n   finished\n",
        &["sent done", "failed connect", "sent done"],
    ),
    // Nothing is told of the first, and the sum counts it among those that went out.
    (
        "Mailing invoice 10231 -> a@b.example\nMailing invoice 10232 -> c@d.example\nFAIL | invoice 10232 | 535 Authentication failed\n\
         Mailing invoice 10233 -> e@f.example\nFAIL | invoice 10233 | 535 Authentication failed\nDone. 1 sent, 2 failed.\n",
        &["sent done", "rejected auth", "rejected auth"],
    ),
    // A sentence that names nobody, where the others do.
    (
        "From: <p@q.example> to: <a@b.example>\nsmtp: Succeeded: 250 2.0.0 Ok: queued as 4A1B\nSent file.\nFrom: <p@q.example> to: <c@d.example>\n\
         smtp: Failed: 550 5.1.1 <c@d.example>: User unknown\nDelivery complete, 1 message(s) remain.\n",
        &["sent done", "rejected rcpt"],
    ),
    // The number of a job behind that of a thread.
    (
        "08:00:01 [thr 7] begin job 551 to=a@b.example\n08:00:01 [thr 9] begin job 552 to=c@d.example\n08:00:03 [thr 9] job 552 finished\n\
         08:00:06 [thr 7] job 551 stopped: 530 5.7.0 Must issue a STARTTLS command first\n",
        &["rejected mail", "sent done"],
    ),
    // Several mails over one connection.
    (
        "2026-11-27 06:30:00: Connected to smtp.b.example:587\n2026-11-27 06:30:02: a@b.example ok\n2026-11-27 06:30:04: c@d.example ok\n\
         2026-11-27 06:30:07: Disconnected\n",
        &["sent done", "sent done"],
    ),
    // A number keeps its sign.
    (
        "2026-11-19 16:40:23 Send(a@b.example) = 1\n2026-11-19 16:40:24 Send(c@d.example) = 1\n\
         2026-11-19 16:40:26 Send(e@f.example) = -1  last response \"554 5.7.1 Relay access denied\"\n",
        &["sent done", "sent done", "rejected rcpt"],
    ),
    // Fields are no sum, and the code of a mail that was accepted is a verdict.
    (
        "05:00:01 relay msg=1 to=a@b.example\n05:00:01 answered msg=1 code=250\n05:00:02 relay msg=2 to=c@d.example\n\
         05:00:02 answered msg=2 code=554 text=\"5.7.1 client host blocked by Spamhaus\"\n05:00:03 relay msg=3 to=e@f.example\n05:00:03 answered msg=3 code=250\n",
        &["sent done", "rejected data", "sent done"],
    ),
    // A word that nobody knows, in the place of a word that says of the others that they went out.
    (
        "26.11.2026 10:00:00;a@b.example;Staat;OK\n26.11.2026 10:00:02;c@d.example;Staat;OK\n26.11.2026 10:00:23;e@f.example;Staat;Tydsverloop\n",
        &["sent done", "sent done", "failed connect"],
    ),
    // What a mail is made of is no reason.
    (
        "2026-11-26 08:00:02 INFO Delivered mail 6745@pc (812.1ms)\nTo: a@b.example\nMime-Version: 1.0\nContent-Type: text/plain\n\nYour statement\n",
        &["sent done"],
    ),
    // A code in a column says how the mail went, before the address and behind it, as does the number of an error.
    ("250 a@b.example\n551 c@d.example\n250 e@f.example\n", &["sent done", "rejected rcpt", "sent done"]),
    ("a@b.example 250\nc@d.example 250\ne@f.example 450\n", &["sent done", "sent done", "deferred rcpt"]),
    (
        "10060 a@b.example\n0 c@d.example\n0 e@f.example\n0 g@h.example\n",
        &["failed connect", "sent done", "sent done", "sent done"],
    ),
    // Nothing announces the code but the address before it, or what a server says behind it.
    (
        "08:00:01 a@b.example 550 Requested action not taken: mailbox unavailable\n08:00:02 c@d.example sent\n",
        &["rejected rcpt", "sent done"],
    ),
    (
        "01 a@b.example TX\n02 c@d.example TX\n03 e@f.example ER 530 Authentication required\n",
        &["sent done", "sent done", "rejected mail"],
    ),
    // So it does of each mail, whatever else stands between two of them.
    (
        "02/11/2026 09:44 afgelewer\n  -> a@b.example\n02/11/2026 09:48 misluk: Account disabled [535]\n  -> c@d.example\n\
         02/11/2026 09:48 Wag 2 sekondes\n02/11/2026 09:48 misluk: Relaying denied [550]\n  -> e@f.example\n\
         02/11/2026 09:50 misluk: The recipient's inbox is out of storage space [452]\n  -> g@h.example\n\
         02/11/2026 09:53 afgelewer\n  -> i@j.example\n",
        &["sent done", "rejected auth", "rejected rcpt", "deferred rcpt", "sent done"],
    ),
    // How it went stands above whom it was for.
    (
        "08:01 OK\n  -> a@b.example\n08:02 OK\n  -> c@d.example\n08:03 FAIL 550 user unknown\n  -> e@f.example\n08:04 OK\n  -> g@h.example\n",
        &["sent done", "sent done", "rejected rcpt", "sent done"],
    ),
    (
        "ERR 10060 connection timed out\nTO: a@b.example\nERR 10060 connection timed out\nTO: c@d.example\n",
        &["failed connect", "failed connect"],
    ),
    // A head may hold a word of beginning, and the level in front of it hides no server's words.
    (
        "02/11/2026 08:28 [INFO] vort\n  -> a@b.example\n02/11/2026 08:29 [ERROR] kon nie stuur nie: Message rejected as spam (554)\n\
         \x20 -> c@d.example\n02/11/2026 08:29 [INFO] Bondel verby\n",
        &["sent done", "rejected data"],
    ),
    (
        "trip made\n  -> a@b.example\nPDF written\nsunk: Mailbox full, code 552\n  -> c@d.example\nPDF written\n\
         sunk: wrong version number\n  -> e@f.example\nMailer down\n",
        &["sent done", "rejected rcpt", "failed tls"],
    ),
    (
        "08:26:08,417 [ERROR] turned away: Must issue a STARTTLS command first\n  -> a@b.example\n08:28:50,417 [INFO] winged away\n\
         \x20 -> c@d.example\n08:32:06,417 [ERROR] turned away: No such user here\n  -> e@f.example\n\
         08:41:26,417 [ERROR] turned away: No such user here\n  -> g@h.example\n",
        &["failed mail", "sent done", "failed rcpt", "failed rcpt"],
    ),
    // What is not sent is a failure, whatever else the line is about.
    (
        "08:28:54 Item 4001 Volgende: a@b.example\n08:28:59 Item 4001 weg is hy\n08:31:30 Item 4002 Volgende: c@d.example\n\
         08:31:35 Item 4002 nie gestuur nie: Relay access denied\n",
        &["sent done", "failed rcpt"],
    ),
    // In rows, what is not there is a failure.
    (
        "09:00:11 | a@b.example | Statement | delivered to smart host\n09:00:19 | c@d.example | Request | refused (too big)\n\
         09:01:02 | e@f.example | Receipt | no route to smart host\n09:01:32 | g@h.example | Receipt | no route to smart host\n",
        &["sent done", "failed connect", "failed rcpt", "failed rcpt"],
    ),
    // A level of error tells of the mail that is named above it, in whatever words.
    (
        "13:00:00 [INFO] out a@b.example\n13:00:01 [INFO] landed\n13:00:02 [INFO] out c@d.example\n\
         13:00:03 [ERROR] came back, quota\n13:00:04 [INFO] out e@f.example\n13:00:05 [INFO] landed\n",
        &["sent done", "failed connect", "sent done"],
    ),
    // Words about something else than mail, in a log that nowhere speaks of mail.
    ("09:00 Claim 1001 sent to switch\n09:01 Claim 1002 sent to switch\n09:02 Claim 1003 sent to switch\n", &[]),
    // A refused sign-in names the account, behind a mail that went out.
    (
        "08:00:01 Mail to a@b.example sent\n08:00:05 Username and Password not accepted for p@q.example\n",
        &["sent done", "failed auth"],
    ),
    // That the mail waits is what the refusal brought about, and TLS that is well is no mail.
    (
        "07:00:00 mtm-mailer[2214]: dialing smtp.b.example:587\n07:00:01 mtm-mailer[2214]: starttls ok (TLS1.2)\n\
         07:00:02 mtm-mailer[2214]: auth failed for p@q.example: 535 5.7.139 Authentication unsuccessful\n\
         07:00:02 mtm-mailer[2214]: message 5512 to a@b.example deferred, retry in 15m\n",
        &["rejected auth"],
    ),
    // Who signs in has sent nothing.
    (
        "SMTP login accepted\nSending to a@b.example: ok\nSending to c@d.example: 550 mailbox unavailable\n",
        &["sent done", "rejected rcpt"],
    ),
    (
        "07:00:01 Sending to provider mail.b.example:587\n07:00:02 Provider accepted login\n\
         07:00:02 Provider refused message: 554 5.2.3 Message too big for system\n07:05:01 Sending to provider mail.b.example:587\n\
         07:05:02 Provider accepted login\n07:05:03 Provider accepted message\n",
        &["rejected data", "sent done"],
    ),
    // A mail that is tried again, and one that was only queued, are known by their numbers.
    (
        "08:00:00 Queue: item 77 (a@b.example) picked up\n08:00:21 Queue: item 77 attempt 1 failed: connection refused\n\
         08:05:22 Queue: item 77 delivered on attempt 2\n08:05:22 Queue: item 78 (c@d.example) picked up\n08:05:24 Queue: item 78 delivered on attempt 1\n",
        &["failed connect", "sent done", "sent done"],
    ),
    (
        "[MSG 10021] queued\n[MSG 10021] handed to smtp.b.example\n[MSG 10022] queued\n[MSG 10022] smtp.b.example refused: 550 5.7.1 Relaying denied\n",
        &["sent done", "rejected rcpt"],
    ),
    // What sums up tells of no other mail.
    (
        "08:00 a@b.example\n08:00 c@d.example\n08:01 e@f.example\n08:01 3 statements emailed\n",
        &["sent done", "sent done", "sent done"],
    ),
    ("a@b.example failed: 550 5.1.1 unknown user\nSent 12 of 13\n", &["rejected rcpt"]),
    // A column of yes and no, of shares, of brackets.
    (
        "E-MAIL LOG\nDATE       TIME  TO             SENT\n03/03/2010 09:01 a@b.example    YES\n03/03/2010 09:01 c@d.example    YES\n\
         03/03/2010 09:02 e@f.example    NO\n",
        &["sent done", "sent done", "failed connect"],
    ),
    (
        "[1/3] a@b.example [==========] 100%\n[2/3] c@d.example [====      ] 40% connection lost\n[3/3] e@f.example [==========] 100%\n",
        &["sent done", "failed connect", "sent done"],
    ),
    (
        "[08:00:00][OUT][a@b.example][20133][OK]\n[08:00:03][OUT][c@d.example][20134][OK]\n[08:00:24][OUT][e@f.example][20135][ERR:10061]\n",
        &["sent done", "sent done", "failed connect"],
    ),
    // A reminder by SMS is no mail.
    ("SMS 0825550199 Reminder Delivered\nMAIL a@b.example Statement Delivered\n", &["sent done"]),
    // `accepted` is followed by a nought, and the reply stands behind it.
    (
        "08:00:01 mail:a@b.example accepted=1 rejected=0 response=\"250 2.0.0 Ok\"\n08:00:02 mail:c@d.example accepted=0 rejected=1 response=\"550 5.1.1 mailbox not found\"\n",
        &["sent done", "rejected rcpt"],
    ),
    // The error first, and then whom it met.
    (
        "20:00:02 a@b.example sent\n20:00:09 login failed 535 5.7.8 Error: authentication failed\n20:00:09 c@d.example not sent\n",
        &["sent done", "rejected auth"],
    ),
    // An apostrophe stands within a word, and dots end an address.
    (
        "08:00:01,\"a@b.example\",True\n08:00:02,\"c@d.example\",True\n08:00:09,\"e@f.example\",False,\"2293: Access can't send this e-mail\"\n",
        &["sent done", "sent done", "failed connect"],
    ),
    (
        "Emailing a@b.example...Done\nEmailing c@d.example...connection lost\nEmailing e@f.example...Done\n",
        &["sent done", "failed connect", "sent done"],
    ),
    // A line that sums up tells of no mail, in whatever words.
    (
        "09:00:01 -> a@b.example\n09:00:03    accepted\n09:00:03 -> c@d.example\n\
         09:00:04    550 5.1.1 User unknown\n09:00:06 Mail run finished: 1 ok, 1 not\n",
        &["sent done", "rejected rcpt"],
    ),
    // What nothing more is told of is not known to have gone out, and is not left out.
    ("2026-11-28 12:00:00 Sending statement to a@b.example\n", &["incomplete connect"]),
    (
        "Faktuur 1 word gestuur na a@b.example\nFaktuur 1 is gestuur\nFaktuur 2 word gestuur na c@d.example\n",
        &["sent done", "incomplete connect"],
    ),
    // Who is named again later is tried again.
    (
        "07:00:00 Item 1: recall for a@b.example\n07:00:02 Deferred: 451 4.7.1 Greylisted\n\
         07:15:00 Item 1: recall for a@b.example\n",
        &["deferred rcpt", "incomplete connect"],
    ),
    // A refusal that is all of a dialogue stands where its words belong.
    ("Retyped: \"554 5.7.1 : Message rejected due to spam.\" - all of them\n", &["rejected data"]),
    ("We get \u{ab}451 4.3.0 Temporary server error. Please try again later\u{bb} today\n", &["deferred rcpt"]),
];

#[test]
fn told_once_and_told_again() {
    for &(log, want) in TOLD {
        let collected = common::analyse_bytes(log.as_bytes(), None);
        let got: Vec<String> =
            collected.transactions.iter().map(|tx| format!("{} {}", tx.outcome.name(), tx.stage.name())).collect();
        assert_eq!(got, want, "{log}");
    }
}

/// Each log with the causes of its mails.
const WHY: &[(&str, &[&str])] = &[
    // A client that quits in the middle of a message has given it up, and what goes wrong behind it tells nothing.
    (
        "++ Starting transport\n<< 220 mail.b.example ESMTP Postfix\n\n>> EHLO pc\n\n<< 250-mail.b.example\n\
         250-PIPELINING\n250 DSN\n\n++ transport started\n>> MAIL FROM:<p@q.example>\n\n\
         >> RCPT TO:<a@b.example>\n\n>> DATA\n\n<< 250 2.1.0 Ok\n\n<< 250 2.1.5 Ok\n\n\
         << 354 End data with <CR><LF>.<CR><LF>\n\n>> \n.\n\n\
         !! Connection to mail.b.example:25 Timed Out (code: 0)\n\
         [2026-11-28 06:19:29] ERROR TransportException: Connection to mail.b.example:25 Timed Out\n\
         Log data:\n\n++ Stopping transport\n>> QUIT\n\n\
         !! Expected response code 221 but got an empty response (code: 0)\n\
         !! Expected response code 221 but got an empty response\nLog data:\n (code: 0)\n\
         ++ transport stopped\n",
        &["conn.timeout"],
    ),
    // What is said of an address is what stands behind it.
    ("09:00:00 a@b.example result=timeout\n09:00:40 c@d.example nok timeout\n", &["conn.timeout", "conn.timeout"]),
    // Why a certificate is not trusted tells more than that it is not.
    ("The remote certificate is invalid.\nThe certificate has expired.\n", &["tls.expired"]),
    // Words that stand for one error alone need no others around them.
    ("An existing connection was forcibly closed by the remote host\n\n(that is all it says)\n", &["conn.dropped"]),
    // A semicolon in two sentences parts no cells.
    (
        "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using\n\
         zen.spamhaus.org; see its page\nI think it is the new line\n",
        &["policy.blocklisted"],
    ),
];

#[test]
fn why_it_went_wrong() {
    for &(log, want) in WHY {
        let collected = common::analyse_bytes(log.as_bytes(), None);
        let got: Vec<&str> =
            collected.transactions.iter().map(|tx| tx.cause.map_or("none", |cause| cause.code())).collect();
        assert_eq!(got, want, "{log}");
    }
}

#[test]
fn no_name_and_no_password_shows() {
    for drawn in drawn(24) {
        let file = common::temporary(&drawn.log);
        let request = Request { paths: vec![file.path().into()], all: true, ..Request::default() };
        for format in ["table", "html", "ticket"] {
            let Some(format) = Format::named(format) else { continue };
            let mut shown = Vec::new();
            let look = Look { width: 100, wide: true, boxes: false, colour: false };
            let setup = Setup { level: Level::Personal, all: true, look, ..Setup::default() };
            let mut report = (format.open)(Box::new(&mut shown), setup).unwrap();
            mtmlog::analyze(&request, &mut *report).unwrap();
            drop(report);
            let shown = String::from_utf8_lossy(&shown);
            for canary in [NAME, PASSWORD] {
                assert!(!shown.contains(canary), "{} ({}) shows {canary}:\n{shown}", drawn.name, drawn.kind);
            }
        }
    }
}

/// A list that a program shows with the newest mail on top tells the same as the one with the newest at the end.
#[test]
fn the_newest_mail_may_stand_first() {
    let lines = [
        "2026/11/22 15:00:01 Mail sent to y@x.example.co.za\n",
        "2026/11/22 15:01:01 Mail sent to z@x.example.co.za\n",
        "2026/11/23 09:05:01 Mail to b@x.example.co.za failed: 535 5.7.8 Authentication failed\n",
        "2026/11/23 09:10:01 Mail to c@x.example.co.za failed: 535 5.7.8 Authentication failed\n",
    ];
    let newest_first: Vec<&str> = lines.iter().rev().copied().collect();
    let [told, turned] = [lines.concat(), newest_first.concat()].map(|log| common::analyse_bytes(log.as_bytes(), None));
    assert_eq!(told.states[0], turned.states[0]);
    let times = |found: &common::Collected| found.transactions.iter().map(|tx| tx.started_at).collect::<Vec<_>>();
    assert_eq!(times(&told), times(&turned));
    // Lines are those of the file.
    assert_eq!(turned.transactions.iter().map(|tx| tx.line_first).collect::<Vec<_>>(), [4, 3, 2, 1]);
    assert!(turned.files[0].note.as_ref().is_some_and(|note| note.contains("newest mail stands first")));
}
