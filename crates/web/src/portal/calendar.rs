//! The calendar of receipts from the record: which day had one, and which day nobody looked.

use std::collections::BTreeMap;

use app::watch::ReceiptDay;
use jiff::{Span, civil::Date};

use crate::view::{
    calendar::{Calendar, Day, DayState},
    words,
};

/// Weeks that are shown.
const WEEKS: u32 = 26;

/// The Monday with which the calendar of a day begins.
pub(crate) fn start(today: Date) -> Date {
    let monday = back(today, i64::from(today.weekday().to_monday_zero_offset()));
    back(monday, i64::from(WEEKS - 1) * 7)
}

/// The calendar up to a day, and its last missed day in words. That day itself is not over, so it is never missed.
pub(crate) fn calendar(
    today: Date,
    first: Option<Date>,
    receipts: &[ReceiptDay],
) -> (Calendar, Option<(String, String)>) {
    let receipts: BTreeMap<Date, &ReceiptDay> =
        receipts.iter().map(|receipt| (receipt.day, receipt)).collect();
    let (mut days, mut months) = (Vec::new(), Vec::new());
    let (mut complete, mut missed, mut last_missed) = (0, 0, None);
    let mut date = start(today);
    for number in 0..WEEKS * 7 {
        if date > today {
            break;
        }
        let (week, weekday) = (number / 7, number % 7);
        if date.day() == 1 {
            months.push((week, month(date)));
        }
        let receipt = receipts.get(&date);
        let state = match receipt {
            Some(receipt) if receipt.opened > 0 => Some(DayState::Found),
            Some(_) => Some(DayState::Nothing),
            None if first.is_none_or(|first| date < first) => Some(DayState::BeforeRecord),
            None if date == today => None,
            None => Some(DayState::Missed),
        };
        match state {
            Some(DayState::Found | DayState::Nothing) => complete += 1,
            Some(DayState::Missed) => {
                missed += 1;
                last_missed = Some(date);
            }
            _ => {}
        }
        if let Some(state) = state {
            let words = told(receipt.copied(), state);
            days.push(Day { week, weekday, state, title: format!("{}: {words}", words::day(date)) });
        }
        let Ok(next) = date.tomorrow() else { break };
        date = next;
    }
    let spoken =
        format!("{WEEKS} weeks: {} complete, {missed} missed", words::plural(complete, "day", "days"));
    let worst = last_missed.map(|day| {
        let lead = format!("{}: missed.", words::day(day));
        let text = match missed {
            1 => "Nobody looked on that day; the next sweep asked about everything that came in between."
                .to_owned(),
            missed => format!("The last of {missed} days on which nobody looked."),
        };
        (lead, text)
    });
    (Calendar { weeks: WEEKS, months, days, spoken }, worst)
}

fn told(receipt: Option<&ReceiptDay>, state: DayState) -> String {
    match receipt {
        Some(receipt) => format!(
            "{}, {}",
            words::plural(receipt.sweeps, "sweep", "sweeps"),
            words::plural(receipt.opened, "new verdict", "new verdicts")
        ),
        None if state == DayState::Missed => "missed".to_owned(),
        None => "before the first sweep".to_owned(),
    }
}

fn month(date: Date) -> String {
    date.strftime("%b").to_string()
}

fn back(date: Date, days: i64) -> Date {
    date.checked_sub(Span::new().days(days)).unwrap_or(Date::MIN)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_without_a_look_is_seen() {
        let receipt = |day, opened| ReceiptDay { day, sweeps: 1, opened };
        let receipts = [receipt(date(2026, 11, 14), 3), receipt(date(2026, 11, 16), 0)];
        // A Tuesday.
        let (calendar, worst) = calendar(date(2026, 11, 17), Some(date(2026, 11, 14)), &receipts);
        assert_eq!(start(date(2026, 11, 17)), date(2026, 5, 25));
        let states: Vec<_> =
            calendar.days.iter().rev().map(|day| (day.week, day.weekday, day.state)).take(4).collect();
        assert_eq!(
            states,
            [
                (25, 0, DayState::Nothing),
                (24, 6, DayState::Missed),
                (24, 5, DayState::Found),
                (24, 4, DayState::BeforeRecord),
            ]
        );
        assert_eq!(calendar.spoken, "26 weeks: 2 days complete, 1 missed");
        assert_eq!(worst.map(|worst| worst.0), Some("Sun 15 Nov 2026: missed.".to_owned()));
        assert_eq!(calendar.months.first(), Some(&(1, "Jun".to_owned())));
    }

    #[test]
    fn before_the_first_sweep_nothing_was_missed() {
        let (calendar, worst) = calendar(date(2026, 11, 17), None, &[]);
        assert!(calendar.days.iter().all(|day| day.state == DayState::BeforeRecord));
        assert_eq!(worst, None);
    }
}
