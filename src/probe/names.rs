//! Host names to addresses, and mail exchangers (RFC 5321 section 5.1), each within a time.

use std::{
    net::{IpAddr, ToSocketAddrs},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

pub(super) use super::record::Record;

/// The addresses behind a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    /// The first IPv6 and the first IPv4 address, in the order of the system: a farm has dozens, and each would cost a
    /// connection.
    pub(super) addresses: Vec<IpAddr>,
    /// The next one: another member of the farm, where the name leads to one.
    pub(super) another: Option<IpAddr>,
    pub(super) took: Duration,
    /// The resolver gave no answer in time.
    pub(super) timed_out: bool,
}

impl Names {
    /// The name as it leads to another member of the farm than this one; members that were passed over did not answer.
    pub(super) fn beside(&self, answered: IpAddr) -> Option<Names> {
        let later = self.addresses.iter().skip_while(|address| **address != answered).nth(1);
        let member = later.copied().or(self.another)?;
        Some(Names { addresses: vec![member], another: None, ..self.clone() })
    }
}

/// Asks the system, as every program does. The resolver has no time limit of its own, so it is asked in another thread,
/// which is left behind where it takes too long.
pub(super) fn addresses(host: &str, within: Duration) -> Names {
    let begun = Instant::now();
    let (answer, answered) = mpsc::channel();
    let asked = host.to_owned();
    let started = thread::Builder::new().spawn(move || {
        let found: Vec<IpAddr> =
            (asked.as_str(), 0).to_socket_addrs().map(|found| found.map(|a| a.ip()).collect()).unwrap_or_default();
        // Nobody may be waiting any more.
        let _ = answer.send(found);
    });
    let found = started.ok().and_then(|_| answered.recv_timeout(within).ok());
    let timed_out = found.is_none();
    let mut names = Names { timed_out, ..Names::default() };
    for address in found.unwrap_or_default() {
        if names.addresses.iter().all(|known| known.is_ipv4() != address.is_ipv4()) {
            names.addresses.push(address);
        } else if !names.addresses.contains(&address) {
            names.another = names.another.or(Some(address));
        }
    }
    names.took = begun.elapsed();
    names
}

/// The records of a name: host names of MX, texts of TXT. `None` where the resolver could not be asked.
pub(super) fn records(name: &str, record: Record, within: Duration) -> Option<Vec<String>> {
    #[cfg(windows)]
    return super::windows::records(name, record, within);
    #[cfg(not(windows))]
    return resolver::records(name, record, within);
}

#[cfg(not(windows))]
mod resolver {
    use std::{
        fs,
        io::{Read, Write},
        net::{IpAddr, SocketAddr, TcpStream, UdpSocket},
        time::{Duration, Instant},
    };

