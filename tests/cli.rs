//! The program as a person or a script meets it: what it prints, where, and its exit status.
//!
//! Each file in `tests/cmd` is one case; the README's own examples are cases too.

#[test]
fn commands() {
    trycmd::TestCases::new().case("README.md").case("tests/cmd/*.md").case("tests/cmd/*.toml");
}
