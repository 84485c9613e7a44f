//! Names that nobody identified ("OpenSSL 1.0.2k", "Windows 10 IoT LTSC 2019", "libfoo-1.2.3.so") taken apart into
//! vendor, name, version and edition.
//!
//! What comes out is for proposing an identity to a person, never for finding. Deliberately not here: ranking
//! (`candidate`) and the facts (`dictionary`).

use std::{collections::HashMap, sync::LazyLock};

use crate::dictionary::{self, Product, windows};

/// A name in its parts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawName {
    /// The maker, when the name begins with one that is known.
    pub vendor: Option<&'static str>,
    /// The name without vendor, version, edition and file endings, as written.
    pub name: String,
    /// The version, as the source of records would write it.
    pub version: Option<String>,
    /// What stands beside name and version: `IoT LTSC 2019`, `SP1`, `LTS`.
    pub edition: Option<String>,
    /// The product of the dictionary whose name this is, letter for letter but for case and separators.
    pub product: Option<&'static Product>,
    /// What was turned into what, or what is missing, for a person.
    pub note: Option<String>,
}

/// Longest name looked at, in bytes; a longer one is cut.
const LONGEST: usize = 300;
/// Longest alias, in words.
const ALIAS_WORDS: usize = 8;

/// Takes a name apart; `version` is what the document gives beside it and is preferred.
pub fn parse(name: &str, version: Option<&str>) -> RawName {
    let version = version.map(str::trim).filter(|version| !version.is_empty());
    let text = without_file_ending(cut(name.trim(), LONGEST));
    let words = words(text);
    let mut raw = RawName::default();
    if let Some(found) = windows_name(&words, version) {
        return found;
    }
    // `Viewer for Windows 10`: what it is made for is neither its name nor its version.
    let purpose = words.iter().skip(1).position(|word| ["for", "on", "with"].contains(word)).map(|at| at + 1);
    let words = &words[..purpose.unwrap_or(words.len())];
    let vendor = VENDORS
        .iter()
        .filter(|vendor| starts_with(words, vendor))
        .max_by_key(|vendor| vendor.len())
        .filter(|vendor| words.len() > vendor.split(' ').count());
    let skip = vendor.map_or(0, |vendor| vendor.split(' ').count());
    raw.vendor = vendor.copied();
    // The whole name first: what begins with a vendor may be called so.
    let known = [0, skip]
        .into_iter()
        .find_map(|from| longest_alias(&words[from..]).map(|(product, length)| (product, from + length)));
    let rest = match known {
        Some((product, end)) => {
            raw.product = Some(product);
            raw.name = words[..end].join(" ");
            &words[end..]
        }
        None => {
            let at = words.iter().skip(skip + 1).position(|word| is_version(word)).map(|at| at + skip + 1);
            raw.name = words[skip..at.unwrap_or(words.len())].join(" ");
            &words[at.unwrap_or(words.len())..]
        }
    };
    let stated = rest.iter().position(|word| is_version(word));
    raw.version = version.or(stated.map(|at| rest[at])).map(bare);
    let edition: Vec<&str> =
        rest.iter().enumerate().filter(|(at, _)| Some(*at) != stated).map(|(_, word)| *word).collect();
    raw.edition = Some(edition.join(" ")).filter(|edition| !edition.is_empty());
    raw
}

