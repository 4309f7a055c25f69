//! The tree of commands. Parsing checks and does nothing else; each command's file says what its options mean.

use std::ffi::OsString;

use clap::{Parser, Subcommand};

use super::{
    analyze::{self, AnalyzeArgs},
    compare::CompareArgs,
    knowledge::KnowledgeCommand,
    lookup::{ExplainArgs, ListArgs, ProvidersArgs},
    profile::ProfileCommand,
    redact::RedactArgs,
    sample::SampleArgs,
    setup::SetupArgs,
    shell::{CompletionsArgs, ManArgs},
    show::ShowArgs,
    ticket::TicketArgs,
    watch::WatchArgs,
};

/// Says why a practice's mail is not going out, from the SMTP log its software wrote
///
/// `mtmlog PATH...` is short for `mtmlog analyze PATH...`; `mtmlog analyze --help` lists the options.
#[derive(Parser)]
#[command(name = "mtmlog", bin_name = "mtmlog", version, after_help = analyze::EXAMPLES, subcommand_required = true)]
#[command(override_usage = "mtmlog [PATH]...\n       mtmlog <COMMAND> [OPTIONS] ...")]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// One variant a command.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Read logs and say what stops the mail, who acts and what to do next
    #[command(visible_alias = "analyse")]
    Analyze(Box<AnalyzeArgs>),
    /// Write a copy of a log with secrets and people replaced; mtmlog still reads it
    Redact(Box<RedactArgs>),
    /// Show the shapes of the lines that were not understood, every value masked: safe to send
    Sample(Box<SampleArgs>),
    /// Write the evidence that a provider's desk asks for, without people and secrets
    Ticket(Box<TicketArgs>),
    /// Say what changed between two logs, or around a moment in one
    Compare(Box<CompareArgs>),
    /// Follow a log that is being written: each attempt as it ends, with what to do
    Watch(Box<WatchArgs>),
    /// Show the conversation around a line of a log, masked
    Show(Box<ShowArgs>),
    /// Say what a code, a reply, an error number or a cause means, without any log
    Explain(Box<ExplainArgs>),
    /// Print what mtmlog knows, from its own tables
    List(Box<ListArgs>),
    /// Say what to type into the settings for a mail address, in the order to try
    Providers(Box<ProvidersArgs>),
    /// Write the facts that answers rest on as a file, or check such a file
    Knowledge {
        #[command(subcommand)]
        command: KnowledgeCommand,
    },
    /// Look at a mail server from this PC: names, ports, TLS, sign-in methods; no password, no mail
    #[cfg(feature = "probe")]
    Probe(Box<super::probe::ProbeArgs>),
    /// Put ticket, redacted log, probe and facts of this PC into one zip, and show first what is in it
    #[cfg(feature = "probe")]
    Case(Box<super::case::CaseArgs>),
    /// Turn a stand-in such as recipient-3 back, with the map that `case` left on this PC
    #[cfg(feature = "probe")]
    Who(super::who::WhoArgs),
    /// Put mtmlog into Explorer's "Send to" menu, or take it away
    Setup(SetupArgs),
    /// Describe the log of a program that mtmlog does not know
    Profile {
        #[command(subcommand)]
        command: ProfileCommand,
    },
    /// Print the completions of a shell: command names, options and their values
    Completions(CompletionsArgs),
    /// Print the manual page
    Man(ManArgs),
}

/// Reads a command line that begins with a command.
pub(super) fn parse(arguments: Vec<OsString>) -> Result<Command, clap::Error> {
    Arguments::try_parse_from(arguments).map(|arguments| arguments.command)
}
