//! NVD configurations and CVE 5 `cpeApplicability`: one statement per vulnerable match, one condition tree per
//! configuration that says more than "one of these".
//!
//! Semantics: docs/matching.md. `vulnerable:false` is a condition only and never becomes a statement.

use component::cpe::{Cpe, Part, Value};
use matcher::record::{Bound, Condition, Leaf, ProductKey, Qualifiers, Record, Span, Statement, Status};
use serde::Deserialize;

use crate::report::{Issue, IssueCode};
use crate::text::{List, Text};

/// One of several alternatives, each enough for the flaw to be there.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Configuration<'a> {
    #[serde(default, borrow)]
    operator: Text<'a>,
    #[serde(default)]
    negate: Option<bool>,
    #[serde(default, borrow)]
    nodes: List<Node<'a>>,
}

#[derive(Debug, Default, Deserialize)]
struct Node<'a> {
    #[serde(default, borrow)]
    operator: Text<'a>,
    #[serde(default)]
    negate: Option<bool>,
    #[serde(default, borrow, rename = "cpeMatch")]
    cpe_match: List<CpeMatch<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CpeMatch<'a> {
    #[serde(default)]
    vulnerable: Option<bool>,
    #[serde(default, borrow)]
    criteria: Text<'a>,
    #[serde(default, borrow)]
    version_start_including: Text<'a>,
    #[serde(default, borrow)]
    version_start_excluding: Text<'a>,
    #[serde(default, borrow)]
    version_end_including: Text<'a>,
    #[serde(default, borrow)]
    version_end_excluding: Text<'a>,
}