/// Lower case words of letters and digits, for comparing names: `Mbed-TLS`, `mbed_tls` and `mbed TLS` are one.
pub fn normalised(name: &str) -> String {
    let lower = name.to_lowercase().replace(['®', '™'], " ").replace(['µ', 'μ'], "u");
    let pieces = lower.split(|letter: char| !(letter.is_alphanumeric() || ".+#".contains(letter)));
    pieces.filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Makers that stand before product names; lower case.
const VENDORS: [&str; 30] = [
    "adobe",
    "amazon",
    "apache",
    "apple",
    "arm",
    "blackberry",
    "eclipse",
    "eclipse foundation",
    "express logic",
    "gnu",
    "google",
    "green hills",
    "green hills software",
    "hcc embedded",
    "intel",
    "isc",
    "microsoft",
    "mozilla",
    "nordic",
    "offis",
    "oracle",
    "qnx software systems",
    "red hat",
    "segger",
    "siemens",
    "silicon labs",
    "the qt company",
    "vmware",
    "weston embedded",
    "wind river",
];

/// Product by normalised alias; a name that two products share leads to neither.
static ALIASES: LazyLock<HashMap<String, Option<&'static Product>>> = LazyLock::new(|| {
    let mut map: HashMap<String, Option<&'static Product>> = HashMap::new();
    for product in dictionary::products() {
        for name in product.spoken().chain(product.plain.iter().map(String::as_str)) {
            map.entry(normalised(name))
                .and_modify(|known| {
                    if known.is_some_and(|known| !std::ptr::eq(known, product)) {
                        *known = None;
                    }
                })
                .or_insert(Some(product));
        }
    }
    map
});

/// The product of an alias, exact but for case and separators.
pub(crate) fn alias(name: &str) -> Option<&'static Product> {
    ALIASES.get(&normalised(name)).copied().flatten()
}

fn longest_alias(words: &[&str]) -> Option<(&'static Product, usize)> {
    (1..=words.len().min(ALIAS_WORDS))
        .rev()
        .find_map(|length| Some((alias(&words[..length].join(" "))?, length)))
        // `foo server` is not `foo`: what follows a known name has to be a version or an edition.
        .filter(|(_, length)| words[*length..].iter().all(|word| is_version(word) || is_edition(word)))
}

/// Words that say which edition of a thing, not which thing.
fn is_edition(word: &str) -> bool {
    const EDITIONS: [&str; 24] = [
        "lts",
        "ltsc",
        "ltsb",
        "esr",
        "enterprise",
        "express",
        "standard",
        "professional",
        "pro",
        "community",
        "x64",
        "x86",
        "32-bit",
        "64-bit",
        "release",
        "version",
        "rtos",
        "kernel",
        "library",
        "lib",
        "edition",
        "runtime",
        "os",
        "stack",
    ];
    let lower = word.trim_matches(|letter: char| "(),;".contains(letter)).to_lowercase();
    let service_pack =
        lower.strip_prefix("sp").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    service_pack || EDITIONS.contains(&lower.as_str())
}

/// `Windows 10 IoT Enterprise LTSC 2019`, `Windows 10 1809`, `Windows Embedded Standard 7`.
fn windows_name(words: &[&str], version: Option<&str>) -> Option<RawName> {
    const NOISE: [&str; 16] = [
        "microsoft",
        "iot",
        "enterprise",
        "pro",
        "professional",
        "version",
        "edition",
        "x64",
        "x86",
        "64-bit",
        "32-bit",
        "(64-bit)",
        "(32-bit)",
        "for",
        "the",
        "n",
    ];
    let at = words.iter().position(|word| word.eq_ignore_ascii_case("windows"))?;
    if words[..at].iter().any(|word| !NOISE.contains(&word.to_lowercase().as_str())) {
        return None;
    }
    let essential = |text: &str| -> Vec<String> {
        let lower = normalised(text);
        lower.split(' ').filter(|word| !NOISE.contains(word)).map(str::to_owned).collect()
    };
    let asked = essential(&words.join(" "));
    let build = version.into_iter().chain(words.iter().copied()).find_map(windows::full_build);
    let spoken = dictionary::products()
        .iter()
        .filter(|product| product.cpes.iter().any(|cpe| cpe.starts_with("o:microsoft:windows_")));
    // The longest of its names that the words begin with.
    let by_name = spoken
        .flat_map(|product| product.spoken().map(move |name| (product, essential(name))))
        .filter(|(_, name)| asked.starts_with(name))
        .max_by_key(|(_, name)| name.len())
        .map(|(product, name)| (product, name.len()));
    let of = asked.get(..2).map(|start| start.join("_"));
    let line = of.as_deref().and_then(|of| {
        let stated = asked.get(2).map(String::as_str).into_iter().chain(version).chain(build.as_deref());
        stated.filter_map(|version| windows::line(of, version)).next()
    });
    let (product, used) = by_name.or(line.map(|line| (line, asked.len().min(3))))?;
    let note = product.line.as_ref().map(|line| match &build {
        Some(build) => format!("{} is build {}; {build} tells its update", product.name, line.build),
        None => format!(
            "{} is build {}; its update number (UBR) is not stated: without {}.<UBR> every answer stays undecided",
            product.name, line.build, line.build
        ),
    });
    let edition = words[at..].join(" ");
    Some(RawName {
        vendor: Some("microsoft"),
        name: product.name.clone(),
        version: build.or_else(|| product.line.is_none().then(|| version.map(bare)).flatten()),
        edition: (used > 0 && normalised(&edition) != normalised(&product.name)).then_some(edition),
        product: Some(product),
        note,
    })
}

