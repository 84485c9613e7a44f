//! Impact, Products, Release and Explain.

use web::view::bar::{Bar, Part, Tone};
use web::view::build_evidence::{BuildEvidenceCard, EvidenceForm, EvidenceRow, ExcludedRow};
use web::view::chip::{Chip, Firmness, Harm, Kev, Status, Threat, Verdict};
use web::view::count::{Count, Link};
use web::view::empty::Empty;
use web::view::evidence::{Evidence, Grade, Mark};
use web::view::explain::{ComponentVerdict, ExplainPage, Explained, Explanation, StatementRow};
use web::view::href;
use web::view::impact::{Answer, Countries, Country, ImpactPage, ImpactRelease, Serial, VulnerabilityAnswer};
use web::view::inbox::Pager;
use web::view::products::{Product, ProductRelease, ProductsPage};
use web::view::release::{BlindSpot, Change, Changes, ComponentRow, Inventory, ReleasePage};
use web::view::shell::Section;
use web::view::sum::{Line, Sum};

use super::shell::shell;

pub(crate) fn impact() -> ImpactPage {
    let mut shell = shell(Section::Impact, "CVE-2025-15467", href::IMPACT, &[("Are we hit?", href::IMPACT)]);
    shell.as_of.kept = vec![(String::from("q"), String::from("CVE-2025-15467"))];
    let here = |part: &str| format!("/impact?q=CVE-2025-15467&part={part}#serials");
    ImpactPage {
        shell,
        question: String::from("CVE-2025-15467"),
        source: String::from("Answered from the sweep of 08:10 UTC over snapshot 41d0 c7be."),
        answer: Answer::Vulnerability(Box::new(VulnerabilityAnswer {
            names: vec![String::from("CVE-2025-15467"), String::from("OpenSSL CMS parsing")],
            summary: String::from(
                "Parsing a CMS message with an oversized parameter writes past the end of a stack buffer.",
            ),
            published: Some(String::from("published 27 Jan 2026")),
            case: Some(Link::new("CASE-0147", href::case("CASE-0147"))),
            harm: Harm::Critical,
            threat: Threat {
                kev: Some(Kev::NotListed),
                epss_permille: Some(31),
                cvss: Some(String::from("CVSS 9.8")),
            },
            affected: Count::new(15_695, here("affected")),
            affected_releases: 2,
            open: Count::new(0, here("open")),
            open_releases: 0,
            not_ruled_out: Count::new(742, here("unread")),
            units: Bar {
                label: String::from("Units by answer"),
                parts: vec![
                    Part::new(Tone::Affected, Count::new(15_695, here("affected")), "affected"),
                    Part::new(
                        Tone::Unknown,
                        Count::new(742, here("unread")),
                        "release not read, treated as affected",
                    ),
                    Part::new(Tone::Fixed, Count::new(6_180, here("fixed")), "fixed"),
                    Part::new(Tone::NotAffected, Count::new(7_164, here("not-affected")), "not affected"),
                    Part::new(
                        Tone::Absent,
                        Count::new(7_692, here("absent")),
                        "no such component in the inventory",
                    ),
                ],
                total: 37_473,
                total_words: Some(String::from("units in all")),
            },
            releases_asked: 23,
            releases: vec![
                row(
                    "Corva 4.2",
                    Some("corva-4@4.2"),
                    "openssl 3.0.13",
                    [9_215, 231],
                    Some(Verdict::InRange),
                    Status::Affected,
                    Firmness::Proposed,
                    "3.0.13 is before 3.0.19",
                ),
                row(
                    "Corva 4.1",
                    Some("corva-4@4.1"),
                    "openssl 3.0.9",
                    [6_480, 174],
                    Some(Verdict::InRange),
                    Status::Affected,
                    Firmness::Proposed,
                    "3.0.9 is before 3.0.19",
                ),
                row(
                    "Corva 4, not read",
                    None,
                    "not known",
                    [742, 38],
                    None,
                    Status::Unknown,
                    Firmness::NoDecision,
                    "no version reported yet",
                ),
                row(
                    "Corva 4.2.1",
                    Some("corva-4@4.2.1"),
                    "openssl 3.0.19",
                    [1_870, 52],
                    Some(Verdict::OutOfRange),
                    Status::Fixed,
                    Firmness::Signed,
                    "first fixed version",
                ),
                row(
                    "Vela M8 3.5",
                    Some("vela-m8@3.5"),
                    "openssl 3.0.18-1~deb12u2",
                    [4_310, 148],
                    Some(Verdict::Patched),
                    Status::Fixed,
                    Firmness::Signed,
                    "the distribution patched it",
                ),
                row(
                    "Corva 4.0",
                    Some("corva-4@4.0"),
                    "openssl 1.1.1w",
                    [3_120, 96],
                    Some(Verdict::OutOfRange),
                    Status::NotAffected,
                    Firmness::Signed,
                    "1.1.1 is not in the range",
                ),
            ],
            not_listed: Count::new(17, "/impact?q=CVE-2025-15467&part=absent"),
            serials: vec![
                serial(
                    "C4-2209-01187",
                    Some(("4.2", "16 Nov")),
                    "University hospital, intensive care",
                    "Norway",
                    Status::Affected,
                    Firmness::Proposed,
                ),
                serial(
                    "C4-2114-00410",
                    Some(("4.1", "2 Oct")),
                    "Regional clinic, ward 3",
                    "Germany",
                    Status::Affected,
                    Firmness::Proposed,
                ),
                serial(
                    "C4-2008-00733",
                    None,
                    "Home-care provider",
                    "France",
                    Status::Unknown,
                    Firmness::NoDecision,
                ),
            ],
            serials_total: Count::new(16_437, "/impact?q=CVE-2025-15467&part=hit#serials"),
            pager: Pager {
                shown: 3,
                total: 16_437,
                first: None,
                next: Some(String::from("/impact?q=CVE-2025-15467&after=C4-2008-00733")),
            },
            countries: countries(),
        })),
    }
}

