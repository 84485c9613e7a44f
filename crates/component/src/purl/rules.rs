//! What each package type does to its parts, from the registered type definitions.
//!
//! A definition is enforced only as far as the specification's own suite demands: an inventory that leaves
//! out, say, the namespace of a deb package still names something, and refusing it would lose the component.
use super::{Purl, PurlError};

/// One type that differs from "keep everything as it is".
struct Type {
    name: &'static str,
    /// Parts that are lower-cased.
    lower: &'static [Field],
    namespace: Namespace,
    /// What else is done to the name or demanded of the whole.
    special: Option<Special>,
}

/// Changes the parts or names the rule that they break.
type Special = fn(&mut Purl) -> Result<(), &'static str>;

#[derive(Clone, Copy)]
enum Field {
    Namespace,
    Name,
    Version,
}

#[derive(Clone, Copy, PartialEq)]
enum Namespace {
    Free,
    Required,
    Prohibited,
}

use Field::{Name, Namespace as Space, Version};
use Namespace::{Free, Prohibited, Required};

static TYPES: [Type; 28] = [
    plain("alpm", &[Space, Name]),
    plain("apk", &[Space, Name]),
    plain("bitbucket", &[Space, Name]),
    plain("bitnami", &[Name]),
    plain("brew", &[Space, Name]),
    Type { special: Some(chrome_extension), namespace: Prohibited, ..plain("chrome-extension", &[Name]) },
    plain("composer", &[Space, Name]),
    Type { special: Some(cpan), ..plain("cpan", &[]) },
    plain("deb", &[Space, Name]),
    Type { special: Some(git), ..plain("git", &[]) },
    plain("github", &[Space, Name]),
    plain("gitlab", &[Space, Name]),
    plain("hex", &[Space, Name]),
    plain("huggingface", &[Version]),
    Type { special: Some(julia), ..plain("julia", &[]) },
    plain("luarocks", &[Space, Name]),
    Type { special: Some(mlflow), ..plain("mlflow", &[]) },
    plain("oci", &[Name, Version]),
    Type { namespace: Prohibited, ..plain("otp", &[Name]) },
    Type { special: Some(pub_package), ..plain("pub", &[Name]) },
    Type { special: Some(pypi), ..plain("pypi", &[Name]) },
    plain("qpkg", &[Space]),
    plain("rpm", &[Space]),
    Type { namespace: Required, ..plain("swift", &[]) },
    Type { namespace: Prohibited, ..plain("vcpkg", &[]) },
    Type { namespace: Required, ..plain("vscode-extension", &[Space, Name, Version]) },
    plain("wordpress", &[Name]),
    plain("yocto", &[Space]),
];

/// Types whose registries tell no two packages apart by letter case although the package URL keeps it.
const KEY_IGNORES_CASE: [&str; 2] = ["golang", "nuget"];

/// Whether a slash in the name is printed as it is, not encoded.
pub(super) fn name_is_a_path(ty: &str) -> bool {
    ty == "git"
}

pub(super) fn key_ignores_case(ty: &str) -> bool {
    KEY_IGNORES_CASE.contains(&ty)
}

/// Brings the parts into the canonical form of their type.
pub(super) fn canonicalise(purl: &mut Purl) -> Result<(), PurlError> {
    let Some(ty) = TYPES.iter().find(|ty| ty.name == purl.ty) else { return Ok(()) };
    let refuse = |rule| Err(PurlError::Rule { ty: ty.name.to_owned(), rule });
    match ty.namespace {
        Required if purl.namespace.is_none() => return refuse("a namespace is required"),
        Prohibited if purl.namespace.is_some() => return refuse("there is no namespace in this type"),
        _ => {}
    }
    for field in ty.lower {
        match field {
            Space => lower_case(purl.namespace.as_mut()),
            Name => lower_case(Some(&mut purl.name)),
            Version => lower_case(purl.version.as_mut()),
        }
    }
    ty.special.map_or(Ok(()), |special| special(purl)).or_else(refuse)
}

const fn plain(name: &'static str, lower: &'static [Field]) -> Type {
    Type { name, lower, namespace: Free, special: None }
}

fn lower_case(part: Option<&mut String>) {
    if let Some(part) = part
        && part.chars().any(char::is_uppercase)
    {
        *part = part.to_lowercase();
    }
}

/// PEP 503: runs of `-`, `_` and `.` are one hyphen.
fn pypi(purl: &mut Purl) -> Result<(), &'static str> {
    let parts: Vec<&str> = purl.name.split(['-', '_', '.']).filter(|part| !part.is_empty()).collect();
    if !parts.is_empty() {
        purl.name = parts.join("-");
    }
    Ok(())
}

fn pub_package(purl: &mut Purl) -> Result<(), &'static str> {
    purl.name = purl.name.replace(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit(), "_");
    Ok(())
}

/// Azure ML keeps letter case, Databricks does not; the registry tells which one it is.
fn mlflow(purl: &mut Purl) -> Result<(), &'static str> {
    if purl
        .qualifiers
        .get("repository_url")
        .is_some_and(|url| url.to_ascii_lowercase().contains("databricks"))
    {
        lower_case(Some(&mut purl.name));
    }
    Ok(())
}

/// The namespace is the host, the name is the whole path of the repository.
fn git(purl: &mut Purl) -> Result<(), &'static str> {
    if let Some(namespace) = &purl.namespace
        && let Some((host, path)) = namespace.split_once('/')
    {
        purl.name = format!("{path}/{}", purl.name);
        purl.namespace = Some(host.to_owned());
    }
    Ok(())
}

fn cpan(purl: &mut Purl) -> Result<(), &'static str> {
    if purl.name.contains("::") {
        return Err("the name is a distribution (`URI-PackageURL`), not a module (`URI::PackageURL`)");
    }
    Ok(())
}

fn julia(purl: &mut Purl) -> Result<(), &'static str> {
    if purl.qualifiers.contains_key("uuid") { Ok(()) } else { Err("the qualifier `uuid` is required") }
}

fn chrome_extension(purl: &mut Purl) -> Result<(), &'static str> {
    if purl.name.len() != 32 || !purl.name.bytes().all(|byte| (b'a'..=b'p').contains(&byte)) {
        return Err("the name is an extension id: 32 letters from a to p");
    }
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let valid = |version: &str| version.split('.').count() <= 4 && version.split('.').all(number);
    if !purl.version.as_deref().is_none_or(valid) {
        return Err("the version is one to four numbers");
    }
    Ok(())
}
