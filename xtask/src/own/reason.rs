//! Why a finding against ourselves may stand: `own-reasons.toml`, each reason signed by a maintainer (Ed25519).
//!
//! ```toml
//! [signers]
//! "Name" = "public key, base64"
//!
//! [[reason]]
//! vulnerability = "RUSTSEC-2026-0000"
//! component = "pkg:cargo/name@1.2.3"          # exactly: another version needs another reason
//! justification = "vulnerable_code_not_in_execute_path"
//! text = "What was looked at, and what was seen."
//! on = "2026-01-31"
//! signer = "Name"
//! signature = "base64, over the lines of the other fields"
//! ```

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, bail};
use app::Entropy as _;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::Deserialize;

/// The justifications of the VEX documents (CISA, June 2022), one of which a reason gives.
const JUSTIFICATIONS: [&str; 5] = [
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
];

/// The file as written.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    signers: BTreeMap<String, String>,
    #[serde(default)]
    reason: Vec<Reason>,
}

/// One reason.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct Reason {
    pub(super) vulnerability: String,
    pub(super) component: String,
    justification: String,
    text: String,
    on: String,
    signer: String,
    #[serde(default)]
    signature: String,
}

/// All reasons, each with a signature that holds; else an error that names the one.
pub(super) fn read() -> anyhow::Result<Vec<Reason>> {
    verified(parse()?)
}

/// Prints the signature of every reason that has none yet. The key file holds 32 bytes in base64 and is made the first
/// time, for its owner alone.
pub(super) fn sign(key: &Path) -> anyhow::Result<()> {
    let key = open_key(key)?;
    let public = STANDARD.encode(key.verifying_key().as_bytes());
    crate::print(&format!("# your line under [signers]: \"NAME\" = \"{public}\"\n"));
    for reason in parse()?.reason.iter().filter(|reason| reason.signature.is_empty()) {
        let signature = STANDARD.encode(key.sign(reason.lines().as_bytes()).to_bytes());
        let Reason { vulnerability, component, .. } = reason;
        crate::print(&format!("# {vulnerability}, {component}\nsignature = \"{signature}\"\n"));
    }
    Ok(())
}

fn parse() -> anyhow::Result<File> {
    let path = crate::root().join("own-reasons.toml");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    toml::from_str(&text).context("own-reasons.toml")
}

fn verified(file: File) -> anyhow::Result<Vec<Reason>> {
    for reason in &file.reason {
        let name = format!("own-reasons.toml: {} for {}", reason.vulnerability, reason.component);
        if !JUSTIFICATIONS.contains(&reason.justification.as_str()) {
            bail!("{name}: {} is none of {}", reason.justification, JUSTIFICATIONS.join(", "));
        }
        if reason.text.trim().is_empty() {
            bail!("{name}: says nothing");
        }
        let key = file.signers.get(&reason.signer);
        let key = key.with_context(|| format!("{name}: {} is not under [signers]", reason.signer))?;
        if !holds(reason, key) {
            bail!("{name}: the signature of {} does not hold over what is written", reason.signer);
        }
    }
    Ok(file.reason)
}

fn holds(reason: &Reason, key: &str) -> bool {
    let check = || -> Option<()> {
        let key: [u8; 32] = STANDARD.decode(key).ok()?.try_into().ok()?;
        let signature: [u8; 64] = STANDARD.decode(&reason.signature).ok()?.try_into().ok()?;
        let key = VerifyingKey::from_bytes(&key).ok()?;
        key.verify_strict(reason.lines().as_bytes(), &Signature::from_bytes(&signature)).ok()
    };
    check().is_some()
}

impl Reason {
    /// What is signed. Each field is a line of its own, quoted, so that none can run into the next.
    fn lines(&self) -> String {
        let Self { vulnerability, component, justification, text, on, signer, signature: _ } = self;
        format!(
            "aftercare own-reasons 1\n{vulnerability:?}\n{component:?}\n{justification:?}\n{text:?}\n{on:?}\n{signer:?}\n"
        )
    }
}

fn open_key(path: &Path) -> anyhow::Result<SigningKey> {
    if !path.exists() {
        let mut seed = [0; 32];
        app::SystemEntropy.fill(&mut seed);
        let mut options = std::fs::OpenOptions::new();
        std::os::unix::fs::OpenOptionsExt::mode(options.write(true).create_new(true), 0o600);
        let mut file = options.open(path).with_context(|| path.display().to_string())?;
        std::io::Write::write_all(&mut file, STANDARD.encode(seed).as_bytes())?;
    }
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let seed = STANDARD.decode(text.trim()).ok().and_then(|seed| <[u8; 32]>::try_from(seed).ok());
    let seed = seed.with_context(|| format!("{}: not 32 bytes in base64", path.display()))?;
    Ok(SigningKey::from_bytes(&seed))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Change = fn(&mut File);

    fn signed(change: Change) -> anyhow::Result<Vec<Reason>> {
        let key = SigningKey::from_bytes(&[7; 32]);
        let mut reason = Reason {
            vulnerability: "RUSTSEC-2026-0000".to_owned(),
            component: "pkg:cargo/name@1.2.3".to_owned(),
            justification: "vulnerable_code_not_present".to_owned(),
            text: "The function is behind a feature that is off.".to_owned(),
            on: "2026-01-31".to_owned(),
            signer: "Maintainer".to_owned(),
            signature: String::new(),
        };
        reason.signature = STANDARD.encode(key.sign(reason.lines().as_bytes()).to_bytes());
        let public = STANDARD.encode(key.verifying_key().as_bytes());
        let mut file =
            File { signers: BTreeMap::from([("Maintainer".to_owned(), public)]), reason: vec![reason] };
        change(&mut file);
        verified(file)
    }

    #[test]
    fn a_reason_holds_only_as_it_was_signed() {
        assert_eq!(signed(|_| ()).unwrap().len(), 1);
        let changes: [(&str, Change); 7] = [
            ("does not hold", |file| file.reason[0].component = "pkg:cargo/name@1.2.4".to_owned()),
            ("does not hold", |file| file.reason[0].text.push_str(" So we think.")),
            ("does not hold", |file| file.reason[0].signature.clear()),
            ("is not under [signers]", |file| file.signers.clear()),
            ("does not hold", |file| {
                let other = SigningKey::from_bytes(&[8; 32]);
                let other = STANDARD.encode(other.verifying_key().as_bytes());
                file.signers.insert("Maintainer".to_owned(), other);
            }),
            ("is none of", |file| file.reason[0].justification = "trust_us".to_owned()),
            ("says nothing", |file| file.reason[0].text = " ".to_owned()),
        ];
        for (told, change) in changes {
            let error = signed(change).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }

    #[test]
    fn the_file_in_the_repository_holds() {
        read().unwrap();
    }
}
