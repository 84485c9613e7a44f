//! The dependency graph: adjacency, circles and shortest paths, all in time linear in components and edges, and
//! without recursion.

use crate::inventory::Component;
use crate::issue::IssueCode;
use crate::walk::{Walk, quoted};

/// Longest path that is kept, in components. Real ones stay below 30.
const MAX_PATH: usize = 64;
/// Path steps kept in one inventory: bounds memory for graphs made to exhaust it.
const MAX_STEPS: usize = 16 << 20;
const NONE: u32 = u32::MAX;

/// Who depends on or contains whom, as sorted adjacency lists in one vector.
pub(crate) struct Graph {
    starts: Vec<usize>,
    targets: Vec<u32>,
    /// A component that names itself as its dependency.
    to_itself: Option<u32>,
}

impl Graph {
    pub(crate) fn new(nodes: usize, mut edges: Vec<(u32, u32)>) -> Self {
        let to_itself = edges.iter().find(|(from, to)| from == to).map(|(from, _)| *from);
        edges.retain(|(from, to)| from != to);
        edges.sort_unstable();
        edges.dedup();
        let mut starts = vec![0; nodes + 1];
        for (from, _) in &edges {
            starts[*from as usize + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        Graph { starts, targets: edges.into_iter().map(|(_, to)| to).collect(), to_itself }
    }

    fn targets(&self, node: u32) -> &[u32] {
        &self.targets[self.starts[node as usize]..self.starts[node as usize + 1]]
    }

    /// Reports whether dependencies run in circles, with one example.
    pub(crate) fn report_cycle(&self, components: &[Component], walk: &mut Walk) {
        let (back_edges, example) = self.back_edges();
        let example = example.or(self.to_itself.map(|node| (node, node)));
        let Some((from, to)) = example else { return };
        let count = back_edges + usize::from(self.to_itself.is_some());
        walk.report(IssueCode::DependencyCycle, || {
            let label = |node: u32| {
                let component = &components[node as usize];
                quoted(if component.reference.is_empty() { &component.name } else { &component.reference })
            };
            format!(
                "dependencies run in a circle at {count} places, for one from {} back to {}; paths are not affected",
                label(from),
                label(to)
            )
        });
    }

    /// Fills in `depends_on` and, from the subjects breadth first, one shortest path each.
    pub(crate) fn lay_paths(&self, subjects: &[usize], components: &mut [Component], walk: &mut Walk) {
        for (node, component) in components.iter_mut().enumerate() {
            component.depends_on = self.targets(node as u32).iter().map(|target| *target as usize).collect();
        }
        let (mut parents, mut depths) = (vec![NONE; components.len()], vec![0_u32; components.len()]);
        let mut queue = Vec::new();
        for subject in subjects {
            if depths[*subject] == 0 {
                depths[*subject] = 1;
                queue.push(*subject as u32);
            }
        }
        let (mut head, mut steps, mut omitted) = (0, 0, 0);
        while let Some(node) = queue.get(head).copied() {
            head += 1;
            let depth = depths[node as usize];
            if depth as usize > MAX_PATH || steps + depth as usize > MAX_STEPS {
                omitted += 1;
            } else {
                steps += depth as usize;
                components[node as usize].path = path(&parents, node, depth);
            }
            for target in self.targets(node) {
                if depths[*target as usize] == 0 {
                    depths[*target as usize] = depth + 1;
                    parents[*target as usize] = node;
                    queue.push(*target);
                }
            }
        }
        if omitted > 0 {
            walk.report(IssueCode::PathTooLong, || {
                format!("the paths of {omitted} components are not kept: longer than {MAX_PATH} steps, or too many steps in all")
            });
        }
    }

    /// Counts the edges that close a circle in a depth-first walk, and gives the first.
    fn back_edges(&self) -> (usize, Option<(u32, u32)>) {
        const NEW: u8 = 0;
        const OPEN: u8 = 1;
        const DONE: u8 = 2;
        let nodes = self.starts.len() - 1;
        let (mut states, mut count, mut example) = (vec![NEW; nodes], 0, None);
        let mut stack: Vec<(u32, usize)> = Vec::new();
        for root in 0..nodes {
            if states[root] != NEW {
                continue;
            }
            states[root] = OPEN;
            stack.push((root as u32, 0));
            while let Some((node, next)) = stack.last_mut() {
                let Some(target) = self.targets(*node).get(*next).copied() else {
                    states[*node as usize] = DONE;
                    stack.pop();
                    continue;
                };
                *next += 1;
                match states[target as usize] {
                    NEW => {
                        states[target as usize] = OPEN;
                        stack.push((target, 0));
                    }
                    OPEN => {
                        count += 1;
                        example.get_or_insert((*node, target));
                    }
                    _ => {}
                }
            }
        }
        (count, example)
    }
}

fn path(parents: &[u32], mut node: u32, depth: u32) -> Vec<usize> {
    let mut path = Vec::with_capacity(depth as usize);
    while node != NONE {
        path.push(node as usize);
        node = parents[node as usize];
    }
    path.reverse();
    path
}
