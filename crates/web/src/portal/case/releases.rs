//! The releases of a case with their units, and the decisions on record with their signatures.

use std::collections::BTreeSet;

use app::{
    case::{CaseDetail, DecisionDetail},
    page::case::CaseFile,
};
use domain::signature::Signature;
use jiff::Zoned;

use super::path::{listed, named};
use crate::{
    frame::{Frame, figure},
    portal::{case::release_link, explain::verdict, standing::Standing},
    view::{
        case::{DecisionInForce, ExposedRelease},
        chip::{Firmness, Status, Verdict},
        count::{Count, Link},
        href,
        take_back::TakeBack,
        words,
    },
};

/// Components of a release named at most.
const NAMED: usize = 4;

/// The table with its sums.
pub(super) struct Table {
    pub(super) rows: Vec<ExposedRelease>,
    pub(super) units: Count,
    pub(super) sites: Option<Count>,
}

pub(super) fn table(file: &CaseFile, frame: &Frame) -> Table {
    let CaseFile { detail, exposed: report, left: fleet, .. } = file;
    let here = frame.link(&href::impact(&report.vulnerability));
    let count = |n: u64| Count::new(n, here.clone());
    let mut rows = Vec::new();
    let mut places = BTreeSet::new();
    for release in &report.releases {
        let reference = release.reference();
        let standing =
            newest(detail, &reference).map_or(Standing::NONE, |one| Standing::of(&one.row.decision));
        let sites: Vec<&str> = release.units.by_site.iter().filter_map(|site| site.site.as_deref()).collect();
        rows.push(ExposedRelease {
            release: Some(release_link(&release.product_name, &release.release, &reference, frame)),
            name: reference,
            components: listed(release.components.iter().map(named).collect(), NAMED),
            verdict: Some(verdict(release.verdict)),
            units: count(figure(release.units.total)),
            sites: Some(count(sites.len() as u64)),
            status: standing.status,
            firmness: standing.firmness,
        });
        places.extend(sites);
    }
    let exposed: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
    let mut left: Vec<&str> = Vec::new();
    for one in &detail.decisions {
        let name = one.release.name.as_str();
        if exposed.iter().any(|other| other == name) || left.contains(&name) {
            continue;
        }
        left.push(name);
        let Some(newest) = newest(detail, name) else { continue };
        let standing = Standing::of(&newest.row.decision);
        rows.push(ExposedRelease {
            release: Some(release_link(&one.release.product_name, &one.release.version, name, frame)),
            name: name.to_owned(),
            components: "no component matches now".to_owned(),
            verdict: Some(Verdict::NoMatch),
            units: count(fleet.get(name).map_or(0, |reach| figure(reach.units))),
            sites: fleet.get(name).map(|reach| count(reach.sites)),
            status: standing.status,
            firmness: standing.firmness,
        });
    }
    let unread = figure(report.units_with_unknown_release);
    if unread > 0 {
        rows.push(ExposedRelease {
            release: None,
            name: "Release not read".to_owned(),
            components: "treated as affected until read".to_owned(),
            verdict: None,
            units: count(unread),
            sites: None,
            status: Status::Unknown,
            firmness: Firmness::NoDecision,
        });
    }
    let units = rows.iter().map(|row| row.units.n).sum();
    // Sites of different rows overlap: their number is known only when every row told which they are.
    let sites = (rows.len() == report.releases.len()).then(|| count(places.len() as u64));
    Table { rows, units: count(units), sites }
}

/// Decisions that were signed or wait, newest first.
pub(super) fn decisions(
    detail: &CaseDetail,
    frame: &Frame,
    ledger: bool,
    take_back: &dyn Fn(&DecisionDetail) -> Option<TakeBack>,
) -> Vec<DecisionInForce> {
    let standing = detail.decisions.iter().rev().filter(|one| !one.row.decision.state.is_final());
    let row = |one: &DecisionDetail| {
        let decision = &one.row.decision;
        let standing = Standing::of(decision);
        let entry = figure(one.row.since);
        DecisionInForce {
            release: release_link(&one.release.product_name, &one.release.version, &one.release.name, frame),
            status: standing.status,
            firmness: standing.firmness,
            words: said(one),
            take_back: take_back(one),
            signatures: one.signatures.iter().map(|(signature, valid)| signed(signature, *valid)).collect(),
            review_by: decision.review_on.map_or_else(|| "no date".to_owned(), words::day),
            entry: if ledger {
                frame.link_to(words::thousands(entry), &href::entry(entry))
            } else {
                Link::new(words::thousands(entry), frame.link(&href::case(&detail.case.label())))
            },
        }
    };
    standing.map(row).collect()
}

/// The decision that stands for a release: the latest that is neither withdrawn nor superseded.
pub(in crate::portal) fn newest<'a>(detail: &'a CaseDetail, release: &str) -> Option<&'a DecisionDetail> {
    let mut standing = detail.decisions.iter().rev().filter(|one| one.release.name == release);
    standing.find(|one| !one.row.decision.state.is_final())
}

fn said(one: &DecisionDetail) -> String {
    let decision = &one.row.decision;
    let justification = decision.justification.map(words::justification);
    let parts = [
        justification,
        decision.action_statement.as_deref(),
        Some(decision.rationale.as_str()).filter(|text| !text.is_empty()),
    ];
    let mut text = String::new();
    for part in parts.into_iter().flatten() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(part);
        if !part.ends_with(['.', '!', '?']) {
            text.push('.');
        }
    }
    text
}

fn signed(signature: &Signature, valid: bool) -> String {
    let meaning = signature.statement.split(": ").next().unwrap_or_default();
    let void = if valid { "" } else { ". Void: the record changed since" };
    // As the signer's clock showed it; the zone is part of what was signed.
    let at = signature.signed_at.parse::<Zoned>().map_or_else(
        |_| signature.signed_at.clone(),
        |at| {
            let zone = at.time_zone().iana_name().unwrap_or("UTC").to_owned();
            format!("{} in {zone}", at.strftime("%a %-d %b %Y %H:%M"))
        },
    );
    format!("Signed by {}, {at}: {meaning}{void}", signature.printed_name)
}
