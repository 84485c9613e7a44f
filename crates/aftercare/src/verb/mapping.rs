//! `aftercare mapping`: what parts without an identity may be, and what people say they are.

use std::{
    fs::File,
    io::{BufReader, Write as _},
    path::Path,
};

use app::{
    AppError,
    mapping::{
        self, AskedPart, MappingLine, Mappings, NewMapping, Saying,
        blind_spot::{self, BlindSpots, Proposal},
        document,
    },
    table_import::Mode,
};
use domain::mapping::RawPart;
use serde_json::json;

use super::table_import;
use crate::{
    answer::{self, Outcome, Table},
    cli::{Global, MappedPart, Mapping},
    place,
};

/// Runs a verb of mappings.
pub(crate) fn run(global: &Global, command: Mapping) -> anyhow::Result<Outcome> {
    match command {
        Mapping::List { release } => list(global, release.as_deref()),
        Mapping::Propose { release: Some(release), limit, .. } => blind_spots(global, &release, limit),
        Mapping::Propose { name, version, supplier, .. } => {
            propose(global, &RawPart { name: name.unwrap_or_default(), version, supplier, purl: None })
        }
        Mapping::Confirm { part, target, no_public_identity: _, version_rule } => {
            let saying = target.map_or(Saying::NoPublicIdentity, Saying::Is);
            rule(global, part, saying, version_rule)
        }
        Mapping::Reject { part, target } => rule(global, part, Saying::IsNot(target), "stated".to_owned()),
        Mapping::Withdraw { id } => {
            let place = place::open(global)?;
            let reason = global.reason.as_deref().unwrap_or_default();
            let line = mapping::withdraw(&place.app, &place.viewer, &id, reason)?;
            let sentence = format!("Withdrawn: {}. It takes effect with the next sweep.", sentence(&line));
            answer::say(global.format, &serde_json::to_value(&line)?, &sentence)?;
            Ok(Outcome::Done)
        }
        Mapping::Export { output } => export(global, output.as_deref()),
        Mapping::Import { file, preview } => {
            let place = place::open(global)?;
            let mode = if preview { Mode::Preview } else { Mode::Commit };
            let reason = global.reason.as_deref().unwrap_or("imported at the console");
            let report = document::import(&place.app, &place.viewer, opened(&file)?, mode, reason)?;
            table_import::tell(global.format, &report, "mapping", "mappings")
        }
    }
}

/// The mappings of a file for a check without a record; none when no file is given.
pub(crate) fn for_check(file: Option<&Path>) -> anyhow::Result<Mappings> {
    let Some(file) = file else { return Ok(Mappings::default()) };
    let (mappings, left_out) = document::for_check(opened(file)?)?;
    if left_out > 0 {
        eprintln!(
            "{} of {} left out: what holds for a release or a product line says nothing of a document alone",
            answer::some(left_out as i128, "mapping", "mappings"),
            file.display()
        );
    }
    Ok(mappings)
}

fn opened(file: &Path) -> Result<BufReader<File>, AppError> {
    File::open(file).map(BufReader::new).map_err(|error| AppError::file("cannot read", file, error))
}

fn rule(global: &Global, part: MappedPart, saying: Saying, version_rule: String) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    let MappedPart { release, component, name, version, supplier, scope, product } = part;
    let part = match (component, name) {
        (Some(component), _) => AskedPart::OfRelease(component),
        (None, name) => {
            AskedPart::Named(RawPart { name: name.unwrap_or_default(), version, supplier, purl: None })
        }
    };
    let why = global.reason.clone().unwrap_or_default();
    let new = NewMapping { part, scope, release, product, saying, version_rule, why };
    let line = mapping::rule(&place.app, &place.viewer, &new)?;
    let sentence = format!("{}. It takes effect with the next sweep.", sentence(&line));
    answer::say(global.format, &serde_json::to_value(&line)?, &sentence)?;
    Ok(Outcome::Done)
}

fn list(global: &Global, release: Option<&str>) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    let lines = mapping::list(&place.app, &place.viewer, place.as_of, release)?;
    let mut table = Table::new(&["Part", "Version", "Said", "Where", "Versions", "By", "On", "Why", "Id"]);
    for line in &lines {
        table.row(vec![
            line.name.clone(),
            line.version.clone().unwrap_or_default(),
            said(line),
            held(line),
            line.version_rule.clone(),
            line.by.clone(),
            line.at.get(..10).unwrap_or(&line.at).to_owned(),
            line.why.clone(),
            line.id.clone(),
        ]);
    }
    let closing = answer::some(lines.len() as i128, "mapping", "mappings");
    answer::print(global.format, &json!({ "mappings": lines }), &table, &closing)?;
    Ok(Outcome::Done)
}

