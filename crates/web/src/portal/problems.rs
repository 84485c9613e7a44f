//! Failed fields of a use case, put at the fields of a form.

use app::AppError;

use crate::view::field::{Problem, Problems};

/// The problems of a form: each at its field when the form has it, else none; the second part is what belongs to no field.
/// `names` are pairs of the use case's field and the control's id.
pub(crate) fn of(error: &AppError, names: &[(&str, &'static str)]) -> (Problems, Option<String>) {
    if error.fields().is_empty() {
        return (Problems::default(), Some(error.to_string()));
    }
    let mut problems = Problems::default();
    let mut rest = Vec::new();
    for failed in error.fields() {
        match names.iter().find(|(name, _)| *name == failed.field) {
            Some((_, field)) => problems.all.push(Problem { field, text: failed.message.clone() }),
            None => rest.push(failed.message.clone()),
        }
    }
    (problems, Some(rest.join("; ")).filter(|text| !text.is_empty()))
}
