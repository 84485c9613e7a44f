//! What a build left behind about the image of a release: evidence for a person, never a decision. The original bytes are kept
//! for ever, by digest. Not here: what it proves (`matcher::build`).

use crate::{
    audience::Audience,
    id::{BuildEvidenceId, ReleaseId},
};

/// A file of build evidence as attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildEvidence {
    /// Id.
    pub id: BuildEvidenceId,
    /// Of which release.
    pub release: ReleaseId,
    /// What it is.
    pub kind: EvidenceKind,
    /// Digest of the shipped image that it was made with.
    pub image: ImageDigest,
    /// SHA-256 (hex) of the original bytes in the blob store.
    pub blob: String,
    /// File name as given.
    pub file_name: String,
    /// Name or package URL (without version) of the component it speaks of; none = the Linux kernel, or the whole image.
    pub subject: Option<String>,
    /// How many options, files, facts or ports were understood.
    pub items: i64,
    /// Number of reading issues; the list is evidence, by digest.
    pub issues: i64,
    /// Evidence digest of the issue list.
    pub issues_evidence: Option<String>,
    /// Need-to-know label.
    pub audience: Audience,
}

/// What a file of build evidence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EvidenceKind {
    /// A kernel's `.config`.
    KernelConfig,
    /// Files that went through the compiler.
    CompiledFiles,
    /// Configuration facts, `key=value`.
    Facts,
    /// Ports that a scan found open.
    OpenPorts,
}

impl EvidenceKind {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::KernelConfig, Self::CompiledFiles, Self::Facts, Self::OpenPorts];

    /// The word under which it is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KernelConfig => "kernel-config",
            Self::CompiledFiles => "compiled-files",
            Self::Facts => "facts",
            Self::OpenPorts => "open-ports",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether the matcher asks it; the others are for people alone.
    #[must_use]
    pub fn settles_verdicts(self) -> bool {
        matches!(self, Self::KernelConfig | Self::CompiledFiles)
    }
}

/// The digest of an image, `sha256:` and 64 hexadecimal digits in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ImageDigest(String);

impl ImageDigest {
    /// As people write it: upper case and a missing `sha256:` are forgiven.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.trim().to_ascii_lowercase();
        let digits = lower.strip_prefix("sha256:").unwrap_or(&lower);
        let is_digest = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_digest.then(|| Self(format!("sha256:{digits}")))
    }

    /// With `sha256:` in front.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a person has to look at an exclusion by build evidence one by one, and why: nobody waves through what is exploited or
/// may reach a patient.
#[must_use]
pub fn forbids_one_key(exploited: bool, harm_path: bool) -> Option<&'static str> {
    match (exploited, harm_path) {
        (true, _) => Some("known to be exploited"),
        (_, true) => Some("its case has a path to harm"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_digests() {
        for kind in EvidenceKind::ALL {
            assert_eq!(EvidenceKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(EvidenceKind::parse("config"), None);
        let digits = "AB".repeat(32);
        let expected = Some(format!("sha256:{}", "ab".repeat(32)));
        for text in [digits.clone(), format!(" sha256:{digits} "), format!("SHA256:{digits}")] {
            assert_eq!(
                ImageDigest::parse(&text).map(|digest| digest.as_str().to_owned()),
                expected,
                "{text}"
            );
        }
        for text in ["", "sha256:", "sha256:ab", &"g".repeat(64), "latest"] {
            assert_eq!(ImageDigest::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_exploited_or_may_harm_is_looked_at_by_a_person() {
        assert!(forbids_one_key(true, false).is_some());
        assert!(forbids_one_key(false, true).is_some());
        assert!(forbids_one_key(false, false).is_none());
    }
}
