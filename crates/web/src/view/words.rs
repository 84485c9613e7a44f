//! Figures, moments and durations in the portal's own words (style.md section 5). Locale and time zone are not decided here.

use std::borrow::Borrow;

use domain::{
    case::{CaseStage, Exploitability},
    decision::{Justification, Risk, VexStatus},
};
use jiff::{SignedDuration, Timestamp, civil::Date, fmt::strtime, tz::TimeZone};

/// `12345` is "12,345".
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "1 unit", "2,114 units".
pub fn plural(n: impl Borrow<u64>, one: &str, many: &str) -> String {
    let n = *n.borrow();
    format!("{} {}", thousands(n), verb(n, one, many))
}

/// The word that agrees with the figure: `verb(1, "needs", "need")` is "needs".
pub fn verb<'a>(n: impl Borrow<u64>, one: &'a str, many: &'a str) -> &'a str {
    if *n.borrow() == 1 { one } else { many }
}

/// Share in per cent with one decimal. It only says 100 or 0 when that is exact: 2,999 of 3,000 is "99.9%".
pub fn share(part: u64, total: u64) -> String {
    if total == 0 {
        return String::from("not known");
    }
    let (part, total) = (u128::from(part), u128::from(total));
    let mut permille = (part * 1000 + total / 2) / total;
    if permille >= 1000 && part < total {
        permille = 999;
    }
    if permille == 0 && part > 0 {
        permille = 1;
    }
    if permille.is_multiple_of(1000) {
        format!("{}%", permille / 10)
    } else {
        format!("{}.{}%", permille / 10, permille % 10)
    }
}

/// A VEX status as people read it; the stable word is the domain's.
pub fn status(status: impl Borrow<VexStatus>) -> &'static str {
    match status.borrow() {
        VexStatus::Affected => "Affected",
        VexStatus::NotAffected => "Not affected",
        VexStatus::Fixed => "Fixed",
        VexStatus::UnderInvestigation => "Under investigation",
    }
}

/// A determination of risk.
pub fn risk(risk: impl Borrow<Risk>) -> &'static str {
    match risk.borrow() {
        Risk::Controlled => "Controlled",
        Risk::Uncontrolled => "Uncontrolled",
    }
}

/// A VEX justification as a sentence.
pub fn justification(justification: impl Borrow<Justification>) -> &'static str {
    match justification.borrow() {
        Justification::ComponentNotPresent => "The component is not there",
        Justification::VulnerableCodeNotPresent => "The vulnerable code is not there",
        Justification::VulnerableCodeNotInExecutePath => "The vulnerable code is never run",
        Justification::VulnerableCodeCannotBeControlledByAdversary => {
            "An attacker cannot reach the vulnerable code"
        }
        Justification::InlineMitigationsAlreadyExist => "Something built in already prevents it",
    }
}

/// A stage of a case.
pub fn stage(stage: impl Borrow<CaseStage>) -> &'static str {
    match stage.borrow() {
        CaseStage::Triage => "Triage",
        CaseStage::Applicability => "Applicability",
        CaseStage::RiskAssessment => "Risk",
        CaseStage::Determination => "Determination",
        CaseStage::Plan => "Plan",
        CaseStage::Closed => "Closed",
    }
}

/// The other axis of the matrix.
pub fn exploitability(exploitability: impl Borrow<Exploitability>) -> &'static str {
    match exploitability.borrow() {
        Exploitability::Low => "Low",
        Exploitability::Medium => "Medium",
        Exploitability::High => "High",
    }
}

/// "Tue 17 Nov 2026 08:14 UTC".
pub fn moment(at: Timestamp) -> String {
    formatted("%a %-d %b %Y %H:%M UTC", at)
}

/// "2026-11-17 08:14 UTC", as typed into a field.
pub fn moment_iso(at: Timestamp) -> String {
    formatted("%Y-%m-%d %H:%M UTC", at)
}

/// "2026-11-17 08:14:07 UTC", for the line that is printed at the foot.
pub fn moment_exact(at: Timestamp) -> String {
    formatted("%Y-%m-%d %H:%M:%S UTC", at)
}

/// "Thu 5 Nov 09:41"; the year is added when it is more than eleven months away from `now`.
pub fn moment_near(at: Timestamp, now: Timestamp) -> String {
    if near(at, now) { formatted("%a %-d %b %H:%M", at) } else { formatted("%-d %b %Y %H:%M", at) }
}

/// "Thu 5 Nov 2026".
pub fn day(date: Date) -> String {
    strtime::format("%a %-d %b %Y", date).unwrap_or_else(|_| date.to_string())
}

/// "Thu 5 Nov"; with the year when it is more than eleven months away from `now`.
pub fn day_near(date: Date, now: Timestamp) -> String {
    let at = date.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
    if at.is_ok_and(|at| near(at, now)) { date.strftime("%a %-d %b").to_string() } else { day(date) }
}

/// "17 d", "6 d 15 h", "7 h 46 min", "4 min", "41 s": the two largest units, without a zero one.
pub fn duration(span: SignedDuration) -> String {
    let seconds = span.as_secs().unsigned_abs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) if days < 14 => format!("{days} d {hours} h"),
        (days, ..) => format!("{days} d"),
    }
}

/// The first sixteen hexadecimal digits in groups of four; the full digest belongs on the page of the thing itself.
pub fn short_digest(hex: &str) -> String {
    let head: Vec<char> = hex.chars().take(16).collect();
    head.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn near(at: Timestamp, now: Timestamp) -> bool {
    at.duration_since(now).as_secs().unsigned_abs() < 334 * 86_400
}

fn formatted(format: &str, at: Timestamp) -> String {
    strtime::format(format, &at.to_zoned(TimeZone::UTC)).unwrap_or_else(|_| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        for (n, text) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (37473, "37,473"), (1_234_567, "1,234,567")]
        {
            assert_eq!(thousands(n), text);
        }
    }

    #[test]
    fn a_share_is_never_rounded_to_all_or_nothing() {
        for (part, total, text) in [
            (0, 0, "not known"),
            (0, 9, "0%"),
            (9, 9, "100%"),
            (2999, 3000, "99.9%"),
            (1, 30_000, "0.1%"),
            (388, 412, "94.2%"),
        ] {
            assert_eq!(share(part, total), text, "{part} of {total}");
        }
    }

    #[test]
    fn durations_show_two_units() {
        for (seconds, text) in [
            (41, "41 s"),
            (240, "4 min"),
            (27_960, "7 h 46 min"),
            (7_200, "2 h"),
            (572_400, "6 d 15 h"),
            (172_800, "2 d"),
            (1_600_000, "18 d"),
        ] {
            assert_eq!(duration(SignedDuration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn moments_name_their_zone() -> Result<(), jiff::Error> {
        let at: Timestamp = "2026-11-17T08:14:07Z".parse()?;
        assert_eq!(moment(at), "Tue 17 Nov 2026 08:14 UTC");
        assert_eq!(moment_iso(at), "2026-11-17 08:14 UTC");
        assert_eq!(moment_exact(at), "2026-11-17 08:14:07 UTC");
        assert_eq!(moment_near("2026-11-05T09:41:00Z".parse()?, at), "Thu 5 Nov 09:41");
        assert_eq!(moment_near("2025-01-02T09:41:00Z".parse()?, at), "2 Jan 2025 09:41");
        assert_eq!(day(jiff::civil::date(2027, 1, 4)), "Mon 4 Jan 2027");
        Ok(())
    }
}
