//! Mappings: what people say of parts without an identity. Confirming, rejecting, withdrawing and listing them.
//!
//! A proposal finds nothing until somebody confirms it here; from the next sweep on it does (class C). Not here: proposals
//! (`blind_spot`), applying what was said (`held`), the file they travel in (`document`).

pub mod blind_spot;
pub mod document;
mod held;

use component::cpe::{Cpe, Part};
use domain::{
    act::Act,
    audience::Audience,
    component::Component,
    id::{MappingId, ProductId, ReleaseId},
    ledger::AsOf,
    mapping::{LONGEST, LONGEST_REASON, Mapping, RawPart, Ruling, Scope, VersionRule, is_target},
    person::Permission,
    product::Product,
    release::Release,
};
use matcher::{dictionary, raw_name};
use serde::Serialize;
use store::View;

use crate::{App, AppError, FieldError, Viewer, component::find_component, product, release};

pub use held::Mappings;
pub(crate) use held::note;

/// What somebody says of a part.
#[derive(Clone, Debug)]
pub struct NewMapping {
    /// Of which part.
    pub part: AskedPart,
    /// `component`, `release`, `product_line` or `organisation`.
    pub scope: String,
    /// The release it is said at, `slug@version`. Needed where it holds for the release, or for the product line when
    /// `product` is not given.
    pub release: Option<String>,
    /// The product line it holds for.
    pub product: Option<String>,
    /// What is said.
    pub saying: Saying,
    /// `stated`, `unknown`, `fixed:1.0.2k`, `without:R`, `numbers:3`.
    pub version_rule: String,
    /// Why.
    pub why: String,
}

/// The part that is meant.
#[derive(Clone, Debug)]
pub enum AskedPart {
    /// As its document writes it.
    Named(RawPart),
    /// A component of the release: its name, `name@version`, package URL, or `#` and the number of its row.
    OfRelease(String),
}

/// What is said of a part. A target is a product key (`cpe:a:openssl:openssl`, `cve:openssl|openssl`), a CPE 2.3 name, or a
/// name of the dictionary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saying {
    /// It is this.
    Is(String),
    /// It is not this.
    IsNot(String),
    /// It has no public identity.
    NoPublicIdentity,
}

/// A mapping in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MappingLine {
    /// Id.
    pub id: String,
    /// Name of the part as its document writes it.
    pub name: String,
    /// Version beside it.
    pub version: Option<String>,
    /// Supplier.
    pub supplier: Option<String>,
    /// Package URL without its version.
    pub purl: Option<String>,
    /// Where it holds: `component`, `release`, `product_line`, `organisation`.
    pub scope: &'static str,
    /// `slug@version`, where it holds for a release.
    pub release: Option<String>,
    /// Slug, where it holds for a product line.
    pub product: Option<String>,
    /// `confirmed`, `rejected`, `no_public_identity`.
    pub ruling: &'static str,
    /// Product key.
    pub target: Option<String>,
    /// The dictionary's name for the target.
    pub target_name: Option<String>,
    /// How versions are counted.
    pub version_rule: String,
    /// Why.
    pub why: String,
    /// Printed name of who said it.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
    /// Need-to-know label.
    pub audience: String,
}

/// Says what a part is, is not, or that it has no public identity.
pub fn rule(app: &App, viewer: &Viewer, new: &NewMapping) -> Result<MappingLine, AppError> {
    viewer.require(Permission::EditPortfolio)?;
    let mapping = app.store.read(AsOf::Now, |view| checked(app, view, viewer, new))?;
    let action = match mapping.ruling {
        Ruling::IsNot(_) => "mapping.reject",
        Ruling::Is(_) | Ruling::NoPublicIdentity => "mapping.confirm",
    };
    let act = Act { audience: mapping.audience.clone(), ..app.act(viewer, action, mapping.why.clone()) };
    let written = app.store.write(&act, |tx| {
        refuse_contradiction(&tx.all_mappings()?, &mapping)?;
        tx.add_mappings(std::slice::from_ref(&mapping))?;
        tx.summary(summary(&mapping));
        Names::default().line(tx, viewer, mapping)
    })?;
    Ok(written.value)
}