pub(crate) fn impact_ask() -> ImpactPage {
    ImpactPage {
        shell: shell(Section::Impact, "Are we hit?", href::IMPACT, &[]),
        question: String::new(),
        source: String::new(),
        answer: Answer::Nothing(vec![
            Link::new("CVE-2024-1086, kernel packet filter", href::impact("CVE-2024-1086")),
            Link::new("CVE-2023-45853, archive overflow", href::impact("CVE-2023-45853")),
        ]),
    }
}

pub(crate) fn impact_unknown() -> ImpactPage {
    ImpactPage {
        question: String::from("CVE-2026-99999"),
        source: String::from("Asked of snapshot 41d0 c7be, taken Tue 17 Nov 2026 08:04 UTC."),
        answer: Answer::NotKnown(
            Empty::new("None of the 8 sources has a record of that name.")
                .last("It may be reserved, withdrawn, or younger than the snapshot; the CVE list was taken in 12 min ago.")
                .next(Link::new("See how fresh each source is", href::WATCH)),
        ),
        ..impact_ask()
    }
}

pub(crate) fn products() -> ProductsPage {
    ProductsPage {
        shell: shell(Section::Products, "Products", href::PRODUCTS, &[]),
        releases: 23,
        units: 37_473,
        sites: 440,
        unread: Count::new(742, "/products?release=unknown"),
        without_inventory: Count::new(1, "/products?inventory=none"),
        products: vec![
            Product {
                name: String::from("Corva 4"),
                meta: String::from("infusion pump · software safety class C · sold in 14 countries"),
                slug: String::from("corva-4"),
                releases: vec![
                    release_row(
                        "Corva 4.2.1",
                        "corva-4@4.2.1",
                        Some("after 4.2"),
                        Chip::new("grn", "check", "Supported"),
                        [1_870, 52, 1, 61],
                        Some((398, "95.1%")),
                    ),
                    release_row(
                        "Corva 4.2",
                        "corva-4@4.2",
                        Some("after 4.1"),
                        Chip::new("grn", "check", "Supported"),
                        [9_215, 231, 3, 93],
                        Some((412, "94.2%")),
                    ),
                    release_row(
                        "Corva 4.1",
                        "corva-4@4.1",
                        None,
                        Chip::new("amb", "clock", "Ends in 4 months"),
                        [6_480, 174, 2, 88],
                        Some((377, "91.8%")),
                    ),
                ],
                unread: Some(Count::new(742, "/products?release=unknown&product=corva-4")),
            },
            Product {
                name: String::from("Tessera"),
                meta: String::from("implant programmer · software safety class B"),
                slug: String::from("tessera"),
                releases: vec![release_row(
                    "Tessera 2.6",
                    "tessera@2.6",
                    None,
                    Chip::unknown("No date"),
                    [1_460, 88, 0, 0],
                    None,
                )],
                unread: None,
            },
        ],
        empty: Empty::new("No product is on record."),
    }
}

