//! What is in a fielded version: layers of parts with the version that each had at the time, and the version's own changes.
//!
//! Not here: how a list of parts is written as an SBOM (`document`).

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};

use super::portfolio::{DemoProduct, DemoRelease};

/// A file of parts: what sort of package they are and the text.
const LAYERS: [(&str, Sort, &str); 10] = [
    ("linux", Sort::Generic, include_str!("../../demo/parts/linux.txt")),
    ("rtos", Sort::Generic, include_str!("../../demo/parts/rtos.txt")),
    (MODULE, Sort::Generic, include_str!("../../demo/parts/module.txt")),
    ("windows", Sort::Generic, include_str!("../../demo/parts/windows.txt")),
    ("imaging", Sort::Generic, include_str!("../../demo/parts/imaging.txt")),
    ("web", Sort::Npm, include_str!("../../demo/parts/web.txt")),
    ("python", Sort::Pypi, include_str!("../../demo/parts/python.txt")),
    ("nuget", Sort::Nuget, include_str!("../../demo/parts/nuget.txt")),
    ("java", Sort::Maven, include_str!("../../demo/parts/java.txt")),
    ("go", Sort::Golang, include_str!("../../demo/parts/go.txt")),
];
const NEEDS: &str = include_str!("../../demo/parts/needs.txt");
/// The layer that a supplier delivers as one module.
const MODULE: &str = "module";

/// The sort of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Named by its upstream project.
    Generic,
    Npm,
    Pypi,
    Nuget,
    Maven,
    Golang,
    /// Has no identity that anybody publishes warnings under.
    Blind,
}

/// A part of a fielded version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) layer: &'static str,
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    pub(crate) sort: Sort,
    /// CPE part, vendor and product (`o:linux:linux_kernel`).
    pub(crate) cpe: Option<String>,
    pub(crate) supplier: Option<String>,
    /// CVE ids whose fix was brought back into this version.
    pub(crate) fixes: Vec<String>,
    /// Positions of parts that this one needs.
    pub(crate) needs: Vec<usize>,
}

/// All parts of a version; with `module_known` the inside of a supplier's module too, else the module is one blind part.
pub(crate) fn parts_of(
    product: &DemoProduct,
    release: &DemoRelease,
    module_known: bool,
) -> anyhow::Result<Vec<Part>> {
    let mut parts = Vec::new();
    let mut module = None;
    for layer in &release.layers {
        let (file, state) = layer.split_once(':').with_context(|| format!("layer {layer}"))?;
        if file == MODULE {
            module = Some(state);
            continue;
        }
        parts.extend(layer_of(file, state)?);
    }
    for change in &release.parts {
        match change.strip_prefix('+') {
            Some(late) if module_known => apply(&mut parts, late)?,
            Some(_) => {}
            None => apply(&mut parts, change)?,
        }
    }
    for name in product.blind.iter().take(release.blind) {
        parts.push(blind(name, None));
    }
    if let Some(state) = module {
        let (kind, version) = state.split_once('-').with_context(|| format!("module {state}"))?;
        let name = format!("{} communication module", kind.to_uppercase().replace("CM", "CM-"));
        let supplier = format!("{} supplier", kind.to_uppercase().replace("CM", "CM-"));
        let mut whole = Part { supplier: Some(supplier.clone()), ..blind(&name, Some(version)) };
        if module_known {
            let first = parts.len() + 1;
            let inside = layer_of(MODULE, state)?;
            whole.needs = (first..first + inside.len()).collect();
            parts.push(whole);
            parts.extend(inside.into_iter().map(|part| Part { supplier: Some(supplier.clone()), ..part }));
        } else {
            parts.push(whole);
        }
    }
    link(&mut parts);
    Ok(parts)
}

