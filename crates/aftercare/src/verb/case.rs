//! `aftercare case list | show | open | decide | sign | export`.

use anyhow::bail;
use app::{
    AppError,
    case::{self, CaseDetail, DecisionDetail, NewCase},
    decision::{self, Proposal},
    export,
    signing::{self, Signing},
};
use domain::{
    case::{Case, Exploitability, HarmSeverity},
    decision::{Decision, Justification, Risk, VexStatus},
    signature::Meaning,
};
use serde_json::{Value, json};
use store::case::{CaseFilter, CaseSort};

use crate::{
    answer::{self, Outcome, Table},
    cli::{self, Decide, Format, Global},
    place::{self, Place},
};

/// Runs a verb of cases.
pub(crate) fn run(global: &Global, command: cli::Case) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    let reason = global.reason.as_deref();
    match command {
        cli::Case::List(page) => list(global.format, &place, page.limit),
        cli::Case::Show { case } => {
            let detail = case::show(&place.app, &place.viewer, place.as_of, &case)?;
            show(global.format, &detail)
        }
        cli::Case::Open { vulnerability, title } => {
            let new = NewCase { vulnerability, title, ..NewCase::default() };
            let case = case::open(&place.app, &place.viewer, new, reason.unwrap_or("opened at the console"))?;
            let sentence = format!("{} opened: {}", case.label(), case.title);
            answer::say(global.format, &case_json(&case), &sentence)?;
            Ok(Outcome::Done)
        }
        cli::Case::Decide(decide) => propose(global, &place, *decide),
        cli::Case::Sign { case, release, meaning } => sign(global, &place, case, &release, &meaning),
        cli::Case::Export { case } => {
            let vex = export::export_vex(&place.app, &place.viewer, place.as_of, &case)?;
            if !vex.unsigned.is_empty() {
                eprintln!("note: silent about {}: nothing is signed for them", vex.unsigned.join(", "));
            }
            if vex.withheld > 0 {
                eprintln!(
                    "note: {} left out as need-to-know",
                    answer::some(vex.withheld as i128, "signed decision", "signed decisions")
                );
            }
            answer::raw(vex.text.as_bytes())?;
            Ok(Outcome::Done)
        }
    }
}

fn list(format: Format, place: &Place, limit: usize) -> anyhow::Result<Outcome> {
    let (filter, sort) = (CaseFilter::all(), CaseSort::default());
    let listed = case::list(&place.app, &place.viewer, place.as_of, &filter, sort, None, limit)?;
    let mut table = Table::new(&["Case", "Vulnerability", "Stage", "Due", "Harm", "Decisions", "Title"]);
    let mut rows = Vec::new();
    for row in &listed.rows {
        let decisions: Vec<String> =
            row.decisions.iter().map(|(state, count)| format!("{count} {}", state.as_str())).collect();
        table.row(vec![
            row.case.label(),
            row.vulnerability.clone(),
            row.case.stage.as_str().to_owned(),
            row.case.due.map(|due| due.to_string()).unwrap_or_default(),
            row.case.harm.map_or("not judged", |harm| harm.as_str()).to_owned(),
            decisions.join(", "),
            row.case.title.clone(),
        ]);
        let mut json = case_json(&row.case);
        json["vulnerability"] = json!(row.vulnerability);
        json["decisions"] =
            row.decisions.iter().map(|(state, count)| (state.as_str().to_owned(), json!(count))).collect();
        rows.push(json);
    }
    let more = listed.next.is_some();
    let closing = answer::page_closing(listed.rows.len(), more, "case", "cases");
    answer::print(format, &json!({ "cases": rows, "more": more }), &table, &closing)?;
    Ok(Outcome::Done)
}

fn show(format: Format, detail: &CaseDetail) -> anyhow::Result<Outcome> {
    let case = &detail.case;
    let mut table = Table::new(&["Release", "Status", "State", "Signed by", "Rationale"]);
    let mut decisions = Vec::new();
    for one in &detail.decisions {
        let signers: Vec<&str> = one
            .signatures
            .iter()
            .filter(|(_, valid)| *valid)
            .map(|(signature, _)| signature.printed_name.as_str())
            .collect();
        table.row(vec![
            one.release.name.clone(),
            one.row.decision.status.as_str().to_owned(),
            one.row.decision.state.as_str().to_owned(),
            signers.join(", "),
            one.row.decision.rationale.clone(),
        ]);
        decisions.push(detail_json(one));
    }
    let matching: Vec<&str> = detail.releases.iter().map(|release| release.name.as_str()).collect();
    let mut json = case_json(case);
    json["vulnerability"] = json!(detail.subject.vulnerability.shown);
    json["names"] = json!(detail.subject.names);
    json["owner"] = json!(detail.owner.as_ref().map(|owner| &owner.name));
    json["releases"] = json!(matching);
    json["decisions"] = json!(decisions);
    let mut closing = format!(
        "{} {}: {} [{}], learned {}. Matching releases: {}.",
        case.label(),
        detail.subject.vulnerability.shown,
        case.title,
        case.stage.as_str(),
        case.learned_at,
        if matching.is_empty() { "none".to_owned() } else { matching.join(", ") }
    );
    if detail.decisions.is_empty() {
        closing.push_str(" Nothing is decided yet.");
    }
    answer::print(format, &json, &table, &closing)?;
    Ok(Outcome::Done)
}

