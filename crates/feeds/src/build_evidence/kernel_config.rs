//! A kernel's `.config`, also as `/proc/config.gz`.

use matcher::build::{KernelConfig, Setting};

use super::{Lines, shown};
use crate::{Issue, IssueCode};

/// Reads a configuration.
pub fn kernel_config(bytes: &[u8]) -> (KernelConfig, Vec<Issue>) {
    let mut lines = Lines::of(bytes);
    let mut options: Vec<(Box<str>, Setting)> = Vec::new();
    let mut head: Option<(String, String)> = None;
    lines.each(|lines, number, line| {
        let place = || format!("line {number}");
        if let Some(comment) = line.strip_prefix('#') {
            let comment = comment.trim();
            if let Some(name) = comment.strip_suffix(" is not set").and_then(option) {
                options.push((name.into(), Setting::Off));
            } else if let Some(found) = head_of(comment) {
                if head.as_ref().is_some_and(|head| *head != found) {
                    let text = "a second head: this is more than one configuration".to_owned();
                    lines.lost(&place(), IssueCode::Malformed, text);
                }
                head = Some(found);
            }
            return;
        }
        let found = line.split_once('=').and_then(|(name, value)| Some((option(name)?, setting(value)?)));
        match found {
            Some((name, setting)) => options.push((name.into(), setting)),
            None => lines.lost(&place(), IssueCode::Malformed, format!("`{}` sets no option", shown(line))),
        }
    });
    if head.is_none() {
        let text =
            "the head `Linux/… Kernel Configuration` is missing: a fragment or a defconfig shows nothing"
                .to_owned();
        lines.note("", IssueCode::Malformed, text);
    }
    let (architecture, version) = head.unwrap_or_default();
    let config = KernelConfig::new(&architecture, &version, options, lines.partial);
    (config, lines.issues())
}

/// `Linux/arm64 5.10.168 Kernel Configuration`
fn head_of(comment: &str) -> Option<(String, String)> {
    let rest = comment.strip_prefix("Linux/")?.strip_suffix("Kernel Configuration")?;
    let mut words = rest.split_whitespace();
    let (architecture, version) = (words.next()?, words.next()?);
    let plain = |word: &str| word.len() <= 64 && word.bytes().all(|byte| byte.is_ascii_graphic());
    (plain(architecture) && plain(version)).then(|| (architecture.to_owned(), version.to_owned()))
}

/// The name of an option without `CONFIG_`.
fn option(name: &str) -> Option<&str> {
    let name = name.trim().strip_prefix("CONFIG_")?;
    let is_name = !name.is_empty()
        && name.len() <= 200
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some(name)
}

fn setting(value: &str) -> Option<Setting> {
    Some(match value.trim() {
        "y" => Setting::Yes,
        "m" => Setting::Module,
        "n" => Setting::Off,
        "" => return None,
        _ => Setting::Value,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "#\n# Automatically generated file; DO NOT EDIT.\n# Linux/arm64 5.10.168 Kernel Configuration\n#\n";

    #[test]
    fn options_and_head() {
        let text = format!(
            "{HEAD}CONFIG_NET=y\n# CONFIG_TIPC is not set\nCONFIG_BT=m\nCONFIG_HZ=250\nCONFIG_LOCALVERSION=\"-a=b\"\n#\n# Networking options\n#\n"
        );
        let (config, issues) = kernel_config(text.as_bytes());
        assert_eq!(issues, Vec::new());
        assert_eq!((config.architecture.as_str(), config.version.as_str()), ("arm64", "5.10.168"));
        for (name, expected) in [
            ("NET", Some(Setting::Yes)),
            ("TIPC", Some(Setting::Off)),
            ("BT", Some(Setting::Module)),
            ("HZ", Some(Setting::Value)),
            ("IP_SCTP", None),
        ] {
            assert_eq!(config.setting(name), expected, "{name}");
        }
    }

    #[test]
    fn what_is_said_twice_or_not_at_all() {
        let check = |text: &str, issues: usize, tipc: Option<Setting>| {
            let (config, found) = kernel_config(text.as_bytes());
            assert_eq!(found.len(), issues, "{text}: {found:?}");
            assert_eq!(config.setting("TIPC"), tipc, "{text}");
        };
        check(&format!("{HEAD}CONFIG_TIPC=y\n# CONFIG_TIPC is not set\n"), 0, Some(Setting::Contradictory));
        check("# CONFIG_TIPC is not set\n", 1, Some(Setting::Off));
        check(&format!("{HEAD}TIPC=y\nCONFIG_TIPC=n"), 1, Some(Setting::Off));
        check(&format!("{HEAD}# Linux/x86 6.1.0 Kernel Configuration\n"), 1, None);
        check(&format!("{HEAD}CONFIG_A\u{0}=y\n"), 2, None);
    }
}
