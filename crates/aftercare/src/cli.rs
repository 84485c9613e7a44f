//! The words of the command line. What they do is in `verb/`, one file a noun.

mod desk;
mod portfolio;

pub(crate) use desk::{Case, Decide, Ledger};
pub(crate) use portfolio::{Evidence, MappedPart, Mapping, Product, Release, Sbom, Site, Unit};

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::person::Role;
use jiff::{Timestamp, civil::Date};

/// Postmarket cybersecurity for medical devices.
///
/// Exit codes: 0 done, also with listed issues; 1 failed, nothing changed; 2 wrong usage; 3 done and the answer is no.
#[derive(Parser, Debug)]
#[command(name = "aftercare", version, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags that stand before or after the verb.
#[derive(Args, Debug, Clone)]
pub(crate) struct Global {
    /// Workspace folder; the current folder when it holds `aftercare.toml`.
    #[arg(short = 'w', long, global = true, value_name = "DIR", env = "AFTERCARE_WORKSPACE")]
    pub(crate) workspace: Option<PathBuf>,
    /// How the answer is printed.
    #[arg(long, global = true, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Who acts (mail address); else the local console, which may do all but sign.
    #[arg(long = "as", global = true, value_name = "EMAIL", env = "AFTERCARE_AS")]
    pub(crate) acting: Option<String>,
    /// Reason recorded with the act.
    #[arg(long, global = true, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// The record as it was known: a date (end of that day in the workspace's zone) or an RFC 3339 moment.
    #[arg(long, global = true, value_name = "DATE", value_parser = moment)]
    pub(crate) as_of: Option<String>,
    /// File with the signer's password, `-` for standard input; else it is asked on the terminal.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
}

/// Forms of an answer.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// One JSON document.
    Json,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Opens a complete example workspace in ./aftercare-demo and prints its address and sign-in.
    Demo {
        /// Port on the loopback address.
        #[arg(long, default_value_t = 8420)]
        port: u16,
        /// Real feeds to take in as well.
        #[arg(long, value_name = "DIR")]
        feeds: Option<PathBuf>,
        /// Builds the workspace and ends.
        #[arg(long)]
        build_only: bool,
    },
    /// Makes a workspace.
    Init {
        /// The new folder.
        dir: PathBuf,
        /// Mail address of the first administrator; the password comes from --password-file.
        #[arg(long, value_name = "EMAIL")]
        admin: Option<String>,
        /// Printed name of the first administrator.
        #[arg(long, value_name = "NAME")]
        admin_name: Option<String>,
    },
    /// Serves the portal and the API.
    Serve {
        /// Address, overriding aftercare.toml.
        #[arg(long, value_name = "ADDR:PORT")]
        listen: Option<std::net::SocketAddr>,
    },
    /// Sources of intelligence.
    #[command(subcommand)]
    Feeds(Feeds),
    /// One SBOM against the corpus, stateless. Emits no VEX status.
    Check {
        /// SBOM file.
        sbom: PathBuf,
        /// Also rows that are out of range, patched or excluded.
        #[arg(long)]
        all: bool,
        /// Exit 3 when a finding is there.
        #[arg(long, value_enum, value_name = "WHEN")]
        fail_on: Option<FailOn>,
        /// What parts without an identity are: a file that `mapping export` wrote.
        #[arg(long, value_name = "FILE")]
        mappings: Option<PathBuf>,
    },
    /// Why a vulnerability is listed, or the first gate that said no.
    Explain {
        /// Any of its names.
        vulnerability: String,
        /// SBOM file to ask about.
        #[arg(long, conflicts_with = "release", required_unless_present = "release")]
        sbom: Option<PathBuf>,
        /// Release (slug@version).
        #[arg(long)]
        release: Option<String>,
        /// Only this component (name, purl or reference).
        #[arg(long)]
        component: Option<String>,
        /// With --sbom: what parts without an identity are, a file that `mapping export` wrote.
        #[arg(long, value_name = "FILE", requires = "sbom")]
        mappings: Option<PathBuf>,
    },
    /// Device models.
    #[command(subcommand)]
    Product(Product),
    /// Fielded versions.
    #[command(subcommand)]
    Release(Release),
    /// Fielded units.
    #[command(subcommand)]
    Unit(Unit),
    /// Sites.
    #[command(subcommand)]
    Site(Site),
    /// People and their roles.
    #[command(subcommand)]
    Person(Person),
    /// SBOMs of releases.
    #[command(subcommand)]
    Sbom(Sbom),
    /// Build evidence of releases: what was compiled into their images. It never decides anything.
    #[command(subcommand)]
    Evidence(Evidence),
    /// What parts without an identity are: proposed by likeness, said by people.
    #[command(subcommand)]
    Mapping(Mapping),
    /// Compares every current inventory with the corpus and leaves a receipt.
    Sweep {
        /// Asks everything again, also when nothing has changed.
        #[arg(long)]
        full: bool,
        /// Makes the receipt of this ledger entry again and compares, without writing; exit 3 when it differs.
        #[arg(long, value_name = "ENTRY", conflicts_with = "full")]
        replay: Option<i64>,
    },
    /// Which releases and units have it.
    Exposed {
        /// Any name of the vulnerability.
        vulnerability: String,
    },
    /// Whether the sum closes for every release. Exit 3 when it does not.
    Account {
        /// Only this release (slug@version).
        #[arg(long)]
        release: Option<String>,
    },
    /// Cases and decisions.
    #[command(subcommand)]
    Case(Case),
    /// The ledger.
    #[command(subcommand)]
    Ledger(Ledger),
    /// Verifies an exported bundle without a workspace.
    Verify {
        /// File written by `ledger export`.
        bundle: PathBuf,
    },
}

