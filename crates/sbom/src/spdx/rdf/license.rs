//! Licences, which RDF writes as nodes, as the expressions of the other forms.

use super::graph::{Graph, Object};
use super::local;

/// How deep an expression may nest; also ends circles.
const MAX_DEPTH: usize = 16;
/// Licences in one expression.
const MAX_PARTS: usize = 256;

/// The expression of a licence property's value. The members of a set have no order and are sorted.
pub(super) fn expression(graph: &Graph, object: &Object) -> String {
    part(graph, object, 0, &mut MAX_PARTS.clone())
}

fn part(graph: &Graph, object: &Object, depth: usize, left: &mut usize) -> String {
    let Some(node) = graph.node_of(object) else {
        return graph.resource(object).map(local).unwrap_or_default();
    };
    if depth >= MAX_DEPTH || *left == 0 {
        return "NOASSERTION".to_owned();
    }
    *left -= 1;
    match graph.nodes[node].kind.as_str() {
        kind @ ("ConjunctiveLicenseSet" | "DisjunctiveLicenseSet") => {
            let mut members: Vec<String> =
                graph.objects(node, "member").map(|member| part(graph, member, depth + 1, left)).collect();
            members.sort_unstable();
            let operator = if kind == "ConjunctiveLicenseSet" { " AND " } else { " OR " };
            format!("({})", members.join(operator))
        }
        "WithExceptionOperator" => {
            let license =
                graph.objects(node, "member").next().map(|member| part(graph, member, depth + 1, left));
            let exception = graph.objects(node, "licenseException").next().map(|exception| {
                let named = graph.node_of(exception).and_then(|node| graph.text(node, "licenseExceptionId"));
                named.map_or_else(|| graph.resource(exception).map(local).unwrap_or_default(), str::to_owned)
            });
            format!("{} WITH {}", license.unwrap_or_default(), exception.unwrap_or_default())
        }
        "OrLaterOperator" => {
            let license =
                graph.objects(node, "member").next().map(|member| part(graph, member, depth + 1, left));
            format!("{}+", license.unwrap_or_default())
        }
        _ => match graph.text(node, "licenseId") {
            Some(id) => id.to_owned(),
            None => local(&graph.nodes[node].id),
        },
    }
}