/// Withdraws a mapping; what was found through it goes with the next sweep.
pub fn withdraw(app: &App, viewer: &Viewer, id: &str, reason: &str) -> Result<MappingLine, AppError> {
    viewer.require(Permission::EditPortfolio)?;
    let reason = said("reason", reason)?;
    let id = MappingId(id.trim().to_owned());
    let found = app.store.read(AsOf::Now, |view| view.mapping(&id, &viewer.audiences))?;
    let mapping = found.ok_or_else(|| AppError::not_found("mapping", id.0.clone()))?;
    let act = Act { audience: mapping.audience.clone(), ..app.act(viewer, "mapping.withdraw", reason) };
    let written = app.store.write(&act, |tx| {
        tx.close_mapping(&mapping.id)?;
        tx.summary(format!("Withdrawn: {}", summary(&mapping)));
        Names::default().line(tx, viewer, mapping)
    })?;
    Ok(written.value)
}

/// The mappings that the viewer may know of; with a release those that hold in it.
pub fn list(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    release: Option<&str>,
) -> Result<Vec<MappingLine>, AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| {
        let release = release.map(|reference| release::resolve(view, viewer, reference)).transpose()?;
        let mut names = Names::default();
        let mut lines = Vec::new();
        for mapping in view.mappings(&viewer.audiences)? {
            let holds = release.as_ref().is_none_or(|release| match &mapping.scope {
                Scope::Component | Scope::Organisation => true,
                Scope::Release(id) => *id == release.id,
                Scope::ProductLine(id) => *id == release.product,
            });
            if holds {
                lines.push(names.line(view, viewer, mapping)?);
            }
        }
        Ok(lines)
    })
}

/// References of releases and products, read once each.
#[derive(Default)]
struct Names {
    releases: std::collections::HashMap<ReleaseId, Option<String>>,
    products: std::collections::HashMap<ProductId, Option<String>>,
}

impl Names {
    fn line(&mut self, view: &View<'_>, viewer: &Viewer, mapping: Mapping) -> Result<MappingLine, AppError> {
        let (mut release, mut product) = (None, None);
        match &mapping.scope {
            Scope::Release(id) => release = self.release(view, viewer, id)?,
            Scope::ProductLine(id) => product = self.product(view, viewer, id)?,
            Scope::Component | Scope::Organisation => {}
        }
        let target = mapping.ruling.target().map(str::to_owned);
        let part = mapping.part;
        Ok(MappingLine {
            id: mapping.id.0,
            name: part.name,
            version: part.version,
            supplier: part.supplier,
            purl: part.purl,
            scope: mapping.scope.as_str(),
            release,
            product,
            ruling: mapping.ruling.as_str(),
            target_name: target.as_deref().and_then(dictionary::name_of_key).map(str::to_owned),
            target,
            version_rule: mapping.version_rule.to_string(),
            why: mapping.why,
            by: mapping.decided_name,
            at: mapping.decided_at,
            audience: mapping.audience.0,
        })
    }

    fn release(
        &mut self,
        view: &View<'_>,
        viewer: &Viewer,
        id: &ReleaseId,
    ) -> Result<Option<String>, AppError> {
        if let Some(known) = self.releases.get(id) {
            return Ok(known.clone());
        }
        let found = match view.release(id, &viewer.audiences)? {
            Some(release) => self
                .product(view, viewer, &release.product)?
                .map(|slug| format!("{slug}@{}", release.version)),
            None => None,
        };
        self.releases.insert(id.clone(), found.clone());
        Ok(found)
    }

    fn product(
        &mut self,
        view: &View<'_>,
        viewer: &Viewer,
        id: &ProductId,
    ) -> Result<Option<String>, AppError> {
        if let Some(known) = self.products.get(id) {
            return Ok(known.clone());
        }
        let found = view.product(id, &viewer.audiences)?.map(|product| product.slug);
        self.products.insert(id.clone(), found.clone());
        Ok(found)
    }
}

