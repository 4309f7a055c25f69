//! The program as a person or a script meets it: what it prints, where, and its exit status.
//!
//! Each file in `tests/cmd` is a case, and so are the examples of the README. `TRYCMD=overwrite cargo test --test suite program`
//! writes what is printed now.

#[test]
fn cases() {
    trycmd::TestCases::new()
        // The age of the newest entry depends on the day.
        .env("MTMLOG_NOW", "2026-11-28T12:00")
        .case("README.md")
        .case("tests/cmd/*.md")
        .case("tests/cmd/*.toml");
}
