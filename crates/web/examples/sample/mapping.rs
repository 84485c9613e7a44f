//! The blind spots of a release of the invented manufacturer.

use web::view::{
    count::Link,
    field::{Problem, Problems},
    href,
    inbox::Pager,
    mapping::{MappedRow, MappingPage, ProposalRow, SpotForm},
    shell::Section,
};

use super::shell::shell;

pub(crate) fn mapping() -> MappingPage {
    let page = href::blind_spots("corva-4@4.2");
    let crumbs =
        [("Products", href::PRODUCTS), ("Corva 4", "/products#corva-4"), ("4.2", "/releases/corva-4@4.2")];
    MappingPage {
        shell: shell(Section::Products, "Blind spots", &page, &crumbs),
        action: page.clone(),
        open: 12,
        without_public_identity: 1,
        at_stake: 341,
        known: true,
        waits_for_sweep: true,
        spots: vec![
            SpotForm {
                proposals: vec![
                    proposal("VxWorks", "cpe:o:windriver:vxworks", "one of its names", 57),
                    proposal("cpe:a:other:vx_tools", "cpe:a:other:vx_tools", "words in common", 2),
                ],
                version: Some(String::from("6.9")),
                supplier: Some(String::from("Wind River")),
                at_stake: 57,
                ..spot(7, "RTOS kernel")
            },
            SpotForm { rejected: 2, ..spot(9, "Motor controller firmware") },
        ],
        pager: Pager { shown: 2, total: 12, first: None, next: Some(format!("{page}?after=9")) },
        mapped: vec![
            MappedRow {
                name: String::from("libcrypt"),
                version: Some(String::from("R1.0.2k")),
                is: String::from("OpenSSL (cpe:a:openssl:openssl)"),
                looked_up_as: Some(String::from("1.0.2k")),
                by: String::from("PSIRT lead, Tue 3 Nov 2026, wherever it is"),
                why: String::from("the supplier’s release note names it"),
                mapping: Some(String::from("0199-mapping")),
                refused: None,
            },
            MappedRow {
                name: String::from("house library"),
                version: None,
                is: String::from("no public identity"),
                looked_up_as: None,
                by: String::from("PSIRT lead, Tue 3 Nov 2026, for this product line"),
                why: String::from("written here"),
                mapping: None,
                refused: None,
            },
        ],
        mapped_more: 0,
        reference: String::from("corva-4@4.2"),
        may_say: true,
    }
}

/// A form that did not hold.
pub(crate) fn mapping_problems() -> MappingPage {
    let mut page = mapping();
    let told = |field, text: &str| Problem { field, text: String::from(text) };
    page.spots[0] = SpotForm {
        open: true,
        target: String::from("other"),
        other: String::from("vxworks"),
        scope: String::from("release"),
        version_rule: String::from("second:2"),
        problems: Problems {
            all: vec![
                told("target", "`vxworks` is no product"),
                told("version-rule", "one of: stated, unknown"),
                told("why", "say why: it is asked about later"),
            ],
        },
        refused: Some(String::from("Not recorded: somebody was faster.")),
        ..page.spots[0].clone()
    };
    page
}

fn spot(number: i64, name: &str) -> SpotForm {
    SpotForm {
        number,
        name: String::from(name),
        place: String::from("main board"),
        why_blind: String::from("it has neither a package URL nor a CPE"),
        version_rule: String::from("stated"),
        ..SpotForm::default()
    }
}

fn proposal(name: &str, target: &str, likeness: &'static str, at_stake: u64) -> ProposalRow {
    let sample = Link::new("CVE-2023-38346", href::explain("CVE-2023-38346", "corva-4@4.2"));
    ProposalRow {
        target: String::from(target),
        name: String::from(name),
        likeness,
        at_stake,
        sample: Some(sample),
    }
}
