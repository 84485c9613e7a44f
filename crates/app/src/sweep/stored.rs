//! The result digest of sweeps, computed again from the rows that they left.
//!
//! Deliberately not here: asking the matcher again, which needs the corpus of that day (`explain` and `sweep --full` do).

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{audience::Audience, id::VerdictId, ledger::AsOf, sweep::Scope, verdict::Verdict};
use matcher::digest::canonical_line;
use sha2::{Digest as _, Sha256};
use store::{Damage, StoreError, View, sweep::SweepRow};

use super::{
    Taken,
    difference::{matcher_class, matcher_state},
    hex, portfolio, surroundings,
};
use crate::{App, AppError, build_evidence::Builds, mapping::Mappings};

/// The newest sweeps that are computed again; of every label at least the last.
const SWEEPS: i64 = 20;

/// What computing again came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recomputed {
    /// Sweeps whose digest is what the rows give.
    pub compared: u64,
    /// Sweeps of which rows were destroyed, or changed while they ran: the rows alone cannot tell.
    pub passed_over: u64,
    /// The first that differs.
    pub damage: Option<Damage>,
}

/// Computes the newest sweeps again.
pub(crate) fn recompute(app: &App) -> Result<Recomputed, AppError> {
    let rows = app.store.read(AsOf::Now, |view| {
        let mut labels: Vec<String> = view.labels()?.into_keys().collect();
        labels.push(Audience::GENERAL.to_owned());
        let mut rows = view.sweeps_of(&labels, i64::MAX, SWEEPS)?;
        for label in labels.into_iter().map(Audience) {
            for scope in [Scope::of(&label), Scope::labelled(&label)] {
                rows.extend(view.last_sweep_of(&scope)?);
            }
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.sequence));
        rows.dedup_by_key(|row| row.sequence);
        Ok::<_, StoreError>(rows)
    })?;
    let mut recomputed = Recomputed::default();
    for row in rows {
        match app.store.read(AsOf::Entry(row.sequence), |view| result(app, view, &row))? {
            None => recomputed.passed_over += 1,
            Some(result) if result == row.sweep.result => recomputed.compared += 1,
            Some(_) => {
                recomputed.damage = Some(Damage {
                    table: "sweep".to_owned(),
                    key: Some(row.sweep.id.0),
                    sequence: Some(row.sequence),
                    what: "its result digest is not what its verdicts and settlements give".to_owned(),
                });
                break;
            }
        }
    }
    Ok(recomputed)
}

/// The digest of what stood after a sweep; none when its rows are no longer all there, or were others when it ended than when
/// it began.
fn result(app: &App, view: &View<'_>, row: &SweepRow) -> Result<Option<String>, AppError> {
    let scope = &row.scope;
    let public = Scope::of(&Audience::general());
    let all = view.inventories_to_sweep()?;
    let part = |scope: &Scope| -> Vec<_> {
        all.iter().filter(|swept| scope.takes(&swept.audience)).cloned().collect()
    };
    let swept = part(scope);
    let beside = scope.is_labelled_part().then(|| part(&public));
    let builds = match Builds::read(view, &app.blobs, None) {
        // Its file was destroyed: one that is lost is damage and was found before.
        Err(AppError::Missing { .. }) => return Ok(None),
        builds => builds?,
    };
    let said = Mappings::read(view)?;
    let (own, general) = (said.known_to(&scope.audience), said.known_to(&public.audience));
    let taken = Taken { swept: &swept, builds: &builds, mappings: &own };
    let beside = beside.as_deref().map(|swept| Taken { swept, builds: &builds, mappings: &general });
    if portfolio(&taken, &scope.corpus, beside.as_ref()) != row.portfolio {
        return Ok(None);
    }
    let surroundings = |one| surroundings(&builds, one, &scope.corpus);
    let places: HashMap<_, _> = swept.iter().map(|one| (&one.inventory, surroundings(one))).collect();
    let components: HashMap<i64, String> = view.component_identities()?.into_iter().collect();
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in view.all_vulnerability_names()? {
        names.entry(name.vulnerability.0).or_default().push(name.name);
    }
    let verdicts = view.verdicts_of(scope)?;
    // A labelled part settles what the public sweep said as well.
    let beside = if scope.is_labelled_part() { view.verdicts_of(&public)? } else { Vec::new() };
    let settled: HashMap<VerdictId, &Verdict> =
        verdicts.iter().chain(&beside).map(|verdict| (verdict.id, verdict)).collect();
    let mut lines = Vec::with_capacity(verdicts.len());
    let mut line = |verdict: &Verdict, said: (_, Option<&str>, &str, &str), settled: Option<&str>| {
        let identity = components.get(&verdict.component.0)?;
        let names: Vec<&str> =
            names.get(&verdict.vulnerability.0).into_iter().flatten().map(String::as_str).collect();
        let (state, class, reason, statement) = said;
        lines.push(canonical_line(
            identity,
            &names,
            matcher_state(state),
            class.and_then(matcher_class),
            reason,
            statement,
            settled,
        ));
        Some(())
    };
    for verdict in &verdicts {
        let statement = verdict.statement.as_deref().unwrap_or_default();
        let said = (verdict.state, verdict.class.as_deref(), verdict.reason.as_str(), statement);
        if line(verdict, said, None).is_none() {
            return Ok(None);
        }
    }
    let mut gone = HashSet::new();
    for (settlement, evidence) in view.settlements_with_evidence(scope)? {
        let (Some(verdict), Some(place)) =
            (settled.get(&settlement.verdict), places.get(&settlement.inventory))
        else {
            continue;
        };
        let Some(evidence) = evidence else {
            gone.insert(settlement.evidence);
            continue;
        };
        // A settlement has no column for the statement: its evidence names it.
        let evidence: serde_json::Value = serde_json::from_str(&evidence).unwrap_or_default();
        let statement = evidence["statement"].as_str().unwrap_or_default();
        let said = (settlement.state, settlement.class.as_deref(), settlement.reason.as_str(), statement);
        line(verdict, said, Some(place));
    }
    if !gone.is_empty() {
        return Ok(None);
    }
    lines.sort_unstable();
    let mut hasher = Sha256::new();
    lines.iter().for_each(|line| hasher.update(line));
    Ok(Some(hex(&hasher.finalize())))
}
