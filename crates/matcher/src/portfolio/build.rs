//! Writing a portfolio index: releases and their units, component versions under their product keys.

use component::version::{Form, Scheme, Shape, VersionKey, shape};
use roaring::RoaringBitmap;
use sha2::{Digest as _, Sha256};

use super::layout::{DIGEST, HEADER, MAGIC, SECTIONS, Section, TABLE, VERSION};
use crate::{
    assess::version::compared,
    dictionary,
    identify::{Key, identify},
    index::intern::Interner,
    inventory::{Inventory, Item},
};

/// Collects a portfolio; [`Builder::finish`] gives the bytes.
#[derive(Debug, Default)]
pub struct Builder {
    strings: Interner,
    /// Name, units by site.
    releases: Vec<(u32, Vec<(u32, u32)>)>,
    components: Vec<(u64, RoaringBitmap)>,
    /// By number of the key's string.
    keys: std::collections::HashMap<u32, Vec<Place>>,
}

/// One component version under one key.
#[derive(Clone, Copy, Debug)]
struct Place {
    component: u32,
    /// As it is compared; 0 = not known.
    version: u32,
    ordered: bool,
}

impl Builder {
    /// An empty portfolio.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a release with its units by site (name, units; any order) and gives its ordinal.
    pub fn release<'s>(&mut self, name: &str, sites: impl IntoIterator<Item = (&'s str, u32)>) -> u32 {
        let sites = sites.into_iter().map(|(site, units)| (self.strings.number(site), units)).collect();
        let name = self.strings.number(name);
        self.releases.push((name, sites));
        (self.releases.len() - 1) as u32
    }

    /// Adds a component version and gives its number. `id` is the caller's; `inventory` says what its documents say of the
    /// whole device (the distribution's release), so a part that two devices place differently is added twice.
    pub fn component(&mut self, id: u64, item: &Item, inventory: &Inventory) -> u32 {
        let number = self.components.len() as u32;
        self.components.push((id, RoaringBitmap::new()));
        for key in identify(item, inventory).keys.iter().filter(|key| key.finds) {
            let version = compared(key, item);
            let ordered = version.as_deref().is_some_and(|version| is_ordered(key, version));
            let place = Place {
                component: number,
                version: self.strings.number(version.as_deref().unwrap_or("")),
                ordered,
            };
            let name = self.strings.number(&key.key);
            self.keys.entry(name).or_default().push(place);
        }
        number
    }

    /// A release holds a component version. Fastest when a component's releases come in ascending order.
    pub fn holds(&mut self, release: u32, component: u32) {
        if let Some((_, releases)) = self.components.get_mut(component as usize) {
            releases.insert(release);
        }
    }

    /// The bytes. They do not depend on the order in which the places of a key came.
    pub fn finish(mut self) -> Vec<u8> {
        let mut keys: Vec<(u32, Vec<Place>)> = self.keys.drain().collect();
        keys.sort_unstable_by(|left, right| self.strings.get(left.0).cmp(self.strings.get(right.0)));
        let schemes: Vec<Scheme> =
            keys.iter().map(|(key, _)| dictionary::scheme_of_key(self.strings.get(*key), None)).collect();
        let scheme_names: Vec<u32> =
            schemes.iter().map(|scheme| self.strings.number(scheme.name())).collect();
        let mut output = Output::default();
        self.places(&mut output, keys, &schemes, &scheme_names);
        for (id, releases) in &self.components {
            // Writing into memory does not fail.
            let _ = releases.serialize_into(output.of(Section::Bitmaps));
            let end = output.of(Section::Bitmaps).len() as u64;
            output.of(Section::Components).extend_from_slice(&id.to_le_bytes());
            output.of(Section::Components).extend_from_slice(&end.to_le_bytes());
        }
        self.components = Vec::new();
        let mut first = 0;
        for (name, sites) in &self.releases {
            let units = sites.iter().fold(0_u32, |sum, (_, units)| sum.saturating_add(*units));
            output.row(Section::Releases, &[*name, units, first]);
            first += sites.len() as u32;
            for (site, units) in sites {
                output.row(Section::Sites, &[*site, *units]);
            }
        }
        output.row(Section::Releases, &[0, 0, first]);
        for number in 0..self.strings.len() {
            output.of(Section::StringBytes).extend_from_slice(self.strings.get(number).as_bytes());
            let end = output.of(Section::StringBytes).len() as u32;
            output.row(Section::StringEnds, &[end]);
        }
        output.finish()
    }

    fn places(&self, output: &mut Output, keys: Vec<(u32, Vec<Place>)>, schemes: &[Scheme], names: &[u32]) {
        let (mut first, mut versions) = (0_u32, 0_u32);
        for (((key, places), scheme), name) in keys.into_iter().zip(schemes).zip(names) {
            let mut places: Vec<(bool, VersionKey, Place)> = places
                .into_iter()
                .map(|place| {
                    let version = self.strings.get(place.version);
                    let order = if place.ordered { scheme.key(version) } else { VersionKey::MIN };
                    (place.ordered, order, place)
                })
                .collect();
            places.sort_unstable_by(|left, right| {
                (left.0, &left.1, left.2.component).cmp(&(right.0, &right.1, right.2.component))
            });
            let unordered = places.iter().filter(|place| !place.0).count() as u32;
            output.row(Section::Keys, &[key, *name, first, unordered]);
            first += places.len() as u32;
            let mut last: Option<&VersionKey> = None;
            for (_, order, place) in &places {
                if last != Some(order) {
                    output.of(Section::VersionBytes).extend_from_slice(order.as_bytes());
                    let end = output.of(Section::VersionBytes).len() as u32;
                    output.row(Section::VersionEnds, &[end]);
                    versions += 1;
                    last = Some(order);
                }
                output.of(Section::Places).extend_from_slice(&order.prefix().to_le_bytes());
                output.row(Section::Places, &[place.component, versions - 1, place.version]);
            }
        }
        output.row(Section::Keys, &[0, 0, first, 0]);
    }
}

