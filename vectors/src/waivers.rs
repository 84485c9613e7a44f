//! Which vectors do not hold, and why: the one table. A case that holds must not be here.

/// One case.
pub(crate) struct Waiver {
    pub(crate) set: &'static str,
    pub(crate) case: &'static str,
    pub(crate) reason: &'static str,
}

/// Cases that fail for one reason which their text shows.
pub(crate) struct Class {
    pub(crate) set: &'static str,
    pub(crate) covers: fn(&str) -> bool,
    /// How many there are.
    pub(crate) count: usize,
    pub(crate) reason: &'static str,
}

pub(crate) fn of(set: &str) -> impl Iterator<Item = &'static Waiver> {
    WAIVERS.iter().filter(move |waiver| waiver.set == set)
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

static WAIVERS: [Waiver; 66] = [
    waiver("purl:types", "gem-test.json parse pkg:gem/jruby-launcher@1.1.2?Platform=java", UPPER_CASE_KEY),
    waiver(
        "purl:types",
        "rpm-test.json parse pkg:Rpm/fedora/curl@7.50.3-1.fc25?Arch=i386&Distro=fedora-25",
        UPPER_CASE_KEY,
    ),
    waiver(
        "purl:types",
        "git-test.json validate pkg:git/github/Package-url/purl-Spec@244fd47e07d1004f0aed9c",
        GIT_CASE,
    ),
    waiver("vers:specification", "alpm 1.5.b-1 = 1.5.b", RELEASE_LEFT_OUT),
    waiver("vers:specification", "alpm 1.5 = 1.5-1", RELEASE_LEFT_OUT),
    waiver("vers:specification", "alpm 1.5-1 = 1.5", RELEASE_LEFT_OUT),
    waiver("vers:specification", "alpm 1.1-1 = 1.1", RELEASE_LEFT_OUT),
    waiver("vers:specification", "conan  -> vers:conan/", NO_CONSTRAINT),
    waiver("vers:specification", "maven sort 2-1 2.0.a", ZERO_BEFORE_QUALIFIER),
    waiver("vers:specification", "maven sort 2-1 2.0.0.a", ZERO_BEFORE_QUALIFIER),
    waiver("vers:specification", "npm <= 1.0 -> vers:npm/<=1.0.0", PARTIAL),
    waiver(
        "vers:specification",
        "npm >= 0.2.0 <= 0.9.6 || ~0.8.0-pre -> vers:npm/>=0.2.0|>=0.8.0-pre|<0.8.0|>=0.8.0|<0.8.1|<=0.9.6",
        TILDE,
    ),
    waiver("vers:specification", "npm >= 2.2.x -> vers:npm/>=2.2.0|<2.3.0", PARTIAL),
    waiver("vers:specification", "npm >=5.0.3 >=4.2.1 -> vers:npm/>=4.2.1|>=5.0.3", BLANK_IS_AND),
    waiver("vers:specification", "npm >= 1.x -> vers:npm/>=1.0.0|<2.0.0", PARTIAL),
    waiver("vers:specification", "npm 2.1 || 2.6 -> vers:npm/2.1.0|2.6.0", PARTIAL),
    waiver("vers:specification", "npm 1.1.2 1.2.2 -> vers:npm/1.1.2|1.2.2", BLANK_IS_AND),
    waiver("vers:specification", "npm <=2.1 >=1.1 -> vers:npm/>=1.1.0|<=2.1.0", PARTIAL),
    waiver("vers:gitlab", "conan  -> vers:conan/", NO_CONSTRAINT),
    waiver("vers:gitlab", "npm <=3.3 -> vers:npm/<=3.3.0", PARTIAL),
    waiver("vers:gitlab", "npm <=1.0 -> vers:npm/<=1.0.0", PARTIAL),
    waiver(
        "vers:gitlab",
        "composer <2.8.1||>=3.0.0a1,<3.0.0RC4 -> vers:composer/<2.8.1|<3.0.0-RC4|>=3.0.0-a1",
        "Composer orders a1 before RC4; the list orders as bytes",
    ),
    waiver("versions:osv-scalibr", "apk 0..8 > 0...8", BROKEN_APK),
    waiver("versions:osv-scalibr", "apk 1-r0-1 = 1-r-2", BROKEN_APK),
    waiver("versions:osv-scalibr", "apk 1-r0-1 = 1-r0-2", BROKEN_APK),
    waiver("versions:osv-scalibr", "apk 1-ruff2 = 1-ruff1", BROKEN_APK),
    waiver("versions:osv-scalibr", "apk 1-ruff2 = 1--ruff1", BROKEN_APK),
    waiver("versions:osv-scalibr", "apk 1-r0-ruff2 = 1-r0-ruff1", BROKEN_APK),
    waiver("versions:osv-scalibr", "maven 1.0.0-RC16 < 1.0.0.RC8-beta", ZERO_BEFORE_QUALIFIER),
    waiver("versions:osv-scalibr", "maven 1.0.0-gradle-rework-beta3 < 1.0.0.RC7-3", ZERO_BEFORE_QUALIFIER),
    waiver("versions:osv-scalibr", "maven 2.9.0-1 < 2.9.0.RC1", ZERO_BEFORE_QUALIFIER),
    waiver("versions:osv-scalibr", "maven 3.6.2.FL.20090615 < 3.6.2-FL-2009-05-11", DOT_BELOW_HYPHEN),
    waiver("versions:osv-scalibr", "maven 6.1.12.rc5 < 6.1.12rc1", DOT_BELOW_HYPHEN),
    waiver("versions:osv-scalibr", "maven 1.1.31.sec10 < 1.1.31_noneautotype", DOT_BELOW_HYPHEN),
    waiver("versions:osv-scalibr", "maven 1.1.34.sec10 < 1.1.34_noneautotype", DOT_BELOW_HYPHEN),
    waiver("versions:osv-scalibr", "maven 1.1.46.sec10 < 1.1.46_noneautotype", DOT_BELOW_HYPHEN),
    waiver("versions:osv-scalibr", "maven 1.2.8.sec10_noneautotype < 1.2.8_noneautotype", DOT_BELOW_HYPHEN),
    waiver("versions:osv-scalibr", "maven 1.2.31.sec10 < 1.2.31_noneautotype", DOT_BELOW_HYPHEN),
    waiver("versions:osv-scalibr", "maven 1.2.48.sec10 < 1.2.48_noneautotype", DOT_BELOW_HYPHEN),
    waiver("versions:osv-scalibr", "maven 1.2.50.sec10 < 1.2.50_noneautotype", DOT_BELOW_HYPHEN),
    waiver("versions:osv-scalibr", "maven 1.2.54.sec10 < 1.2.54_noneautotype", DOT_BELOW_HYPHEN),
    waiver("versions:osv-scalibr", "maven 1.2.57.sec10 < 1.2.57_noneautotype", DOT_BELOW_HYPHEN),
    waiver("versions:osv-scalibr", "maven 1.2.60.sec10 < 1.2.60_noneautotype", DOT_BELOW_HYPHEN),
    waiver("versions:osv-scalibr", "maven 1.2.67.sec10 < 1.2.67_noneautotype", DOT_BELOW_HYPHEN),
    waiver("versions:osv-scalibr", "maven 1.0.0rc0 < 1.0.beta8", ZERO_BEFORE_QUALIFIER),
    waiver("versions:osv-scalibr", "maven 1.5.9.RC1 < 1.5.9-RC0", DOT_BELOW_HYPHEN),
    waiver("versions:osv-scalibr", "maven 3.5.0-CR-2 < 3.5.0.Beta-1", ZERO_BEFORE_QUALIFIER),
    waiver("versions:osv-scalibr", "maven 1.1.0-01-glassfish < 1.1.0.Beta1", ZERO_BEFORE_QUALIFIER),
    waiver("versions:osv-scalibr", "composer v1.9.0-ALPHA.1 = v1.9.0-BETA.1", STABILITY),
    waiver("versions:osv-scalibr", "composer v1.9.0-BETA.1 < v1.9.0-ALPHA.2", STABILITY),
    waiver("versions:osv-scalibr", "composer v1.9.0-ALPHA.2 = v1.9.0-BETA.2", STABILITY),
    waiver("versions:osv-scalibr", "composer 5.1.0-stable < 5.1.0-beta2", STABILITY),
    waiver("versions:osv-scalibr", "composer 1.2.3.# = 1.2.3.1", HASH_IS_ANY_NUMBER),
    waiver("versions:osv-scalibr", "composer v3.0 < v3.0.0-beta", FOUR_NUMBERS),
    waiver("versions:osv-scalibr", "composer v3.4 < v3.4.0-alpha", FOUR_NUMBERS),
    waiver("versions:osv-scalibr", "composer v4-beta4 < v4.0-alpha", FOUR_NUMBERS),
    waiver("versions:osv-scalibr", "composer v4.4 < v4.4.0-beta", FOUR_NUMBERS),
    waiver("versions:osv-scalibr", "composer v6.5 < v6.5.0-beta-0", FOUR_NUMBERS),
    waiver("versions:osv-scalibr", "composer v6.6 < v6.6.0-beta", FOUR_NUMBERS),
    waiver("versions:osv-scalibr", "composer 1.0.0 > 1.0", FOUR_NUMBERS),
    waiver("versions:osv.dev", "composer 1.2.3.# = 1.2.3.1", HASH_IS_ANY_NUMBER),
    waiver(
        "versions:univers",
        "openssl 1.0.2zc < 1.0.2zc-dev",
        "`OPENSSL_VERSION_NUMBER` puts a development version below its release, as 1.0.0-beta1 in the same list",
    ),
    waiver("versions:nvdtools", "generic 5-a1 < 5a1", "wrong by its source's own word"),
    waiver(
        "cpe:bind",
        "cpe:2.3:a::*:*:*:*:*:*:*:*:*",
        "binds an unset logical value to nothing; NISTIR 7695 6.2.2.1 binds ANY to `*`",
    ),
    waiver(
        "cpe:unbind",
        "TestUnbindURI cpe:2.3:a:foo\\$bar:insight:7.4.0.1570:-:*:*:online:win2003:x64:*",
        "the function under test there reads URIs only; ours reads both bindings",
    ),
    waiver(
        "cpe:match-strings",
        "fo?? foo",
        "a run of `?` stands for up to as many characters (NISTIR 7696 6.3), so `fo??` covers `foo`",
    ),
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
            case.starts_with("invalid-versions \"") && case.ends_with(".0\"") || case.ends_with("09910\"")
        },
        count: 4,
        reason: "numbers of JavaScript end at 2^53; semver.org sets no limit, and other ecosystems share the scheme",
    },
];

/// The expected range has build metadata that the native one has not.
fn adds_build(case: &str) -> bool {
    case.split_once(" -> ").is_some_and(|(native, expected)| expected.contains('+') && !native.contains('+'))
}

const fn waiver(set: &'static str, case: &'static str, reason: &'static str) -> Waiver {
    Waiver { set, case, reason }
}
