//! What such programs say. Written without a look at `knowledge/`: at least half of the words of success and failure stand
//! nowhere there, which a test counts.

/// A mail that went out, in English and Afrikaans.
pub const SENT: [&[&str]; 2] = [
    &[
        "off it went",
        "shipped",
        "on its way",
        "landed",
        "cleared",
        "lodged with the server",
        "winged away",
        "trip made",
        "gone in the post",
        "sent",
        "delivered",
        "OK",
        "Mail sent successfully",
        "message accepted",
    ],
    &[
        "weg is hy",
        "vort",
        "op pad",
        "hy vlieg",
        "afgeteken",
        "trein gehaal",
        "gestuur",
        "suksesvol versend",
        "afgelewer",
        "OK",
    ],
];

/// A mail that did not.
pub const FAILED: [&[&str]; 2] = [
    &[
        "no luck",
        "bust",
        "stranded",
        "came to grief",
        "flopped",
        "kaput",
        "conked out",
        "botched",
        "hit a snag",
        "sunk",
        "turned away",
        "scuppered",
        "failed",
        "could not be sent",
        "ERROR",
        "not delivered",
        "Send failed",
    ],
    &[
        "vrot",
        "haper",
        "vasgehaak",
        "sneuwel",
        "vasgebrand",
        "plat geval",
        "in die wiele gery",
        "misluk",
        "kon nie stuur nie",
        "fout",
        "nie gestuur nie",
    ],
];

/// A mail is about to go out. `{}` is the recipient.
pub const BEGINS: [&[&str]; 2] = [
    &[
        "Mailing {}",
        "Sending statement to {}",
        "Next: {}",
        "-> {}",
        "Working on mail for {}",
        "To {}",
        "Envelope for {} ready",
    ],
    &["Stuur aan {}", "Volgende: {}", "-> {}", "Besig met pos vir {}", "Aan {}", "Rekening vir {} word gestuur"],
];

/// What mails are about.
pub const SUBJECTS: [&[&str]; 2] = [
    &["Statement", "Account 10442", "Invoice 88213", "Appointment reminder", "Results", "Receipt 771"],
    &["Rekening", "Faktuur 88213", "Afspraak", "Uitslae", "Kwitansie 771", "Staat 10442"],
];

/// Other lines of the same program.
pub const CHATTER: [&[&str]; 2] = [
    &[
        "PDF written to C:\\prac\\out\\stmt.pdf",
        "Queue holds 3 items",
        "Template reminder loaded",
        "Waiting 2 seconds",
        "Reading the batch",
        "Profile: front desk",
    ],
    &["PDF geskryf na C:\\prak\\uit\\staat.pdf", "Tou het 3 items", "Sjabloon gelaai", "Wag 2 sekondes", "Lees bondel"],
];

/// Where the log begins and ends.
pub const OPENING: [&[&str]; 2] =
    [&["Mailer 4.2 up", "Batch run begun", "Statement module v7"], &["Posmodule 4.2", "Bondel 17"]];
pub const CLOSING: [&[&str]; 2] = [&["Batch run over", "Mailer down", "Bye"], &["Bondel verby", "Posmodule af"]];

/// Words before the server's or the program's own.
pub const REASON: [&[&str]; 2] =
    [&["Reason", "Server said", "Detail", "Why"], &["Rede", "Bediener se", "Detail", "Hoekom"]];

/// A refusal: code, enhanced code, words, cause, and another cause that an expert could choose.
pub const REPLIES: [(u16, &str, &str, &str, &str); 22] = [
    (550, "5.1.1", "The email account that you tried to reach does not exist", "recipient.unknown", ""),
    (550, "5.1.1", "User unknown in virtual mailbox table", "recipient.unknown", ""),
    (550, "", "No such user here", "recipient.unknown", ""),
    (552, "5.2.2", "Mailbox full", "recipient.mailbox-full", ""),
    (452, "4.2.2", "The recipient's inbox is out of storage space", "recipient.mailbox-full", ""),
    (535, "5.7.8", "Username and Password not accepted", "auth.rejected", "auth.app-password-required"),
    (535, "5.7.8", "Error: authentication failed", "auth.rejected", ""),
    (535, "", "Incorrect authentication data", "auth.rejected", ""),
    (
        535,
        "5.7.139",
        "Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant",
        "auth.basic-disabled",
        "",
    ),
    (534, "5.7.9", "Application-specific password required", "auth.app-password-required", ""),
    (530, "5.7.0", "Authentication Required", "auth.required", ""),
    (530, "5.7.0", "Must issue a STARTTLS command first", "port.starttls-required", ""),
    (554, "5.7.1", "Relay access denied", "recipient.relay-denied", "auth.required"),
    (550, "5.7.1", "Relaying denied", "recipient.relay-denied", "auth.required"),
    (553, "5.7.1", "Sender address rejected: not owned by user", "sender.rejected", ""),
    (552, "5.3.4", "Message size exceeds fixed limit", "attachment.too-large", ""),
    (554, "5.7.1", "Message rejected as spam", "content.spam", ""),
    (451, "4.7.1", "Greylisted, please try again later", "temp.greylisted", ""),
    (421, "4.7.0", "Too many connections from your host", "rate.connections", ""),
    (451, "4.3.0", "Temporary lookup failure", "temp.service", ""),
    (550, "5.4.5", "Daily user sending limit exceeded", "rate.messages", ""),
    (554, "5.7.1", "Service unavailable; Client host blocked using zen.spamhaus.org", "policy.blocklisted", ""),
];

/// A program's own trouble, in words and numbers, and its cause.
pub const TROUBLES: [(&str, &str); 14] = [
    ("Connection timed out", "conn.timeout"),
    ("Socket Error # 10060", "conn.timeout"),
    ("error 10061", "conn.refused"),
    ("Connection refused", "conn.refused"),
    ("No such host is known", "conn.dns"),
    ("WSAHOST_NOT_FOUND (11001)", "conn.dns"),
    ("0x800CCC0D", "conn.dns"),
    ("Connection reset by peer", "conn.dropped"),
    ("error 10054", "conn.dropped"),
    ("getaddrinfo ENOTFOUND smtp.practice.example.co.za", "conn.dns"),
    ("certificate has expired", "tls.expired"),
    ("unable to get local issuer certificate", "tls.untrusted"),
    ("wrong version number", "port.tls-to-plaintext"),
    ("connect ETIMEDOUT 196.25.1.1:587", "conn.timeout"),
];

/// Recipients.
pub const PEOPLE: [&str; 12] = [
    "j.botha@patients.example.co.za",
    "thandi.nkosi@example.test",
    "r.naidoo@webmail.example.co.za",
    "sipho.m@mail.example.test",
    "accounts@example.co.za",
    "k_vanwyk@example.test",
    "lerato77@patients.example.co.za",
    "p.mokoena@patients.example.co.za",
    "anna-marie@example.test",
    "dr.smit@practice.example.co.za",
    "m.griesel@example.test",
    "fatima@patients.example.co.za",
];