/// Whether the place of a version among others tells which ranges hold it. What carries an update, lacks its release or
/// its epoch, or has a shape of its own is asked about by every statement on its key instead.
fn is_ordered(key: &Key, version: &str) -> bool {
    let scheme = dictionary::scheme_of_key(&key.key, None);
    key.version.as_deref() == Some(version)
        && !key.same_epoch
        && is_plain(scheme, version)
        && (key.scheme != Some(Scheme::Rpm) || version.contains('-'))
}

/// Whether a version, of a part or as a bound, is one that its scheme puts in order.
pub(super) fn is_plain(scheme: Scheme, version: &str) -> bool {
    match scheme {
        Scheme::Generic => shape(version) == Shape::Dotted,
        scheme => scheme.form(version) != Form::Invalid,
    }
}

#[derive(Default)]
struct Output {
    sections: [Vec<u8>; SECTIONS],
}

impl Output {
    fn of(&mut self, section: Section) -> &mut Vec<u8> {
        &mut self.sections[section as usize]
    }

    fn row(&mut self, section: Section, words: &[u32]) {
        let bytes = self.of(section);
        words.iter().for_each(|word| bytes.extend_from_slice(&word.to_le_bytes()));
    }

    fn finish(mut self) -> Vec<u8> {
        let start = TABLE + SECTIONS * 16;
        let length =
            start + self.sections.iter().map(|section| section.len().next_multiple_of(8)).sum::<usize>();
        let mut bytes = Vec::with_capacity(length);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&(SECTIONS as u32).to_le_bytes());
        bytes.extend_from_slice(&[0; 32]);
        bytes.extend_from_slice(&(length as u64).to_le_bytes());
        debug_assert_eq!(bytes.len(), HEADER);
        let mut at = start;
        for section in &self.sections {
            bytes.extend_from_slice(&(at as u64).to_le_bytes());
            bytes.extend_from_slice(&(section.len() as u64).to_le_bytes());
            at += section.len().next_multiple_of(8);
        }
        for section in &mut self.sections {
            bytes.append(section);
            *section = Vec::new();
            bytes.resize(bytes.len().next_multiple_of(8), 0);
        }
        let digest: [u8; 32] = Sha256::digest(&bytes[TABLE..]).into();
        bytes[DIGEST..DIGEST + 32].copy_from_slice(&digest);
        bytes
    }
}
