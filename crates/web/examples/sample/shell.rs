//! The frame around the sample pages.

use web::view::count::Link;
use web::view::shell::{AsOf, LedgerState, Notice, Past, Person, Section, Shell, Stamp, Undo};

pub(crate) fn shell(section: Section, title: &str, path: &str, crumbs: &[(&str, &str)]) -> Shell {
    Shell {
        manufacturer: String::from("Norrvik Medical"),
        title: String::from(title),
        section,
        open: Section::MENU.to_vec(),
        crumbs: crumbs.iter().map(|(label, href)| Link::new(*label, *href)).collect(),
        alarms: Vec::new(),
        as_of: AsOf {
            path: String::from(path),
            kept: Vec::new(),
            field: String::from("2026-11-17 08:14 UTC"),
            shown: String::from("Tue 17 Nov 2026 08:14 UTC"),
            local: String::from("Tue 17 Nov, 09:14 in Oslo"),
            earliest: String::from("2 Jan 2025"),
            past: None,
            earlier: Some(format!("{path}?as_of=2026-11-16T08:14Z")),
            later: None,
            problem: None,
        },
        ledger: LedgerState { verified: Some(String::from("08:00 UTC")), breaks: 0 },
        person: Person {
            name: String::from("PSIRT lead"),
            role: String::from("Analyst"),
            time_zone: String::from("Europe/Oslo"),
        },
        notice: None,
        form_token: String::from("3f0c77d1"),
        stamp: Stamp {
            moment: String::from("2026-11-17 08:14:07 UTC"),
            entry: 48_213,
            digest: String::from("7d02 11ce 90ab 3f64"),
        },
    }
}

/// The same page as it was known a week before.
pub(crate) fn past(mut shell: Shell) -> Shell {
    let path = shell.as_of.path.clone();
    shell.as_of.field = String::from("2026-11-09 18:00 UTC");
    shell.as_of.shown = String::from("Mon 9 Nov 2026 18:00 UTC");
    shell.as_of.local = String::from("Mon 9 Nov, 19:00 in Oslo");
    shell.as_of.later = Some(format!("{path}?as_of=2026-11-10T18:00Z"));
    shell.as_of.past = Some(Past {
        ago: String::from("7 d 14 h"),
        entry: 47_902,
        now: path,
        value: String::from("2026-11-09T18:00Z"),
        purged: Vec::new(),
    });
    shell.stamp.entry = 47_902;
    shell
}

pub(crate) fn notice(mut shell: Shell, text: &str, undo: Option<&str>) -> Shell {
    shell.notice = Some(Notice {
        text: String::from(text),
        undo: undo.map(|action| Undo {
            action: String::from(action),
            fields: vec![(String::from("decision"), String::from("d1"))],
        }),
    });
    shell
}
