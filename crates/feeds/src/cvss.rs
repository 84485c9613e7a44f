//! Severity vectors to scores: what the source states, else computed from the vector.

use matcher::record::Score;

use crate::report::{Issue, IssueCode};
use crate::text::one_line;

/// A score that the source states itself.
pub(crate) fn stated(version: &str, score: f64, vector: &str, provider: &str) -> Score {
    Score {
        version: version.to_owned(),
        tenths: tenths(score),
        vector: vector.to_owned(),
        provider: provider.to_owned(),
        flaw: None,
    }
}

/// The score of a vector in tenths; `None` if it is none of CVSS 2.0, 3.0, 3.1 or 4.0, or is not whole.
pub fn score_of(vector: &str) -> Option<u8> {
    computed(vector, "").map(|score| score.tenths)
}

/// The score of a vector alone; `None` if it is none of CVSS 2.0, 3.0, 3.1 or 4.0.
pub(crate) fn computed(vector: &str, provider: &str) -> Option<Score> {
    let vector = vector.trim();
    let bare = vector.trim_start_matches('(').trim_end_matches([')', '/']);
    let cvss: cvss::Cvss = bare.parse().ok()?;
    let version = match cvss {
        cvss::Cvss::CvssV20(_) => "2.0",
        cvss::Cvss::CvssV30(_) => "3.0",
        cvss::Cvss::CvssV31(_) => "3.1",
        cvss::Cvss::CvssV40(_) => "4.0",
        _ => return None,
    };
    // The parser scores a vector without its base metrics as 0.0, which would read as harmless.
    let base: &[&str] = match cvss {
        cvss::Cvss::CvssV20(_) => &["AV:", "AC:", "Au:", "C:", "I:", "A:"],
        cvss::Cvss::CvssV40(_) => {
            &["AV:", "AC:", "AT:", "PR:", "UI:", "VC:", "VI:", "VA:", "SC:", "SI:", "SA:"]
        }
        _ => &["AV:", "AC:", "PR:", "UI:", "S:", "C:", "I:", "A:"],
    };
    let complete = base.iter().all(|metric| bare.split('/').any(|part| part.starts_with(metric)));
    complete.then(|| stated(version, cvss.score(), vector, provider))
}

/// An issue when a base score is not that of its vector. The source's score stays: it may know why.
pub(crate) fn contradiction(score: &Score) -> Option<Issue> {
    let own = computed(&score.vector, "")?;
    // What a vector of version 4.0 has beside the base metrics changes the score, which then is no base score.
    let base_only = own.version != "4.0" || score.vector.trim_end_matches('/').split('/').count() == 12;
    (base_only && own.version == score.version && own.tenths != score.tenths).then(|| {
        let decimal = |tenths: u8| format!("{}.{}", tenths / 10, tenths % 10);
        let text = format!(
            "`{}` stands with the score {}, and gives {}",
            one_line(&score.vector),
            decimal(score.tenths),
            decimal(own.tenths)
        );
        Issue { location: String::new(), record: None, code: IssueCode::Severity, text }
    })
}

fn tenths(score: f64) -> u8 {
    // The cast saturates, so a foreign number cannot wrap.
    (score.clamp(0.0, 10.0) * 10.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_are_scored() {
        for (vector, expected) in [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Some(("3.1", 98))),
            ("CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H", Some(("3.0", 81))),
            ("CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N", Some(("3.1", 54))),
            ("AV:N/AC:L/Au:N/C:P/I:P/A:P", Some(("2.0", 75))),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", Some(("4.0", 93))),
            ("CVSS:3.1/AV:N", None),
            ("high", None),
            ("", None),
        ] {
            let score = computed(vector, "x");
            let found = score.as_ref().map(|score| (score.version.as_str(), score.tenths));
            assert_eq!(found, expected, "{vector}");
        }
    }
}
