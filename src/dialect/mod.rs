//! Handwritings: one file a dialect, the registry, detection. Says of each line what it is; joins nothing.

mod stamp;

pub use stamp::Stamp;