/// As whoever may not change it sees it, and everybody in the past.
pub(crate) fn release_read_only() -> ReleasePage {
    let mut page = release();
    page.build_evidence.form = None;
    page
}

fn build_evidence(page: &str) -> BuildEvidenceCard {
    let row = |id: &str, kind, size: &str, file: &str, for_people| EvidenceRow {
        id: String::from(id),
        kind,
        size: String::from(size),
        file: Link::new(file, format!("{page}/evidence/{id}")),
        image: String::from("sha256:4be1c07d22a9…"),
        subject: None,
        for_people,
    };
    let line = |name: &str, one_by_one| ExcludedRow {
        vulnerability: Link::new(name, href::explain(name, "corva-4@4.2")),
        component: String::from("linux"),
        one_by_one,
    };
    BuildEvidenceCard {
        rows: vec![
            row("01", "Kernel configuration", "3,412 options", "kernel.config", false),
            row("02", "Compiled files", "11,806 files, 2 reading issues", "compiled.txt", false),
            row("03", "Open ports", "3 ports", "scan.txt", true),
        ],
        excluded: Count::new(1_204, "/explain?release=corva-4@4.2"),
        one_by_one: 1,
        lines: vec![line("CVE-2024-1086", Some("known to be exploited")), line("CVE-2021-47001", None)],
        form: Some(EvidenceForm {
            form_token: String::from("3f0c77d1"),
            action: format!("{page}/evidence"),
            ..EvidenceForm::default()
        }),
    }
}

