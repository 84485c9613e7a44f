//! Counts what holds, what does not and what is waived, so that one run shows everything.
use crate::Suite;
use crate::waivers::{self, Class};

pub(crate) struct Tally {
    suite: Suite,
    /// Case, reason, whether it was needed.
    waivers: Vec<(&'static str, &'static str, bool)>,
    classes: Vec<(&'static Class, usize)>,
}

impl Tally {
    pub(crate) fn new(set: &str) -> Self {
        Self {
            suite: Suite { set: set.to_owned(), ..Suite::default() },
            waivers: waivers::of(set).map(|(case, reason)| (case, reason, false)).collect(),
            classes: waivers::classes_of(set).map(|class| (class, 0)).collect(),
        }
    }

    /// Notes the outcome of a case; the error says what came instead.
    pub(crate) fn note(&mut self, case: &str, outcome: Result<(), String>) {
        self.suite.n += 1;
        let Err(problem) = outcome else {
            self.suite.passed += 1;
            return;
        };
        if let Some((.., used)) = self.waivers.iter_mut().find(|(waived, ..)| *waived == case) {
            *used = true;
            self.suite.waived += 1;
        } else if let Some((_class, count)) =
            self.classes.iter_mut().find(|(class, _count)| (class.covers)(case))
        {
            *count += 1;
            self.suite.waived += 1;
        } else {
            self.suite.failed += 1;
            self.suite.failures.push(format!("{case}: {problem}"));
        }
    }

    pub(crate) fn finish(mut self) -> Suite {
        let unused = self.waivers.iter().filter(|(.., used)| !used);
        let mut problems: Vec<String> =
            unused.map(|(case, reason, _used)| format!("{case} is waived without need ({reason})")).collect();
        for (class, count) in &self.classes {
            if *count != class.count {
                problems.push(format!("{} cases are waived, not {}: {}", count, class.count, class.reason));
            }
        }
        self.suite.failed += problems.len();
        self.suite.failures.extend(problems);
        self.suite
    }
}