fn checked(app: &App, view: &View<'_>, viewer: &Viewer, new: &NewMapping) -> Result<Mapping, AppError> {
    let mut errors = Vec::new();
    let release =
        new.release.as_deref().map(|reference| release::resolve(view, viewer, reference)).transpose()?;
    let part = match &new.part {
        AskedPart::Named(part) => part.clone(),
        AskedPart::OfRelease(wanted) => part_of(view, viewer, release.as_ref(), wanted)?,
    };
    errors.extend(part_errors(&part));
    let (scope, audience) = match placed(view, viewer, new, release.as_ref())? {
        Ok(placed) => placed,
        Err(error) => {
            errors.push(error);
            (Scope::Component, Audience::general())
        }
    };
    let mut target = |text: &str| {
        target_of(text).and_then(|target| known(app, target)).unwrap_or_else(|message| {
            errors.push(FieldError::new("target", message));
            String::new()
        })
    };
    let ruling = match &new.saying {
        Saying::Is(text) => Ruling::Is(target(text)),
        Saying::IsNot(text) => Ruling::IsNot(target(text)),
        Saying::NoPublicIdentity => Ruling::NoPublicIdentity,
    };
    let version_rule = VersionRule::parse(&new.version_rule).unwrap_or_else(|| {
        errors.push(FieldError::new("version_rule", RULES));
        VersionRule::Stated
    });
    let why = said("why", &new.why).unwrap_or_else(|error| {
        errors.extend(error.fields().to_vec());
        String::new()
    });
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    Ok(Mapping {
        id: MappingId(app.id()),
        part,
        scope,
        ruling,
        version_rule,
        why,
        decided_by: viewer.actor.key(),
        decided_name: viewer.actor.printed(),
        decided_at: store::moment(app.now()),
        audience,
    })
}

const RULES: &str = "one of: stated, unknown, fixed:VERSION, without:BEGINNING, numbers:COUNT (1 to 9)";

/// The part of a release's SBOM that is meant.
fn part_of(
    view: &View<'_>,
    viewer: &Viewer,
    release: Option<&Release>,
    wanted: &str,
) -> Result<RawPart, AppError> {
    let release =
        release.ok_or_else(|| AppError::invalid("release", "name the release that has the component"))?;
    let inventory = view.inventory_of_release(&release.id, &viewer.audiences)?;
    let parts = match inventory {
        Some(inventory) => view.inventory_components(&inventory.id)?,
        None => Vec::new(),
    };
    let components: Vec<Component> = parts.into_iter().map(|part| part.component).collect();
    let numbered = wanted.trim().strip_prefix('#').and_then(|number| number.parse::<i64>().ok());
    let at = match numbered {
        Some(number) => components
            .iter()
            .position(|component| component.id.0 == number)
            .ok_or_else(|| AppError::not_found("component", wanted))?,
        None => find_component(&components, wanted)?,
    };
    let component = components.get(at).ok_or_else(|| AppError::not_found("component", wanted))?;
    held::raw_part(component).ok_or_else(|| {
        AppError::invalid(
            "component",
            format!(
                "`{}` is what its package URL says and is judged by the sources of that ecosystem: correct the SBOM when \
                 it is wrong",
                component.name
            ),
        )
    })
}

fn part_errors(part: &RawPart) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if part.name.trim().is_empty() {
        errors.push(FieldError::new("name", "name the part as its SBOM writes it"));
    }
    let fields = [
        ("name", Some(&part.name)),
        ("version", part.version.as_ref()),
        ("supplier", part.supplier.as_ref()),
        ("purl", part.purl.as_ref()),
    ];
    for (field, text) in fields {
        if text.is_some_and(|text| text.chars().count() > LONGEST || text.chars().any(char::is_control)) {
            let message = format!("at most {LONGEST} characters, none of them a control character");
            errors.push(FieldError::new(field, message));
        }
    }
    errors
}

/// Where it holds, and who may know of it: whoever may know of the release or product. What holds for everybody must not tell
/// of a release that is not for everybody.
fn placed(
    view: &View<'_>,
    viewer: &Viewer,
    new: &NewMapping,
    release: Option<&Release>,
) -> Result<Result<(Scope, Audience), FieldError>, AppError> {
    let told = release.map(|release| release.audience.clone()).unwrap_or_default();
    let narrow = |audience: &Audience| told.is_general() || *audience == told;
    let tells = || {
        FieldError::new(
            "scope",
            format!("this release is need-to-know ({}): choose the scope `release`", told.0),
        )
    };
    Ok(match (new.scope.trim().replace('-', "_").as_str(), release) {
        ("release", Some(release)) => Ok((Scope::Release(release.id.clone()), release.audience.clone())),
        ("release", None) => Err(FieldError::new("release", "name the release it holds for")),
        ("product_line", _) => {
            let product: Option<Product> = match (&new.product, release) {
                (Some(reference), _) => Some(product::resolve(view, viewer, reference)?),
                (None, Some(release)) => view.product(&release.product, &viewer.audiences)?,
                (None, None) => None,
            };
            match product {
                Some(product) if narrow(&product.audience) => {
                    Ok((Scope::ProductLine(product.id), product.audience))
                }
                Some(_) => Err(tells()),
                None => Err(FieldError::new("product", "name the product it holds for")),
            }
        }
        ("component", _) if narrow(&Audience::general()) => Ok((Scope::Component, Audience::general())),
        ("organisation", _) if narrow(&Audience::general()) => Ok((Scope::Organisation, Audience::general())),
        ("component" | "organisation", _) => Err(tells()),
        _ => Err(FieldError::new("scope", format!("one of: {}", Scope::WORDS.join(", ")))),
    })
}