fn starts_with(words: &[&str], name: &str) -> bool {
    let mut words = words.iter();
    name.split(' ').all(|part| words.next().is_some_and(|word| word.eq_ignore_ascii_case(part)))
}

/// Words of a name; a version that hangs on it by `-` or `_` is a word of its own.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for word in text.split(|letter: char| letter.is_whitespace() || "®™,;".contains(letter)) {
        let hung = word.char_indices().skip(1).find(|(at, letter)| {
            let rest = &word[at + letter.len_utf8()..];
            "-_".contains(*letter) && rest.contains('.') && is_version(rest)
        });
        match hung {
            Some((at, letter)) => words.extend([&word[..at], &word[at + letter.len_utf8()..]]),
            None => words.push(word),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a word is a version: it begins with a digit, or with `v` or `r` and a digit.
fn is_version(word: &str) -> bool {
    let word = word.trim_matches(|letter: char| "()".contains(letter));
    let number = word.strip_prefix(['v', 'V', 'r', 'R']).unwrap_or(word);
    number.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
        && number.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_+~:".contains(&byte))
        && !["32-bit", "64-bit"].contains(&word)
}

/// A version without a leading `v` and without brackets around it.
fn bare(version: &str) -> String {
    let version = version.trim().trim_matches(|letter: char| "()".contains(letter));
    let number =
        version.strip_prefix(['v', 'V']).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    number.unwrap_or(version).to_owned()
}

/// A file name without folder and ending: `libfoo-1.2.3.so`, `libfoo.so.1.2.3`, `foo.dll`.
fn without_file_ending(text: &str) -> &str {
    const ENDINGS: [&str; 14] = [
        ".so", ".dll", ".exe", ".jar", ".a", ".lib", ".dylib", ".zip", ".tar", ".tgz", ".gz", ".xz", ".msi",
        ".whl",
    ];
    let is_path = text.starts_with(['/', '.']) || text.contains('\\') || text.matches('/').count() > 1;
    let mut text = if is_path { text.rsplit(['/', '\\']).next().unwrap_or(text) } else { text };
    if let Some((name, version)) = text.split_once(".so.")
        && is_version(version)
    {
        // `libfoo.so.1.2.3`: that number is of the interface, not of the release.
        return name;
    }
    while let Some(rest) = ENDINGS.iter().find_map(|ending| text.strip_suffix(ending)) {
        text = rest;
    }
    text
}

fn cut(text: &str, longest: usize) -> &str {
    let end = (0..=longest.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, version: Option<&str>, expected: (&str, Option<&str>, Option<&str>, Option<&str>)) {
        let raw = parse(name, version);
        let found = (
            raw.name.as_str(),
            raw.version.as_deref(),
            raw.edition.as_deref(),
            raw.product.map(|product| product.name.as_str()),
        );
        assert_eq!(found, expected, "{name}");
    }

    #[test]
    fn names_come_apart() {
        check("OpenSSL 1.0.2k", None, ("OpenSSL", Some("1.0.2k"), None, Some("OpenSSL")));
        check("OpenSSL", Some("1.0.2k"), ("OpenSSL", Some("1.0.2k"), None, Some("OpenSSL")));
        check("VxWorks 6.9", None, ("VxWorks", Some("6.9"), None, Some("VxWorks")));
        check("Wind River VxWorks v7", None, ("Wind River VxWorks", Some("7"), None, Some("VxWorks")));
        check("QNX 7.0", None, ("QNX", Some("7.0"), None, Some("QNX")));
        check("mbed-TLS 2.28.0 LTS", None, ("mbed-TLS", Some("2.28.0"), Some("LTS"), Some("Mbed TLS")));
        check("µC/OS-III", Some("3.04"), ("µC/OS-III", Some("3.04"), None, Some("µC/OS")));
        check(
            "Microsoft SQL Server 2019 Express",
            None,
            ("Microsoft SQL Server 2019", None, Some("Express"), Some("Microsoft SQL Server 2019")),
        );
    }

    #[test]
    fn a_known_name_in_a_longer_one_is_not_that_product() {
        check("libfoo-1.2.3.so", None, ("libfoo", Some("1.2.3"), None, None));
        check("/usr/lib/libfoo.so.1.2.3", None, ("libfoo", None, None, None));
        check("OpenSSL Helper Service 3.1", None, ("OpenSSL Helper Service", Some("3.1"), None, None));
        check("zlib wrapper", None, ("zlib wrapper", None, None, None));
        check("Acme Pump Server", Some("7"), ("Acme Pump Server", Some("7"), None, None));
        check("", None, ("", None, None, None));
    }

    #[test]
    fn n4_windows_editions_are_lines_and_ask_for_the_update() {
        for (name, version, product, build) in [
            ("Windows 10 IoT LTSC 2019", None, Some("Windows 10 version 1809"), None),
            (
                "Microsoft Windows 10 IoT Enterprise LTSC 2019",
                Some("10.0.17763.5329"),
                Some("Windows 10 version 1809"),
                Some("10.0.17763.5329"),
            ),
            ("Windows 10 Enterprise LTSB 2016", None, Some("Windows 10 version 1607"), None),
            ("Windows 10", Some("1809"), Some("Windows 10 version 1809"), None),
            ("Windows 10 version 22H2", None, Some("Windows 10 version 22H2"), None),
            ("Windows 11 IoT Enterprise LTSC 2024", None, Some("Windows 11 version 24H2"), None),
            ("Windows Embedded Standard 7", None, Some("Windows 7"), None),
            ("Windows Embedded POSReady 2009", None, Some("Windows XP"), None),
            ("Windows Embedded Compact", None, Some("Windows CE"), None),
            ("Windows 10", None, None, Some("10")),
            ("Acme Viewer for Windows 10", None, None, None),
        ] {
            let raw = parse(name, version);
            assert_eq!(raw.product.map(|product| product.name.as_str()), product, "{name}");
            assert_eq!(raw.version.as_deref(), build, "{name}");
            let line = raw.product.is_some_and(|product| product.line.is_some());
            let asks = raw.note.as_deref().is_some_and(|note| note.contains("UBR"));
            assert_eq!(asks, line && build.is_none(), "{name}: {:?}", raw.note);
        }
    }

    #[test]
    fn hostile_names_are_bounded() {
        for name in ["®".repeat(10_000), "1.".repeat(10_000), "-_".repeat(10_000), "windows ".repeat(10_000)]
        {
            assert!(parse(&name, Some(&name)).name.len() <= LONGEST + 1);
        }
    }
}
