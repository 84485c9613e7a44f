//! Which vectors do not hold, and why: the one table. A case that holds must not be here.

/// Cases of one set that fail for one reason.
struct Waiver {
    set: &'static str,
    reason: &'static str,
    cases: &'static [&'static str],
}

/// Cases that fail for one reason which their text shows.
pub(crate) struct Class {
    pub(crate) set: &'static str,
    pub(crate) covers: fn(&str) -> bool,
    /// How many there are.
    pub(crate) count: usize,
    pub(crate) reason: &'static str,
}

/// Each waived case of a set with its reason.
pub(crate) fn of(set: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let waivers = WAIVERS.iter().filter(move |waiver| waiver.set == set);
    waivers.flat_map(|waiver| waiver.cases.iter().map(|case| (*case, waiver.reason)))
}

pub(crate) fn classes_of(set: &str) -> impl Iterator<Item = &'static Class> {
    CLASSES.iter().filter(move |class| class.set == set)
}

/// Maven keeps a zero before `.qualifier`, which is how it gets `2 < 2-1 < 2.0.a < 2`: a circle that no key can have. We
/// drop the zero there as before `-qualifier`.
const ZERO_BEFORE_QUALIFIER: &str = "keeping a zero before a qualifier makes a circle";
/// The tool sorts every qualifier behind a dot below any behind a hyphen; Maven's published order says that `.qualifier`
/// equals `-qualifier`, and the tool's own equalities (`1.ga`, `1-ga`) agree with that.
const DOT_BELOW_HYPHEN: &str = "the published order makes no difference between .qualifier and -qualifier";
const BROKEN_APK: &str =
    "no version of apk: the tool stops comparing there, and its releases disagree about the order";
const HASH_IS_ANY_NUMBER: &str =
    "`#` equals every number and nothing at once: 1.2.3 = 1.2.3.# = 1.2.3.1 > 1.2.3";
const FOUR_NUMBERS: &str =
    "made by version_compare alone; Composer pads to four numbers first, so 1.0 is 1.0.0";
const STABILITY: &str =
    "made by version_compare alone; Composer writes stabilities in small letters first, and drops `stable`";
const UPPER_CASE_KEY: &str = "refusing upper-case qualifier keys contradicts the suite's own `recommended` case, which lower-cases them";
const RELEASE_LEFT_OUT: &str =
    "a release left out equals any, so 1.5-1 = 1.5 = 1.5-2: no order; the caller asks without releases";
const NO_CONSTRAINT: &str = "the specification demands a constraint, and an empty text names no version";
const PARTIAL: &str = "node-semver: a partial version stands for its series, as a bound too";
const BLANK_IS_AND: &str = "node-semver: comparators behind blanks must all hold";
const TILDE: &str = "node-semver: ~0.8.0-pre is >=0.8.0-pre <0.9.0-0";
const GIT_CASE: &str = "recommended, and against the definition of the type, whose names are case sensitive";