    use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, RCODE, TYPE, rdata::RData};

    use crate::probe::record::{Record, in_order};

    /// Where Unix says whom to ask.
    const RESOLV_CONF: &str = "/etc/resolv.conf";
    /// The largest answer over UDP without EDNS is 512 bytes; some servers send more.
    const MAX_UDP_BYTES: usize = 4096;

    #[allow(clippy::disallowed_methods, reason = "a file of the system's, no log")]
    pub(super) fn records(name: &str, record: Record, within: Duration) -> Option<Vec<String>> {
        let end = Instant::now() + within;
        servers(&fs::read_to_string(RESOLV_CONF).ok()?).into_iter().find_map(|server| ask(server, name, record, end))
    }

    /// `nameserver ADDRESS`
    fn servers(text: &str) -> Vec<SocketAddr> {
        let address = |line: &str| line.trim().strip_prefix("nameserver")?.trim().parse::<IpAddr>().ok();
        text.lines().filter_map(address).map(|address| SocketAddr::new(address, 53)).take(3).collect()
    }

    fn ask(server: SocketAddr, name: &str, record: Record, end: Instant) -> Option<Vec<String>> {
        // The number only tells answers apart; the port is chosen by the system.
        let id = u16::try_from(std::process::id() & 0xffff).unwrap_or(1);
        let query = query(name, record, id)?;
        let left = || Some(end.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero());
        let socket = UdpSocket::bind(if server.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" }).ok()?;
        socket.connect(server).ok()?;
        socket.send(&query).ok()?;
        let mut buffer = vec![0; MAX_UDP_BYTES];
        loop {
            socket.set_read_timeout(Some(left()?)).ok()?;
            let length = socket.recv(&mut buffer).ok()?;
            match read(&buffer[..length], record, id) {
                Answer::Other => {}
                Answer::Records(records) => return Some(records),
                Answer::Cut => return over_tcp(server, &query, record, id, left()?),
            }
        }
    }

    #[allow(clippy::disallowed_methods, reason = "the resolver of this PC")]
    fn over_tcp(server: SocketAddr, query: &[u8], record: Record, id: u16, left: Duration) -> Option<Vec<String>> {
        let mut stream = TcpStream::connect_timeout(&server, left).ok()?;
        stream.set_read_timeout(Some(left)).ok()?;
        let length = u16::try_from(query.len()).ok()?;
        stream.write_all(&[&length.to_be_bytes()[..], query].concat()).ok()?;
        let mut length = [0; 2];
        stream.read_exact(&mut length).ok()?;
        let mut answer = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut answer).ok()?;
        match read(&answer, record, id) {
            Answer::Records(records) => Some(records),
            Answer::Cut | Answer::Other => None,
        }
    }

    fn query(name: &str, record: Record, id: u16) -> Option<Vec<u8>> {
        let kind = match record {
            Record::Mx => TYPE::MX,
            Record::Txt => TYPE::TXT,
        };
        let mut packet = Packet::new_query(id);
        packet.set_flags(PacketFlag::RECURSION_DESIRED);
        let question = Question::new(Name::new(name).ok()?, QTYPE::TYPE(kind), QCLASS::CLASS(CLASS::IN), false);
        packet.questions.push(question);
        packet.build_bytes_vec().ok()
    }

    enum Answer {
        Records(Vec<String>),
        /// It did not fit; ask again over TCP.
        Cut,
        /// Not an answer to this question.
        Other,
    }

    fn read(bytes: &[u8], record: Record, id: u16) -> Answer {
        let Ok(packet) = Packet::parse(bytes) else { return Answer::Other };
        if packet.id() != id {
            return Answer::Other;
        }
        if packet.has_flags(PacketFlag::TRUNCATION) {
            return Answer::Cut;
        }
        if !matches!(packet.rcode(), RCODE::NoError | RCODE::NameError) {
            return Answer::Other;
        }
        let mut found: Vec<(u16, String)> = Vec::new();
        for answer in &packet.answers {
            match (&answer.rdata, record) {
                (RData::MX(mx), Record::Mx) => found.push((mx.preference, mx.exchange.to_string())),
                (RData::TXT(text), Record::Txt) => {
                    found.extend(String::try_from(text.clone()).ok().map(|text| (0, text)))
                }
                _ => {}
            }
        }
        Answer::Records(in_order(found))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn resolvers_and_answers() {
            assert_eq!(servers("# x\nnameserver 10.0.0.2\nnameserver fe80::1\nsearch lan\n").len(), 2);
            let asked = query("practice.example", Record::Mx, 7).unwrap();
            assert!(matches!(read(&asked, Record::Mx, 7), Answer::Records(found) if found.is_empty()));
            assert!(matches!(read(&asked, Record::Mx, 8), Answer::Other));
            assert!(matches!(read(b"\x00", Record::Mx, 7), Answer::Other));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_farm_has_another_member_behind_the_one_that_answered() {
        let [six, four, next] = ["2001:db8::1", "192.0.2.1", "192.0.2.2"].map(|text| text.parse::<IpAddr>().unwrap());
        let names = Names { addresses: vec![six, four], another: Some(next), ..Names::default() };
        assert_eq!(names.beside(six).unwrap().addresses, [four]);
        assert_eq!(names.beside(four).unwrap().addresses, [next]);
        assert_eq!(Names { another: None, ..names }.beside(four), None);
    }

    #[test]
    fn this_pc_has_a_name_and_nobody_has_an_invalid_one() {
        assert!(!addresses("localhost", Duration::from_secs(20)).addresses.is_empty());
        let nobody = addresses("mail.practice.invalid", Duration::from_secs(20));
        assert!(nobody.addresses.is_empty());
    }
}
