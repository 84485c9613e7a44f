//! The words of the record as the marks of the portal: harm, status, risk, firmness, threat.

use app::{cvss::Cvss, impact::About};
use domain::decision::{Decision, DecisionState};
use jiff::civil::Date;

use crate::view::chip::{Firmness, Kev, Risk, Status, Threat};

/// Where something stands: what a person said, about the risk, and how firmly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) status: Status,
    pub(crate) risk: Risk,
    pub(crate) firmness: Firmness,
}

impl Standing {
    pub(crate) const NONE: Self =
        Self { status: Status::Unknown, risk: Risk::NotDetermined, firmness: Firmness::NoDecision };

    /// Of one decision.
    pub(crate) fn of(decision: &Decision) -> Self {
        Self {
            status: decision.status.into(),
            risk: decision.risk.into(),
            firmness: match decision.state {
                DecisionState::Signed => Firmness::Signed,
                DecisionState::Proposed => Firmness::Proposed,
                DecisionState::CarryProposed => Firmness::CarryProposed,
                DecisionState::Reopened => Firmness::Reopened,
                DecisionState::Withdrawn | DecisionState::Superseded => Firmness::NoDecision,
            },
        }
    }
}

/// What is known of attackers; without a catalogue, whether it is exploited is not known.
pub(crate) fn threat(about: &About) -> Threat {
    let epss = about.epss_ppm.map(|ppm| f64::from(ppm) / 1_000_000.0);
    marks(about.exploited.as_ref(), epss, about.cvss.as_ref())
}

/// The same from its parts.
pub(crate) fn marks(exploited: Option<&Option<String>>, epss: Option<f64>, cvss: Option<&Cvss>) -> Threat {
    let day = |text: &str| {
        let date = text.get(..10).unwrap_or(text).parse::<Date>();
        date.map_or_else(|_| text.to_owned(), |date| date.strftime("%-d %b %Y").to_string())
    };
    Threat {
        kev: exploited
            .map(|since| since.as_deref().map_or(Kev::NotListed, |since| Kev::Listed { since: day(since) })),
        // Probabilities lie between 0 and 1.
        epss_permille: epss.map(|epss| (epss * 1000.0).round() as u16),
        cvss: cvss.map(|cvss| format!("CVSS {:.1}", cvss.score)),
    }
}