static WAIVERS: [Waiver; 23] = [
    Waiver {
        set: "purl:types",
        reason: UPPER_CASE_KEY,
        cases: &[
            "gem-test.json parse pkg:gem/jruby-launcher@1.1.2?Platform=java",
            "rpm-test.json parse pkg:Rpm/fedora/curl@7.50.3-1.fc25?Arch=i386&Distro=fedora-25",
        ],
    },
    Waiver {
        set: "purl:types",
        reason: GIT_CASE,
        cases: &["git-test.json validate pkg:git/github/Package-url/purl-Spec@244fd47e07d1004f0aed9c"],
    },
    Waiver {
        set: "vers:specification",
        reason: RELEASE_LEFT_OUT,
        cases: &["alpm 1.5.b-1 = 1.5.b", "alpm 1.5 = 1.5-1", "alpm 1.5-1 = 1.5", "alpm 1.1-1 = 1.1"],
    },
    Waiver { set: "vers:specification", reason: NO_CONSTRAINT, cases: &["conan  -> vers:conan/"] },
    Waiver {
        set: "vers:specification",
        reason: ZERO_BEFORE_QUALIFIER,
        cases: &["maven sort 2-1 2.0.a", "maven sort 2-1 2.0.0.a"],
    },
    Waiver {
        set: "vers:specification",
        reason: PARTIAL,
        cases: &[
            "npm <= 1.0 -> vers:npm/<=1.0.0",
            "npm >= 2.2.x -> vers:npm/>=2.2.0|<2.3.0",
            "npm >= 1.x -> vers:npm/>=1.0.0|<2.0.0",
            "npm 2.1 || 2.6 -> vers:npm/2.1.0|2.6.0",
            "npm <=2.1 >=1.1 -> vers:npm/>=1.1.0|<=2.1.0",
        ],
    },
    Waiver {
        set: "vers:specification",
        reason: TILDE,
        cases: &[
            "npm >= 0.2.0 <= 0.9.6 || ~0.8.0-pre -> vers:npm/>=0.2.0|>=0.8.0-pre|<0.8.0|>=0.8.0|<0.8.1|<=0.9.6",
        ],
    },
    Waiver {
        set: "vers:specification",
        reason: BLANK_IS_AND,
        cases: &[
            "npm >=5.0.3 >=4.2.1 -> vers:npm/>=4.2.1|>=5.0.3",
            "npm 1.1.2 1.2.2 -> vers:npm/1.1.2|1.2.2",
        ],
    },
    Waiver { set: "vers:gitlab", reason: NO_CONSTRAINT, cases: &["conan  -> vers:conan/"] },
    Waiver {
        set: "vers:gitlab",
        reason: PARTIAL,
        cases: &["npm <=3.3 -> vers:npm/<=3.3.0", "npm <=1.0 -> vers:npm/<=1.0.0"],
    },
    Waiver {
        set: "vers:gitlab",
        reason: "Composer orders a1 before RC4; the list orders as bytes",
        cases: &["composer <2.8.1||>=3.0.0a1,<3.0.0RC4 -> vers:composer/<2.8.1|<3.0.0-RC4|>=3.0.0-a1"],
    },
    Waiver {
        set: "versions:osv-scalibr",
        reason: BROKEN_APK,
        cases: &[
            "apk 0..8 > 0...8",
            "apk 1-r0-1 = 1-r-2",
            "apk 1-r0-1 = 1-r0-2",
            "apk 1-ruff2 = 1-ruff1",
            "apk 1-ruff2 = 1--ruff1",
            "apk 1-r0-ruff2 = 1-r0-ruff1",
        ],
    },
    Waiver {
        set: "versions:osv-scalibr",
        reason: ZERO_BEFORE_QUALIFIER,
        cases: &[
            "maven 1.0.0-RC16 < 1.0.0.RC8-beta",
            "maven 1.0.0-gradle-rework-beta3 < 1.0.0.RC7-3",
            "maven 2.9.0-1 < 2.9.0.RC1",
            "maven 1.0.0rc0 < 1.0.beta8",
            "maven 3.5.0-CR-2 < 3.5.0.Beta-1",
            "maven 1.1.0-01-glassfish < 1.1.0.Beta1",
        ],
    },
    Waiver {
        set: "versions:osv-scalibr",
        reason: DOT_BELOW_HYPHEN,
        cases: &[
            "maven 3.6.2.FL.20090615 < 3.6.2-FL-2009-05-11",
            "maven 6.1.12.rc5 < 6.1.12rc1",
            "maven 1.1.31.sec10 < 1.1.31_noneautotype",
            "maven 1.1.34.sec10 < 1.1.34_noneautotype",
            "maven 1.1.46.sec10 < 1.1.46_noneautotype",
            "maven 1.2.8.sec10_noneautotype < 1.2.8_noneautotype",
            "maven 1.2.31.sec10 < 1.2.31_noneautotype",
            "maven 1.2.48.sec10 < 1.2.48_noneautotype",
            "maven 1.2.50.sec10 < 1.2.50_noneautotype",
            "maven 1.2.54.sec10 < 1.2.54_noneautotype",
            "maven 1.2.57.sec10 < 1.2.57_noneautotype",
            "maven 1.2.60.sec10 < 1.2.60_noneautotype",
            "maven 1.2.67.sec10 < 1.2.67_noneautotype",
            "maven 1.5.9.RC1 < 1.5.9-RC0",
        ],
    },
    Waiver {
        set: "versions:osv-scalibr",
        reason: STABILITY,
        cases: &[
            "composer v1.9.0-ALPHA.1 = v1.9.0-BETA.1",
            "composer v1.9.0-BETA.1 < v1.9.0-ALPHA.2",
            "composer v1.9.0-ALPHA.2 = v1.9.0-BETA.2",
            "composer 5.1.0-stable < 5.1.0-beta2",
        ],
    },
    Waiver {
        set: "versions:osv-scalibr",
        reason: HASH_IS_ANY_NUMBER,
        cases: &["composer 1.2.3.# = 1.2.3.1"],
    },
    Waiver {
        set: "versions:osv-scalibr",
        reason: FOUR_NUMBERS,
        cases: &[
            "composer v3.0 < v3.0.0-beta",
            "composer v3.4 < v3.4.0-alpha",
            "composer v4-beta4 < v4.0-alpha",
            "composer v4.4 < v4.4.0-beta",
            "composer v6.5 < v6.5.0-beta-0",
            "composer v6.6 < v6.6.0-beta",
            "composer 1.0.0 > 1.0",
        ],
    },
    Waiver { set: "versions:osv.dev", reason: HASH_IS_ANY_NUMBER, cases: &["composer 1.2.3.# = 1.2.3.1"] },
    Waiver {
        set: "versions:univers",
        reason: "`OPENSSL_VERSION_NUMBER` puts a development version below its release, as 1.0.0-beta1 in the same list",
        cases: &["openssl 1.0.2zc < 1.0.2zc-dev"],
    },
    Waiver {
        set: "versions:nvdtools",
        reason: "wrong by its source's own word",
        cases: &["generic 5-a1 < 5a1"],
    },
    Waiver {
        set: "cpe:bind",
        reason: "binds an unset logical value to nothing; NISTIR 7695 6.2.2.1 binds ANY to `*`",
        cases: &["cpe:2.3:a::*:*:*:*:*:*:*:*:*"],
    },
    Waiver {
        set: "cpe:unbind",
        reason: "the function under test there reads URIs only; ours reads both bindings",
        cases: &["TestUnbindURI cpe:2.3:a:foo\\$bar:insight:7.4.0.1570:-:*:*:online:win2003:x64:*"],
    },
    Waiver {
        set: "cpe:match-strings",
        reason: "a run of `?` stands for up to as many characters (NISTIR 7696 6.3), so `fo??` covers `foo`",
        cases: &["fo?? foo"],
    },
];

