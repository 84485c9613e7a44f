//! Points in time (vers `datetime`): RFC 3339, compared as instants. A date alone is its midnight in UTC.
use super::key::{push_text, split_digits};
use super::{Definition, Form, Scheme, as_written, generic};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::Datetime,
    name: "datetime",
    aliases: &["date"],
    purl_types: &[],
    write_key,
    form,
    write_series: |series, out| {
        out.push(OTHER);
        (generic::DEFINITION.write_series)(series, out);
    },
    canonical: as_written,
};

const OTHER: u8 = 0x01;
const INSTANT: u8 = 0x02;
const SECONDS_OF_DAY: i64 = 86_400;

/// Seconds since 1970 and the digits of the fraction.
type Instant<'text> = (i64, &'text [u8]);

fn write_key(version: &str, out: &mut Vec<u8>) {
    match instant(version.trim().as_bytes()) {
        Some((seconds, fraction)) => {
            out.push(INSTANT);
            // The sign bit turned over: the order of the bytes is that of the numbers.
            out.extend_from_slice(&(seconds ^ i64::MIN).to_be_bytes());
            let zeros = fraction.iter().rev().take_while(|digit| **digit == b'0').count();
            push_text(out, fraction[..fraction.len() - zeros].iter().copied());
        }
        None => {
            out.push(OTHER);
            generic::push_key(out, version.as_bytes());
        }
    }
}

fn form(version: &str) -> Form {
    match instant(version.as_bytes()) {
        None => Form::Invalid,
        Some(_) if version.len() > 10 && !version.contains(['t', 'z', ' ']) => Form::Exact,
        Some(_) => Form::Lenient,
    }
}

fn instant(text: &[u8]) -> Option<Instant<'_>> {
    let (date, time) = text.split_at_checked(10)?;
    let [year @ .., b'-', month1, month2, b'-', day1, day2] = date else { return None };
    let (year, month, day) = (number(year)?, number(&[*month1, *month2])?, number(&[*day1, *day2])?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let midnight = days_since_1970(year, month, day) * SECONDS_OF_DAY;
    let [b'T' | b't' | b' ', time @ ..] = time else {
        return time.is_empty().then_some((midnight, b""));
    };
    let (clock, rest) = time.split_at_checked(8)?;
    let [hour1, hour2, b':', minute1, minute2, b':', second1, second2] = clock else { return None };
    let (hour, minute, second) =
        (number(&[*hour1, *hour2])?, number(&[*minute1, *minute2])?, number(&[*second1, *second2])?);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (fraction, zone) = match rest {
        [b'.', rest @ ..] => split_digits(rest),
        _ => (&b""[..], rest),
    };
    Some((midnight + hour * 3600 + minute * 60 + second - offset(zone)?, fraction))
}

/// Seconds that local time is ahead of UTC.
fn offset(zone: &[u8]) -> Option<i64> {
    match zone {
        [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), hour1, hour2, b':', minute1, minute2] => {
            let seconds = number(&[*hour1, *hour2])? * 3600 + number(&[*minute1, *minute2])? * 60;
            Some(if *sign == b'+' { seconds } else { -seconds })
        }
        _ => None,
    }
}

/// At most four digits.
fn number(digits: &[u8]) -> Option<i64> {
    let valid = !digits.is_empty() && digits.len() <= 4 && digits.iter().all(u8::is_ascii_digit);
    valid.then(|| digits.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0')))
}

/// Of the Gregorian calendar: years start in March, so that the leap day is the last of its year.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leap_days + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01", 0),
            ("2000-03-01T00:00:00+01:00", 951_865_200),
            ("2024-02-29T12:00:01Z", 1_709_208_001),
        ] {
            assert_eq!(instant(text.as_bytes()), Some((seconds, &b""[..])), "{text}");
        }
        for text in ["", "2024-13-01", "2024-01-01T24:00:00Z", "2024-01-01T00:00:00", "2024-01-01X"] {
            assert_eq!(instant(text.as_bytes()), None, "{text}");
        }
    }
}
