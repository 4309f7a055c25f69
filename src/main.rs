//! The `mtmlog` program: arguments, a terminal and an exit status around the library.
fn main() {}