static CLASSES: [Class; 6] = [
    Class {
        set: "vers:gitlab",
        covers: |case| case.starts_with("composer ") && adds_build(case),
        count: 184,
        reason: "a fourth number is part of a Composer version, not build metadata of semver, which would not count",
    },
    Class {
        set: "vers:gitlab",
        covers: |case| case.starts_with("golang ") && adds_build(case),
        count: 6,
        reason: "as for Composer: as build metadata the fourth number would not count",
    },
    Class {
        set: "versions:node-semver",
        covers: |case| case.starts_with("increments ") || case.starts_with("truncations "),
        count: 160,
        reason: "matching never makes a version out of another",
    },
    Class {
        set: "versions:node-semver",
        covers: |case| {
            case.starts_with("comparator-intersection ") || case.starts_with("range-intersection ")
        },
        count: 88,
        reason: "matching asks whether a version is in a range, never how two ranges stand to each other",
    },
    Class {
        set: "versions:node-semver",
        covers: |case| case.starts_with("version-"),
        count: 277,
        reason: "matching asks whether a version is in a range, never on which side outside; range-include and \
                 range-exclude hold",
    },
    Class {
        set: "versions:node-semver",
        covers: |case| {
            case.starts_with("invalid-versions \"") && (case.ends_with(".0\"") || case.ends_with("09910\""))
        },
        count: 4,
        reason: "numbers of JavaScript end at 2^53; semver.org sets no limit, and other ecosystems share the scheme",
    },
];

/// The expected range has build metadata that the native one has not.
fn adds_build(case: &str) -> bool {
    case.split_once(" -> ").is_some_and(|(native, expected)| expected.contains('+') && !native.contains('+'))
}
