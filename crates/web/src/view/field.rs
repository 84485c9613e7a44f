//! Problems on a form: one sentence with the mend at the field, and a summary on top when there are several.

use askama::Template;

use super::filters;

/// What is wrong with which field.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The `id` of the control.
    pub field: &'static str,
    /// "February 2027 has 28 days. Write 2027-02-28."
    pub text: String,
}

/// All problems of a form. The summary is drawn only for more than one.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "parts/problems.html")]
pub struct Problems {
    pub all: Vec<Problem>,
}

/// The sentence at one field.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/problem.html")]
pub struct FieldProblem {
    field: &'static str,
    text: String,
}

impl askama::filters::HtmlSafe for Problems {}
impl askama::filters::HtmlSafe for FieldProblem {}

impl Problems {
    /// The class of the wrong, beside other classes of a field.
    pub(crate) fn bad(&self, field: &str) -> &'static str {
        if self.all.iter().any(|problem| problem.field == field) { " bad" } else { "" }
    }

    /// The sentences at one field, where a page has the form many times and ids would repeat.
    pub(crate) fn of(&self, field: &str) -> Vec<&str> {
        let of = self.all.iter().filter(|problem| problem.field == field);
        of.map(|problem| problem.text.as_str()).collect()
    }

    pub fn at(&self, field: &str) -> Option<FieldProblem> {
        self.all
            .iter()
            .find(|problem| problem.field == field)
            .map(|problem| FieldProblem { field: problem.field, text: problem.text.clone() })
    }
}
