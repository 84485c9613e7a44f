//! Build evidence of a release: its card, attaching a file, withdrawing one, and the file as it was received.

use app::{
    App, AppError,
    build_evidence::{self, EvidenceLine, ExcludedLine, NewBuildEvidence},
};
use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use domain::person::Permission;

use crate::{
    answer::{go, html},
    asked::Asked,
    frame::{Frame, figure},
    portal::{problems, release, sbom},
    refusal::status,
    state::Portal,
    view::{
        build_evidence::{BuildEvidenceCard, EvidenceForm, EvidenceRow, ExcludedRow},
        count::{Count, Link},
        href, words,
    },
};

/// Excluded vulnerabilities that are named; the rest is a figure.
const NAMED: usize = 12;
/// The use case's fields and the form's.
const NAMES: [(&str, &str); 3] =
    [("kind", "evidence-kind"), ("file", "evidence-file"), ("image", "evidence-image")];

/// Attaches a file.
pub(crate) async fn post(State(portal): State<Portal>, Path(name): Path<String>, asked: Asked) -> Response {
    portal
        .respond(asked, move |app, asked| {
            let fields = &asked.fields;
            let file = asked.file.as_deref();
            let new = NewBuildEvidence {
                release: name.clone(),
                kind: fields.value("kind").to_owned(),
                image: fields.value("image").to_owned(),
                subject: fields.text("subject").map(str::to_owned),
                audience: None,
                file_name: file.map(|file| file.name.clone()).unwrap_or_default(),
            };
            let bytes = file.map_or(&[][..], |file| &file.bytes);
            let reason = "Attached at the portal";
            match build_evidence::add(app, asked.viewer()?, new, bytes, reason) {
                Ok(_) => Ok(go(&format!("{}#evidence", href::release(&name)))),
                Err(error) => refused(app, asked, &name, error),
            }
        })
        .await
}

/// Withdraws one.
pub(crate) async fn withdraw(
    State(portal): State<Portal>,
    Path(name): Path<String>,
    asked: Asked,
) -> Response {
    portal
        .respond(asked, move |app, asked| {
            let (evidence, reason) = (asked.fields.value("evidence"), asked.fields.value("reason"));
            match build_evidence::withdraw(app, asked.viewer()?, evidence, reason) {
                Ok(_) => Ok(go(&format!("{}#evidence", href::release(&name)))),
                Err(error) => refused(app, asked, &name, error),
            }
        })
        .await
}

/// The file as it was received.
pub(crate) async fn get(
    State(portal): State<Portal>,
    Path((_, evidence)): Path<(String, String)>,
    asked: Asked,
) -> Response {
    portal
        .respond(asked, move |app, asked| {
            let as_of = app.as_of(asked.parameter("as_of"))?;
            let (name, bytes) = build_evidence::original(app, asked.viewer()?, as_of, &evidence)?;
            Ok((sbom::as_file(&name)?, bytes).into_response())
        })
        .await
}

/// The page again, with what stood in the way.
fn refused(app: &App, asked: &Asked, name: &str, error: AppError) -> Result<Response, AppError> {
    if !matches!(error, AppError::Invalid(_) | AppError::Conflict(_)) {
        return Err(error);
    }
    let (problems, refused) = problems::of(&error, &NAMES);
    let fields = &asked.fields;
    let form = EvidenceForm {
        kind: fields.value("kind").to_owned(),
        image: fields.value("image").to_owned(),
        subject: fields.value("subject").to_owned(),
        problems,
        refused,
        ..EvidenceForm::default()
    };
    html(status(&error), &release::page(app, asked, name, form)?)
}

/// The card of a release, `slug@version`.
pub(super) fn card(
    app: &App,
    asked: &Asked,
    frame: &Frame,
    reference: &str,
    form: EvidenceForm,
) -> Result<BuildEvidenceCard, AppError> {
    let viewer = asked.viewer()?;
    let told = build_evidence::of_release(app, viewer, frame.as_of, reference)?;
    let action = href::evidence(reference);
    let may = frame.acting() && viewer.may(Permission::EditPortfolio);
    let token = asked.session()?.csrf.clone();
    let excluded = told.excluded;
    let named = excluded.lines.into_iter().take(NAMED).map(|line| excluded_row(line, frame, reference));
    Ok(BuildEvidenceCard {
        excluded: Count::new(
            excluded.vulnerabilities as u64,
            frame.link(&href::with(href::EXPLAIN, &[("release", reference)])),
        ),
        one_by_one: excluded.one_by_one as u64,
        lines: named.collect(),
        rows: told.evidence.into_iter().map(|line| row(line, frame, &action)).collect(),
        form: may.then_some(EvidenceForm { form_token: token, action, ..form }),
    })
}

fn row(line: EvidenceLine, frame: &Frame, action: &str) -> EvidenceRow {
    let (kind, one, many) = match line.kind.as_str() {
        "kernel-config" => ("Kernel configuration", "option", "options"),
        "compiled-files" => ("Compiled files", "file", "files"),
        "facts" => ("Configuration facts", "fact", "facts"),
        _ => ("Open ports", "port", "ports"),
    };
    let issues = match figure(line.issues) {
        0 => String::new(),
        issues => format!(", {}", words::plural(issues, "reading issue", "reading issues")),
    };
    EvidenceRow {
        kind,
        size: format!("{}{issues}", words::plural(figure(line.items), one, many)),
        file: frame.link_to(line.file_name, &format!("{action}/{}", line.id)),
        image: format!("{}…", line.image.get(..19).unwrap_or(&line.image)),
        subject: line.subject,
        for_people: !line.settles_verdicts,
        id: line.id,
    }
}

fn excluded_row(line: ExcludedLine, frame: &Frame, reference: &str) -> ExcludedRow {
    let explained = frame.link(&href::explain(&line.vulnerability, reference));
    ExcludedRow {
        vulnerability: Link::new(line.vulnerability, explained),
        component: line.component,
        one_by_one: line.one_by_one,
    }
}
