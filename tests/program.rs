//! The program as a whole: one file in `tests/cmd` is one run, with its arguments, what it prints and its exit status.
//!
//! `TRYCMD=overwrite cargo test --test program` writes what is printed now.

#[test]
fn cases() {
    trycmd::TestCases::new().case("tests/cmd/*.toml");
}
