//! One conversation of a log that is copied.

use crate::session::{Reading, Route, Routed};

use super::{dialogue::Dialogue, pending_lines::Fragment};

/// One conversation, and the records that hold a line of it that is not whole.
#[derive(Default)]
pub(super) struct Lane {
    pub(super) route: Route,
    pub(super) reading: Reading,
    pub(super) dialogue: Dialogue,
    pub(super) fragment: Fragment,
    /// The last that happened is that a connection is being made.
    pub(super) connecting: bool,
    /// The connection has ended.
    pub(super) closed: bool,
}

impl From<Route> for Lane {
    fn from(route: Route) -> Self {
        Lane { route, ..Lane::default() }
    }
}

impl Routed for Lane {
    fn route(&self) -> &Route {
        &self.route
    }

    fn route_mut(&mut self) -> &mut Route {
        &mut self.route
    }

    fn is_waiting(&self) -> bool {
        self.connecting
    }

    fn is_idle(&self) -> bool {
        false
    }

    fn is_over(&self) -> bool {
        self.closed
    }
}
