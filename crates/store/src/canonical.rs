//! Canonical JSON (RFC 8785, integers only): what is hashed. Keys are ours and ASCII, so byte order is UTF-16 order.

use std::collections::BTreeMap;

/// The JSON that the ledger writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Json {
    Integer(i64),
    Text(String),
    Object(BTreeMap<String, Json>),
}

impl Json {
    pub(crate) fn encode(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Integer(integer) => out.push_str(&integer.to_string()),
            Self::Text(text) => write_text(text, out),
            Self::Object(members) => {
                out.push('{');
                for (position, (name, value)) in members.iter().enumerate() {
                    if position > 0 {
                        out.push(',');
                    }
                    write_text(name, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }

    /// Reads what [`Json::encode`] wrote; none when the text holds anything the ledger never writes.
    pub(crate) fn decode(text: &str) -> Option<Self> {
        Self::from_serde(serde_json::from_str(text).ok()?)
    }

    pub(crate) fn from_serde(value: serde_json::Value) -> Option<Self> {
        Some(match value {
            serde_json::Value::Number(number) => Self::Integer(number.as_i64()?),
            serde_json::Value::String(text) => Self::Text(text),
            serde_json::Value::Object(members) => Self::Object(
                members
                    .into_iter()
                    .map(|(name, value)| Some((name, Self::from_serde(value)?)))
                    .collect::<Option<_>>()?,
            ),
            _ => return None,
        })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.get(name),
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(integer) => Some(*integer),
            _ => None,
        }
    }
}

/// RFC 8785 §3.2.2.2.
pub(crate) fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control if control < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_as_rfc_8785_says() {
        let mut out = String::new();
        write_text("\u{20ac}$\u{f}\nA'B\"\\\\\"/\u{7f}", &mut out);
        assert_eq!(out, "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u{7f}\"");
    }

    #[test]
    fn round_trip() {
        let text = r#"{"a":-1,"b":{"c":"d"},"e":""}"#;
        assert_eq!(Json::decode(text).map(|json| json.encode()).as_deref(), Some(text));
        assert_eq!(Json::decode("[1]"), None);
        assert_eq!(Json::decode("1.5"), None);
    }
}
