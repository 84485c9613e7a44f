//! Chips: shape, word and colour for each closed list of the desk. Which one applies is decided elsewhere.
//!
//! The words of a machine's verdict and the VEX words of a person's decision are kept apart on purpose: a verdict is drawn
//! as a plain mark, a status as a chip.

use askama::Template;
use domain::{case::HarmSeverity, decision::VexStatus};

use super::{filters, words};

/// What a person decided about a flaw in a release (the VEX words), or that it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Affected,
    NotAffected,
    Fixed,
    UnderInvestigation,
    Unknown,
}

/// How firm a status is. Outlined until signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Template)]
#[template(path = "parts/firmness.html")]
pub enum Firmness {
    NoDecision,
    Proposed,
    Signed,
    CarryProposed,
    /// Signed once; what it held on no longer does.
    Reopened,
}

/// The worst harm to a patient that a case can lead to, as judged by clinical safety.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Template)]
#[template(path = "parts/harm.html")]
pub enum Harm {
    Negligible,
    Minor,
    Serious,
    Critical,
    Catastrophic,
    NotJudged,
}

/// The determination of risk: controlled or not, or nobody has determined it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Risk {
    Controlled,
    Uncontrolled,
    NotDetermined,
}

/// What the matcher computed; never a VEX word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Template)]
#[template(path = "parts/verdict.html")]
pub enum Verdict {
    InRange,
    Undecided,
    Patched,
    ExcludedBySupplier,
    ExcludedByBuild,
    OutOfRange,
    NoSuchComponent,
    NotAssessed,
    /// Nothing of the inventory matches any more.
    NoMatch,
}

/// What is known about attackers: exploitation seen, its likelihood, and the score as the last small word.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/threat.html")]
pub struct Threat {
    /// `None`: the catalogue of exploited vulnerabilities was not loaded.
    pub kev: Option<Kev>,
    /// Tenths of a per cent; `None`: not scored.
    pub epss_permille: Option<u16>,
    /// For instance "CVSS 9.8".
    pub cvss: Option<String>,
}

/// The same in a row of a list, where "not in KEV" is no news.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/threat_brief.html")]
pub(crate) struct BriefThreat<'a>(&'a Threat);

/// Likelihood of exploitation in the next 30 days, as scored.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/epss.html")]
pub(crate) struct Epss {
    permille: Option<u16>,
}

#[derive(Debug, Clone)]
pub enum Kev {
    /// Since which day, for instance "30 May 2024".
    Listed {
        since: String,
    },
    NotListed,
}

/// Any chip: an icon and a word, or the hatch of the unknown.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/chip.html")]
pub struct Chip {
    pub tone: &'static str,
    pub icon: &'static str,
    pub word: String,
    pub proposed: bool,
    pub unknown: bool,
}

impl askama::filters::HtmlSafe for Firmness {}
impl askama::filters::HtmlSafe for Harm {}
impl askama::filters::HtmlSafe for Verdict {}
impl askama::filters::HtmlSafe for Threat {}
impl askama::filters::HtmlSafe for BriefThreat<'_> {}
impl askama::filters::HtmlSafe for Epss {}
impl askama::filters::HtmlSafe for Chip {}

impl Chip {
    pub fn new(tone: &'static str, icon: &'static str, word: impl Into<String>) -> Self {
        Self { tone, icon, word: word.into(), proposed: false, unknown: false }
    }

    pub fn unknown(word: impl Into<String>) -> Self {
        Self { tone: "unk", icon: "q", word: word.into(), proposed: false, unknown: true }
    }

    fn firm(self, firmness: Firmness) -> Self {
        Self { proposed: !self.unknown && !firmness.is_signed(), ..self }
    }
}

impl Status {
    pub fn chip(self, firmness: &Firmness) -> Chip {
        let firmness = *firmness;
        match self {
            Self::Affected => Chip::new("amb", "tri", words::status(VexStatus::Affected)).firm(firmness),
            Self::NotAffected => Chip::new("", "ring", words::status(VexStatus::NotAffected)).firm(firmness),
            Self::Fixed => Chip::new("grn", "dot", words::status(VexStatus::Fixed)).firm(firmness),
            Self::UnderInvestigation => {
                Chip::new("acc", "half", words::status(VexStatus::UnderInvestigation))
            }
            Self::Unknown => Chip::unknown("Unknown"),
        }
    }

