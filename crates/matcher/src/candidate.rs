//! Which product a part without an identity may be: proposals for a person, ranked over every vendor and product that a
//! loaded record names, with what is at stake.
//!
//! Exact alias before equal name before words that few products have before letters in common. Nothing here is ever
//! looked up by itself: a proposal finds nothing until a person confirms it (docs/matching.md).

use std::collections::{BTreeSet, HashMap};

use crate::{
    dictionary::{self, Product},
    identify,
    index::Index,
    raw_name::{self, RawName, normalised},
};

/// What is known of a part.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// Name as the document writes it.
    pub name: &'a str,
    /// Version beside it.
    pub version: Option<&'a str>,
    /// Supplier.
    pub supplier: Option<&'a str>,
}

/// How a proposal came about, firmest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// A name of the dictionary, exact but for case and separators.
    Alias,
    /// The product's name in the records is the same.
    Equal,
    /// Words in common, rare ones counting more.
    Words,
    /// Letters in common.
    Letters,
}

impl Likeness {
    /// Stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alias => "alias",
            Self::Equal => "equal",
            Self::Words => "words",
            Self::Letters => "letters",
        }
    }
}

/// One proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Product keys, the target first: `cpe:a:openssl:openssl`.
    pub keys: Vec<String>,
    /// The dictionary's name for it.
    pub product: Option<&'static str>,
    /// How it came about.
    pub likeness: Likeness,
    /// 0 to 1200, for the order alone.
    pub score: u32,
    /// Vulnerabilities that name the product, whatever the version.
    pub at_stake: usize,
    /// One of them, the likeliest to be exploited of the newest.
    pub sample: Option<String>,
    /// A record names the very version.
    pub version_known: bool,
}

/// Proposals shown for a name.
pub const SHOWN: usize = 5;
/// Words and letter groups that more products share say nothing and are not followed.
const COMMON: usize = 3_000;
/// Least score of a proposal.
const LEAST: u32 = 250;
/// Statements looked at for a version.
const LOOKED_AT: usize = 2_000;
/// Ranges of each of them looked at, and newest vulnerabilities for a sample.
const SAMPLED: usize = 32;
/// Words that half of all products have in their names: they count a fifth.
const GENERIC: [&str; 24] = [
    "agent",
    "api",
    "app",
    "application",
    "client",
    "common",
    "config",
    "core",
    "driver",
    "engine",
    "firmware",
    "framework",
    "lib",
    "library",
    "mail",
    "manager",
    "module",
    "plugin",
    "sdk",
    "server",
    "service",
    "system",
    "tool",
    "utils",
];

/// Every product of an index, by words and letters. Built once for an index.
#[derive(Debug, Default)]
pub struct Catalogue {
    entries: Vec<Entry>,
    by_name: HashMap<String, Vec<u32>>,
    by_word: HashMap<String, Vec<u32>>,
    by_letters: HashMap<[char; 3], Vec<u32>>,
}

#[derive(Debug)]
struct Entry {
    key: String,
    vendor: String,
    words: Vec<String>,
    letters: usize,
}

impl Catalogue {
    /// The products that an index names by CPE or CVE vendor and product.
    pub fn of<B: AsRef<[u8]>>(index: &Index<B>) -> Self {
        let view = index.view();
        let mut catalogue = Self::default();
        for key in (0..view.key_count()).filter_map(|key| view.key_text(key)) {
            let Some((vendor, product)) = vendor_and_product(key) else { continue };
            let (vendor, product) = (normalised(vendor), normalised(product));
            let words: Vec<String> = product.split(' ').map(str::to_owned).collect();
            let at = catalogue.entries.len() as u32;
            catalogue.by_name.entry(compact(&product)).or_default().push(at);
            for word in words.iter().collect::<BTreeSet<_>>() {
                catalogue.by_word.entry(word.clone()).or_default().push(at);
            }
            let letters = letters(&product);
            for group in &letters {
                catalogue.by_letters.entry(*group).or_default().push(at);
            }
            catalogue.entries.push(Entry { key: key.to_owned(), vendor, words, letters: letters.len() });
        }
        catalogue
    }

