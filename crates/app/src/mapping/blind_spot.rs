//! The blind spots of a release: parts that nothing can warn us about, with what each may be and how many vulnerabilities are
//! at stake, and the parts whose identity is somebody's word.
//!
//! What is proposed is never looked up. At stake of a part: the vulnerabilities that name its first proposal, whatever the
//! version. Not here: saying what a part is (`mapping`).

use std::collections::BTreeSet;

use domain::{
    component::Component,
    ledger::AsOf,
    mapping::{Mapping, RawPart, Ruling},
    person::Permission,
};
use matcher::{
    assess::{Coverage, assess},
    candidate::Candidate,
    dictionary,
};
use rayon::prelude::*;
use serde::Serialize;
use store::inventory::Part;

use super::{
    MappingLine, Names,
    held::{self, Mappings},
};
use crate::{
    App, AppError, Viewer,
    conversion::matcher_inventory,
    corpus::Corpus,
    inventory::{PartLine, part_line},
    release,
};

/// The blind spots of a release.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BlindSpots {
    /// `slug@version`, or what named the release.
    pub release: String,
    /// Distinct parts that nothing can warn us about and that nobody has said anything final of.
    pub open: u64,
    /// Distinct parts that were looked for and have no public identity.
    pub without_public_identity: u64,
    /// Vulnerabilities that name the first proposal of an open one, summed over them.
    pub at_stake: u64,
    /// Open ones, most at stake first.
    pub parts: Vec<BlindSpot>,
    /// Position of the last of them, to go on after; none on the last page.
    pub next: Option<i64>,
    /// Parts whose identity is somebody's word, or that have none by it; first page only.
    pub mapped: Vec<MappedPart>,
    /// Whether the corpus of the moment is the one that is mapped; of another moment nothing can be told.
    pub known: bool,
    /// The last sweep does not know what was said since: it takes effect with the next.
    pub waits_for_sweep: bool,
}

/// A part that nothing can warn us about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BlindSpot {
    /// The part at its first place.
    #[serde(flatten)]
    pub part: PartLine,
    /// Why.
    pub why: String,
    /// What it may be, likeliest first.
    pub proposals: Vec<Proposal>,
    /// Vulnerabilities that name the first of them.
    pub at_stake: u64,
    /// Proposals that somebody rejected here.
    pub rejected: u64,
}

/// What a part may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Product key to confirm.
    pub target: String,
    /// The dictionary's name.
    pub name: Option<String>,
    /// All its product keys.
    pub keys: Vec<String>,
    /// `alias`, `equal`, `words`, `letters`: how it came about, firmest first.
    pub likeness: &'static str,
    /// Vulnerabilities that name it, whatever the version.
    pub at_stake: u64,
    /// One of them.
    pub sample: Option<String>,
    /// A record names the very version.
    pub version_known: bool,
}

/// A part whose identity is somebody's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MappedPart {
    /// The part at its first place.
    #[serde(flatten)]
    pub part: PartLine,
    /// What was said of it; none when the viewer may not know who said it where.
    pub mapping: Option<MappingLine>,
    /// The version under which it is looked up; none = not known.
    pub looked_up_as: Option<String>,
}

