use super::*;

#[test]
fn hidden() {
    for (line, shown) in [
        ("smtp://fred:Kudu!7@mail.own.co.za:587", "smtp://***@mail.own.co.za:587"),
        ("ftp://u:a/b@h and http://h/x?y=1", "ftp://***@h and http://h/x?y=1"),
        ("Host=mail.x Password=Kudu!7", "Host=mail.x Password=***"),
        ("password = my dog 7 User=x", "password = *** User=x"),
        ("Wagwoord: Kudu!7", "Wagwoord: ***"),
        ("SMTP pass: my dog 7, port: 25", "SMTP pass: ***, port: 25"),
        ("{\"smtpPass\": \"a \\\" b\", \"port\": 25}", "{\"smtpPass\": \"***\", \"port\": 25}"),
        ("<Password>Kudu!7</Password>", "<Password>***</Password>"),
        (r#"{\"password\":\"Kudu!7\",\"port\":25}"#, r#"{\"password\":\"***"#),
        ("<add key=\"Password\" value=\"Kudu!7\"/>", "<add key=\"Password\" value=\"***\"/>"),
        ("user [fred] password [Kudu!7] port 25", "user [fred] password [***] port 25"),
        ("pwd='it's7' x", "pwd='***' x"),
        ("PASS Kudu!7", "PASS ***"),
        ("blat x -pw Kudu!7 -u y", "blat x -pw *** -u y"),
        ("password Zebrastripe was refused", "password *** was refused"),
        ("sendemail -xp 'a b' -f y", "sendemail -xp '***' -f y"),
        ("swaks --auth-password Kudu!7 -f y", "swaks --auth-password *** -f y"),
        ("the password: abcd efgh ijkl mnop", "the password: ***"),
        ("password [plain] = vlerkmuis", "password [plain] = ***"),
        ("password [Kudu!7]: port", "password [***]: port"),
        ("mailer /u fred /p vlerkmuis /s h", "mailer /u fred /p *** /s h"),
        ("mailer /p vlerkmuis /u fred", "mailer /p *** /u fred"),
        ("size the password for fred is vlerkmuis", "size the password for fred is ***"),
        ("Authentication failed for fred:Vlerkmuis", "Authentication failed for fred:***"),
        ("login: fred/vlerkmuis", "login: fred/***"),
        ("contrase\u{f1}a incorrecta: vlerkmuis", "contrase\u{f1}a incorrecta: ***"),
        ("password not accepted: 535 5.7.8 no", "password not accepted: 535 5.7.8 no"),
        ("['-u', 'fred', '-p', 'vlerkmuis']", "['-u', 'fred', '-p', '***']"),
        ("535 got mvzq sqqh uneh uxdn here", "535 got *** here"),
        ("PHPSESSID=89eeed9d86eb4774cd4a08c3c5bcbd9c", "PHPSESSID=***"),
        ("unknown app password hkol szjb etyk tirm", "unknown app password ***"),
        (r"reg add HKLM\MTM /v MailPw /d Vlerkmuis /f", r"reg add HKLM\MTM /v MailPw /d ***"),
        ("AUTH PLAIN AGEAYg==", "AUTH PLAIN ***"),
        ("bad argument NzM0MjUzMzg=", "bad argument ***"),
        ("the password Thunderbird was refused", "the password *** was refused"),
        ("Login(zorro, Monday)", "Login(zorro, ***)"),
        ("curl -uzorro:AdminMail https://own.co.za", "curl -u*** https://own.co.za"),
        ("wagw: outlook", "wagw: ***"),
        ("smtp(mail.own.co.za, 587, zorro, Vlerkmuis)", "smtp(mail.own.co.za, 587, zorro, ***)"),
        ("mailer /p Vlerkmuis", "mailer /p ***"),
        ("mailer zorro Vlerkmuis mail.own.co.za 587", "mailer zorro *** mail.own.co.za 587"),
        ("zorro/Vlerkmuis/mail.own.co.za", "zorro/***/mail.own.co.za"),
        ("userPassword: {CRYPT}aB9xKq2LmP7wE", "userPassword: {***"),
        (
            r#"{"level":20,"time":"04:32:04.981Z","h":"mail.own.co.za"}"#,
            r#"{"level":20,"time":"04:32:04.981Z","h":"mail.own.co.za"}"#,
        ),
        ("echo vlerkmuis| blat -pw - -server mail.own.co.za", "echo ***| blat -pw *** -server mail.own.co.za"),
        ("gfix -user zorro -pas Vlerkmuis own.fdb", "gfix -user zorro -pas *** own.fdb"),
        ("snmpwalk -v2c -c vlerkmuis 10.0.0.9", "snmpwalk -v2c -c *** 10.0.0.9"),
        (r"reg add HKCU\MTM /v Zwak /d Vlerkmuis /f", r"reg add HKCU\MTM /v *** /d *** /f"),
        ("snmp-server community vlerkmuis RW", "snmp-server community ***"),
        ("zorro|Vlerkmuis|mail.own.co.za", "zorro|***|mail.own.co.za"),
        ("session ticket a8f7c6d5e4b3a2918f7e", "session ticket ***"),
        ("see https://own.co.za/reset/aB3dE6 now", "see https://own.co.za/reset/*** now"),
        ("own.co.za/magic/k3jh45kj/go", "own.co.za/magic/***"),
        ("for zorro / Vlerkmuis made on mail.own.co.za", "for zorro / *** made on mail.own.co.za"),
        ("U:reception P:vlerkmuis", "U:reception P:***"),
        ("hex 4b,75,64,75,37,48,65,72", "hex ***"),
        ("bytes 4b,00,75,00,64,00,75,00,37,00,48,00,65,00,72,00", "bytes ***"),
        (r#"Send \"mail.own.co.za\", \"zorro\", \"vlerk muis\""#, r#"Send \"mail.own.co.za\", \"zorro\", \"***\""#),
        ("x zorro,Vlerkmuis,mail.own.co.za,587", "x zorro,***,mail.own.co.za,587"),
        ("*.own.co.za:zorro:Vlerkmuis", "*.own.co.za:zorro:***"),
        ("zorro.vlerk:Vlerkmuis:mail.own.co.za:587", "zorro.vlerk:***:mail.own.co.za:587"),
        ("{mail.own.co.za 587 zorro Vlerkmuis true}", "{mail.own.co.za 587 zorro *** true}"),
        ("SMTP(\"fred@own.co.za\", \"Vlerkmuis\")", "SMTP(\"fred@own.co.za\", \"***\")"),
        ("cscript mail.vbs mail.own.co.za zorro Vlerkmuis", "cscript mail.vbs mail.own.co.za zorro ***"),
        (r"\\SRV\C$ zorro vlerkmuis!", r"\\SRV\C$ zorro ***"),
        ("bind zorro/vlerkmuis, Africa/Johannesburg", "bind zorro/***, Africa/Johannesburg"),
        (
            "connect(\"mail.own.co.za\", \"a@own.co.za\", \"vlerk muis\")",
            "connect(\"mail.own.co.za\", \"a@own.co.za\", \"***\")",
        ),
        ("Account settings: mail.own.co.za, zorro, vlerkmuis", "Account settings: mail.own.co.za, zorro, ***"),
        ("Connect('mail.own.co.za', 25, 'x', 'vlerk7')", "Connect('mail.own.co.za', 25, 'x', '***')"),
        ("changed smtpPassword from \"***\" to \"vlerk7\"", "changed smtpPassword from \"***\" to \"***\""),
        ("POP3.Connect mail.own.co.za zorro 34308551", "POP3.Connect mail.own.co.za zorro ***"),
        ("mailer.exe \"zorro\" \"vlerk muis\"", "mailer.exe \"zorro\" \"***\""),
        ("mail.own.co.za 587 zorro vlerk/muis tls", "mail.own.co.za 587 zorro *** tls"),
        ("addAddress('fred@own.co.za', 'Vlerkmuis')", "addAddress('fred@own.co.za', 'Vlerkmuis')"),
        (r"zorro\tvlerkmuis\tmail.own.co.za", r"zorro\t***\tmail.own.co.za"),
        ("mailer -auzorro -apVlerk7muis x", "mailer -auzorro -ap*** x"),
        (r#"a1 LOGIN zorro \"Vlerk 3\""#, r#"a1 LOGIN zorro \***\""#),
        ("a2 login fred@own.co.za vlerkmuis", "a2 login fred@own.co.za ***"),
        ("auth login c3RhdGVtZW50cw==", "auth login ***"),
        ("504 bad token AGZyZWQAS3VkdQ== here", "504 bad token *** here"),
        ("Authorization: Bearer ya29.a0AfH6SMBx", "Authorization: Bearer ***"),
        ("got dXNlcj1mcmVkAWF1dGg9QmVhcmVyIHgBAQ==", "got ***"),
        ("my password is thunderbird", "my password is ***"),
        ("password statement works here", "password *** works here"),
        ("verkeerde wagwoord statement vir fred", "verkeerde wagwoord *** vir fred"),
        ("Das Passwort lautet thunderbird", "Das Passwort lautet ***"),
        ("password changed from tr0ub4dor&3 to else", "password changed from *** to else"),
        ("I changed the password to tr0ub4dor&3 now", "I changed the password to *** now"),
        ("I use a1b2c3d4 as my password", "I use *** as my password"),
        ("Kudu7 is not the password", "*** is not the password"),
        (r"net use \\SRV\mail outlook /user:fred", r"net use \\SRV\mail *** /user:fred"),
        (
            "insert into s (host, user, password) values ('mail.own-host.co.za', 'zorro', 'statement')",
            "insert into s (host, user, password) values ('mail.own-host.co.za', 'zorro', '***')",
        ),
        ("IMAP a1 LOGIN mtm_mailer outlook", "IMAP a1 LOGIN mtm_mailer ***"),
        ("Login('zorro', 'statement')", "Login('zorro', '***')"),
        ("mail.own.co.za 587 fred@own.co.za thunderbird", "mail.own.co.za 587 fred@own.co.za ***"),
    ] {
        assert_eq!(hide(line), shown);
        assert_eq!(hide(shown), shown, "again");
    }
}

/// In the place of a value any word is one, also those that programs use.
#[test]
fn words_of_programs_in_the_place_of_a_value() {
    for (line, shown) in [
        ("Das Passwort ist welcome", "Das Passwort ist ***"),
        ("Die wagwoord vir die epos is invoice", "Die wagwoord vir die epos is ***"),
        ("La contrase\u{f1}a de fred es message", "La contrase\u{f1}a de fred es ***"),
        ("the password was mailbox and it fails", "the password was *** and it fails"),
        ("Passwort falsch: exchange", "Passwort falsch: ***"),
        ("mot de passe incorrect : exchange", "mot de passe incorrect : ***"),
        ("password errata: gateway", "password errata: ***"),
        ("Password incorrect (mailbox)", "Password incorrect (***)"),
        ("creds reception friday", "creds *** ***"),
        ("credentials fred@own.co.za / network", "credentials fred@own.co.za / ***"),
        ("param[4]=invoice", "param[4]=***"),
        ("args[2]: \"invoice\", x", "args[2]: \"***\", x"),
        ("pwd office, user fred", "pwd ***, user fred"),
        ("user fred@own.co.za pass invoice host", "user fred@own.co.za pass *** host"),
        ("passphrase network accepted", "passphrase *** accepted"),
        ("password reset to message by admin", "password reset to *** by ***"),
        ("wagwoord gestel as delivery", "wagwoord gestel as ***"),
        ("they told me gateway is the password", "they told me *** is the password"),
        ("SET PASSWORD FOR kobus = 'thunderbird'", "SET PASSWORD FOR kobus = '***'"),
        ("Auth(zorro, invoice) returned 535", "Auth(zorro, ***) returned 535"),
        ("AuthException: zorro:welcome", "AuthException: zorro:***"),
        ("new PasswordAuthentication(\"mtm_mailer\", \"mailbox\")", "new PasswordAuthentication(\"***\", \"***\")"),
        (
            "transport.connect(\"mail.own.co.za\", \"mtm_mailer\", \"welcome\");",
            "transport.connect(\"mail.own.co.za\", \"mtm_mailer\", \"***\");",
        ),
        ("(\"fred@own.co.za\", \"internet\")  # credentials", "(\"fred@own.co.za\", \"***\")  # credentials"),
        (
            "INSERT INTO c (h, pass) VALUES ('a)b', 'x'), ('it\\'s)', 'system')",
            "INSERT INTO c (h, pass) VALUES ('***', '***'), ('it\\'s)', '***')",
        ),
        ("hexdump 62 6f 6b 6b 69 65", "hexdump ***"),
        ("AUTH dump: 77:c3:aa:72:65", "AUTH dump: ***"),
        (r"b'\x6f\x75\x74\x6c'", r"b'\x***'"),
        ("Kennwort wurde auf exchange gesetzt", "Kennwort wurde auf *** gesetzt"),
        ("wagwoord gewysig van exchange na outlook", "wagwoord gewysig van *** na ***"),
        ("la parola chiave \u{e8} exchange", "la parola *** ***"),
        ("auth with reception exchange", "auth with reception ***"),
        ("signed in as fred with exchange ok", "signed in as fred with *** ok"),
        ("auth failed for fred@own.co.za / exchange", "auth failed for fred@own.co.za / ***"),
        ("auth failed for reception/exchange", "auth failed for reception/***"),
        ("send.py mail.own.co.za mtm_mailer exchange", "send.py mail.own.co.za mtm_mailer ***"),
        ("unzip -P exchange a.zip", "unzip -P *** a.zip"),
        ("WScript.Arguments(3) = exchange", "WScript.Arguments(3) = ***"),
        ("WScript.Arguments.Item(2) = \"exchange\"", "WScript.Arguments.Item(2) = \"***\""),
        ("password <- \"exchange\"", "password <- \"***\""),
        ("it was exchange , the password I mean", "it was *** , the password I ***"),
        ("open \"POST\", url, \"zorro\", \"77120031\"", "open \"POST\", url, \"zorro\", \"***\""),
        ("send(mail, \"fred@own.co.za\", \"exchange\")", "send(mail, \"fred@own.co.za\", \"***\")"),
        ("W/W: exchange", "W/W: ***"),
    ] {
        assert_eq!(hide(line), shown);
        assert_eq!(hide(shown), shown, "again");
    }
}

#[test]
fn words_of_a_server_stay() {
    for line in [
        "5.7.8 Username and Password not accepted. https://support.google.com/mail/?p=BadCredentials x9sm1234567qke.23 - gsmtp",
        "AUTH LOGIN PLAIN CRAM-MD5",
        "raise SMTPAuthenticationError(response.code, response.message)",
        "smtp_authenticate(12ms):",
        "at com.sun.mail.smtp.SMTPTransport.authenticate(SMTPTransport.java:858)",
        "5.7.26 https://support.google.com/mail/answer/81126#authentication a1b2c3d4e5f6-5d1f2a3b4c5sm1234567edb.12 - gsmtp",
        "AUTH LOGIN failed, AUTH PLAIN mechanism not supported",
        "5.7.139 Authentication unsuccessful [XX0P000CA0000.XXXP000.PROD.OUTLOOK.COM 2026-02-19T15:42:20.743Z 08DE6F1A2B3C4D5E]",
        "2.0.0 Ok: queued as 4XyZQk1b2cz9tL",
        "Application-specific password required",
        "eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIn0=",
        "spf=pass dkim=pass bypass=yes",
        "password = (not set)",
        "the password must be changed, the password that you used is wrong",
        "the password is expired, the password was not accepted, the password is required",
        "535 no password provided, this is the wrong password",
        "Login denied",
        "INVALID USERNAME AND PASSWORD COMBINATION",
        "your password is case sensitive, password authentication failed",
        "the problem is the password, the account is password protected",
        "password rejected by server, password incorrect for user, password not accepted: access denied",
        "credentials invalid, disconnected",
        "card 3c:52:82:4a:61:7b at 2026-11-23 08:26:01, bytes 10 20 30 40",
        "does not pass DMARC verification, see https://community.own.co.za/docs/1",
        r#"{"message":"Invalid login: 535 Incorrect authentication data","stack":"Error: Invalid login: 535 no"}"#,
        "DKIM = did not pass, 550-5.7.26  SPF [mail.x.co.za] = did not pass, 550 5.7.26  see",
        r"DKIM = did not pass\n550-5.7.26  SPF [mail.x.co.za] = did not pass\n550 5.7.26  see",
        "SMTPRecipientsRefused: [SMTPRecipientRefused(421, 'cp12.own.co.za: no')]",
        "statement for Thabo Dlamini via mail.own.co.za:587 failed",
        "SslState.StartSendAuthResetSignal(ProtocolToken message, AsyncProtocolRequest asyncRequest, Exception e)",
    ] {
        assert_eq!(hide(line), line);
    }
}

#[test]
fn a_long_line_is_read_in_pieces() {
    for gap in [0, PIECE - 12, PIECE, 5 * PIECE] {
        let line = format!("{} password=\"Kudu7Herd\" {}", "x ".repeat(gap / 2), "y ".repeat(PIECE));
        let shown = hide(&line);
        assert!(!shown.contains("Herd") && shown.contains('=') && shown.len() + 16 > line.len(), "{gap}");
    }
    let drawn = "aB3".repeat(2 * PIECE);
    assert_eq!(hide(&format!("AUTH PLAIN {drawn} then")), "AUTH PLAIN *** then");
}
