//! The formatted string binding: NISTIR 7695 6.2.
use super::value::{Value, push_quoted, tokens, wildcards_are_at_the_ends};
use super::{Cpe, CpeError, Part};

/// Reads what follows `cpe:2.3:`.
pub(super) fn parse(text: &str) -> Result<Cpe, CpeError> {
    let attributes = split(text);
    let [part, vendor, product, version, update, edition, language, sw_edition, target_sw, target_hw, other] =
        attributes.as_slice()
    else {
        return Err(CpeError::Attributes { found: attributes.len(), expected: "11" });
    };
    Ok(Cpe {
        part: Part::parse(part)?,
        vendor: parse_value(vendor)?,
        product: parse_value(product)?,
        version: parse_value(version)?,
        update: parse_value(update)?,
        edition: parse_value(edition)?,
        language: parse_value(language)?,
        sw_edition: parse_value(sw_edition)?,
        target_sw: parse_value(target_sw)?,
        target_hw: parse_value(target_hw)?,
        other: parse_value(other)?,
    })
}

pub(super) fn format(cpe: &Cpe) -> String {
    let mut text = format!("cpe:2.3:{}", cpe.part.as_str());
    for value in cpe.attributes() {
        text.push(':');
        text.push_str(match value {
            Value::Any => "*",
            Value::Na => "-",
            Value::Text(value) => value,
        });
    }
    text
}

/// Puts a backslash before special characters that lack it and `*` where an attribute is empty or missing
/// at the end.
pub(super) fn repair(text: &str) -> String {
    let mut attributes: Vec<String> = split(text).into_iter().map(repair_value).collect();
    attributes.resize(attributes.len().max(11), "*".to_owned());
    attributes.join(":")
}

fn repair_value(text: &str) -> String {
    if text.is_empty() {
        return "*".to_owned();
    }
    let keep_wildcards = wildcards_are_at_the_ends(text);
    let mut repaired = String::with_capacity(text.len());
    for token in tokens(text) {
        if token.is_wildcard() && keep_wildcards {
            repaired.push(token.character);
        } else {
            push_quoted(&mut repaired, token.character);
        }
    }
    repaired
}

/// Splits at colons that no backslash precedes.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::with_capacity(11);
    let (mut start, mut quoted) = (0, false);
    for (position, byte) in text.bytes().enumerate() {
        match byte {
            b':' if !quoted => {
                parts.push(&text[start..position]);
                start = position + 1;
            }
            _ => quoted = byte == b'\\' && !quoted,
        }
    }
    parts.push(&text[start..]);
    parts
}

fn parse_value(text: &str) -> Result<Value, CpeError> {
    let refuse = |reason| Err(CpeError::Value { value: text.to_owned(), reason });
    match text {
        "*" => return Ok(Value::Any),
        "-" => return Ok(Value::Na),
        "" => return refuse("an empty value; write `*` for any"),
        _ => {}
    }
    // Nearly every value of nearly every name.
    if text.bytes().all(|byte| is_plain(char::from(byte))) {
        return Ok(Value::Text(text.to_ascii_lowercase()));
    }
    let mut quoted = String::with_capacity(text.len());
    let mut has_literal = false;
    for token in tokens(text) {
        let character = token.character;
        if token.is_wildcard() {
            quoted.push(character);
            continue;
        }
        if !character.is_ascii_graphic() {
            return refuse("only printable ASCII characters can stand in a CPE name");
        } else if !token.quoted && !is_plain(character) {
            return refuse("a special character needs a backslash before it");
        }
        has_literal = true;
        push_quoted(&mut quoted, character);
    }
    if !has_literal {
        return refuse("nothing but wildcards");
    }
    if !wildcards_are_at_the_ends(&quoted) {
        return refuse("wildcards stand at the ends only, one `*` or several `?`");
    }
    if quoted == "-" {
        quoted.insert(0, '\\');
    }
    Ok(Value::Text(quoted))
}

fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_')
}