fn layer_of(file: &str, state: &str) -> anyhow::Result<Vec<Part>> {
    let (layer, sort, text) =
        LAYERS.iter().find(|(name, ..)| *name == file).with_context(|| format!("no layer {file}"))?;
    let (state, limit) = match state.split_once('/') {
        Some((state, limit)) => (state, limit.parse().with_context(|| format!("limit {limit}"))?),
        None => (state, usize::MAX),
    };
    let mut rows = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let head: Vec<&str> = rows.next().unwrap_or_default().split_whitespace().collect();
    let has_cpe = head.get(1) == Some(&"cpe");
    let column = head
        .iter()
        .position(|name| *name == state)
        .with_context(|| format!("{file} has no state {state}"))?;
    let mut parts = Vec::new();
    for row in rows.take(limit) {
        let cells: Vec<&str> = row.split_whitespace().collect();
        if cells.len() != head.len() {
            bail!("{file}: `{row}` has {} cells, not {}", cells.len(), head.len());
        }
        if cells[column] == "-" {
            continue;
        }
        let cpe = has_cpe.then_some(cells[1]).filter(|cpe| *cpe != "-").map(full_cpe);
        parts.push(Part {
            layer,
            name: cells[0].to_owned(),
            version: Some(cells[column].to_owned()),
            sort: *sort,
            cpe,
            supplier: None,
            fixes: Vec::new(),
            needs: Vec::new(),
        });
    }
    Ok(parts)
}

/// `-name` takes out; `name version [cpe] [fixes CVE..]` changes what is there, else adds. A `+` before it is handled above.
fn apply(parts: &mut Vec<Part>, change: &str) -> anyhow::Result<()> {
    if let Some(name) = change.strip_prefix('-') {
        let before = parts.len();
        parts.retain(|part| part.name != name);
        if parts.len() == before {
            bail!("`-{name}` takes out nothing");
        }
        return Ok(());
    }
    let mut words = change.split_whitespace();
    let name = words.next().with_context(|| format!("part `{change}`"))?;
    let version = words.next().with_context(|| format!("part `{change}`"))?;
    let rest: Vec<&str> = words.collect();
    let mark = rest.iter().position(|word| *word == "fixes").unwrap_or(rest.len());
    let cpe = rest[..mark].first().map(|cpe| full_cpe(cpe));
    let fixes: Vec<String> = rest.iter().skip(mark + 1).map(|id| (*id).to_owned()).collect();
    let mut found = false;
    for part in parts.iter_mut().filter(|part| part.name == name) {
        part.version = Some(version.to_owned());
        part.cpe = cpe.clone().or_else(|| part.cpe.take());
        part.fixes.clone_from(&fixes);
        found = true;
    }
    if !found {
        parts.push(Part {
            layer: "own",
            name: name.to_owned(),
            version: Some(version.to_owned()),
            sort: Sort::Generic,
            cpe,
            supplier: None,
            fixes,
            needs: Vec::new(),
        });
    }
    Ok(())
}

fn blind(name: &str, version: Option<&str>) -> Part {
    // `libdraw 1.1` carries its version in the name.
    let (name, version) = match (version, name.rsplit_once(' ')) {
        (None, Some((stem, tail)))
            if tail.starts_with(|first: char| first.is_ascii_digit()) && tail.contains('.') =>
        {
            (stem, Some(tail))
        }
        _ => (name, version),
    };
    Part {
        layer: "blind",
        name: name.to_owned(),
        version: version.map(str::to_owned),
        sort: Sort::Blind,
        cpe: None,
        supplier: None,
        fixes: Vec::new(),
        needs: Vec::new(),
    }
}

/// Fills in what needs what: in the same layer first, else anywhere.
fn link(parts: &mut [Part]) {
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, part) in parts.iter().enumerate() {
        by_name.entry(&part.name).or_default().push(index);
    }
    let mut found: Vec<(usize, usize)> = Vec::new();
    for line in NEEDS.lines().filter(|line| !line.starts_with('#')) {
        // Maven names hold a colon themselves.
        let Some((name, needed)) = line.split_once(": ") else { continue };
        for &from in by_name.get(name).into_iter().flatten() {
            for other in needed.split_whitespace() {
                let all = by_name.get(other).map(Vec::as_slice).unwrap_or_default();
                let near = all.iter().find(|&&to| parts[to].layer == parts[from].layer).or(all.first());
                found.extend(near.map(|&to| (from, to)));
            }
        }
    }
    for (from, to) in found {
        parts[from].needs.push(to);
    }
}

fn full_cpe(cpe: &str) -> String {
    if cpe.starts_with("o:") || cpe.starts_with("h:") { cpe.to_owned() } else { format!("a:{cpe}") }
}
