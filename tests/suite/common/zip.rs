//! Writes zips, also such as no program would write. (The `zip` crate that reads them refuses to lie.)

/// A member to be written.
#[derive(Clone, Debug)]
pub struct Entry {
    pub name: String,
    pub content: Vec<u8>,
    /// As the format numbers them; the content is written as it is.
    pub method: u16,
    pub encrypted: bool,
    /// What the list says of the unpacked size and sum, where the content itself does not say it.
    pub unpacked: Option<(u32, u32)>,
}

impl Entry {
    pub fn stored(name: &str, content: &[u8]) -> Entry {
        let content = content.to_vec();
        Entry { name: name.to_owned(), content, method: 0, encrypted: false, unpacked: None }
    }

    pub fn deflated(name: &str, text: &[u8]) -> Entry {
        use std::io::Write;
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(text).unwrap();
        let content = encoder.finish().unwrap();
        Entry { content, method: 8, unpacked: Some((text.len() as u32, crc(text))), ..Entry::stored(name, b"") }
    }
}

fn crc(text: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(text);
    crc.sum()
}

/// The zip of these members.
pub fn zip(entries: &[Entry]) -> Vec<u8> {
    let (mut file, mut list) = (Vec::new(), Vec::new());
    for entry in entries {
        let start = file.len() as u32;
        let (size, crc) = entry.unpacked.unwrap_or((entry.content.len() as u32, crc(&entry.content)));
        let mut about = Vec::new();
        about.extend(20_u16.to_le_bytes());
        about.extend(u16::from(entry.encrypted).to_le_bytes());
        about.extend(entry.method.to_le_bytes());
        about.extend([0, 0x40, 0x77, 0x5D]); // 2026-11-23 08:00
        about.extend(crc.to_le_bytes());
        about.extend((entry.content.len() as u32).to_le_bytes());
        about.extend(size.to_le_bytes());
        about.extend((entry.name.len() as u16).to_le_bytes());
        about.extend(0_u16.to_le_bytes());
        file.extend(b"PK\x03\x04");
        file.extend(&about);
        file.extend(entry.name.as_bytes());
        file.extend(&entry.content);
        list.extend(b"PK\x01\x02\x14\0");
        list.extend(&about);
        list.extend([0; 10]);
        list.extend(start.to_le_bytes());
        list.extend(entry.name.as_bytes());
    }
    let start = file.len() as u32;
    file.extend(&list);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend((entries.len() as u16).to_le_bytes());
    file.extend((entries.len() as u16).to_le_bytes());
    file.extend((list.len() as u32).to_le_bytes());
    file.extend(start.to_le_bytes());
    file.extend([0, 0]);
    file
}