pub(crate) fn release() -> ReleasePage {
    let page = href::release("corva-4@4.2");
    let rows = |watched: &str| format!("{page}?watched={watched}#components");
    ReleasePage {
        shell: shell(
            Section::Products,
            "4.2",
            &page,
            &[("Products", href::PRODUCTS), ("Corva 4", "/products#corva-4")],
        ),
        name: String::from("Corva 4.2"),
        meta: vec![
            String::from("Corva 4 infusion pump"),
            String::from("fielded since Mar 2025"),
            String::from("after 4.1"),
        ],
        units: Count::new(9_215, "/impact?q=corva-4@4.2"),
        sites: Count::new(231, "/impact?q=corva-4@4.2#sites"),
        chips: vec![
            Chip::new("grn", "check", "Supported to 31 May 2033"),
            Chip { proposed: true, ..Chip::new("red", "broken", "1 case uncontrolled, proposed") },
        ],
        inventory: Some(Inventory {
            words: String::from("CycloneDX 1.6, received Thu 5 Nov 2026"),
            download: Link::new("SBOM as received", format!("{page}/sbom")),
            issues: Count::new(3, format!("{page}?issues=show")),
            share: String::from("94.2%"),
            coverage: Bar {
                label: String::from("Components"),
                parts: vec![
                    Part::new(Tone::Sure, Count::new(371, rows("identity")), "exact identity"),
                    Part::new(Tone::Likely, Count::new(17, rows("range")), "name and range"),
                    Part::new(Tone::Weak, Count::new(12, rows("name")), "name only"),
                    Part::new(Tone::Unknown, Count::new(12, rows("nothing")), "blind"),
                ],
                total: 412,
                total_words: Some(String::from("components")),
            },
            proposals: Link::new("What they may be", format!("{page}/blind-spots")),
            blind_spots: vec![
                blind(
                    "Motor controller firmware",
                    Some("binary, 212 kB"),
                    "drive board",
                    "no version string",
                ),
                blind(
                    "RTOS 9 network stack",
                    Some("commercial"),
                    "main board",
                    "the vendor’s notices come by mail only",
                ),
                blind("libdraw 1.1", Some("fork of our own"), "display > ui", "its identity points nowhere"),
            ],
            blind_total: Count::new(12, rows("nothing")),
            search: String::new(),
            components: vec![
                component(
                    "openssl",
                    Some("pkg:generic/openssl@3.0.13"),
                    Some("3.0.13"),
                    Some("CM-3 supplier"),
                    Some("exact identity, 5 sources"),
                    1,
                ),
                component(
                    "curl",
                    Some("pkg:generic/curl@8.5.0"),
                    Some("8.5.0"),
                    Some("CM-3 supplier"),
                    Some("exact identity, 5 sources"),
                    1,
                ),
                component(
                    "mbedtls",
                    Some("pkg:github/mbed-tls/mbedtls@3.6.0"),
                    Some("3.6.0"),
                    None,
                    Some("exact identity, 4 sources"),
                    1,
                ),
                component(
                    "lwip",
                    None,
                    Some("2.2.0"),
                    Some("own build"),
                    Some("name and range, 2 sources"),
                    0,
                ),
                component("motor controller firmware", None, None, Some("drive board supplier"), None, 0),
            ],
            pager: Pager {
                shown: 5,
                total: 412,
                first: None,
                next: Some(format!("{page}?after=motor#components")),
            },
            reading_issues: Vec::new(),
        }),
        no_inventory: Empty::new("No inventory is on file."),
        account: Some(Sum {
            label: String::from("Vulnerabilities known"),
            total: Count::new(341_870, format!("{page}?account=known")),
            lines: vec![
                Line::new(Tone::Affected, "Open", Count::new(3, format!("{page}?account=open"))),
                Line::new(Tone::Sure, "Decided", Count::new(93, format!("{page}?account=decided"))),
                Line::new(
                    Tone::NotAffected,
                    "Excluded by statement",
                    Count::new(14, format!("{page}?account=statement")),
                ),
                Line::new(Tone::Fixed, "Excluded by a fix", Count::new(37, format!("{page}?account=fixed"))),
                Line::new(
                    Tone::Likely,
                    "Excluded by version",
                    Count::new(2_906, format!("{page}?account=version")),
                ),
                Line::new(
                    Tone::Weak,
                    "No such component",
                    Count::new(331_702, format!("{page}?account=absent")),
                ),
                Line::new(
                    Tone::Unknown,
                    "Not assessable",
                    Count::new(7_115, format!("{page}?account=not-assessable")),
                ),
            ],
            beside: Some((String::from("Blind spots, beside the sum"), Count::new(12, rows("nothing")))),
        }),
        open: Vec::new(),
        open_total: Count::new(3, "/inbox?filter=corva-4@4.2"),
        build_evidence: build_evidence(&page),
        changes: Some(Changes {
            parent: String::from("4.1"),
            rows: vec![
                changed("openssl", "3.0.9", "3.0.13", "4 fixed"),
                changed("curl", "7.88.1", "8.5.0", "6 fixed"),
                Change::Added {
                    name: String::from("lwip"),
                    version: String::from("2.2.0"),
                    consequence: String::from("name only"),
                },
                Change::Removed {
                    name: String::from("telnetd"),
                    version: String::from("0.17"),
                    consequence: String::from("gone"),
                },
            ],
            more: 36,
            unchanged: 372,
        }),
        countries: Countries { known_words: String::from("Units"), tone: Tone::Sure, ..countries() },
        fielded: Vec::new(),
    }
}

