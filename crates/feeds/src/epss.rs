//! One day of exploit-probability scores, as CSV with a comment line before the header.

use matcher::record::Epss;

use crate::report::{Issue, IssueCode, Item};
use crate::text::utc;
use crate::unit;

/// Reads the file; a broken row is listed and left out. Refuses a file without a date or without a header.
pub fn parse(raw: &[u8]) -> Result<(Item, Vec<Issue>), Issue> {
    let text =
        std::str::from_utf8(raw).map_err(|error| unit::issue("", IssueCode::Encoding, error.to_string()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut model_version = String::new();
    let mut date = None;
    let mut body = text;
    while let Some(comment) = body.strip_prefix('#') {
        let (comment, rest) = comment.split_once('\n').unwrap_or((comment, ""));
        for part in comment.trim().split(',') {
            match part.split_once(':') {
                Some(("model_version", version)) => version.clone_into(&mut model_version),
                Some(("score_date", time)) => date = utc(time),
                _ => {}
            }
        }
        body = rest;
    }
    let date = date.ok_or_else(|| {
        unit::issue(
            "",
            IssueCode::Time,
            "the file does not say of which day its scores are (`#model_version:..,score_date:..`)"
                .to_owned(),
        )
    })?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(body.as_bytes());
    let headers = reader.headers().map_err(unit::malformed)?;
    let column = |name: &str| headers.iter().position(|header| header.trim() == name);
    let (Some(cve), Some(epss), Some(percentile)) = (column("cve"), column("epss"), column("percentile"))
    else {
        return Err(unit::malformed("the header is not `cve,epss,percentile`"));
    };
    let mut issues = Vec::new();
    let mut scores = Vec::with_capacity(body.len() / 28);
    let mut row = csv::StringRecord::new();
    loop {
        let line = reader.position().line();
        match reader.read_record(&mut row) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                issues.push(unit::malformed(error));
                break;
            }
        }
        let field = |index: usize| row.get(index).map(str::trim).unwrap_or_default();
        match (field(cve), millionths(field(epss)), millionths(field(percentile))) {
            (id, Some(probability_ppm), Some(percentile_ppm)) if !id.is_empty() && !id.contains('\0') => {
                scores.push(Epss { id: id.to_owned(), probability_ppm, percentile_ppm });
            }
            (id, ..) => {
                let mut issue = unit::issue(
                    &format!("row after line {line}"),
                    IssueCode::Malformed,
                    "not `cve,epss,percentile`".to_owned(),
                );
                issue.record = (!id.is_empty()).then(|| id.to_owned());
                issues.push(issue);
            }
        }
    }
    Ok((Item::Epss { date, model_version, scores }, issues))
}

fn millionths(text: &str) -> Option<u32> {
    let value: f64 = text.parse().ok()?;
    (0.0..=1.0).contains(&value).then(|| (value * 1e6).round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_millionths_and_broken_rows_are_listed() {
        let text = "#model_version:v2025.03.14,score_date:2026-01-30T12:55:00Z\ncve,epss,percentile\n\
                    CVE-1999-0001,0.01151,0.78086\nCVE-1999-0002,1.5,0.1\nCVE-1999-0003\n,0.1,0.1\nCVE-1999-0004,1,0\n";
        let Ok((Item::Epss { date, model_version, scores }, issues)) = parse(text.as_bytes()) else {
            unreachable!("the file is sound")
        };
        assert_eq!((date.as_str(), model_version.as_str()), ("2026-01-30T12:55:00Z", "v2025.03.14"));
        let found: Vec<_> = scores
            .iter()
            .map(|score| (score.id.as_str(), score.probability_ppm, score.percentile_ppm))
            .collect();
        assert_eq!(found, [("CVE-1999-0001", 11_510, 780_860), ("CVE-1999-0004", 1_000_000, 0)]);
        assert_eq!(issues.len(), 3);
    }

    #[test]
    fn a_file_without_a_day_or_a_header_is_refused() {
        for text in ["cve,epss,percentile\nCVE-1,0,0\n", "#score_date:2026-01-30T12:55:00Z\na,b\n", "#", ""] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