    /// The best proposals, at most [`SHOWN`]; `index` is the one the catalogue was made of.
    pub fn propose<B: AsRef<[u8]>>(&self, index: &Index<B>, asked: &Asked<'_>) -> Vec<Candidate> {
        let raw = raw_name::parse(asked.name, asked.version);
        let mut found: HashMap<u32, (Likeness, u32)> = HashMap::new();
        let name = normalised(&raw.name);
        if name.is_empty() {
            return Vec::new();
        }
        self.equal(&name, &mut found);
        self.like_words(&name, &mut found);
        if found.len() < SHOWN {
            self.like_letters(&name, &mut found);
        }
        let supplier = normalised(asked.supplier.or(raw.vendor).unwrap_or_default());
        let mut proposals: Vec<Proposal<'_>> = found
            .into_iter()
            .filter_map(|(at, (likeness, score))| {
                let entry = self.entries.get(at as usize)?;
                let score = score + vendor_boost(&entry.vendor, &supplier);
                Some(Proposal { entry, likeness, score })
            })
            .filter(|proposal| proposal.score >= LEAST)
            .collect();
        proposals.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.entry.key.cmp(&b.entry.key)));
        let mut candidates: Vec<Candidate> = Vec::new();
        candidates.extend(raw.product.map(|product| of_product(product, &raw)));
        for proposal in proposals.iter().take(SHOWN * 8) {
            add(&mut candidates, proposal);
        }
        for candidate in &mut candidates {
            weigh(index, candidate, raw.version.as_deref());
        }
        candidates.retain(|candidate| candidate.at_stake > 0 || candidate.likeness == Likeness::Alias);
        candidates.sort_by(|a, b| {
            b.score.cmp(&a.score).then(b.at_stake.cmp(&a.at_stake)).then_with(|| a.keys.cmp(&b.keys))
        });
        candidates.truncate(SHOWN);
        candidates
    }

    fn equal(&self, name: &str, found: &mut HashMap<u32, (Likeness, u32)>) {
        for at in self.by_name.get(&compact(name)).into_iter().flatten() {
            found.insert(*at, (Likeness::Equal, 900));
        }
    }

    fn like_words(&self, name: &str, found: &mut HashMap<u32, (Likeness, u32)>) {
        let words: BTreeSet<&str> = name.split(' ').collect();
        let total: u64 = words.iter().map(|word| self.weight(word)).sum();
        let mut shared: HashMap<u32, u64> = HashMap::new();
        for word in &words {
            for at in uncommon(self.by_word.get(*word)) {
                *shared.entry(*at).or_default() += self.weight(word);
            }
        }
        for (at, common) in shared {
            let Some(entry) = self.entries.get(at as usize) else { continue };
            let own: u64 = entry.words.iter().map(|word| self.weight(word)).sum();
            let union = (total + own).saturating_sub(common).max(1);
            let score = (800 * common / union) as u32;
            found.entry(at).or_insert((Likeness::Words, score));
        }
    }

    fn like_letters(&self, name: &str, found: &mut HashMap<u32, (Likeness, u32)>) {
        let asked = letters(name);
        let mut shared: HashMap<u32, u32> = HashMap::new();
        for group in &asked {
            for at in uncommon(self.by_letters.get(group)) {
                *shared.entry(*at).or_default() += 1;
            }
        }
        for (at, common) in shared {
            let Some(entry) = self.entries.get(at as usize) else { continue };
            let both = (asked.len() + entry.letters).max(1) as u32;
            found.entry(at).or_insert((Likeness::Letters, 600 * 2 * common / both));
        }
    }

    /// The fewer products have a word, the more it says.
    fn weight(&self, word: &str) -> u64 {
        let products = self.by_word.get(word).map_or(1, Vec::len) as u64;
        let rarity = u64::from((self.entries.len() as u64 / products.max(1)).max(1).ilog2()) + 1;
        if GENERIC.contains(&word) { rarity.div_ceil(5) } else { rarity * 2 }
    }
}

/// Whether a loaded record names a product, under this key or another of its names.
pub fn is_known<B: AsRef<[u8]>>(index: &Index<B>, key: &str) -> bool {
    let view = index.view();
    let product = dictionary::of_key(key);
    view.key(key).is_some()
        || product.is_some_and(|product| product.keys().any(|key| view.key(&key).is_some()))
        || identify::cve_twin(key).is_some_and(|key| view.key(&key).is_some())
}