/// When `check` answers no.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailOn {
    /// Anything in range.
    InRange,
    /// Anything in range and in KEV.
    Kev,
    /// Anything in range or undecided.
    Undecided,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Feeds {
    /// Sources known to the workspace.
    List,
    /// Takes in files and folders.
    Import {
        /// Files and folders.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Names the source instead of recognising it.
        #[arg(long)]
        source: Option<String>,
        /// Need-to-know label: the records go into a private corpus, which only those on that list know of.
        #[arg(long, value_name = "LABEL", conflicts_with = "source")]
        audience: Option<String>,
        /// Exit 3 when anything was refused.
        #[arg(long)]
        strict: bool,
    },
    /// Withdraws a private record: its flaw became public, or was none. Cases on it stay.
    Withdraw {
        /// Any name of the flaw.
        vulnerability: String,
        /// Need-to-know label of the private corpus.
        #[arg(long, value_name = "LABEL")]
        audience: String,
    },
    /// Freshness of each source.
    Status,
}

/// A CSV file.
#[derive(Args, Debug)]
pub(crate) struct Import {
    /// CSV file.
    pub(crate) file: PathBuf,
    /// Says what would change and changes nothing.
    #[arg(long)]
    pub(crate) preview: bool,
}

/// A page of a list.
#[derive(Args, Debug)]
pub(crate) struct Page {
    /// Most rows printed.
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: usize,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Person {
    /// Adds a person. The password comes from --password-file or the terminal.
    Add {
        /// Printed name.
        #[arg(long)]
        name: String,
        /// Mail address, the sign-in name.
        #[arg(long)]
        email: String,
        /// Role, repeatable: viewer, analyst, clinical_safety, quality, regulatory, field_service, administrator, auditor.
        #[arg(long, required = true, value_parser = role)]
        role: Vec<Role>,
    },
    /// Lists people and, for administrators, need-to-know labels.
    List,
    /// Puts somebody on a need-to-know list. Needs --reason.
    Grant(Listing),
    /// Takes somebody off a need-to-know list. Needs --reason.
    Revoke(Listing),
}

/// A person on a need-to-know list.
#[derive(Args, Debug)]
pub(crate) struct Listing {
    /// Mail address.
    pub(crate) email: String,
    /// Need-to-know label: lower-case letters, digits, `-` and `_`.
    #[arg(long, value_name = "LABEL")]
    pub(crate) audience: String,
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| one_of(Role::ALL.iter().map(|role| role.as_str())))
}

fn one_of<'a>(known: impl Iterator<Item = &'a str>) -> String {
    format!("it is one of {}", known.collect::<Vec<_>>().join(", "))
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "a day is written like 2026-03-03".to_owned())
}

/// A day or a moment; which day it is depends on the zone of the workspace, so the text goes on.
fn moment(text: &str) -> Result<String, String> {
    if text.parse::<Timestamp>().is_ok() || text.parse::<Date>().is_ok() {
        return Ok(text.to_owned());
    }
    Err("a day is written like 2026-03-03, a moment like 2026-03-03T12:00:00Z".to_owned())
}