fn propose(global: &Global, place: &Place, decide: Decide) -> anyhow::Result<Outcome> {
    let proposal = Proposal {
        status: word("--status", &decide.status, VexStatus::parse, &VexStatus::ALL.map(VexStatus::as_str))?,
        justification: decide.justification,
        risk: decide
            .risk
            .as_deref()
            .map(|text| word("--risk", text, Risk::parse, &["controlled", "uncontrolled"]))
            .transpose()?,
        review_on: decide.review_on,
        case: decide.case,
        releases: decide.release,
        impact_statement: decide.impact,
        action_statement: decide.action,
        rationale: decide.rationale,
        preconditions: Vec::new(),
    };
    let reason = global.reason.clone().unwrap_or_else(|| proposal.rationale.clone());
    let (case, decisions) = decision::decide(&place.app, &place.viewer, &proposal, &reason)?;
    let rows: Vec<Value> = decisions.iter().map(decision_json).collect();
    let json = json!({ "case": case.label(), "decisions": rows });
    let sentence = format!(
        "{}: {} proposed on {}. It counts once it is signed: aftercare case sign {} --as EMAIL",
        case.label(),
        decision::words(proposal.status),
        answer::some(decisions.len() as i128, "release", "releases"),
        case.label()
    );
    answer::say(global.format, &json, &sentence)?;
    Ok(Outcome::Done)
}

fn sign(
    global: &Global,
    place: &Place,
    case: String,
    releases: &[String],
    meaning: &str,
) -> anyhow::Result<Outcome> {
    let meaning = word("--meaning", meaning, Meaning::parse, &Meaning::ALL.map(Meaning::as_str))?;
    let Some(person) = place.viewer.as_person() else {
        return Err(AppError::Missing {
            what: "the local console may not sign: a signature needs a person".to_owned(),
            hint: "Say who signs, with --as EMAIL; their password is asked, or read from --password-file"
                .to_owned(),
        }
        .into());
    };
    let (shown, lines) = signing::prepare(&place.app, &place.viewer, &case, releases, meaning)?;
    // What is signed is shown before the password is asked; stdout stays the answer alone.
    for line in &lines {
        eprintln!("{}: {}", line.release.name, line.statement);
    }
    if lines.is_empty() {
        bail!("no decision of {} waits for a signature", shown.label());
    }
    let signing = Signing {
        case,
        decisions: lines.iter().map(|line| (line.decision.id.clone(), Some(line.digest.clone()))).collect(),
        meaning,
        password: place::password(global, &person.email)?,
        zone: None,
    };
    let reason = global.reason.as_deref().unwrap_or("signed at the console");
    let (case, signatures) = signing::sign(&place.app, &place.viewer, &signing, reason)?;
    let rows: Vec<Value> = signatures
        .iter()
        .map(|signature| {
            json!({
                "id": signature.id.0, "record": signature.record, "digest": signature.digest,
                "person": signature.printed_name, "meaning": signature.meaning.as_str(),
                "statement": signature.statement, "signed_at": signature.signed_at,
            })
        })
        .collect();
    let sentence = format!(
        "{}: {} signed by {} as {}.",
        case.label(),
        answer::some(signatures.len() as i128, "decision", "decisions"),
        person.name,
        meaning.as_str()
    );
    answer::say(global.format, &json!({ "case": case.label(), "signatures": rows }), &sentence)?;
    Ok(Outcome::Done)
}

/// A word of a closed list.
fn word<T>(flag: &str, text: &str, parse: impl Fn(&str) -> Option<T>, known: &[&str]) -> Result<T, AppError> {
    parse(text).ok_or_else(|| {
        AppError::invalid(flag.trim_start_matches('-'), format!("`{text}` is none of {}", known.join(", ")))
    })
}

fn case_json(case: &Case) -> Value {
    json!({
        "case": case.label(), "id": case.id.0, "title": case.title, "stage": case.stage.as_str(),
        "due": case.due.map(|due| due.to_string()), "learned_at": case.learned_at.to_string(),
        "harm": case.harm.map(HarmSeverity::as_str),
        "exploitability": case.exploitability.map(Exploitability::as_str),
        "audience": case.audience.0,
    })
}

fn decision_json(decision: &Decision) -> Value {
    json!({
        "id": decision.id.0, "status": decision.status.as_str(), "state": decision.state.as_str(),
        "justification": decision.justification.map(Justification::as_str),
        "impact_statement": decision.impact_statement, "action_statement": decision.action_statement,
        "risk": decision.risk.map(Risk::as_str), "rationale": decision.rationale,
        "review_on": decision.review_on.map(|date| date.to_string()),
    })
}

fn detail_json(detail: &DecisionDetail) -> Value {
    let mut json = decision_json(&detail.row.decision);
    json["release"] = json!(detail.release.name);
    json["at"] = json!(detail.at);
    json["digest"] = json!(detail.digest);
    json["signatures"] = detail
        .signatures
        .iter()
        .map(|(signature, valid)| {
            json!({
                "person": signature.printed_name, "meaning": signature.meaning.as_str(),
                "signed_at": signature.signed_at, "statement": signature.statement, "valid": valid,
            })
        })
        .collect();
    json
}
