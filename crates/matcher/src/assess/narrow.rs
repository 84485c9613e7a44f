//! Narrowing attributes of a statement against a part: a mismatch with something known rejects, something unknown
//! keeps the finding at a lower class (docs/matching.md, P3).

use component::cpe::{Cpe, Value};

use super::{
    platform::{Family, Platform, is_foreign_host},
    reason::Gate,
};
use crate::{
    identify::Key,
    index::{Narrowing, View},
    inventory::Item,
};

/// How a part fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    Fits,
    /// Not known: the class is lowered.
    Unsure,
    /// Known to differ, and in what.
    Rejected(Gate),
}

impl Fit {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Rejected(_), _) | (Self::Unsure, Self::Fits) => self,
            _ => other,
        }
    }
}

/// Fits a part that was found under `key` to what a statement narrows. `update` is asked only where versions are
/// ranges; exact versions carry theirs in the version.
pub(crate) fn fit(
    view: View<'_>,
    narrowing: &Narrowing<'_>,
    key: &Key,
    item: &Item,
    platform: &Platform<'_>,
    update: bool,
) -> Fit {
    let cpe = key.cpe.and_then(|cpe| item.cpes.get(cpe as usize));
    let mut fit = Fit::Fits;
    if update
        && !narrowing.update.is_empty()
        && key.update.as_deref().is_some_and(|own| own != narrowing.update)
    {
        fit = fit.and(Fit::Rejected(Gate::Update));
    }
    if !narrowing.edition.is_empty() {
        fit = fit.and(edition(narrowing.edition, cpe));
    }
    if !narrowing.target_sw.is_empty() {
        fit = fit.and(software(narrowing.target_sw, cpe, platform));
    }
    if !narrowing.target_hw.is_empty() {
        fit = fit.and(hardware(narrowing.target_hw, item, cpe));
    }
    if view.list(narrowing.purl).any(|number| !carries(item, view.text(number))) {
        fit = fit.and(Fit::Rejected(Gate::PackageQualifier));
    }
    fit
}

/// Whether the part's package URL has a qualifier, `name=value`.
fn carries(item: &Item, qualifier: &str) -> bool {
    let own = |name| item.purl.as_ref().and_then(|purl| purl.qualifiers.get(name));
    qualifier.split_once('=').is_some_and(|(name, value)| own(name).is_some_and(|own| own == value))
}

fn text(value: &Value) -> Option<String> {
    value.unquoted().map(|text| text.to_lowercase())
}

fn edition(edition: &str, cpe: Option<&Cpe>) -> Fit {
    let Some(cpe) = cpe else { return Fit::Unsure };
    let own: Vec<String> = [&cpe.edition, &cpe.sw_edition].into_iter().filter_map(text).collect();
    if own.is_empty() {
        return if edition == "-" { Fit::Fits } else { Fit::Unsure };
    }
    let named: Vec<&str> = edition.split('|').collect();
    if own.iter().any(|own| named.contains(&own.as_str())) { Fit::Fits } else { Fit::Rejected(Gate::Edition) }
}

fn software(target: &str, cpe: Option<&Cpe>, platform: &Platform<'_>) -> Fit {
    let target = target.to_lowercase();
    if target == "-" {
        return Fit::Fits;
    }
    let family = Family::of(&target);
    if let Some(own) = cpe.and_then(|cpe| text(&cpe.target_sw)) {
        let same = own == target || (family.is_some() && Family::of(&own) == family);
        return if same { Fit::Fits } else { Fit::Rejected(Gate::TargetSoftware) };
    }
    match family {
        Some(family) if platform.families.contains(&family) => Fit::Fits,
        Some(_) if !platform.families.is_empty() => Fit::Rejected(Gate::TargetSoftware),
        Some(_) => Fit::Unsure,
        // What a plain name or a repository leads to is the native thing, not the package of that name elsewhere.
        None if is_foreign_host(&target) && cpe.is_none() => Fit::Rejected(Gate::TargetSoftware),
        None => Fit::Unsure,
    }
}

fn hardware(target: &str, item: &Item, cpe: Option<&Cpe>) -> Fit {
    let architecture =
        item.purl.as_ref().and_then(|purl| purl.qualifiers.get("arch")).map(|arch| arch.to_lowercase());
    let Some(own) = cpe.and_then(|cpe| text(&cpe.target_hw)).or(architecture) else { return Fit::Unsure };
    match (bits(&own), bits(&target.to_lowercase())) {
        (Some(own), Some(asked)) if own != asked => Fit::Rejected(Gate::TargetHardware),
        (Some(_), Some(_)) => Fit::Fits,
        _ if own == target => Fit::Fits,
        _ => Fit::Unsure,
    }
}

/// Names of the same instruction set are many; these are the ones that exclude one another.
fn bits(text: &str) -> Option<&'static str> {
    const SETS: [(&str, &str); 15] = [
        ("x64", "x64"),
        ("x86_64", "x64"),
        ("amd64", "x64"),
        ("64-bit", "x64"),
        ("x86", "x86"),
        ("i386", "x86"),
        ("i686", "x86"),
        ("32-bit", "x86"),
        ("arm64", "arm64"),
        ("aarch64", "arm64"),
        ("arm", "arm"),
        ("itanium", "ia64"),
        ("ia64", "ia64"),
        ("powerpc", "ppc"),
        ("mips", "mips"),
    ];
    SETS.iter().find(|(name, _)| text.starts_with(name)).map(|(_, set)| *set)
}