/// The products that share something, unless there are too many of them to say anything.
fn uncommon(products: Option<&Vec<u32>>) -> &[u32] {
    products.filter(|products| products.len() <= COMMON).map(Vec::as_slice).unwrap_or_default()
}

struct Proposal<'a> {
    entry: &'a Entry,
    likeness: Likeness,
    score: u32,
}

fn of_product(product: &'static Product, raw: &RawName) -> Candidate {
    let longer = raw.name.len().min(100) as u32;
    Candidate {
        keys: product.keys().collect(),
        product: Some(&product.name),
        likeness: Likeness::Alias,
        score: 1_000 + longer,
        at_stake: 0,
        sample: None,
        version_known: false,
    }
}

/// Adds a proposal, unless its product is proposed already: all names of a thing are one proposal.
fn add(candidates: &mut Vec<Candidate>, proposal: &Proposal<'_>) {
    let key = &proposal.entry.key;
    let product = dictionary::of_key(key);
    let same = |known: &Candidate| {
        known.keys.contains(key)
            || product.is_some_and(|product| known.product == Some(product.name.as_str()))
    };
    if candidates.iter_mut().any(|known| same(known) || join(known, proposal)) {
        return;
    }
    candidates.push(Candidate {
        keys: product.map_or_else(|| vec![key.clone()], |product| product.keys().collect()),
        product: product.map(|product| product.name.as_str()),
        likeness: proposal.likeness,
        score: proposal.score,
        at_stake: 0,
        sample: None,
        version_known: false,
    });
}

/// `cpe:a:acme:pump_server` and `cve:acme|pump server` are one thing.
fn join(known: &mut Candidate, proposal: &Proposal<'_>) -> bool {
    let spelled = |key: &str| {
        vendor_and_product(key).map(|(vendor, product)| (normalised(vendor), normalised(product)))
    };
    let same = known.product.is_none()
        && known.keys.first().is_some_and(|key| spelled(key) == spelled(&proposal.entry.key));
    if same {
        known.keys.push(proposal.entry.key.clone());
        known.keys.sort_by_key(|key| !key.starts_with("cpe:"));
    }
    same
}

/// What is at stake, a sample, and whether a record names the very version.
fn weigh<B: AsRef<[u8]>>(index: &Index<B>, candidate: &mut Candidate, version: Option<&str>) {
    let view = index.view();
    let mut groups = BTreeSet::new();
    for key in candidate.keys.iter().filter_map(|key| view.key(key)) {
        for (seen, statement) in view.statements(key).enumerate() {
            groups.insert(statement.group);
            candidate.version_known |= seen < LOOKED_AT
                && version.is_some_and(|version| {
                    view.spans(&statement).take(SAMPLED).any(|span| {
                        let (lower, upper) = view.bounds(&span);
                        lower == version || upper == version
                    })
                });
        }
    }
    candidate.at_stake = groups.len();
    candidate.score += if candidate.version_known { 80 } else { 0 };
    let newest = groups.iter().rev().take(SAMPLED).filter_map(|group| index.headline(*group));
    candidate.sample = newest
        .max_by_key(|line| (line.kev.is_some(), line.epss.map_or(0, |epss| epss.probability_ppm), line.name))
        .map(|line| line.name.to_owned());
}

fn vendor_boost(vendor: &str, supplier: &str) -> u32 {
    let meets = supplier.split(' ').any(|word| word.len() > 2 && vendor.split(' ').any(|own| own == word));
    if meets { 100 } else { 0 }
}

fn vendor_and_product(key: &str) -> Option<(&str, &str)> {
    match key.split_once(':')? {
        ("cpe", rest) => rest.split_once(':')?.1.split_once(':'),
        ("cve", rest) => rest.split_once('|'),
        _ => None,
    }
}

fn compact(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric() || "+#".contains(*letter)).collect()
}

/// Distinct groups of three letters of a name, its beginning and end marked.
fn letters(name: &str) -> BTreeSet<[char; 3]> {
    let marked: Vec<char> =
        std::iter::once(' ').chain(name.chars().filter(|letter| *letter != ' ')).chain([' ']).collect();
    marked.windows(3).filter_map(|window| window.try_into().ok()).collect()
}
