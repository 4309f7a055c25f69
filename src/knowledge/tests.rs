//! Known answers, and what must hold of every row.

use super::*;

#[test]
fn built_in_files_parse() {
    let tables = Tables::of(&BUILTIN).unwrap();
    Knowledge::build(&tables).unwrap();
}
