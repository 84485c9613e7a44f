//! Every inventory of the corpus is written in some form and read back with the same components.

use sbom::{Format, Inventory, IssueCode, Target};

use crate::folder;

const MADE: &str = "2026-01-02T03:04:05Z";

#[test]
fn every_inventory_of_the_corpus_is_written_and_read_back() {
    let Some(folder) = folder::folder() else { return };
    let mut written = 0;
    for (number, row) in folder::rows(&folder).iter().enumerate() {
        let bytes = folder::bytes(&folder, row);
        if bytes.len() > 2_000_000 {
            continue;
        }
        let Ok((inventory, _)) = sbom::read(&bytes) else { continue };
        let target = Target::ALL[number % 3];
        let (again, issues) = sbom::read(sbom::export(&inventory, target, MADE).as_bytes())
            .unwrap_or_else(|error| panic!("{}: {error}", row.path));
        let lost: Vec<_> = issues
            .iter()
            .filter(|issue| {
                matches!(
                    issue.code,
                    IssueCode::WrongType
                        | IssueCode::Coerced
                        | IssueCode::SpecVersion
                        | IssueCode::DanglingDependency
                )
            })
            .collect();
        assert!(lost.is_empty(), "{}: {lost:?}", row.path);
        let form = |inventory: &Inventory| {
            let mut parts: Vec<_> = inventory
                .components
                .iter()
                .map(|component| {
                    (
                        component.name.clone(),
                        component.version.clone(),
                        component.purl_text.clone(),
                        component.cpes.clone(),
                        component.depends_on.len(),
                        component.source_package.clone(),
                    )
                })
                .collect();
            parts.sort_by_key(|part| format!("{part:?}"));
            parts
        };
        let expected = form(&inventory);
        let found = form(&again);
        assert!(
            expected == found,
            "{} as {}: {:?}",
            row.path,
            target.as_str(),
            expected.iter().zip(&found).find(|(one, other)| one != other)
        );
        let format = if target == Target::Spdx23 { Format::SpdxJson } else { Format::CycloneDxJson };
        assert_eq!(again.format, format);
        written += 1;
    }
    println!("{written} written");
    assert!(written > 1_500, "only {written} were written");
}