/// Adds to `record` what `configurations`, found at `pointer`, say.
pub(crate) fn read(
    configurations: &[Configuration<'_>],
    pointer: &str,
    record: &mut Record,
    issues: &mut Vec<Issue>,
) {
    for (index, configuration) in configurations.iter().enumerate() {
        read_one(configuration, &format!("{pointer}/{index}"), record, issues);
    }
}

/// The key under which records and components with this CPE meet; `None` when the product is open.
pub(crate) fn cpe_key(cpe: &Cpe) -> Option<ProductKey> {
    let part = match cpe.part {
        Part::Application => "a",
        Part::OperatingSystem => "o",
        Part::Hardware => "h",
        Part::Any | Part::Na => return None,
    };
    let product = cpe.product.unquoted()?;
    let vendor = cpe.vendor.unquoted();
    let vendor = vendor.as_deref().unwrap_or("*");
    Some(ProductKey(format!("cpe:{part}:{vendor}:{product}").to_lowercase()))
}

/// What a CPE narrows beside vendor, product and version.
pub(crate) fn cpe_qualifiers(cpe: &Cpe) -> Qualifiers {
    let edition = match (attribute(&cpe.edition), attribute(&cpe.sw_edition)) {
        (Some(edition), Some(sw_edition)) => Some(format!("{edition}|{sw_edition}")),
        (edition, sw_edition) => edition.or(sw_edition),
    };
    Qualifiers {
        update: attribute(&cpe.update),
        edition,
        target_sw: attribute(&cpe.target_sw),
        target_hw: attribute(&cpe.target_hw),
        version_not_applicable: cpe.version == Value::Na,
        ..Qualifiers::default()
    }
}

/// The version a CPE names exactly, as bounds: with its update folded in (`7.0:sp1`), a series for `1.2.*`.
pub(crate) fn cpe_bounds(cpe: &Cpe) -> Option<(Bound, Bound)> {
    let version = cpe.version.unquoted()?;
    if cpe.version.has_wildcard() {
        let series = version.trim_end_matches(['*', '?']).trim_end_matches('.');
        if series.is_empty() || series.contains(['*', '?']) {
            return None;
        }
        return Some((Bound::Including(series.to_owned()), Bound::Series(series.to_owned())));
    }
    let exact = match cpe.update.unquoted() {
        Some(update) => format!("{version}:{update}"),
        None => version.into_owned(),
    };
    Some((Bound::Including(exact.clone()), Bound::Including(exact)))
}

fn read_one(configuration: &Configuration<'_>, pointer: &str, record: &mut Record, issues: &mut Vec<Issue>) {
    let tree_needed = needs_tree(configuration);
    let has_vulnerable = configuration
        .nodes
        .iter()
        .any(|node| node.cpe_match.iter().any(|cpe_match| cpe_match.vulnerable != Some(false)));
    if !has_vulnerable {
        return;
    }
    let condition = tree_needed.then_some(record.conditions.len() as u32);
    let mut nodes = Vec::new();
    for (node_index, node) in configuration.nodes.iter().enumerate() {
        let mut leaves = Vec::new();
        for (match_index, cpe_match) in node.cpe_match.iter().enumerate() {
            let pointer = format!("{pointer}/nodes/{node_index}/cpeMatch/{match_index}");
            let Some(product) = product(cpe_match, &pointer, issues) else {
                if tree_needed {
                    leaves.push(Condition::Has(unreadable(cpe_match, pointer)));
                }
                continue;
            };
            let vulnerable = cpe_match.vulnerable != Some(false);
            if tree_needed {
                leaves.push(Condition::Has(Leaf {
                    pointer: pointer.clone(),
                    key: product.key.clone(),
                    span: (!product.any_version).then(|| product.span.clone()),
                    qualifiers: product.qualifiers.clone(),
                    vulnerable,
                }));
            }
            if vulnerable {
                record.statements.push(Statement {
                    pointer,
                    key: product.key,
                    scheme: None,
                    fixed_in: match &product.span.upper {
                        Bound::Excluding(version) => vec![version.clone()],
                        _ => Vec::new(),
                    },
                    spans: vec![product.span],
                    default: Status::Unaffected,
                    qualifiers: product.qualifiers,
                    condition,
                    exact_only: false,
                    flaw: None,
                });
            }
        }
        if tree_needed {
            nodes.push(join(leaves, &node.operator, node.negate));
        }
    }
    if tree_needed {
        record.conditions.push(join(nodes, &configuration.operator, configuration.negate));
    }
}

fn needs_tree(configuration: &Configuration<'_>) -> bool {
    let and =
        |operator: &Text<'_>, children: usize| children > 1 && operator.get().eq_ignore_ascii_case("AND");
    configuration.negate == Some(true)
        || and(&configuration.operator, configuration.nodes.len())
        || configuration.nodes.iter().any(|node| {
            node.negate == Some(true)
                || and(&node.operator, node.cpe_match.len())
                || node.cpe_match.iter().any(|cpe_match| cpe_match.vulnerable == Some(false))
        })
}

fn join(mut children: Vec<Condition>, operator: &Text<'_>, negate: Option<bool>) -> Condition {
    let joined = match children.pop() {
        Some(only) if children.is_empty() => only,
        last => {
            children.extend(last);
            if operator.get().eq_ignore_ascii_case("AND") {
                Condition::All(children)
            } else {
                Condition::Any(children)
            }
        }
    };
    if negate == Some(true) { Condition::Not(Box::new(joined)) } else { joined }
}

struct Product {
    key: ProductKey,
    span: Span,
    qualifiers: Qualifiers,
    any_version: bool,
}

fn product(cpe_match: &CpeMatch<'_>, pointer: &str, issues: &mut Vec<Issue>) -> Option<Product> {
    let mut refuse = |text: String| {
        issues.push(Issue { location: pointer.to_owned(), record: None, code: IssueCode::Cpe, text });
    };
    let cpe = match Cpe::parse(cpe_match.criteria.get()) {
        Ok(cpe) => cpe,
        Err(error) => {
            refuse(format!("`{}`: {error}", cpe_match.criteria.get()));
            return None;
        }
    };
    let Some(key) = cpe_key(&cpe) else {
        refuse(format!("`{}` names no product", cpe_match.criteria.get()));
        return None;
    };
    let qualifiers = cpe_qualifiers(&cpe);
    let lower = bound(&cpe_match.version_start_including, &cpe_match.version_start_excluding);
    let upper = bound(&cpe_match.version_end_including, &cpe_match.version_end_excluding);
    let bounded = lower != Bound::Open || upper != Bound::Open;
    let (lower, upper) = match cpe_bounds(&cpe) {
        Some(exact) if !bounded => exact,
        _ => (lower, upper),
    };
    let any_version = lower == Bound::Open && upper == Bound::Open;
    Some(Product { key, span: Span { lower, upper, status: Status::Affected }, qualifiers, any_version })
}

/// A leaf that nothing in an inventory can answer, so that the tree keeps its shape and stays undecided.
fn unreadable(cpe_match: &CpeMatch<'_>, pointer: String) -> Leaf {
    Leaf {
        pointer,
        key: ProductKey(cpe_match.criteria.get().to_owned()),
        span: None,
        qualifiers: Qualifiers::default(),
        vulnerable: false,
    }
}

fn bound(including: &Text<'_>, excluding: &Text<'_>) -> Bound {
    match (including.some(), excluding.some()) {
        (_, Some(version)) => Bound::Excluding(version.to_owned()),
        (Some(version), None) => Bound::Including(version.to_owned()),
        (None, None) => Bound::Open,
    }
}

fn attribute(value: &Value) -> Option<String> {
    match value {
        Value::Any => None,
        Value::Na => Some("-".to_owned()),
        Value::Text(_) => value.unquoted().map(std::borrow::Cow::into_owned),
    }
}
