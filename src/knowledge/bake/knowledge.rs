//! The part of the room `knowledge` that compiles its tables, and what is written of them for `src/knowledge/baked.rs`.

#[path = "../actor.rs"]
mod actor;
#[path = "../automaton.rs"]
mod automaton;
#[path = "../cause.rs"]
mod cause;
#[path = "../client_error.rs"]
mod client_error;
#[path = "../entry.rs"]
mod entry;
#[path = "../error.rs"]
mod error;
#[path = "../facts.rs"]
mod facts;
#[path = "../features.rs"]
mod features;
#[path = "../glossary.rs"]
mod glossary;
#[path = "../limits.rs"]
mod limits;
#[path = "lists.rs"]
mod lists;
#[path = "../mail_domains.rs"]
mod mail_domains;
#[path = "../needles.rs"]
mod needles;
#[path = "../notions.rs"]
mod notions;
#[path = "../parts.rs"]
mod parts;
#[path = "../phrase.rs"]
mod phrase;
#[path = "../plain.rs"]
mod plain;
#[path = "../product.rs"]
mod product;
#[path = "../provider.rs"]
mod provider;
#[path = "../replies.rs"]
mod replies;
#[path = "../rows.rs"]
mod rows;
#[path = "../rule_book.rs"]
mod rule_book;
#[path = "../secret_names.rs"]
mod secret_names;
#[path = "../sorted.rs"]
mod sorted;
#[path = "../step.rs"]
mod step;
#[path = "../toml_fault.rs"]
mod toml_fault;
#[path = "train.rs"]
mod train;
#[path = "../vocabulary.rs"]
mod vocabulary;
#[path = "../word_rows.rs"]
mod word_rows;
#[path = "../words.rs"]
mod words;

use std::{fs, io, path::Path};

use serde::Serialize;

use actor::{Actor, Severity};
use cause::Cause;
use facts::{CauseFacts, Notice};
use parts::Part;
use rows::Tables;
use toml_fault::toml_fault;
use vocabulary::Vocabulary;

/// Compiles every table into a file of the folder. A mistake in a table is an error, which names its file's first line.
pub(crate) fn bake(folder: &Path) -> io::Result<()> {
    part::<Vec<CauseFacts>>(folder, "causes")?;
    part::<replies::Replies>(folder, "replies")?;
    part::<client_error::ClientErrors>(folder, "client_errors")?;
    part::<provider::Providers>(folder, "providers")?;
    part::<Vec<Notice>>(folder, "notices")?;
    part::<product::Products>(folder, "products")?;
    part::<Vocabulary>(folder, "vocabulary")?;
    let words = words::WordTable::parse(include_str!("../words.toml"));
    let words = words.map_err(|error| io::Error::other(format!("words.toml: {error}")))?;
    write(folder, "words", &words)?;
    let of = |class| words.patterns(class).whole;
    let glossary = glossary::Glossary::parse(include_str!("../words.toml"));
    write(folder, "glossary", &glossary.map_err(|error| io::Error::other(format!("words.toml: {error}")))?)?;
    write(folder, "levels", &[of(words::WordClass::Level), of(words::WordClass::LevelFailed)].concat())?;
    write(folder, "secret_names", &secret_names::SecretNames::of(&words))?;
    let notions = notions::Notions::parse(include_str!("../notions.txt"));
    write(folder, "notions", &notions)?;
    let [replies, client_errors, causes] =
        [include_str!("../replies.toml"), include_str!("../client_errors.toml"), include_str!("../causes.toml")]
            .map(|text| text.parse::<toml::Table>().unwrap_or_default());
    fs::write(
        folder.join("model.bin"),
        train::model(&notions, &replies, &client_errors, &causes, include_str!("../sentences.txt")),
    )
}

fn part<P: Part + Serialize>(folder: &Path, name: &str) -> io::Result<()> {
    let compiled = Tables::of(P::FILES).and_then(|tables| P::new(&tables));
    write(folder, name, &compiled.map_err(|error| io::Error::other(format!("facts of `{name}`: {error}")))?)
}

fn write(folder: &Path, name: &str, table: &impl Serialize) -> io::Result<()> {
    let bytes = postcard::to_allocvec(table).map_err(io::Error::other)?;
    fs::write(folder.join(name).with_extension("bin"), bytes)
}
