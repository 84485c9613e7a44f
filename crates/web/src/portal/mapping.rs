//! The blind spots of a release: what each may be, and saying what it is.

use app::{
    App, AppError,
    mapping::{
        self, AskedPart, MappingLine, NewMapping, Saying,
        blind_spot::{self, BlindSpot, MappedPart, Proposal},
    },
    product, release,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::person::Permission;
use jiff::Timestamp;

use crate::{
    answer::{go, html},
    asked::{Asked, Fields},
    frame::Frame,
    portal::problems,
    refusal::status,
    state::Portal,
    view::{
        count::Link,
        field::Problems,
        href,
        inbox::Pager,
        mapping::{MappedRow, MappingPage, ProposalRow, SpotForm},
        shell::{Notice, Section},
        words,
    },
};

/// Parts on a page.
const ROWS: usize = 25;
/// Parts with a mapping on the first page; the rest is a figure.
const MAPPED: usize = 100;
/// The use case's fields and the form's.
const FIELDS: [(&str, &str); 4] =
    [("target", "target"), ("scope", "scope"), ("version_rule", "version-rule"), ("why", "why")];

/// A form that was sent and did not hold.
struct Sent {
    fields: Fields,
    problems: Problems,
    refused: Option<String>,
}

pub(crate) async fn get(State(portal): State<Portal>, Path(release): Path<String>, asked: Asked) -> Response {
    portal.page(asked, move |app, asked| page(app, asked, &release, None)).await
}

pub(crate) async fn post(
    State(portal): State<Portal>,
    Path(release): Path<String>,
    asked: Asked,
) -> Response {
    portal
        .respond(asked, move |app, asked| {
            let (fields, viewer) = (&asked.fields, asked.viewer()?);
            let done = match (fields.value("do"), saying(fields)) {
                ("withdraw", _) => {
                    mapping::withdraw(app, viewer, fields.value("mapping"), fields.value("why"))
                        .map(|_| "withdrawn")
                }
                (_, Err(error)) => Err(error),
                (_, Ok(saying)) => {
                    let word = if matches!(saying, Saying::IsNot(_)) { "rejected" } else { "confirmed" };
                    let new = NewMapping {
                        part: AskedPart::OfRelease(format!("#{}", fields.value("component"))),
                        scope: fields.value("scope").to_owned(),
                        release: Some(release.clone()),
                        product: None,
                        saying,
                        version_rule: fields.value("version_rule").to_owned(),
                        why: fields.value("why").to_owned(),
                    };
                    mapping::rule(app, viewer, &new).map(|_| word)
                }
            };
            match done {
                Ok(done) => {
                    let mut parameters = vec![("done", done)];
                    parameters.extend(asked.parameter("after").map(|after| ("after", after)));
                    Ok(go(&href::with(&href::blind_spots(&release), &parameters)))
                }
                Err(error @ (AppError::Invalid(_) | AppError::Conflict(_))) => {
                    let (problems, refused) = problems::of(&error, &FIELDS);
                    let sent = Sent { fields: fields.clone(), problems, refused };
                    html(status(&error), &page(app, asked, &release, Some(&sent))?)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

/// What the form says of the part.
fn saying(fields: &Fields) -> Result<Saying, AppError> {
    let target = match fields.value("target") {
        "" => return Err(AppError::invalid("target", "choose what it is, or is not")),
        "none" if fields.value("do") == "reject" => {
            return Err(AppError::invalid("target", "choose the product that it is not"));
        }
        "none" => return Ok(Saying::NoPublicIdentity),
        "other" => fields.value("other").trim().to_owned(),
        target => target.to_owned(),
    };
    Ok(if fields.value("do") == "reject" { Saying::IsNot(target) } else { Saying::Is(target) })
}

fn page(app: &App, asked: &Asked, reference: &str, sent: Option<&Sent>) -> Result<MappingPage, AppError> {
    let frame = Frame::read(app, asked)?;
    let viewer = asked.viewer()?;
    let release = release::resolve_release(app, viewer, frame.as_of, reference)?;
    let product = product::resolve_product(app, viewer, frame.as_of, &release.product.0)?;
    let reference = format!("{}@{}", product.slug, release.version);
    let here = href::blind_spots(&reference);
    let after = asked.parameter("after").and_then(|after| after.parse().ok());
    let spots = blind_spot::list(app, viewer, frame.as_of, &reference, after, ROWS)?;
    let crumbs = vec![
        frame.link_to("Products", href::PRODUCTS),
        frame.link_to(product.name.clone(), &format!("{}#{}", href::PRODUCTS, product.slug)),
        frame.link_to(release.version.clone(), &href::release(&reference)),
    ];
    let mut shell = frame.shell(Section::Products, "Blind spots", crumbs);
    shell.notice = asked.parameter("done").and_then(said).map(|text| Notice { text, undo: None });
    let next = spots.next.map(|next| frame.link(&href::with(&here, &[("after", &next.to_string())])));
    Ok(MappingPage {
        shell,
        // A form that does not hold comes back on the page that has it.
        action: match asked.parameter("after") {
            Some(after) => href::with(&here, &[("after", after)]),
            None => here.clone(),
        },
        mapped_more: spots.mapped.len().saturating_sub(MAPPED) as u64,
        reference: reference.clone(),
        open: spots.open,
        without_public_identity: spots.without_public_identity,
        at_stake: spots.at_stake,
        known: spots.known,
        waits_for_sweep: spots.waits_for_sweep,
        pager: Pager {
            shown: spots.parts.len() as u64,
            total: spots.open,
            first: after.map(|_| frame.link(&here)),
            next,
        },
        spots: spots.parts.into_iter().map(|spot| form(spot, &frame, &reference, sent)).collect(),
        mapped: spots.mapped.into_iter().take(MAPPED).map(|part| mapped(part, app, sent)).collect(),
        may_say: viewer.may(Permission::EditPortfolio),
    })
}

fn said(done: &str) -> Option<String> {
    Some(match done {
        "confirmed" => "Confirmed. The next sweep looks it up.".to_owned(),
        "rejected" => "Rejected. It is not proposed again.".to_owned(),
        "withdrawn" => "Withdrawn. It takes effect with the next sweep.".to_owned(),
        _ => return None,
    })
}

fn form(spot: BlindSpot, frame: &Frame, release: &str, sent: Option<&Sent>) -> SpotForm {
    let number = spot.part.component;
    let sent = sent.filter(|sent| sent.fields.value("component") == number.to_string());
    let proposals = spot.proposals.into_iter().map(|proposal| row(proposal, frame, release)).collect();
    let blank = SpotForm {
        number,
        name: spot.part.name,
        version: spot.part.version,
        supplier: spot.part.supplier,
        place: spot.part.path.unwrap_or_else(|| "in the device itself".to_owned()),
        why_blind: spot.why,
        proposals,
        at_stake: spot.at_stake,
        rejected: spot.rejected,
        version_rule: "stated".to_owned(),
        ..SpotForm::default()
    };
    let Some(sent) = sent else { return blank };
    let typed = |name: &str| sent.fields.value(name).to_owned();
    SpotForm {
        open: true,
        target: typed("target"),
        other: typed("other"),
        scope: typed("scope"),
        version_rule: typed("version_rule"),
        why: typed("why"),
        problems: sent.problems.clone(),
        refused: sent.refused.as_ref().map(|text| format!("Not recorded: {text}.")),
        ..blank
    }
}

fn row(proposal: Proposal, frame: &Frame, release: &str) -> ProposalRow {
    let known = proposal.version_known;
    ProposalRow {
        name: proposal.name.unwrap_or_else(|| proposal.target.clone()),
        likeness: match (proposal.likeness, known) {
            ("alias", _) => "one of its names",
            ("equal", true) => "same name and a version of it",
            ("equal", false) => "same name",
            (_, true) => "a name like it and a version of it",
            ("words", false) => "words in common",
            (_, false) => "letters in common",
        },
        at_stake: proposal.at_stake,
        sample: proposal.sample.map(|name| {
            let address = frame.link(&href::explain(&name, release));
            Link::new(name, address)
        }),
        target: proposal.target,
    }
}

fn mapped(part: MappedPart, app: &App, sent: Option<&Sent>) -> MappedRow {
    let MappedPart { part, mapping, looked_up_as } = part;
    let row = |is: String, by: String, why: String, mapping: Option<String>, refused: Option<String>| {
        MappedRow { name: part.name, version: part.version, looked_up_as, is, by, why, mapping, refused }
    };
    let Some(line) = mapping else {
        return row("not shown to you".to_owned(), String::new(), String::new(), None, None);
    };
    let is = match (&line.target_name, &line.target) {
        (Some(name), Some(target)) => format!("{name} ({target})"),
        (None, Some(target)) => target.clone(),
        (_, None) => "no public identity".to_owned(),
    };
    let refused = sent.filter(|sent| sent.fields.value("mapping") == line.id).map(|sent| {
        let first = sent.problems.all.first().map(|problem| problem.text.clone());
        sent.refused.clone().or(first).unwrap_or_default()
    });
    let by = who(&line, app);
    row(is, by, line.why, Some(line.id), refused)
}

fn who(line: &MappingLine, app: &App) -> String {
    let day = line
        .at
        .parse::<Timestamp>()
        .map_or_else(|_| line.at.clone(), |at| words::day(at.to_zoned(app.zone.clone()).date()));
    let scope = match line.scope {
        "component" => "for this part in this version",
        "release" => "for this release",
        "product_line" => "for this product line",
        "organisation" => "wherever it is",
        other => other,
    };
    format!("{}, {day}, {scope}", line.by)
}
