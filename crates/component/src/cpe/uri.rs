//! The URI binding of CPE 2.2, with the packed edition of 2.3: NISTIR 7695 6.1.
use super::value::{Value, push_quoted, tokens, wildcards_are_at_the_ends};
use super::{Cpe, CpeError, Part};

/// Reads what follows `cpe:/`.
pub(super) fn parse(text: &str) -> Result<Cpe, CpeError> {
    let components: Vec<&str> = text.split(':').collect();
    if components.len() > 7 {
        return Err(CpeError::Attributes { found: components.len(), expected: "at most 7" });
    }
    let component = |index: usize| components.get(index).copied().unwrap_or_default();
    let part = match component(0) {
        "" => Part::Any,
        part => Part::parse(part)?,
    };
    let mut cpe = Cpe {
        part,
        vendor: parse_value(component(1))?,
        product: parse_value(component(2))?,
        version: parse_value(component(3))?,
        update: parse_value(component(4))?,
        language: parse_value(component(6))?,
        ..Cpe::default()
    };
    let edition = component(5);
    match edition.strip_prefix('~') {
        None => cpe.edition = parse_value(edition)?,
        Some(packed) => {
            let parts: Vec<&str> = packed.splitn(5, '~').collect();
            let [edition, sw_edition, target_sw, target_hw, other] = parts.as_slice() else {
                return Err(CpeError::Value {
                    value: edition.to_owned(),
                    reason: "a packed edition has five parts, each behind a `~`",
                });
            };
            cpe.edition = parse_value(edition)?;
            cpe.sw_edition = parse_value(sw_edition)?;
            cpe.target_sw = parse_value(target_sw)?;
            cpe.target_hw = parse_value(target_hw)?;
            cpe.other = parse_value(other)?;
        }
    }
    Ok(cpe)
}

pub(super) fn format(cpe: &Cpe) -> String {
    let part = if cpe.part == Part::Any { "" } else { cpe.part.as_str() };
    let mut text = format!("cpe:/{part}");
    for value in [&cpe.vendor, &cpe.product, &cpe.version, &cpe.update] {
        text.push(':');
        push_value(&mut text, value);
    }
    text.push(':');
    let extended = [&cpe.sw_edition, &cpe.target_sw, &cpe.target_hw, &cpe.other];
    if extended.iter().all(|value| **value == Value::Any) {
        push_value(&mut text, &cpe.edition);
    } else {
        for value in std::iter::once(&cpe.edition).chain(extended) {
            text.push('~');
            push_value(&mut text, value);
        }
    }
    text.push(':');
    push_value(&mut text, &cpe.language);
    text.truncate(text.trim_end_matches(':').len());
    text
}

fn push_value(text: &mut String, value: &Value) {
    match value {
        Value::Any => {}
        Value::Na => text.push('-'),
        Value::Text(value) => {
            for token in tokens(value) {
                match token.character {
                    '?' if !token.quoted => text.push_str("%01"),
                    '*' if !token.quoted => text.push_str("%02"),
                    character if character.is_ascii_alphanumeric() => text.push(character),
                    character @ ('.' | '-' | '_') => text.push(character),
                    character => {
                        for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                            text.push_str(&format!("%{byte:02x}"));
                        }
                    }
                }
            }
        }
    }
}

fn parse_value(text: &str) -> Result<Value, CpeError> {
    let refuse = |reason| Err(CpeError::Value { value: text.to_owned(), reason });
    match text {
        "" => return Ok(Value::Any),
        "-" => return Ok(Value::Na),
        _ => {}
    }
    let mut quoted = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            match character {
                // Not in the grammar, but seen; read as the wildcards they are elsewhere.
                '*' | '?' => quoted.push(character),
                character if character.is_ascii_graphic() => push_quoted(&mut quoted, character),
                _ => return refuse("only printable ASCII characters can stand in a CPE name"),
            }
            continue;
        }
        let code = (characters.next(), characters.next());
        let (Some(high), Some(low)) =
            (code.0.and_then(|c| c.to_digit(16)), code.1.and_then(|c| c.to_digit(16)))
        else {
            return refuse("two hexadecimal digits are missing behind a `%`");
        };
        match char::from_u32(high * 16 + low) {
            Some('\u{1}') => quoted.push('?'),
            Some('\u{2}') => quoted.push('*'),
            Some(character) if character.is_ascii_graphic() => push_quoted(&mut quoted, character),
            _ => return refuse("a percent code that stands for no character of CPE"),
        }
    }
    if !wildcards_are_at_the_ends(&quoted) {
        return refuse("wildcards stand at the ends only, one `*` or several `?`");
    }
    if quoted == "*" {
        return Ok(Value::Any);
    }
    Ok(Value::Text(quoted))
}
