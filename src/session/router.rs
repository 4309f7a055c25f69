//! Whose conversation a record belongs to, by the session key that its writer gives or by what was said last. The builder of
//! transactions and the redactor keep the state of their conversations in it.

use std::{collections::VecDeque, hash::Hasher};

use crate::{dialect::Event, memo::QuickHasher};

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
    /// Its route, to change it.
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
    /// Each with a hash of its route, so that of a thousand hardly another is looked at for each new key. Boxed: they change
    /// places often, and are large.
    conversations: VecDeque<(u64, Box<C>)>,
}

fn hash(dialect_index: u8, key: &[u8]) -> u64 {
    let mut hasher = QuickHasher::default();
    hasher.write_u8(dialect_index);
    hasher.write(key);
    hasher.finish()
}

impl<C: Routed> Router<C> {
    /// A router at the start of a log.
    pub(crate) fn new() -> Self {
        Router { conversations: VecDeque::from([(hash(0, b""), Box::new(C::from(Route::default())))]) }
    }

    /// All of them, in the order in which they spoke last.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &C> {
        self.conversations.iter().map(|(_, known)| &**known)
    }

    /// The conversations, to change them.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut C> {
        self.conversations.iter_mut().map(|(_, known)| &mut **known)
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
        let (last_hash, last) = &mut self.conversations[newest];
        if is(last.route()) {
            return self.newest_mut();
        }
        let hash = hash(dialect_index, key);
        if last.route().dialect_index == dialect_index && last.route().key.is_empty() && last.is_waiting() {
            // The connection came before its key.
            last.route_mut().key = key.into();
            *last_hash = hash;
            return self.newest_mut();
        }
        let is = |(of_route, known): &(u64, Box<C>)| (anybody || *of_route == hash) && is(known.route());
        if let Some(place) = self.conversations.iter().rposition(is) {
            if let Some(known) = self.conversations.remove(place) {
                self.conversations.push_back(known);
            }
            return self.newest_mut();
        }
        let mut leave = |known: Option<(u64, Box<C>)>| known.into_iter().for_each(|(_, known)| leave(*known));
        if self.conversations.len() >= MAX_CONVERSATIONS || newest > 0 && self.conversations[0].1.is_idle() {
            leave(self.conversations.pop_front());
        }
        if once {
            let is_through = |(_, known): &(u64, Box<C>)| known.is_idle() || known.is_over();
            while let Some(place) = self.conversations.iter().position(is_through) {
                leave(self.conversations.remove(place));
            }
        }
        self.conversations.push_back((hash, Box::new(C::from(Route { dialect_index, key: key.into() }))));
        self.newest_mut()
    }

    /// The one that spoke last.
    pub(crate) fn newest(&self) -> &C {
        &self.conversations[self.conversations.len() - 1].1
    }

    /// The newest conversation, to change it.
    pub(crate) fn newest_mut(&mut self) -> &mut C {
        let newest = self.conversations.len() - 1;
        &mut self.conversations[newest].1
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
