//! Words about products, releases, units, sites, and what is attached to a release: SBOMs, build evidence, mappings.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

use super::{Import, Page, date};

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
