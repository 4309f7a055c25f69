use super::*;

#[test]
fn who_is_named() {
    let of = |text: &'static str| std::str::from_utf8(recipients(text.as_bytes())).unwrap();
    assert_eq!(of("Mail sent to a@b.example."), "a@b.example");
    assert_eq!(of("To: a@b.example; c@d.example failed"), "a@b.example; c@d.example");
    assert_eq!(of("Rec=2 Addr=a@b.example Rc=OK"), "a@b.example");
    assert_eq!(of("Login name is a@b.example"), "");
    assert_eq!(of("Task 'a@b.example - Sending'"), "");
    assert_eq!(of("from_address = a@b.example"), "");
    assert_eq!(of("E-mail could not be sent to user 'a@b.example'"), "a@b.example");
    assert_eq!(of("MAIL_TO=a@b.example"), "a@b.example");
    assert_eq!(of("Mail with ID 551 and Message-Id '<a@b.example>' sent"), "");
    assert_eq!(of("url=smtp://user:secret@mail.b.example:587/"), "");
    assert_eq!(of("The sender's e-mail address was a@b.example. Subject 'x'"), "");
    assert_eq!(sender(b"The sender's e-mail address was a@b.example. Subject 'x'"), b"a@b.example");
    assert_eq!(of("responded: 5.7.1 <a@b.example>: Sender address rejected: not logged in"), "");
    assert_eq!(sender(b"responded: 5.7.1 <a@b.example>: Sender address rejected"), b"a@b.example");
    assert_eq!(of("responded: 5.1.1 <a@b.example>: Recipient address rejected"), "a@b.example");
    assert_eq!(of("<148712570228.24873.123562@pc.b.example> refused {'a@b.example': 550}"), "a@b.example");
    assert_eq!(of("failed: 550 5.1.1 <a@b.example>: unknown"), "");
    assert_eq!(of("error_code=535 email=a@b.example"), "a@b.example");
    assert_eq!(of("552 a@b.example"), "a@b.example");
    assert_eq!(of("copied a@b.example, refused for c@d.example: 550 no"), "c@d.example");
    let listed = b"OK: a@b.example, c@d.example; FAILED: e@f.example (550 no)";
    assert_eq!(recipients(listed), b"e@f.example");
    assert_eq!(taken(listed, recipients(listed)), b"a@b.example, c@d.example");
    let copied = b"Bill 1 to a@b.example accepted; copy to c@d.example refused: 550 no";
    assert_eq!((recipients(copied), taken(copied, recipients(copied))), (&b"c@d.example"[..], &b"a@b.example"[..]));
    let partly = b"to a@b.example; c@d.example: delivered to 1 of 2, refused: c@d.example (550 no)";
    assert_eq!(recipients(partly), b"c@d.example");
    assert_eq!(taken(partly, recipients(partly)), b"a@b.example; c@d.example");
    assert_eq!(of("Mail to a@b.example failed, copy to c@d.example"), "a@b.example");
    assert_eq!(of("Reply-To: <a@b.example>"), "");
    assert_eq!(of("ERR 554 5.7.1 Rejected as spam -> a@b.example"), "a@b.example");
    assert_eq!(of("Server answered 550 for a@b.example"), "a@b.example");
    assert_eq!(of("Message accepted by smtp.b.example for a@b.example"), "a@b.example");
    assert_eq!(of("Account;a@b.example;sent"), "a@b.example");
    assert_eq!(of("Account for <a@b.example>: sent"), "a@b.example");
    assert_eq!(of("Mailing a@b.example...done"), "a@b.example");
    assert_eq!(of("Message-Id: <1794816860.12@b.example> for a@b.example"), "a@b.example");
    assert_eq!(of("kobus@@b.example refused"), "kobus@@b.example");
    assert_eq!(of("at /app/node_modules/_mailer@4.7.0@mailer/index.js"), "");
    let at = |text: &'static str| (endpoint(text.as_bytes()).host, endpoint(text.as_bytes()).port);
    assert_eq!(at("through smtp.mweb.co.za port 465 SSL"), (&b"smtp.mweb.co.za"[..], Some(465)));
    assert_eq!(at("Connecting to mail.example.co.za:587..."), (&b"mail.example.co.za"[..], Some(587)));
    assert_eq!(at("Server: 'mail.example.co.za', Protocol: SMTP, Port: 25"), (&b"mail.example.co.za"[..], Some(25)));
    for text in [
        "mail.b.example (poort 465)",
        "(\"mail.b.example\",465)",
        "host=mail.b.example port=465",
        "mail.b.example 465 ssl",
    ] {
        assert_eq!(at(text), (&b"mail.b.example"[..], Some(465)), "{text}");
    }
    assert_eq!(at("Using server 196.35.198.12:587 as"), (&b"196.35.198.12"[..], Some(587)));
    assert_eq!(at("to [::ffff:192.0.2.1]:465 failed"), (&b"192.0.2.1"[..], Some(465)));
    assert_eq!(at("from 192.0.2.1 at 08:26, version 1.2.3.4:1"), (&b""[..], None));
    assert_eq!(at("mail.b.example, 550 5.1.1"), (&b"mail.b.example"[..], None));
    assert_eq!(at("to a@mail.example.co.za"), (&b""[..], None));
    assert_eq!(
        at("{\"event\":\"mail.failed\",\"host\":\"mail.b.example\",\"port\":587}"),
        (&b"mail.b.example"[..], Some(587))
    );
    assert_eq!(at("MailKit.Security.AuthenticationException: 535: 5.7.3"), (&b""[..], None));
    assert_eq!(at("server cpt02.practice.example port 587"), (&b"cpt02.practice.example"[..], Some(587)));
}
