//! The element lists themselves: data, one table a list, each line with its source.

use serde::Serialize;

use super::{About, Ask};

/// Whose list of elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Profile {
    /// NTIA, 2021: the minimum elements that others refer to.
    #[serde(rename = "NTIA2021")]
    Ntia2021,
    /// FDA premarket guidance, 2026: the baseline attributes with support information.
    #[serde(rename = "FDA2026")]
    Fda2026,
    /// CISA, 2025: a draft for public comment, not final.
    #[serde(rename = "CISA2025Draft")]
    Cisa2025Draft,
    /// European Union, Cyber Resilience Act. Devices under MDR and IVDR are out of its scope (Article 2(2)); accessories
    /// and software beside them may be in.
    #[serde(rename = "CRA")]
    Cra,
}

impl Profile {
    pub(crate) const ALL: [Profile; 4] =
        [Profile::Ntia2021, Profile::Fda2026, Profile::Cisa2025Draft, Profile::Cra];

    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Profile::Ntia2021 => "NTIA2021",
            Profile::Fda2026 => "FDA2026",
            Profile::Cisa2025Draft => "CISA2025Draft",
            Profile::Cra => "CRA",
        }
    }

    /// Title and date of the list.
    pub fn title(self) -> &'static str {
        match self {
            Profile::Ntia2021 => "NTIA, The Minimum Elements For a Software Bill of Materials, July 2021",
            Profile::Fda2026 => {
                "FDA, Cybersecurity in Medical Devices: Quality Management System Considerations and Content of Premarket Submissions, 2026"
            }
            Profile::Cisa2025Draft => {
                "CISA, 2025 Minimum Elements for a Software Bill of Materials, draft for public comment, August 2025"
            }
            Profile::Cra => "Regulation (EU) 2024/2847 (Cyber Resilience Act)",
        }
    }

    pub(crate) fn asks(self) -> &'static [Ask] {
        match self {
            Profile::Ntia2021 => &NTIA_2021,
            Profile::Fda2026 => &FDA_2026,
            Profile::Cisa2025Draft => &CISA_2025_DRAFT,
            Profile::Cra => &CRA,
        }
    }
}

const fn ask(name: &'static str, about: About, source: &'static str) -> Ask {
    Ask { name, source, about }
}

const NTIA_2021: [Ask; 9] = [
    ask("Supplier Name", About::Supplier, "NTIA 2021, Data Fields"),
    ask("Component Name", About::Name, "NTIA 2021, Data Fields"),
    ask("Version of the Component", About::Version, "NTIA 2021, Data Fields"),
    ask("Other Unique Identifiers", About::Identifier, "NTIA 2021, Data Fields"),
    ask("Dependency Relationship", About::Relationship, "NTIA 2021, Data Fields"),
    ask("Author of SBOM Data", About::Author, "NTIA 2021, Data Fields"),
    ask("Timestamp", About::Timestamp, "NTIA 2021, Data Fields"),
    ask("Automation Support", About::Format, "NTIA 2021, Automation Support"),
    ask("Known Unknowns", About::KnownUnknowns, "NTIA 2021, Practices and Processes"),
];

const FDA_2026: [Ask; 11] = [
    ask("Machine-readable SBOM", About::Format, "FDA 2026, V.A.4"),
    ask("Author Name", About::Author, "FDA 2026, V.A.4; NTIA Framing, October 2021, baseline attributes"),
    ask("Timestamp", About::Timestamp, "FDA 2026, V.A.4; NTIA Framing, October 2021, baseline attributes"),
    ask("Supplier Name", About::Supplier, "FDA 2026, V.A.4; NTIA Framing, October 2021, baseline attributes"),
    ask("Component Name", About::Name, "FDA 2026, V.A.4; NTIA Framing, October 2021, baseline attributes"),
    ask("Version String", About::Version, "FDA 2026, V.A.4; NTIA Framing, October 2021, baseline attributes"),
    ask("Component Hash", About::Hash, "FDA 2026, V.A.4; NTIA Framing, October 2021, baseline attributes"),
    ask(
        "Unique Identifier",
        About::Identifier,
        "FDA 2026, V.A.4; NTIA Framing, October 2021, baseline attributes",
    ),
    ask(
        "Relationship",
        About::Relationship,
        "FDA 2026, V.A.4; NTIA Framing, October 2021, baseline attributes",
    ),
    ask("Level of support", About::SupportLevel, "FDA 2026, V.A.4 (in the SBOM or in an addendum)"),
    ask("End-of-support date", About::SupportEnd, "FDA 2026, V.A.4 (in the SBOM or in an addendum)"),
];

const CISA_2025_DRAFT: [Ask; 13] = [
    ask("SBOM Author", About::Author, "CISA 2025 draft, Data Fields"),
    ask("Software Producer", About::Supplier, "CISA 2025 draft, Data Fields"),
    ask("Component Name", About::Name, "CISA 2025 draft, Data Fields"),
    ask("Component Version", About::Version, "CISA 2025 draft, Data Fields"),
    ask("Software Identifiers", About::Identifier, "CISA 2025 draft, Data Fields"),
    ask("Component Hash", About::Hash, "CISA 2025 draft, Data Fields"),
    ask("License", About::License, "CISA 2025 draft, Data Fields"),
    ask("Dependency Relationship", About::Relationship, "CISA 2025 draft, Data Fields"),
    ask("Tool Name", About::Tool, "CISA 2025 draft, Data Fields"),
    ask("Timestamp", About::Timestamp, "CISA 2025 draft, Data Fields"),
    ask("Generation Context", About::Context, "CISA 2025 draft, Data Fields"),
    ask("Coverage", About::Transitive, "CISA 2025 draft, Practices and Processes"),
    ask("Known Unknowns", About::KnownUnknowns, "CISA 2025 draft, Practices and Processes"),
];

const CRA: [Ask; 3] = [
    ask(
        "Commonly used, machine-readable format",
        About::Format,
        "Regulation (EU) 2024/2847, Annex I, Part II, point (1)",
    ),
    ask("The product it is about", About::Subject, "Regulation (EU) 2024/2847, Annex I, Part II, point (1)"),
    ask("Top-level dependencies", About::TopLevel, "Regulation (EU) 2024/2847, Annex I, Part II, point (1)"),
];
