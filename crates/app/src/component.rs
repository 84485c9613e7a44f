//! Finding the component that is meant, as people name it, and how it is printed.

use domain::component::Component;

use crate::AppError;

/// The position of the component that is meant: its name, `name@version` or package URL, with or without its version.
pub(crate) fn find_component(components: &[Component], wanted: &str) -> Result<usize, AppError> {
    let wanted = wanted.trim();
    let is = |component: &Component| {
        component.name.eq_ignore_ascii_case(wanted)
            || component.purl.as_deref() == Some(wanted)
            || label(component).eq_ignore_ascii_case(wanted)
            || component.purl.as_deref().is_some_and(|purl| purl.split('@').next() == Some(wanted))
    };
    let found: Vec<usize> =
        components.iter().enumerate().filter(|(_, component)| is(component)).map(|(at, _)| at).collect();
    match found[..] {
        [one] => Ok(one),
        [] => Err(AppError::not_found("component", wanted)),
        [first, ..] => {
            // The same part listed twice is one answer; two versions are a question.
            let one = found.iter().all(|at| components[*at].identity == components[first].identity);
            if one {
                return Ok(first);
            }
            let labels: Vec<String> = found.iter().take(8).map(|at| label(&components[*at])).collect();
            Err(AppError::invalid("component", format!("`{wanted}` is one of: {}", labels.join(", "))))
        }
    }
}

/// `name@version`.
pub(crate) fn label(component: &Component) -> String {
    match &component.version {
        Some(version) => format!("{}@{version}", component.name),
        None => component.name.clone(),
    }
}