/// The product key that somebody means.
fn target_of(text: &str) -> Result<String, String> {
    let text = text.trim();
    let lower = text.to_lowercase();
    if is_target(&lower) {
        return Ok(lower);
    }
    if let Ok(cpe) = Cpe::parse(text)
        && !matches!(cpe.part, Part::Any | Part::Na)
        && let (Some(vendor), Some(product)) = (cpe.vendor.unquoted(), cpe.product.unquoted())
    {
        let key = format!("cpe:{}:{vendor}:{product}", cpe.part.as_str()).to_lowercase();
        if is_target(&key) {
            return Ok(key);
        }
    }
    let named = raw_name::parse(text, None);
    let product = named.product.filter(|_product| named.version.is_none());
    product.and_then(|product| product.keys().next()).ok_or_else(|| {
        format!(
            "`{text}` is no product: write cpe:a:vendor:product, cve:vendor|product, a CPE 2.3 name, or a name of the dictionary"
        )
    })
}

/// A product that no loaded record names would find nothing, in silence.
fn known(app: &App, target: String) -> Result<String, String> {
    let corpus = app.find_corpus().map_err(|error| error.to_string())?;
    match corpus {
        Some(corpus) if !matcher::candidate::is_known(&corpus.index, &target) => {
            Err(format!("no loaded record names {target}; it would find nothing"))
        }
        _ => Ok(target),
    }
}

fn said(field: &str, text: &str) -> Result<String, AppError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AppError::invalid(field, "say why: it is asked about later"));
    }
    if text.chars().count() > LONGEST_REASON || text.contains('\0') {
        return Err(AppError::invalid(field, format!("at most {LONGEST_REASON} characters")));
    }
    Ok(text.to_owned())
}

/// Two answers to one question are none.
fn refuse_contradiction(there: &[Mapping], new: &Mapping) -> Result<(), AppError> {
    match contradiction(there, new) {
        Some(old) => Err(AppError::Conflict(format!(
            "{} holds there already ({}); withdraw it first when it is wrong (mapping {})",
            summary(old),
            note(old),
            old.id
        ))),
        None => Ok(()),
    }
}

/// What was said of the same parts in the same place and does not go with it, or is the same.
fn contradiction<'m>(there: &'m [Mapping], new: &Mapping) -> Option<&'m Mapping> {
    let fingerprint = held::fingerprint(&new.part);
    there.iter().find(|old| {
        old.scope == new.scope
            && held::fingerprint(&old.part) == fingerprint
            && held::fits(old, &new.part)
            && match (&old.ruling, &new.ruling) {
                (Ruling::IsNot(old), Ruling::IsNot(new) | Ruling::Is(new)) => old == new,
                (Ruling::IsNot(_), Ruling::NoPublicIdentity) => false,
                (Ruling::Is(old), Ruling::IsNot(new)) => old == new,
                (Ruling::NoPublicIdentity, Ruling::IsNot(_)) => false,
                (Ruling::Is(_) | Ruling::NoPublicIdentity, Ruling::Is(_) | Ruling::NoPublicIdentity) => true,
            }
    })
}

/// One sentence for the ledger.
fn summary(mapping: &Mapping) -> String {
    let part = match &mapping.part.version {
        Some(version) => format!("{} {version}", mapping.part.name),
        None => mapping.part.name.clone(),
    };
    let said = match &mapping.ruling {
        Ruling::Is(target) => format!("is {target}"),
        Ruling::IsNot(target) => format!("is not {target}"),
        Ruling::NoPublicIdentity => "has no public identity".to_owned(),
    };
    let place = match mapping.scope {
        Scope::Component => "in this version",
        Scope::Release(_) => "in one release",
        Scope::ProductLine(_) => "in one product line",
        Scope::Organisation => "everywhere",
    };
    format!("“{part}” {said}, {place}")
}