pub(crate) fn release_no_inventory() -> ReleasePage {
    ReleasePage {
        shell: shell(
            Section::Products,
            "2.6",
            "/releases/tessera@2.6",
            &[("Products", href::PRODUCTS), ("Tessera", "/products#tessera")],
        ),
        name: String::from("Tessera 2.6"),
        meta: vec![String::from("Tessera implant programmer")],
        chips: vec![Chip::unknown("No support date")],
        inventory: None,
        no_inventory: Empty::new("No inventory is on file, so nothing can warn us about this release.")
            .last("The supplier was asked Mon 2 Nov 2026.")
            .next(Link::new("How to add one", "/products#tessera")),
        account: None,
        changes: None,
        ..release()
    }
}

pub(crate) fn explain() -> ExplainPage {
    ExplainPage {
        vulnerability: String::from("CVE-2023-48795"),
        release: String::from("optica-rw@7.2"),
        explanation: Explained::Found(Box::new(Explanation {
            vulnerability: String::from("CVE-2023-48795"),
            release: Link::new("Optica RW 7.2", href::release("optica-rw@7.2")),
            verdict: Verdict::OutOfRange,
            source: String::from("Recomputed now from snapshot 41d0 c7be with matcher 0.1.0."),
            basis: None,
            gates: vec![
                Evidence::new(Mark::Yes, "The vulnerability is known and not withdrawn")
                    .basis("nvd, cve, osv:Debian"),
                Evidence::new(Mark::Yes, "The release has an inventory")
                    .basis("CycloneDX 1.5, 211 components"),
                Evidence::new(Mark::Yes, "A component has a product of the record")
                    .basis("libssh2 by package URL")
                    .grade(Grade::A),
                Evidence::new(Mark::No, "Its version lies in an affected range")
                    .basis("1.11.1 is not before 1.11.1"),
            ],
            components: vec![
                verdict_row(
                    "libssh2",
                    "1.11.1",
                    Verdict::OutOfRange,
                    Some("A"),
                    "1.11.1 is the first fixed version",
                    "osv:Debian, DEBIAN-CVE-2023-48795",
                ),
                verdict_row(
                    "paramiko",
                    "3.4.0",
                    Verdict::OutOfRange,
                    Some("A"),
                    "3.4.0 is the first fixed version",
                    "nvd, CVE-2023-48795",
                ),
            ],
            components_asked: 211,
            statements: vec![
                StatementRow {
                    source: String::from("nvd"),
                    says: String::from("libssh2 before 1.11.1"),
                    modified: String::from("changed 2 Dec 2024"),
                    decided: false,
                },
                StatementRow {
                    source: String::from("osv:Debian"),
                    says: String::from("libssh2 fixed in 1.11.1"),
                    modified: String::from("changed 9 Sep 2024"),
                    decided: true,
                },
            ],
            impact: Link::new("Are we hit?", href::impact("CVE-2023-48795")),
            notes: Vec::new(),
        })),
        ..explain_ask()
    }
}

pub(crate) fn explain_ask() -> ExplainPage {
    ExplainPage {
        shell: shell(Section::Explain, "Why is it listed?", href::EXPLAIN, &[]),
        vulnerability: String::new(),
        releases: vec![
            (String::from("corva-4@4.2"), String::from("Corva 4.2")),
            (String::from("optica-rw@7.2"), String::from("Optica RW 7.2")),
        ],
        release: String::from("corva-4@4.2"),
        explanation: Explained::NotAsked,
    }
}

