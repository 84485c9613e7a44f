//! The machine's bucket of what people decided on, so that a signature can take it out of there and the sum still closes.
//!
//! A sweep places everything that was decided; a proposal on something that does not match is placed by its own act. Not
//! here: the sum (`account`).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    component::Component,
    decision::Decision,
    id::{ReleaseId, VulnerabilityId},
    sweep::{Bucket, Placement, Scope},
};
use matcher::{
    account::{Bucket as Place, Placing},
    assess::{Assessment, assess},
    inventory::Inventory,
};
use store::{Blobs, StoreError, Tx, View, placement::DecidedPair};

use crate::{
    AppError, Viewer, build_evidence::Builds, conversion::matcher_inventory, corpus::Corpus,
    mapping::Mappings,
};

/// A placement and its alias group in the index.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    placement: Placement,
    group: Option<u32>,
}

/// Where the decided vulnerabilities of a release fall in its inventory.
pub(super) fn placed(
    corpus: &Corpus,
    release: &ReleaseId,
    decided: &[DecidedPair],
    inventory: &Inventory,
    assessment: &Assessment,
) -> Vec<Placed> {
    let index = &corpus.index;
    let mut pairs = decided.iter().filter(|pair| pair.release == *release).peekable();
    if pairs.peek().is_none() {
        return Vec::new();
    }
    let placing = Placing::new(index, inventory, assessment);
    pairs
        .map(|pair| {
            let group = pair.names.split(' ').find_map(|name| index.find(name));
            let bucket = match group.and_then(|group| placing.bucket(group)) {
                Some(Place::InRange | Place::Undecided) => Bucket::Matched,
                Some(Place::Patched) => Bucket::Fixed,
                Some(Place::Excluded) => Bucket::Statement,
                Some(Place::Version) => Bucket::Version,
                Some(Place::NoSuchComponent) => Bucket::NoSuchComponent,
                Some(Place::NotAssessable) => Bucket::NotAssessable,
                None => Bucket::NotKnown,
            };
            let shown = group.and_then(|group| index.name(group)).unwrap_or_default().to_owned();
            let placement = Placement {
                release: pair.release.clone(),
                vulnerability: pair.vulnerability.clone(),
                shown,
                bucket,
                audience: pair.audience.clone(),
            };
            Placed { placement, group }
        })
        .collect()
}

/// What is written: all but the matched ones, which the verdicts show themselves.
pub(super) fn placements(placed: &[Placed], ids: &HashMap<u32, VulnerabilityId>) -> Vec<Placement> {
    let shown_by_verdicts = |placed: &&Placed| {
        placed.placement.bucket == Bucket::Matched
            && placed.group.and_then(|group| ids.get(&group)) == Some(&placed.placement.vulnerability)
    };
    placed.iter().filter(|placed| !shown_by_verdicts(placed)).map(|placed| placed.placement.clone()).collect()
}

/// Whether every decided pair is placed, or shown by verdicts.
pub(super) fn all_placed(view: &View<'_>, decided: &[DecidedPair]) -> Result<bool, StoreError> {
    let placed: BTreeSet<_> =
        view.placements()?.into_iter().map(|placed| (placed.release, placed.vulnerability)).collect();
    let mut matching: BTreeMap<&VulnerabilityId, Vec<ReleaseId>> = BTreeMap::new();
    for pair in decided {
        if placed.contains(&(pair.release.clone(), pair.vulnerability.clone())) {
            continue;
        }
        if !matching.contains_key(&pair.vulnerability) {
            let releases = view.matching_releases(&pair.vulnerability)?;
            matching.insert(&pair.vulnerability, releases.into_iter().map(|one| one.release).collect());
        }
        if !matching.get(&pair.vulnerability).is_some_and(|releases| releases.contains(&pair.release)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Places a decision on a release that does not match, inside the act that proposes it. Nothing is written when the release
/// was not swept under this corpus: then the next sweep does it.
pub(crate) fn place(
    tx: &mut Tx<'_>,
    blobs: &Blobs,
    viewer: &Viewer,
    corpus: &Corpus,
    decision: &Decision,
) -> Result<(), AppError> {
    let part = tx.part_of(&decision.release)?;
    let scope =
        if corpus.audience.is_general() { Scope::labelled(&part) } else { Scope::of(&corpus.audience) };
    if !scope.takes(&part) {
        // No sweep compares them; in the sum of the release there is nothing to take it out of.
        let placement = Placement {
            release: decision.release.clone(),
            vulnerability: decision.vulnerability.clone(),
            shown: String::new(),
            bucket: Bucket::NotKnown,
            audience: decision.audience.clone(),
        };
        return Ok(tx.place(&[placement])?);
    }
    let swept = tx.last_sweep_of(&scope)?.is_some_and(|last| last.sweep.snapshot == corpus.id);
    let account = tx.account(&decision.release)?.filter(|_| swept);
    let found = tx.inventory_to_replace(&decision.release)?;
    let (Some(account), Some(found)) = (account, found) else { return Ok(()) };
    let Some(release) = tx.release(&decision.release, &viewer.audiences)? else { return Ok(()) };
    if account.inventory != found.id {
        return Ok(());
    }
    let parts = tx.inventory_components(&found.id)?;
    let components: Vec<Component> = parts.into_iter().map(|part| part.component).collect();
    let mut inventory =
        matcher_inventory(&components, found.distribution.as_deref(), &release.complete_roles);
    Mappings::read(tx)?.apply(&components, Some(&release.id), &mut inventory);
    let builds = Builds::read(tx.view(), blobs, Some(&release.id))?;
    inventory.build = builds.of(&release.id, &corpus.audience);
    let assessment = assess(&corpus.index, &inventory);
    let pair = DecidedPair {
        release: decision.release.clone(),
        vulnerability: decision.vulnerability.clone(),
        names: decision.names.clone(),
        audience: decision.audience.clone(),
        part,
    };
    let placed = placed(corpus, &decision.release, &[pair], &inventory, &assessment);
    let placements: Vec<Placement> = placed.into_iter().map(|placed| placed.placement).collect();
    Ok(tx.place(&placements)?)
}
