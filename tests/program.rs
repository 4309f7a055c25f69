//! The program as a person or a script meets it: what it prints, where, and its exit status.
//!
//! Each file in `tests/cmd` is a case, and so are the examples of the README. `TRYCMD=overwrite cargo test --test program`
//! writes what is printed now.

#[test]
fn cases() {
    trycmd::TestCases::new().case("README.md").case("tests/cmd/*.md").case("tests/cmd/*.toml");
}
