//! What build evidence excludes from a release, and what of it a person has to look at one by one.

use std::collections::BTreeSet;

use domain::{build_evidence::forbids_one_key, ledger::AsOf, person::Permission};
use serde::Serialize;

use crate::{App, AppError, Viewer, corpus::has_exploited_catalogue, release};

/// What is excluded from one release.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Excluded {
    /// Distinct vulnerabilities.
    pub vulnerabilities: usize,
    /// Those that a person has to look at one by one.
    pub one_by_one: usize,
    /// A catalogue of exploited vulnerabilities was taken in; without one nothing can be waved through.
    pub catalogue: bool,
    /// What has to be looked at first, then by name.
    pub lines: Vec<ExcludedLine>,
}

/// One vulnerability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExcludedLine {
    /// Shown name.
    pub vulnerability: String,
    /// Component in which it is excluded.
    pub component: String,
    /// Why it cannot be accepted in one go; none = nothing speaks against it. It stays evidence either way.
    pub one_by_one: Option<&'static str>,
}

/// What build evidence excludes from a release, as the last sweep settled it.
pub fn excluded(app: &App, viewer: &Viewer, as_of: AsOf, reference: &str) -> Result<Excluded, AppError> {
    viewer.require(Permission::Read)?;
    let corpora = app.corpora(viewer)?;
    app.store.read(as_of, |view| {
        let release = release::resolve(view, viewer, reference)?;
        let catalogue = has_exploited_catalogue(view, &viewer.audiences)?;
        let rows = view.excluded_by_build(&release.id, &viewer.audiences)?;
        let exploited = |name: &str| {
            corpora.iter().any(|corpus| {
                let group = corpus.index.find(name).and_then(|group| corpus.index.headline(group));
                group.is_some_and(|headline| headline.kev.is_some())
            })
        };
        let mut lines: Vec<ExcludedLine> = rows
            .into_iter()
            .map(|row| ExcludedLine {
                one_by_one: if catalogue {
                    forbids_one_key(exploited(&row.shown), row.harm_path)
                } else {
                    Some("no catalogue of exploited vulnerabilities was taken in")
                },
                vulnerability: row.shown,
                component: row.component,
            })
            .collect();
        lines.sort_by(|left, right| {
            let key = |line: &ExcludedLine| {
                (line.one_by_one.is_none(), line.vulnerability.clone(), line.component.clone())
            };
            key(left).cmp(&key(right))
        });
        let distinct = |lines: &mut dyn Iterator<Item = &ExcludedLine>| {
            lines.map(|line| line.vulnerability.as_str()).collect::<BTreeSet<_>>().len()
        };
        Ok(Excluded {
            vulnerabilities: distinct(&mut lines.iter()),
            one_by_one: distinct(&mut lines.iter().filter(|line| line.one_by_one.is_some())),
            catalogue,
            lines,
        })
    })
}
