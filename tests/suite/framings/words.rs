//! The words of invented programs: stamps, marks of the sides, banners, settings, errors.

/// Server, client, and the program itself.
pub type Marks = (&'static str, &'static str, &'static str);

pub const MARKS: &[Marks] = &[
    ("Recv", "Sent", "Info"),
    ("Ontvang", "Gestuur", "Inligting"),
    ("IN", "OUT", "--"),
    ("S", "C", "I"),
    ("Server", "Client", "Note"),
    ("<-", "->", "--"),
    ("<<<", ">>>", "***"),
    ("<==", "==>", "==="),
    ("RX", "TX", "ST"),
    ("Bediener", "Program", "Stelsel"),
    ("response", "request", "event"),
    ("1", "0", "2"),
    ("2", "1", "9"),
    ("antwoord", "opdrag", "nota"),
    ("[srv]", "[cli]", "[app]"),
    ("from server", "to server", "status"),
    ("<", ">", "*"),
    ("read", "write", "state"),
    ("ricevuto", "inviato", "stato"),
    ("empfangen", "gesendet", "hinweis"),
    ("\u{2190}", "\u{2192}", "\u{b7}"),
    ("remote", "local", "module"),
    ("HOST", "PC", "LOG"),
    ("they", "we", "note"),
    ("S>", "C>", "I>"),
    ("#in", "#out", "#sys"),
    ("iziphumo", "imiyalelo", "ulwazi"),
];

pub const STAMPS: &[&str] = &[
    "",
    "2026-11-23 {H}:{M}:{S}",
    "2026/11/23 {H}:{M}:{S}",
    "23/11/2026 {H}:{M}:{S}",
    "23.11.2026 {H}:{M}:{S}",
    "11/23/2026 {h}:{M}:{S} {P}",
    "2026-11-23T{H}:{M}:{S}Z",
    "2026-11-23T{H}:{M}:{S}.123+02:00",
    "{H}:{M}:{S}",
    "{H}:{M}:{S}.417",
    "Nov 23 {H}:{M}:{S}",
    "23 Nov 2026 {H}:{M}:{S}",
    "Mon, 23 Nov 2026 {H}:{M}:{S} +0200",
    "20261123-{H}{M}{S}.417",
    "2026/11/23 {h}:{M}:{S} {V}",
    "2026.11.23 {H}:{M}:{S}",
    "23-Nov-2026 {H}:{M}:{S},250",
    "2026-11-23 {H}:{M}:{S},118",
    "{E}",
    "{E}417",
    "{E}.417",
];

/// What stands before and behind a payload.
pub const AROUND: &[(&str, &str)] = &[
    ("\"", "\""),
    ("'", "'"),
    ("[", "]"),
    ("<", ">"),
    ("(", ")"),
    ("{", "}"),
    ("|", "|"),
    ("`", "`"),
    ("\u{ab}", "\u{bb}"),
    ("<<", ">>"),
    ("\u{201c}", "\u{201d}"),
    ("[[", "]]"),
    ("text=", ";"),
    ("b'", "'"),
    ("data: ", " (end)"),
    ("{data=\"", "\"}"),
    ("", " |"),
    ("", " <end>"),
    ("^", "$"),
    ("=", ""),
];

/// How the end of a line of the dialogue is shown.
pub const ENDS: &[&str] = &[
    "<EOL>",
    "<CRLF>",
    "\\r\\n",
    "[nl]",
    "[CR][LF]",
    "[0D][0A]",
    "<CR><LF>",
    "\\n",
    "<0D0A>",
    "^M^J",
    "\u{b6}",
    "{cr}{lf}",
    "\u{240d}\u{240a}",
    "<br/>",
    "~",
    "(crlf)",
    "\\x0d\\x0a",
    "$",
    "%0D%0A",
    "#13#10",
    "<0x0D><0x0A>",
    "\\015\\012",
    "|CRLF|",
];

pub const SEPARATORS: &[&str] = &[
    ", ",
    " | ",
    "; ",
    " / ",
    "<br>",
    "~",
    " // ",
    " \u{a6} ",
    "\\n",
    " + ",
    "\\r\\n",
    "<CRLF>",
    "\u{2424}",
    " ; ",
    "||",
    " \u{2022} ",
];

pub const BANNERS: &[&str] = &[
    "Mail module 4.2 started",
    "=== E-pos begin ===",
    "SMTP log opened by practice software",
    "--------------------",
    "Version 12.0.3 (build 4417) on WIN-RECEPTION",
    "Queue: 3 statements waiting",
];

/// The mark between name and value, and the names of host, port, user and password.
pub const SETTINGS: &[(&str, [&str; 4])] = &[
    ("=", ["Host", "Port", "User", "Password"]),
    (": ", ["Bediener", "Poort", "Gebruiker", "Wagwoord"]),
    (" = ", ["SMTP server", "SMTP port", "SMTP user", "SMTP password"]),
    (": ", ["smtp_host", "smtp_port", "smtp_user", "smtp_password"]),
];

/// A connection begins, and is there.
pub const CONNECTS: &[(&str, &str)] = &[
    ("Connecting to {h}:{p}", "Connected."),
    ("Connecting to {h} port {p}", "Connection established"),
    ("Verbind met {h} poort {p}", "Verbinding geopen"),
    ("Opening connection to {h}:{p}...", "Connected to {h}"),
    ("Trying {h}:{p}", "Connected to {h}:{p}"),
    ("connect {h} {p}", "socket connected"),
];

pub const CLOSES: &[&str] = &[
    "Disconnected.",
    "Connection closed",
    "Verbinding gesluit",
    "Session ended",
    "disconnect",
    "Connection to server closed",
];

/// The program says again what the server refused.
pub const ECHOES: &[&str] =
    &["Server refused: ", "Fout van bediener: ", "SMTP error: ", "Mail not sent, server said: "];

/// Words about an error by the cause they tell of.
pub const ERRORS: &[(&str, &[&str])] = &[
    (
        "conn.refused",
        &[
            "Socket Error # 10061 Connection refused.",
            "Kon nie koppel nie: verbinding geweier (10061)",
            "Could not connect: connection refused",
            "connect() failed with error 10061",
            "No connection could be made because the target machine actively refused it",
        ],
    ),
    (
        "conn.timeout",
        &[
            "Socket Error # 10060 Connection timed out.",
            "Read timed out.",
            "Fout 10060: tydlimiet verstryk",
            "The operation has timed out",
        ],
    ),
    (
        "conn.dropped",
        &[
            "Socket Error # 10054 Connection reset by peer.",
            "Connection Closed Gracefully.",
            "Fout 10054: verbinding verbreek",
            "An existing connection was forcibly closed by the remote host",
        ],
    ),
    (
        "conn.dns",
        &[
            "Socket Error # 11001 Host not found.",
            "Bediener nie gevind nie (11001)",
            "getaddrinfo failed: No such host is known.",
            "Could not resolve host",
        ],
    ),
];
