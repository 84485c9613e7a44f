//! The words of the command line. What they do is in `verb/`, one file a noun.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::{decision::Justification, person::Role, purge::Policy};
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

#[derive(Subcommand, Debug)]
pub(crate) enum Product {
    /// Adds a product.
    Add {
        /// Name.
        #[arg(long)]
        name: String,
        /// Short name; made from the name when left out.
        #[arg(long)]
        slug: Option<String>,
        /// Product family.
        #[arg(long)]
        family: Option<String>,
        /// UDI-DI.
        #[arg(long)]
        udi_di: Option<String>,
        /// IEC 62304 class.
        #[arg(long, value_parser = ["A", "B", "C"])]
        software_class: Option<String>,
        /// The signer must be another person than the assessor.
        #[arg(long)]
        four_eyes: bool,
        /// Need-to-know label: only those on that list know of the product.
        #[arg(long, value_name = "LABEL")]
        audience: Option<String>,
    },
    /// Lists products.
    List,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Release {
    /// Adds a release.
    Add {
        /// Product (slug or name).
        #[arg(long)]
        product: String,
        /// Software version.
        #[arg(long)]
        version: String,
        /// The release it was made from (version or slug@version).
        #[arg(long)]
        parent: Option<String>,
        /// Release date, ISO.
        #[arg(long, value_name = "DATE", value_parser = date)]
        released_on: Option<Date>,
        /// Need-to-know label; that of the product when left out.
        #[arg(long, value_name = "LABEL")]
        audience: Option<String>,
    },
    /// Lists releases.
    List {
        /// Only this product.
        #[arg(long)]
        product: Option<String>,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum Unit {
    /// Adds a unit.
    Add {
        /// Serial number.
        #[arg(long)]
        serial: String,
        /// Product (slug or name).
        #[arg(long)]
        product: String,
        /// Installed release; unknown when left out.
        #[arg(long)]
        release: Option<String>,
        /// Site name.
        #[arg(long)]
        site: Option<String>,
        /// Date it was installed, ISO.
        #[arg(long, value_name = "DATE", value_parser = date)]
        installed_at: Option<Date>,
    },
    /// Lists units.
    List(Page),
    /// Imports units from CSV: serial, udi_di, udi_pi, product, release, site, installed_at.
    Import(Import),
}

#[derive(Subcommand, Debug)]
pub(crate) enum Site {
    /// Adds a site.
    Add {
        /// Name.
        #[arg(long)]
        name: String,
        /// ISO 3166-1 alpha-2.
        #[arg(long)]
        country: String,
        /// Customer.
        #[arg(long)]
        customer: Option<String>,
        /// City.
        #[arg(long)]
        city: Option<String>,
        /// Contact; kept sealed.
        #[arg(long)]
        contact: Option<String>,
    },
    /// Lists sites.
    List(Page),
    /// Imports sites from CSV: name, customer, country, city, contact.
    Import(Import),
    /// Destroys the key of a site's contact, for ever. The record stays whole; needs --reason.
    Forget {
        /// Name or id.
        site: String,
    },
    /// Lists the sites whose contact was forgotten.
    Forgotten,
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

#[derive(Subcommand, Debug)]
pub(crate) enum Sbom {
    /// Attaches an SBOM to a release.
    Add {
        /// CycloneDX (JSON, XML) or SPDX (JSON, tag-value, YAML, RDF/XML, JSON-LD), also compressed or in a DSSE envelope.
        file: PathBuf,
        /// Release (slug@version).
        #[arg(long)]
        release: String,
    },
    /// How complete an SBOM is against NTIA 2021, FDA 2026, the CISA 2025 draft and the CRA, element by element.
    Score {
        /// SBOM file.
        file: PathBuf,
    },
    /// What changed between two SBOMs: files, or releases (slug@version).
    Diff {
        /// The older one.
        before: String,
        /// The newer one.
        after: String,
    },
    /// Writes the SBOM of a release in another form; the same SBOM gives the same bytes.
    Export {
        /// Release (slug@version).
        #[arg(long)]
        release: String,
        /// The form.
        #[arg(long, value_name = "FORM", value_parser = ["cyclonedx-1.6", "cyclonedx-1.7", "spdx-2.3"])]
        to: String,
        /// The new file; standard output when it is left out.
        #[arg(short = 'o', long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum Evidence {
    /// Attaches a file to a release. The next sweep settles that release's verdicts anew.
    Add {
        /// Kernel `.config` (also gzip), compiled files (paths, `.cmd` or `.d` contents, compile_commands.json), facts
        /// (key=value) or the lines of a port scan.
        file: PathBuf,
        /// Release (slug@version).
        #[arg(long)]
        release: String,
        /// What the file is.
        #[arg(long, value_parser = ["kernel-config", "compiled-files", "facts", "open-ports"])]
        kind: String,
        /// Digest of the shipped image that it was made with: sha256:…
        #[arg(long, value_name = "DIGEST")]
        image: String,
        /// Component it speaks of (name, or package URL without version); the Linux kernel when left out.
        #[arg(long, value_name = "COMPONENT")]
        subject: Option<String>,
        /// Need-to-know label; that of the release when left out.
        #[arg(long, value_name = "LABEL")]
        audience: Option<String>,
    },
    /// Lists the evidence that stands.
    List {
        /// Only of this release (slug@version), with what it excludes.
        #[arg(long)]
        release: Option<String>,
    },
    /// Withdraws a file: what it excluded is open again after the next sweep. Needs --reason.
    Withdraw {
        /// Id, as `list` shows it.
        evidence: String,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum Mapping {
    /// Lists what was said.
    List {
        /// Only what holds in this release (slug@version).
        #[arg(long)]
        release: Option<String>,
    },
    /// What the blind spots of a release, or a name, may be, with the vulnerabilities at stake. Finds nothing by itself.
    Propose {
        /// Release (slug@version).
        #[arg(long, required_unless_present = "name", conflicts_with = "name")]
        release: Option<String>,
        /// Name of a part as an SBOM writes it.
        #[arg(long)]
        name: Option<String>,
        /// Version beside the name.
        #[arg(long, requires = "name")]
        version: Option<String>,
        /// Supplier beside the name.
        #[arg(long, requires = "name")]
        supplier: Option<String>,
        /// Most parts printed.
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Says what a part is, or that it has no public identity. Needs --reason; takes effect with the next sweep.
    Confirm {
        #[command(flatten)]
        part: MappedPart,
        /// What it is: cpe:a:vendor:product, cve:vendor|product, a CPE 2.3 name or a name of the dictionary.
        #[arg(long, required_unless_present = "no_public_identity", conflicts_with = "no_public_identity")]
        target: Option<String>,
        /// It was looked for, and no source knows it.
        #[arg(long)]
        no_public_identity: bool,
        /// How its version becomes one of the target: stated, unknown, fixed:VERSION, without:BEGINNING, numbers:COUNT.
        #[arg(long, default_value = "stated", value_name = "RULE")]
        version_rule: String,
    },
    /// Says what a part is not: it is not proposed again. Needs --reason.
    Reject {
        #[command(flatten)]
        part: MappedPart,
        /// What it is not.
        #[arg(long)]
        target: String,
    },
    /// Withdraws what was said. Needs --reason.
    Withdraw {
        /// Id of the mapping.
        id: String,
    },
    /// Writes all that everybody may know of as JSON, for another workspace or for `check --mappings`.
    Export {
        /// The new file; standard output when it is left out.
        #[arg(short = 'o', long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Takes in a file that `mapping export` wrote, all of it or nothing. Whoever takes it in says what it says.
    Import {
        /// JSON file.
        file: PathBuf,
        /// Says what would change and changes nothing.
        #[arg(long)]
        preview: bool,
    },
}

/// The part that is spoken of, and where.
#[derive(Args, Debug)]
pub(crate) struct MappedPart {
    /// Release (slug@version) that has the part, or for which it holds.
    #[arg(long)]
    pub(crate) release: Option<String>,
    /// The component of that release: name, name@version or package URL.
    #[arg(long, requires = "release", required_unless_present = "name", conflicts_with = "name")]
    pub(crate) component: Option<String>,
    /// Name as an SBOM writes it.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Version beside the name.
    #[arg(long, requires = "name")]
    pub(crate) version: Option<String>,
    /// Supplier beside the name.
    #[arg(long, requires = "name")]
    pub(crate) supplier: Option<String>,
    /// Where it holds: this part in this version, one release, one product line, or every part of that name.
    #[arg(long, default_value = "component", value_parser = ["component", "release", "product-line", "organisation"])]
    pub(crate) scope: String,
    /// The product line (slug) when it is not that of the release.
    #[arg(long)]
    pub(crate) product: Option<String>,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Case {
    /// Lists cases.
    List(Page),
    /// Shows a case.
    Show {
        /// CASE-0147 or a vulnerability's name.
        case: String,
    },
    /// Opens a case for a vulnerability.
    Open {
        /// Any name of the vulnerability.
        vulnerability: String,
        /// What can happen, in plain words.
        #[arg(long)]
        title: Option<String>,
    },
    /// Proposes a decision, one record per release. Opens the case when there is none.
    Decide(Box<Decide>),
    /// Signs proposed decisions of a case. Needs --as and the signer's password.
    Sign {
        /// CASE-0147 or a vulnerability's name.
        case: String,
        /// Only these releases; all proposed ones when left out.
        #[arg(long)]
        release: Vec<String>,
        /// What the signature means: authorship, review, approval, responsibility.
        #[arg(long, default_value = "authorship", value_parser = ["authorship", "review", "approval", "responsibility"])]
        meaning: String,
    },
    /// Writes the signed decisions of a case as OpenVEX.
    Export {
        /// CASE-0147 or a vulnerability's name.
        case: String,
    },
}

/// A decision.
#[derive(Args, Debug)]
pub(crate) struct Decide {
    /// CASE-0147 or a vulnerability's name.
    pub(crate) case: String,
    /// affected, not_affected, fixed, under_investigation.
    #[arg(long, value_parser = ["affected", "not_affected", "fixed", "under_investigation"])]
    pub(crate) status: String,
    /// Releases it speaks of (slug@version); all that are exposed when left out.
    #[arg(long)]
    pub(crate) release: Vec<String>,
    /// One of the five VEX justifications, for not_affected.
    #[arg(long, value_parser = justification)]
    pub(crate) justification: Option<Justification>,
    /// Impact statement, for not_affected.
    #[arg(long)]
    pub(crate) impact: Option<String>,
    /// Action statement, for affected: what customers must do.
    #[arg(long)]
    pub(crate) action: Option<String>,
    /// Residual risk to the patient: controlled or uncontrolled.
    #[arg(long, value_parser = ["controlled", "uncontrolled"])]
    pub(crate) risk: Option<String>,
    /// Why.
    #[arg(long)]
    pub(crate) rationale: String,
    /// When it is looked at again, ISO.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) review_on: Option<Date>,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Ledger {
    /// Lists entries, newest first.
    Show {
        /// One entry with the rows it opened and closed.
        sequence: Option<i64>,
        /// Most rows printed.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Recomputes chain, roots, evidence, references and files from the rows. Exit 3 when anything differs.
    Verify {
        /// Also proves that the ledger extends this checkpoint.
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
        /// Also computes caches, counters, what sweeps counted and their results again, and reads the corpus that receipts name.
        #[arg(long)]
        deep: bool,
    },
    /// Makes caches and counters anew from the record, which has to be whole.
    Recount,
    /// Destroys closed revisions, texts and files under a policy; of each the leaf stays, so the ledger proves what it proved.
    /// Without --confirm it says what would go and what may not. Needs an administrator (--as) and their password.
    Purge {
        /// A table as `ledger show N` names it (site, unit, inventory, decision …), evidence, or blobs.
        #[arg(required_unless_present = "scrub")]
        table: Option<String>,
        /// The id of the row, or the digest of the text or file.
        #[arg(required_unless_present = "scrub")]
        key: Option<String>,
        /// Why it may go.
        #[arg(long, value_parser = policy, required_unless_present = "scrub")]
        policy: Option<Policy>,
        /// Only the revision that this entry opened.
        #[arg(long, value_name = "ENTRY")]
        opened: Option<i64>,
        /// Destroys it.
        #[arg(long, requires = "reason")]
        confirm: bool,
        /// Only writes the tables anew in which something was destroyed, where that failed before.
        #[arg(long, conflicts_with_all = ["table", "confirm"])]
        scrub: bool,
    },
    /// Lists what was destroyed, by which entry and why.
    Purged {
        /// Most rows printed.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Writes entries, rows and proofs to a bundle that verifies without a server.
    Export {
        /// The new file.
        file: PathBuf,
    },
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| one_of(Role::ALL.iter().map(|role| role.as_str())))
}

fn policy(text: &str) -> Result<Policy, String> {
    Policy::parse(text).ok_or_else(|| one_of(Policy::ALL.iter().map(|policy| policy.as_str())))
}

fn justification(text: &str) -> Result<Justification, String> {
    Justification::parse(text).ok_or_else(|| one_of(Justification::ALL.iter().map(|known| known.as_str())))
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
