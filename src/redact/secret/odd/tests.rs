use super::{super::super::span::replace, *};

fn hidden(text: &str, find: fn(&str, &mut Vec<Span<()>>)) -> String {
    let mut spans = Vec::new();
    find(text, &mut spans);
    replace(text, spans, |(), _, out| out.push_str("***"))
}

#[test]
fn odd_words_are_told_from_hosts_files_numbers_and_ids() {
    for (text, shown) in [
        ("clipboard: Vlerkmuis50", "clipboard: ***"),
        ("VPN: fred / Vlerk_MUIS6", "VPN: fred / ***"),
        ("go, Vlerkmuis@1458!", "go, ***"),
        ("printf '%s' 'vlerk17muis'", "printf '%s' '***'"),
        ("at tFVHq0pEIxsS9amVOB9pssLw", "at ***"),
        ("sending mail 4915", "sending mail 4915"),
        ("hek kode: 4915, 2fa backup 548575", "hek kode: ***, 2fa backup ***"),
        ("Toegangskode 4915, foutkode 4915", "Toegangskode ***, foutkode 4915"),
        ("error code 93004, code 10060, kode 2026-11", "error code 93004, code 10060, kode 2026-11"),
        ("auth failed: UGFzc3dvcmQ6, VXNlcm5hbWU6", "auth failed: UGFzc3dvcmQ6, VXNlcm5hbWU6"),
        // Vlerk7muis:
        ("auth failed: VmxlcmsgN211aXM6", "auth failed: ***"),
        // Hjt1kLm9
        ("auth failed: SGp0MWtMbTk=", "auth failed: ***="),
        // Password1
        ("auth failed: UGFzc3dvcmQx", "auth failed: ***"),
        ("Login details: fred q4HVHbj5", "Login details: fred ***"),
        ("login refused \"sid\":\"q4HVHbj5\"", "login refused \"sid\":\"q4HVHbj5\""),
        ("535 fred/Kudu$955 refused", "535 fred/*** refused"),
        ("error code 930041", "error code 930041"),
        ("Server reply: queued", "Server reply: queued"),
        (
            "queued as 4XyZQk1b2cz9tL, id 1tEo4A1B669031-0001Ab-2C",
            "queued as 4XyZQk1b2cz9tL, id 1tEo4A1B669031-0001Ab-2C",
        ),
        (
            "0x800CCC0F TLSv1.2 SHA256 x86_64 5e8e72cb-467a-15c8-215d",
            "0x800CCC0F TLSv1.2 SHA256 x86_64 5e8e72cb-467a-15c8-215d",
        ),
        (
            "C:\\mtm2\\emailout2.txt vlerk7@muis.co.za mail7.vlerk.co.za",
            "C:\\mtm2\\emailout2.txt vlerk7@muis.co.za mail7.vlerk.co.za",
        ),
        (
            "2026-11-23T08:26:02 Statement12 domain-1.invalid recipient-3",
            "2026-11-23T08:26:02 Statement12 domain-1.invalid recipient-3",
        ),
    ] {
        assert_eq!(hidden(text, odd_words), shown);
    }
}

#[test]
fn forms_of_secrets_need_no_name() {
    for (text, shown) in [
        ("error code 10060, enhanced code 4711", "error code 10060, enhanced code 4711"),
        ("Registration code GC58M-P7G3Q-EJX89", "Registration code ***"),
        ("https://portal.x.co.za/m/tFVHq0pEIxsS9amV", "https://portal.x.co.za/m/***"),
        ("https://support.google.com/mail/?p=BadCredentials", "https://support.google.com/mail/?p=BadCredentials"),
        ("vlerk:Muis_NOR6@mail.own.co.za:587", "vlerk:***@mail.own.co.za:587"),
        ("fred@own.co.za:Vlerk17muis", "fred@own.co.za:***"),
        ("zorro/Vlerk7@mail.own.co.za, mail/fred.x@own.co.za", "zorro/***@mail.own.co.za, mail/fred.x@own.co.za"),
        (":pserver:zorro:vlerkmuis@cvs.own.co.za:/mail", ":pserver:zorro:***@cvs.own.co.za:/mail"),
        ("fred@own.co.za|vlerkmuis", "fred@own.co.za|***"),
        ("23;08:26:01;fred@own.co.za;OK", "23;08:26:01;fred@own.co.za;OK"),
        ("871042 mailbox is full, code", "871042 mailbox is full, code"),
        ("to:Vlerk2@mail.own.co.za from:<a@b.co.za>", "to:Vlerk2@mail.own.co.za from:<a@b.co.za>"),
        ("password bytes [106, 117, 114, 98, 101, 107]", "password bytes [***]"),
        ("password changed 2026-11-27, took 4711 ms", "password changed 2026-11-27, took 4711 ms"),
        ("password ok, port 2525, 4711 bytes", "password ok, port 2525, 4711 bytes"),
        ("map fred@own.co.za:vlerkmuis", "map fred@own.co.za:***"),
        ("fred@own.co.za: rejected, a@own.co.za:failed", "fred@own.co.za: rejected, a@own.co.za:failed"),
        ("took 9300 ms, status 4711 is code", "took 9300 ms, status 4711 is code"),
        ("hex: 4d61626e6f7262656b3930", "hex: ***"),
        ("queued as 0102018f3a5b6c7d", "queued as 0102018f3a5b6c7d"),
        ("token bytes 75, 117, 100, 117, 55, 33, 75, 117", "token bytes ***"),
        ("ports 25, 110, 143, 465, 587, 993, 995, 2525", "ports 25, 110, 143, 465, 587, 993, 995, 2525"),
        ("[]byte{0x4b, 0x75, 0x64, 0x75, 0x37, 0x21}", "[]byte{***}"),
        ("[1, 2, 3, 4, 5, 6] (10.6.1) 08DE-1F2A 2026-11-23", "[1, 2, 3, 4, 5, 6] (10.6.1) 08DE-1F2A 2026-11-23"),
    ] {
        assert_eq!(hidden(text, forms), shown);
    }
}