#[expect(clippy::too_many_arguments, reason = "one argument for each column of the table")]
fn row(
    name: &str,
    id: Option<&str>,
    components: &str,
    n: [u64; 2],
    verdict: Option<Verdict>,
    status: Status,
    firmness: Firmness,
    why: &str,
) -> ImpactRelease {
    ImpactRelease {
        release: id.map(|id| Link::new(name, href::release(id))),
        name: String::from(name),
        components: String::from(components),
        units: Count::new(n[0], "/impact?q=CVE-2025-15467#serials"),
        sites: Some(Count::new(n[1], "/impact?q=CVE-2025-15467#sites")),
        verdict,
        status,
        firmness,
        why: String::from(why),
        explain: id.map(|id| Link::new("why", href::explain("CVE-2025-15467", id))),
    }
}

fn serial(
    serial: &str,
    read: Option<(&str, &str)>,
    site: &str,
    country: &str,
    status: Status,
    firmness: Firmness,
) -> Serial {
    Serial {
        serial: String::from(serial),
        release: read.map(|(release, _)| String::from(release)),
        read: read.map(|(_, day)| String::from(day)),
        site: String::from(site),
        country: String::from(country),
        status,
        firmness,
    }
}

fn countries() -> Countries {
    let country = |name: &str, known, unread| Country {
        name: String::from(name),
        known: Count::new(known, format!("/impact?q=CVE-2025-15467&country={name}")),
        unread: Some(Count::new(unread, format!("/impact?q=CVE-2025-15467&country={name}&part=unread"))),
    };
    Countries {
        known_words: String::from("Affected"),
        tone: Tone::Affected,
        rows: vec![
            country("Germany", 3_410, 90),
            country("United States", 3_122, 212),
            country("France", 2_204, 118),
            country("Norway", 1_390, 20),
            country("Spain", 1_275, 64),
        ],
    }
}

fn release_row(
    name: &str,
    id: &str,
    lineage: Option<&str>,
    support: Chip,
    n: [u64; 4],
    inventory: Option<(u64, &str)>,
) -> ProductRelease {
    let page = href::release(id);
    ProductRelease {
        release: Link::new(name, &*page),
        lineage: lineage.map(String::from),
        support,
        units: Count::new(n[0], format!("/impact?q={id}")),
        sites: Count::new(n[1], format!("/impact?q={id}#sites")),
        components: inventory.map(|(components, _)| Count::new(components, format!("{page}#components"))),
        watched: inventory.map(|(_, watched)| String::from(watched)),
        open: Count::new(n[2], format!("{page}?account=open")),
        decided: Count::new(n[3], format!("{page}?account=decided")),
    }
}

fn blind(component: &str, note: Option<&str>, place: &str, why: &str) -> BlindSpot {
    BlindSpot {
        component: String::from(component),
        note: note.map(String::from),
        place: String::from(place),
        why: String::from(why),
    }
}

fn component(
    name: &str,
    identity: Option<&str>,
    version: Option<&str>,
    supplier: Option<&str>,
    watched: Option<&str>,
    open: u64,
) -> ComponentRow {
    ComponentRow {
        name: String::from(name),
        identity: identity.map(String::from),
        version: version.map(String::from),
        supplier: supplier.map(String::from),
        watched: watched.map(String::from),
        supported_until: None,
        open: Count::new(open, format!("/inbox?filter={name}")),
    }
}

fn changed(name: &str, from: &str, to: &str, consequence: &str) -> Change {
    Change::Changed {
        name: String::from(name),
        from: String::from(from),
        to: String::from(to),
        consequence: String::from(consequence),
    }
}

fn verdict_row(
    name: &str,
    version: &str,
    verdict: Verdict,
    class: Option<&str>,
    reason: &str,
    source: &str,
) -> ComponentVerdict {
    ComponentVerdict {
        name: String::from(name),
        version: String::from(version),
        verdict,
        class: class.map(String::from),
        reason: String::from(reason),
        source: String::from(source),
    }
}
