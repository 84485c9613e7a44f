//! The groups, written: names, records, products, best score, and what EPSS and KEV say of their names.

use std::collections::BTreeMap;

use super::{
    alias::Grouping,
    draft::{Draft, DraftScore},
    layout::{Section, group as bit},
    output::Output,
    write::{GroupKeys, Lists},
};
use crate::record::Kev;

pub(super) struct Input<'a> {
    pub(super) draft: &'a Draft,
    /// Records in the order of the index.
    pub(super) records: &'a [usize],
    pub(super) grouping: &'a Grouping,
    /// Product keys of each group.
    pub(super) keys: &'a GroupKeys,
    /// The shown summary of each group, a number of the interner.
    pub(super) summaries: &'a [u32],
    pub(super) scores: &'a BTreeMap<Box<str>, (u32, u32)>,
    pub(super) exploited: &'a BTreeMap<String, Kev>,
}

/// Writes the groups and gives the number of known ones.
pub(super) fn groups(output: &mut Output<'_>, input: &Input<'_>, lists: &mut Lists<'_>) -> u32 {
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); input.grouping.names.len()];
    for (record, groups) in input.grouping.records.iter().enumerate() {
        for group in groups {
            members[*group as usize].push(record as u32);
        }
    }
    output.section(Section::Groups);
    let mut known = 0;
    for (group, names) in input.grouping.names.iter().enumerate() {
        let mut row = row(input, names, &members[group], input.keys.of(group), lists);
        row[4] = input.summaries.get(group).map_or(0, |summary| lists.texts[*summary as usize]);
        known += u32::from(row[3] & bit::KNOWN != 0);
        output.row(&row);
    }
    known
}

fn row(input: &Input<'_>, names: &[u32], members: &[u32], keys: &[u32], lists: &mut Lists<'_>) -> [u32; 16] {
    let draft = input.draft;
    let text = |number: u32| lists.texts[number as usize];
    let live = || {
        members.iter().filter(|member| !input.grouping.dead[**member as usize]).map(|member| {
            (&draft.records[input.records[*member as usize]], input.grouping.advisory[*member as usize])
        })
    };
    let mut row = [0; 16];
    let mut flags = 0;
    if live().next().is_some() {
        flags |= bit::KNOWN;
    }
    if !keys.is_empty() {
        flags |= bit::USABLE;
    }
    let published = live().map(|(record, _)| record.published).filter(|published| *published != 0);
    row[5] = published.min_by_key(|published| draft.strings.get(*published)).map_or(0, text);
    let scores = live().flat_map(|(record, advisory)| {
        let own = record.flaw_scores.iter().filter(|(name, _)| names.contains(name)).map(|(_, score)| *score);
        own.chain(record.score).map(move |score| (Some(score), advisory))
    });
    if let Some(score) = best(draft, scores) {
        flags |= bit::CVSS;
        row[6] = text(score.version);
        row[7] = u32::from(score.tenths);
        row[8] = text(score.vector);
        row[9] = text(score.provider);
    }
    let spelled = || names.iter().map(|name| draft.strings.get(*name));
    if let Some((probability, percentile)) = spelled().filter_map(|name| input.scores.get(name)).max() {
        flags |= bit::SCORED;
        (row[10], row[11]) = (*probability, *percentile);
    }
    if let Some(kev) = spelled().filter_map(|name| input.exploited.get(name)).min_by_key(|kev| &kev.added) {
        flags |= bit::EXPLOITED;
        if kev.ransomware {
            flags |= bit::RANSOMWARE;
        }
        let date = |date: &str| draft.strings.find(date).map_or(0, text);
        row[12] = date(&kev.added);
        row[13] = date(kev.due.as_deref().unwrap_or_default());
    }
    row[14] = names.first().map_or(0, |name| text(*name));
    let others: Vec<u32> = names.iter().skip(1).map(|name| text(*name)).collect();
    row[0] = lists.append(&others);
    row[1] = lists.append(members);
    row[2] = lists.append(keys);
    row[3] = flags;
    row
}

/// The one summary of each group that is shown, interned; the others are given up.
///
/// An advisory speaks of several flaws: its words stand only where nothing else does. With no live record, the withdrawn
/// one still says why.
pub(super) fn summaries(draft: &mut Draft, records: &[usize], grouping: &Grouping) -> Vec<u32> {
    /// Dead, advisory, preference of the source.
    type Rank = (bool, bool, u8);
    let mut best: Vec<Option<(Rank, usize)>> = vec![None; grouping.names.len()];
    for (at, record) in records.iter().enumerate() {
        let candidate = &draft.records[*record];
        if draft.summary_of(candidate).is_empty() {
            continue;
        }
        let rank =
            (grouping.dead[at], grouping.advisory[at], preference(draft.strings.get(candidate.source)));
        for group in &grouping.records[at] {
            let slot = &mut best[*group as usize];
            if slot.is_none_or(|(kept, _)| rank < kept) {
                *slot = Some((rank, *record));
            }
        }
    }
    let texts = std::mem::take(&mut draft.summaries);
    best.into_iter()
        .map(|best| {
            let summary = best.and_then(|(_, record)| draft.records[record].summary.text(&texts));
            summary.map_or(0, |summary| draft.strings.number(summary))
        })
        .collect()
}

/// Whose one-line summary reads best: a title before a paragraph.
fn preference(source: &str) -> u8 {
    match source {
        source if source.starts_with("osv:") => 0,
        "nvd" | "nvd-overrides" => 2,
        _ => 1,
    }
}

fn best(draft: &Draft, scores: impl Iterator<Item = (Option<DraftScore>, bool)>) -> Option<DraftScore> {
    let text = |number: u32| draft.strings.get(number);
    scores
        .filter_map(|(score, advisory)| Some((advisory, score?)))
        .max_by(|(left_advisory, left), (right_advisory, right)| {
            right_advisory
                .cmp(left_advisory)
                .then_with(|| text(left.version).cmp(text(right.version)))
                .then(left.tenths.cmp(&right.tenths))
                .then_with(|| text(right.provider).cmp(text(left.provider)))
                .then_with(|| text(right.vector).cmp(text(left.vector)))
        })
        .map(|(_, score)| score)
}

/// Every name with its group, and every advisory with the groups it links to.
pub(super) fn names(
    output: &mut Output<'_>,
    draft: &Draft,
    records: &[usize],
    grouping: &Grouping,
    texts: &[u32],
) {
    let mut names: Vec<(u32, u32)> = Vec::new();
    for (group, members) in grouping.names.iter().enumerate() {
        names.extend(members.iter().map(|name| (*name, group as u32)));
    }
    for (at, record) in records.iter().enumerate().filter(|(at, _)| grouping.advisory[*at]) {
        names.extend(grouping.records[at].iter().map(|group| (draft.records[*record].id, *group)));
    }
    names.sort_unstable_by(|left, right| {
        let spelled = |name: u32| draft.strings.get(name).bytes().map(|byte| byte.to_ascii_uppercase());
        spelled(left.0)
            .cmp(spelled(right.0))
            .then(left.1.cmp(&right.1))
            .then_with(|| draft.strings.get(left.0).cmp(draft.strings.get(right.0)))
    });
    names.dedup();
    output.section(Section::Names);
    for (name, group) in names {
        output.row(&[texts[name as usize], group]);
    }
}
