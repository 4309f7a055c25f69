//! The marks that a dialect puts on its lines.

use crate::smtp;

/// A set of marks; one that the dialect lacks is not named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(u8);

impl Marks {
    pub const NONE: Marks = Marks(0);
    /// It says on each line who speaks, so that message data never looks like dialogue.
    pub const SIDES: Marks = Marks(1);
    /// Message data carries the client's mark; without it a body line may look like a reply, and only the lone dot ends
    /// the message.
    pub const DATA: Marks = Marks(1 << 1);
    /// It marks the end of a connection, so that a log without the mark was cut off.
    pub const END: Marks = Marks(1 << 2);
    /// It tells of each refusal in words of its own, so that a mail of which it shows neither reply nor error went out.
    pub const REFUSALS: Marks = Marks(1 << 3);
    /// [`Event::Connected`](super::Event::Connected) begins a session whatever stood before: the log can be read from there.
    pub const START: Marks = Marks(1 << 4);

    /// Both of them.
    pub const fn and(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }

    pub const fn when(self, there: bool) -> Marks {
        if there { self } else { Marks::NONE }
    }

    const fn has(self, mark: Marks) -> bool {
        self.0 & mark.0 != 0
    }

    /// [`Marks::SIDES`] is there.
    pub const fn sides(self) -> bool {
        self.has(Marks::SIDES)
    }

    /// [`Marks::DATA`] is there.
    pub const fn data(self) -> bool {
        self.has(Marks::DATA)
    }

    /// [`Marks::END`] is there.
    pub const fn end(self) -> bool {
        self.has(Marks::END)
    }

    /// [`Marks::REFUSALS`] is there.
    pub const fn refusals(self) -> bool {
        self.has(Marks::REFUSALS)
    }

    /// [`Marks::START`] is there.
    pub const fn start(self) -> bool {
        self.has(Marks::START)
    }
}

impl From<Marks> for smtp::Marks {
    fn from(marks: Marks) -> Self {
        smtp::Marks { sides: marks.sides(), data: marks.data() }
    }
}
