//! The frame of a page from the request: which moment it shows, who looks, which pages they may open, and the stamp.

use app::{App, AppError, Viewer, label, ledger, purge};
use domain::{ledger::AsOf as Moment, person::Permission};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::{
    asked::Asked,
    view::{
        count::Link,
        href,
        shell::{AsOf, LedgerState, Past, Person, Section, Shell, Stamp},
        words,
    },
};

/// What all pages need to know of the moment they show.
pub(crate) struct Frame {
    pub(crate) as_of: Moment,
    pub(crate) now: Timestamp,
    /// The last entry that is seen at this moment.
    pub(crate) sequence: i64,
    shell: Shell,
}

impl Frame {
    /// Reads the frame for what was asked. A moment that cannot be read is told at its field, and the page shows now.
    pub(crate) fn read(app: &App, asked: &Asked) -> Result<Self, AppError> {
        let now = app.now();
        let (as_of, problem) = moment(app, asked.parameter("as_of"), now);
        let ledger::Stand { head, sequence, hash, first } = ledger::stand(app, asked.viewer()?, as_of)?;
        let at = match as_of {
            Moment::Now | Moment::Entry(_) => now,
            Moment::At(at) => at,
        };
        let past = as_of != Moment::Now;
        let purged = purge::told_then(app, asked.viewer()?, as_of)?;
        let session = asked.session()?;
        let shell = Shell {
            manufacturer: app.name.clone(),
            title: String::new(),
            section: Section::Elsewhere,
            open: asked.menu.clone(),
            crumbs: Vec::new(),
            alarms: alarms(app, asked.viewer()?)?,
            as_of: AsOf {
                path: asked.path.clone(),
                kept: kept(asked),
                field: words::moment_iso(at),
                shown: words::moment(at),
                local: local(at, &app.zone),
                earliest: first
                    .and_then(|first| first.parse::<Timestamp>().ok())
                    .map_or_else(|| "nothing is recorded".to_owned(), words::moment_iso),
                past: past.then(|| Past {
                    ago: words::duration(now.duration_since(at)),
                    entry: figure(sequence),
                    now: address(asked, None),
                    value: value(at),
                    purged,
                }),
                earlier: shifted(at, -24).map(|at| address(asked, Some(&value(at)))),
                later: shifted(at, 24)
                    .filter(|later| past && *later < now)
                    .map(|at| address(asked, Some(&value(at)))),
                problem,
            },
            ledger: ledger(asked, now),
            person: Person {
                name: session.viewer.actor.printed(),
                role: roles(asked)?,
                time_zone: app.zone.iana_name().unwrap_or("UTC").to_owned(),
            },
            notice: None,
            form_token: session.csrf.clone(),
            stamp: Stamp {
                moment: words::moment_exact(at),
                entry: figure(sequence),
                digest: hash.map_or_else(|| "not shown to you".to_owned(), |hash| words::short_digest(&hash)),
            },
        };
        // A page makes several reads: all of them are of the entry that its stamp names.
        let as_of = if past { as_of } else { Moment::Entry(head) };
        Ok(Self { as_of, now, sequence, shell })
    }

    /// The shell of one page.
    pub(crate) fn shell(&self, section: Section, title: impl Into<String>, crumbs: Vec<Link>) -> Shell {
        Shell { title: title.into(), section, crumbs, ..self.shell.clone() }
    }

    /// An address with the moment of this page kept.
    pub(crate) fn link(&self, path: &str) -> String {
        self.shell.as_of.link(path)
    }

    /// A link with the moment of this page kept.
    pub(crate) fn link_to(&self, label: impl Into<String>, path: &str) -> Link {
        Link::new(label, self.link(path))
    }

    /// The moment as a point in time: now, or the one that is looked at.
    pub(crate) fn at(&self) -> Timestamp {
        match self.as_of {
            Moment::Now | Moment::Entry(_) => self.now,
            Moment::At(at) => at,
        }
    }

