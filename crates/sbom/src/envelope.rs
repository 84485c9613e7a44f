//! Signed wrappings: a DSSE envelope holds an in-toto statement, a statement holds the SBOM as its predicate.
//! The signature is not checked here, which every document read this way says in its issues.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::ReadError;
use crate::issue::IssueCode;
use crate::json;
use crate::walk::Walk;

/// Signers write both alphabets, with and without padding.
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

#[derive(Deserialize)]
struct Envelope {
    payload: String,
}

#[derive(Deserialize)]
struct Statement<'a> {
    #[serde(borrow)]
    predicate: Option<&'a RawValue>,
}

/// Some tools put the document one level deeper, as an object or as a text.
#[derive(Deserialize)]
struct Custom<'a> {
    #[serde(rename = "Data", borrow)]
    data: &'a RawValue,
}

/// The payload of a DSSE envelope as bytes of text.
pub(crate) fn payload(text: &str, walk: &mut Walk) -> Result<Vec<u8>, ReadError> {
    let envelope: Envelope = serde_json::from_str(text).map_err(|error| json::refusal(&error))?;
    let compact: Vec<u8> = envelope.payload.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let bytes = STANDARD.decode(&compact).or_else(|_| URL_SAFE.decode(&compact)).map_err(|error| {
        ReadError::Unpack { kind: "DSSE", what: format!("the payload is not base64: {error}") }
    })?;
    walk.report(IssueCode::Unwrapped, || {
        "read out of a signed DSSE envelope; its signature was not checked, and places are those of the document inside"
            .to_owned()
    });
    Ok(bytes)
}

/// The predicate of an in-toto statement as JSON text.
pub(crate) fn predicate(text: &str) -> Result<String, ReadError> {
    let statement: Statement<'_> = serde_json::from_str(text).map_err(|error| json::refusal(&error))?;
    let predicate = statement.predicate.map(RawValue::get).unwrap_or_default();
    let inner = serde_json::from_str::<Custom<'_>>(predicate).map_or(predicate, |custom| custom.data.get());
    Ok(serde_json::from_str::<String>(inner).unwrap_or_else(|_| inner.to_owned()))
}