fn blind_spots(global: &Global, release: &str, limit: usize) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    let spots = blind_spot::list(&place.app, &place.viewer, place.as_of, release, None, limit)?;
    let mut table = Table::new(&["Part", "Version", "May be", "At stake", "Such as", "Likeness"]);
    for spot in &spots.parts {
        let version = spot.part.version.clone().unwrap_or_default();
        let mut cells = vec![spot.part.name.clone(), version];
        if spot.proposals.is_empty() {
            cells.extend(["nothing that is known".to_owned(), String::new(), String::new(), String::new()]);
            table.row(cells);
            continue;
        }
        for proposal in &spot.proposals {
            cells.extend(proposed(proposal));
            table.row(std::mem::replace(&mut cells, vec![String::new(), String::new()]));
        }
    }
    answer::print(global.format, &serde_json::to_value(&spots)?, &table, &closing(&spots))?;
    Ok(Outcome::Done)
}

fn closing(spots: &BlindSpots) -> String {
    if !spots.known {
        return "No SBOM, or not known for this moment: its corpus is not the one that is mapped.".to_owned();
    }
    let shown = if spots.next.is_some() {
        format!("; {} shown: raise --limit", spots.parts.len())
    } else {
        String::new()
    };
    let waits =
        if spots.waits_for_sweep { " What was said since the last sweep waits for the next." } else { "" };
    format!(
        "{}, {} at stake if the first proposals hold{shown}. {} without public identity, {} mapped.{waits}",
        answer::some(spots.open, "blind spot", "blind spots"),
        answer::some(spots.at_stake, "vulnerability", "vulnerabilities"),
        answer::count(spots.without_public_identity),
        answer::count((spots.mapped.len() as u64).saturating_sub(spots.without_public_identity)),
    )
}

fn propose(global: &Global, part: &RawPart) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    let proposals = blind_spot::propose(&place.app, &place.viewer, part)?;
    let mut table = Table::new(&["May be", "At stake", "Such as", "Likeness"]);
    proposals.iter().for_each(|proposal| table.row(proposed(proposal).into()));
    let closing = if proposals.is_empty() {
        "No loaded record names anything like it.".to_owned()
    } else {
        "Nothing of this is looked up until somebody confirms it.".to_owned()
    };
    answer::print(global.format, &json!({ "proposals": proposals }), &table, &closing)?;
    Ok(Outcome::Done)
}

fn proposed(proposal: &Proposal) -> [String; 4] {
    let name = match &proposal.name {
        Some(name) => format!("{name} ({})", proposal.target),
        None => proposal.target.clone(),
    };
    let known = if proposal.version_known { ", this version is named" } else { "" };
    [
        name,
        answer::count(proposal.at_stake),
        proposal.sample.clone().unwrap_or_default(),
        format!("{}{known}", proposal.likeness),
    ]
}

fn export(global: &Global, output: Option<&Path>) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    let text = document::export(&place.app, &place.viewer, place.as_of)?;
    let Some(file) = output else {
        answer::raw(text.as_bytes())?;
        return Ok(Outcome::Done);
    };
    let failed = |error| AppError::file("cannot write", file, error);
    let mut new = File::create_new(file).map_err(failed)?;
    new.write_all(text.as_bytes()).and_then(|()| new.sync_all()).map_err(failed)?;
    let answer = json!({ "file": file, "bytes": text.len() });
    answer::say(global.format, &answer, &format!("{} written.", file.display()))?;
    Ok(Outcome::Done)
}

fn sentence(line: &MappingLine) -> String {
    let version = line.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
    format!("{}{version} {}, for {} (mapping {})", line.name, said(line), held(line), line.id)
}

fn said(line: &MappingLine) -> String {
    let target = match (&line.target_name, &line.target) {
        (Some(name), Some(target)) => format!("{name} ({target})"),
        (_, target) => target.clone().unwrap_or_default(),
    };
    match line.ruling {
        "confirmed" => format!("is {target}"),
        "rejected" => format!("is not {target}"),
        _ => "has no public identity".to_owned(),
    }
}

fn held(line: &MappingLine) -> String {
    match (line.scope, &line.release, &line.product) {
        ("release", Some(release), _) => release.clone(),
        ("product_line", _, Some(product)) => format!("product {product}"),
        ("component", ..) => "this version".to_owned(),
        ("organisation", ..) => "the organisation".to_owned(),
        (scope, ..) => scope.replace('_', " "),
    }
}