    /// Acts are offered on the present only.
    pub(crate) fn acting(&self) -> bool {
        self.shell.acting()
    }
}

/// A count of the record as a figure of a page; they are never below zero.
pub(crate) fn figure(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

/// A stored moment in the words of the portal; as it is when it cannot be read.
pub(crate) fn when(stored: &str) -> String {
    stored.parse::<Timestamp>().map_or_else(|_| stored.to_owned(), words::moment)
}

fn moment(app: &App, typed: Option<&str>, now: Timestamp) -> (Moment, Option<String>) {
    // The field of the control shows moments as `2026-11-17 08:14 UTC`, so that form is read as well.
    let typed = typed.map(|text| {
        let plain = text.trim_end_matches("UTC").trim();
        if plain.len() == text.len() { plain.to_owned() } else { format!("{}Z", plain.replace(' ', "T")) }
    });
    match app.as_of(typed.as_deref()) {
        Ok(Moment::At(at)) if at > now => {
            (Moment::Now, Some("That moment is still to come; this page shows now.".to_owned()))
        }
        Ok(as_of) => (as_of, None),
        Err(error) => {
            let message =
                error.fields().first().map_or_else(|| error.to_string(), |field| field.message.clone());
            (Moment::Now, Some(format!("{message}. This page shows now.")))
        }
    }
}

/// Labels that bear records and that nobody holds, told on every page of whoever can mend it.
fn alarms(app: &App, viewer: &Viewer) -> Result<Vec<String>, AppError> {
    if !viewer.may(Permission::Administer) {
        return Ok(Vec::new());
    }
    Ok(label::unheld(app, viewer)?.iter().filter_map(label::LabelLine::warning).collect())
}

/// The roles of who asks, in words.
pub(crate) fn roles(asked: &Asked) -> Result<String, AppError> {
    let person = asked.viewer()?.as_person();
    let words = person.map(|person| person.roles.iter().map(|role| role_words(*role)).collect::<Vec<_>>());
    Ok(words.filter(|words| !words.is_empty()).map_or_else(|| "no role".to_owned(), |words| words.join(", ")))
}

/// A role as people say it.
pub(crate) fn role_words(role: domain::person::Role) -> String {
    let word = role.as_str().replace('_', " ");
    let mut characters = word.chars();
    characters
        .next()
        .map(|first| format!("{}{}", first.to_uppercase(), characters.as_str()))
        .unwrap_or_default()
}

fn ledger(asked: &Asked, now: Timestamp) -> LedgerState {
    let Some(checked) = &asked.checked else { return LedgerState { verified: None, breaks: 0 } };
    LedgerState {
        verified: Some(format!("{} UTC", words::moment_near(checked.at, now))),
        breaks: u64::from(checked.verification.verified.damage.is_some()),
    }
}

fn kept(asked: &Asked) -> Vec<(String, String)> {
    // What the last act did belongs to one answer, not to the page.
    let once = ["as_of", "done", "choose"];
    asked.query.iter().filter(|(name, _)| !once.contains(&name.as_str())).cloned().collect()
}

fn address(asked: &Asked, as_of: Option<&str>) -> String {
    let kept = kept(asked);
    let mut parameters: Vec<(&str, &str)> =
        kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    parameters.extend(as_of.map(|value| ("as_of", value)));
    href::with(&asked.path, &parameters)
}

fn value(at: Timestamp) -> String {
    at.to_string()
}

fn shifted(at: Timestamp, hours: i64) -> Option<Timestamp> {
    at.checked_add(SignedDuration::from_hours(hours)).ok()
}

fn local(at: Timestamp, zone: &TimeZone) -> String {
    let local = at.to_zoned(zone.clone());
    format!("{} in {}", local.strftime("%a %-d %b, %H:%M"), zone.iana_name().unwrap_or("UTC"))
}