/// The blind spots of a release, a page of them.
pub fn list(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    reference: &str,
    after: Option<i64>,
    limit: usize,
) -> Result<BlindSpots, AppError> {
    viewer.require(Permission::Read)?;
    let corpus = app.find_corpus()?;
    app.store.read(as_of, |view| {
        let release = release::resolve(view, viewer, reference)?;
        let mut spots = BlindSpots { release: reference.to_owned(), ..BlindSpots::default() };
        let Some(inventory) = view.inventory_of_release(&release.id, &viewer.audiences)? else {
            return Ok(spots);
        };
        let swept = view.last_sweep()?;
        let now = !matches!(as_of, AsOf::At(_));
        let same = |corpus: &Corpus| swept.as_ref().is_some_and(|swept| swept.sweep.snapshot == corpus.id);
        let Some(corpus) = corpus.filter(|corpus| now || same(corpus)) else { return Ok(spots) };
        spots.known = true;
        let parts = first_places(view.inventory_components(&inventory.id)?);
        let components: Vec<Component> = parts.iter().map(|part| part.component.clone()).collect();
        let mappings = Mappings::read(view)?;
        let mut asked =
            matcher_inventory(&components, inventory.distribution.as_deref(), &release.complete_roles);
        mappings.apply(&components, Some(&release.id), &mut asked);
        let states = assess(&corpus.index, &asked).items;
        let all = view.all_mappings()?;
        let new = view.mappings_made_after(swept.as_ref().map_or(0, |swept| swept.sequence))?;
        let rejections = Rejections::of(&all, &mappings, &release.id);
        let mut names = Names::default();
        let mut blind = Vec::new();
        for ((part, state), item) in parts.into_iter().zip(states).zip(&asked.items) {
            if let Some(mapping) = mappings.heard(&part.component, Some(&release.id)) {
                spots.without_public_identity +=
                    u64::from(matches!(mapping.ruling, Ruling::NoPublicIdentity));
                spots.waits_for_sweep |= new.contains(&mapping.id);
                if after.is_none() {
                    let visible = viewer.sees(&mapping.audience);
                    let line = visible.then(|| names.line(view, viewer, mapping.clone())).transpose()?;
                    let looked_up_as = item.mapping.as_ref().and_then(|mapping| mapping.version.clone());
                    spots.mapped.push(MappedPart { part: part_line(part), mapping: line, looked_up_as });
                }
                continue;
            }
            if let Coverage::NotAssessed { reason: "no_identity" | "identity_incomplete", text } =
                state.coverage
                && let Some(raw) = held::raw_part(&part.component)
            {
                blind.push((part, raw, text));
            }
        }
        let mut blind: Vec<BlindSpot> = blind
            .into_par_iter()
            .map(|(part, raw, why)| blind_spot(&corpus, &rejections, part, &raw, why))
            .collect();
        blind.sort_by(|one, other| {
            other.at_stake.cmp(&one.at_stake).then(one.part.position.cmp(&other.part.position))
        });
        spots.open = blind.len() as u64;
        spots.at_stake = blind.iter().map(|spot| spot.at_stake).sum();
        let start = after
            .and_then(|after| blind.iter().position(|spot| spot.part.position == after))
            .map_or(0, |last| last + 1);
        let total = blind.len();
        spots.parts = blind.into_iter().skip(start).take(limit).collect();
        let last = spots.parts.last().filter(|_| start + spots.parts.len() < total);
        spots.next = last.map(|last| last.part.position);
        Ok(spots)
    })
}

/// What a name may be, asked without a release.
pub fn propose(app: &App, viewer: &Viewer, part: &RawPart) -> Result<Vec<Proposal>, AppError> {
    viewer.require(Permission::Read)?;
    let corpus = app.current_corpus()?;
    Ok(corpus.proposals.of(&corpus.index, part).iter().map(proposal).collect())
}

fn blind_spot(
    corpus: &Corpus,
    rejections: &Rejections<'_>,
    part: Part,
    raw: &RawPart,
    why: String,
) -> BlindSpot {
    let rejected = rejections.of_part(raw);
    let all = corpus.proposals.of(&corpus.index, raw);
    let proposals: Vec<Proposal> = all
        .iter()
        .filter(|candidate| !candidate.keys.iter().any(|key| rejected.contains(key.as_str())))
        .map(proposal)
        .collect();
    BlindSpot {
        rejected: rejected.len() as u64,
        at_stake: proposals.first().map_or(0, |first| first.at_stake),
        proposals,
        part: part_line(part),
        why,
    }
}

fn proposal(candidate: &Candidate) -> Proposal {
    let target = candidate.keys.first().cloned().unwrap_or_default();
    Proposal {
        name: candidate.product.or_else(|| dictionary::name_of_key(&target)).map(str::to_owned),
        target,
        keys: candidate.keys.clone(),
        likeness: candidate.likeness.as_str(),
        at_stake: candidate.at_stake as u64,
        sample: candidate.sample.clone(),
        version_known: candidate.version_known,
    }
}

/// What somebody said parts are not, as far as it holds in one release.
struct Rejections<'m>(Vec<(&'m Mapping, held::Fingerprint)>);

impl<'m> Rejections<'m> {
    fn of(all: &'m [Mapping], mappings: &Mappings, release: &domain::id::ReleaseId) -> Self {
        let here = all
            .iter()
            .filter(|mapping| !mapping.ruling.settles() && mappings.holds(&mapping.scope, Some(release)));
        Self(here.map(|mapping| (mapping, held::fingerprint(&mapping.part))).collect())
    }

    fn of_part(&self, part: &RawPart) -> BTreeSet<&'m str> {
        if self.0.is_empty() {
            return BTreeSet::new();
        }
        let fingerprint = held::fingerprint(part);
        let of_it = self.0.iter().filter(|(mapping, of)| *of == fingerprint && held::fits(mapping, part));
        of_it.filter_map(|(mapping, _)| mapping.ruling.target()).collect()
    }
}

/// Each distinct component at its first place.
fn first_places(parts: Vec<Part>) -> Vec<Part> {
    let mut seen = BTreeSet::new();
    parts.into_iter().filter(|part| seen.insert(part.component.id)).collect()
}
