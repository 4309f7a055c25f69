//! Whose conversation a record belongs to, by the session key that its writer gives or by what was said last. The builder of
//! transactions and the redactor keep the state of their conversations in it.

use std::collections::VecDeque;

use crate::dialect::Event;

/// Conversations of different keys that are followed at once. The one silent for longest is given up to make room, so
/// memory is bounded whatever the log holds.
const MAX_CONVERSATIONS: usize = 1_024;

/// Tells conversations apart: the dialect and the session key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Route {
    /// The number of the dialect among those of the log: another dialect is another program, and so another connection.
    pub dialect_index: u8,
    /// The session key that the writer gives; empty where it gives none.
    pub key: Box<[u8]>,
}

/// The state that somebody keeps of a conversation.
pub(crate) trait Routed: From<Route> {
    /// Tells it apart from others.
    fn route(&self) -> &Route;
    /// The same, to change it.
    fn route_mut(&mut self) -> &mut Route;
    /// A connection is being made, and nothing was said on it yet: its key may still come (hMailServer).
    fn is_waiting(&self) -> bool;
    /// Nothing is kept of it that the next line with its key could need.
    fn is_idle(&self) -> bool;
    /// The log marked its end; words about it may still come.
    fn is_over(&self) -> bool;
}

/// The conversations of a log, the one that spoke last at the end. There is always one.
#[derive(Clone, Debug)]
pub(crate) struct Router<C> {
    /// Boxed: they change places often, and are large.
    conversations: VecDeque<Box<C>>,
}

impl<C: Routed> Router<C> {
    /// A router at the start of a log.
    pub(crate) fn new() -> Self {
        Router { conversations: VecDeque::from([Box::new(C::from(Route::default()))]) }
    }

    /// All of them, in the order in which they spoke last.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &C> {
        self.conversations.iter().map(|known| &**known)
    }

    /// The same, to change them.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut C> {
        self.conversations.iter_mut().map(|known| &mut **known)
    }

    /// The number of conversations.
    pub(crate) fn len(&self) -> usize {
        self.conversations.len()
    }

    /// The conversation that this line of a dialect belongs to. `leave` gets each one that is given up to make room.
    /// `once`: the keys never come again, as they were given to the lines by [`super::Demux`].
    pub(crate) fn route(
        &mut self,
        (dialect_index, key): (u8, &[u8]),
        event: &Event<'_>,
        once: bool,
        mut leave: impl FnMut(C),
    ) -> &mut C {
        let newest = self.conversations.len() - 1;
        // In the same dialect, a line without a key goes with the line before it, unless a connection begins on it. That is
        // asked before keys are compared: comparing two empty ones took half of the whole run.
        let anybody = key.is_empty() && !matches!(event, Event::Connecting(_) | Event::Connected(_));
        let is = |route: &Route| route.dialect_index == dialect_index && (anybody || *route.key == *key);
        if is(self.conversations[newest].route()) {
            return &mut self.conversations[newest];
        }
        let last = &mut self.conversations[newest];
        if last.route().dialect_index == dialect_index && last.route().key.is_empty() && last.is_waiting() {
            // The connection came before its key.
            last.route_mut().key = key.into();
            return &mut self.conversations[newest];
        }
        if let Some(place) = self.conversations.iter().rposition(|known| is(known.route())) {
            if let Some(known) = self.conversations.remove(place) {
                self.conversations.push_back(known);
            }
            return &mut self.conversations[newest];
        }
        if self.conversations.len() >= MAX_CONVERSATIONS || self.conversations[0].is_idle() && newest > 0 {
            self.conversations.pop_front().into_iter().for_each(|known| leave(*known));
        }
        if once {
            while let Some(place) = self.conversations.iter().position(|known| known.is_idle() || known.is_over()) {
                self.conversations.remove(place).into_iter().for_each(|known| leave(*known));
            }
        }
        self.conversations.push_back(Box::new(C::from(Route { dialect_index, key: key.into() })));
        let newest = self.conversations.len() - 1;
        &mut self.conversations[newest]
    }

    /// The one that spoke last.
    pub(crate) fn newest(&self) -> &C {
        &self.conversations[self.conversations.len() - 1]
    }

    /// The same, to change it.
    pub(crate) fn newest_mut(&mut self) -> &mut C {
        let newest = self.conversations.len() - 1;
        &mut self.conversations[newest]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Endpoint;

    #[derive(Default)]
    struct Kept(Route);

    impl From<Route> for Kept {
        fn from(route: Route) -> Self {
            Kept(route)
        }
    }

    impl Routed for Kept {
        fn route(&self) -> &Route {
            &self.0
        }
        fn route_mut(&mut self) -> &mut Route {
            &mut self.0
        }
        fn is_waiting(&self) -> bool {
            false
        }
        fn is_idle(&self) -> bool {
            false
        }
        fn is_over(&self) -> bool {
            false
        }
    }

    #[test]
    fn conversations_are_bounded_and_none_is_lost_without_a_word() {
        let mut router = Router::<Kept>::new();
        let mut left = 0;
        for n in 0..100_000 {
            let key = n.to_string();
            router.route((0, key.as_bytes()), &Event::Blank, false, |_| left += 1);
        }
        assert_eq!((router.len(), router.len() + left), (MAX_CONVERSATIONS, 100_001));
        // Without a key: with the one before.
        assert_eq!(&*router.route((0, b""), &Event::Blank, false, |_| ()).0.key, b"99999");
        let begins = Event::Connecting(Endpoint::default());
        assert_eq!(&*router.route((0, b""), &begins, false, |_| ()).0.key, b"");
    }
}