    /// For a fact that nobody proposes, such as a unit whose release was never read.
    pub fn fact(self) -> Chip {
        self.chip(&Firmness::Signed)
    }
}

impl Firmness {
    pub fn is_signed(self) -> bool {
        self == Self::Signed
    }
}

impl Risk {
    pub fn chip(self, firmness: &Firmness) -> Chip {
        match self {
            Self::Controlled => {
                Chip::new("grn", "shield", words::risk(domain::decision::Risk::Controlled)).firm(*firmness)
            }
            Self::Uncontrolled => {
                Chip::new("red", "broken", words::risk(domain::decision::Risk::Uncontrolled)).firm(*firmness)
            }
            Self::NotDetermined => Chip::unknown("Not determined"),
        }
    }
}

impl From<VexStatus> for Status {
    fn from(status: VexStatus) -> Self {
        match status {
            VexStatus::Affected => Self::Affected,
            VexStatus::NotAffected => Self::NotAffected,
            VexStatus::Fixed => Self::Fixed,
            VexStatus::UnderInvestigation => Self::UnderInvestigation,
        }
    }
}

impl From<Option<domain::decision::Risk>> for Risk {
    fn from(risk: Option<domain::decision::Risk>) -> Self {
        match risk {
            Some(domain::decision::Risk::Controlled) => Self::Controlled,
            Some(domain::decision::Risk::Uncontrolled) => Self::Uncontrolled,
            None => Self::NotDetermined,
        }
    }
}

impl From<Option<HarmSeverity>> for Harm {
    fn from(judged: Option<HarmSeverity>) -> Self {
        match judged {
            Some(HarmSeverity::Negligible) => Self::Negligible,
            Some(HarmSeverity::Minor) => Self::Minor,
            Some(HarmSeverity::Serious) => Self::Serious,
            Some(HarmSeverity::Critical) => Self::Critical,
            Some(HarmSeverity::Catastrophic) => Self::Catastrophic,
            None => Self::NotJudged,
        }
    }
}

impl Harm {
    /// One to five filled bars; `None` when nobody judged.
    pub fn level(self) -> Option<u8> {
        match self {
            Self::Negligible => Some(1),
            Self::Minor => Some(2),
            Self::Serious => Some(3),
            Self::Critical => Some(4),
            Self::Catastrophic => Some(5),
            Self::NotJudged => None,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Negligible => "Negligible",
            Self::Minor => "Minor",
            Self::Serious => "Serious",
            Self::Critical => "Critical",
            Self::Catastrophic => "Catastrophic",
            Self::NotJudged => "Not judged",
        }
    }
}

impl Verdict {
    pub fn word(self) -> &'static str {
        match self {
            Self::InRange => "in range",
            Self::Undecided => "undecided",
            Self::Patched => "patched",
            Self::ExcludedBySupplier => "excluded by supplier",
            Self::ExcludedByBuild => "excluded by build",
            Self::OutOfRange => "out of range",
            Self::NoSuchComponent => "no such component",
            Self::NotAssessed => "not assessed",
            Self::NoMatch => "no match",
        }
    }

    fn icon(self) -> &'static str {
        match self {
            Self::InRange => "tri",
            Self::Undecided | Self::NotAssessed => "q",
            Self::Patched => "check",
            Self::ExcludedBySupplier
            | Self::ExcludedByBuild
            | Self::OutOfRange
            | Self::NoSuchComponent
            | Self::NoMatch => "ring",
        }
    }
}

impl Threat {
    pub(crate) fn brief(&self) -> BriefThreat<'_> {
        BriefThreat(self)
    }

    pub(crate) fn epss(&self) -> Epss {
        Epss { permille: self.epss_permille }
    }
}

impl Epss {
    /// Length of the bar, 28 units at 100 %, never empty.
    fn width(permille: &u16) -> u32 {
        (u32::from(*permille) * 28 / 1000).clamp(1, 28)
    }

    fn words(permille: &u16) -> String {
        format!("{}.{}%", permille / 10, permille % 10)
    }
}
