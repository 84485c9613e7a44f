//! What each authority's list finds in documents of our own.
#![expect(clippy::panic, reason = "helpers of tests, outside of test functions")]

use sbom::{Profile, Score, State};

fn scores(document: &str) -> Vec<Score> {
    let (inventory, _) = sbom::read(document.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    sbom::score(&inventory)
}

fn states(scores: &[Score], profile: Profile) -> Vec<(&'static str, State, usize, usize)> {
    let score = scores.iter().find(|score| score.profile == profile);
    let score = score.unwrap_or_else(|| panic!("no {profile:?}"));
    score.elements.iter().map(|element| (element.name, element.state, element.present, element.of)).collect()
}

const PUMP: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6",
    "metadata":{"timestamp":"2026-01-02T03:04:05Z","authors":[{"name":"Acme"}],"tools":[{"name":"maker"}],"lifecycles":[{"phase":"build"}],
      "component":{"bom-ref":"pump","type":"device","name":"Pump","version":"4.2","supplier":{"name":"Acme"},"cpe":"cpe:2.3:h:acme:pump:4.2:*:*:*:*:*:*:*"}},
    "components":[
      {"bom-ref":"os","type":"operating-system","name":"os","version":"1","purl":"pkg:generic/os@1","supplier":{"name":"Os"},
       "hashes":[{"alg":"MD5","content":"624c1abb3664f4b35547e7c73864ad24"}],"licenses":[{"license":{"id":"MIT"}}],
       "properties":[{"name":"x:supportLevel","value":"full"},{"name":"cdx:lifecycle:milestone:endOfSupport","value":"2030-01-01"}]},
      {"bom-ref":"ssl","type":"library","name":"ssl"}],
    "dependencies":[{"ref":"pump","dependsOn":["os"]},{"ref":"os","dependsOn":["ssl"]}],
    "compositions":[{"aggregate":"incomplete"}]}"#;

#[test]
fn each_list_element_by_element() {
    use State::{Missing, Partial, Present};
    let scores = scores(PUMP);
    assert_eq!(
        states(&scores, Profile::Ntia2021),
        [
            ("Supplier Name", Partial, 2, 3),
            ("Component Name", Present, 3, 3),
            ("Version of the Component", Partial, 2, 3),
            ("Other Unique Identifiers", Partial, 2, 3),
            ("Dependency Relationship", Present, 3, 3),
            ("Author of SBOM Data", Present, 1, 1),
            ("Timestamp", Present, 1, 1),
            ("Automation Support", Present, 1, 1),
            ("Known Unknowns", Present, 1, 1),
        ]
    );
    let fda = states(&scores, Profile::Fda2026);
    assert!(fda.contains(&("Component Hash", Partial, 1, 3)));
    assert!(fda.contains(&("Level of support", Partial, 1, 2)), "the device itself is not asked: {fda:?}");
    assert!(fda.contains(&("End-of-support date", Partial, 1, 2)));
    let cisa = states(&scores, Profile::Cisa2025Draft);
    for element in ["Tool Name", "Generation Context", "Coverage", "Known Unknowns"] {
        assert!(cisa.contains(&(element, Present, 1, 1)), "{element}");
    }
    assert!(cisa.contains(&("License", Partial, 1, 3)));
    assert!(states(&scores, Profile::Cra).iter().all(|(_, state, _, _)| *state == Present));
    let nothing = self::scores(r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}"#);
    for score in &nothing {
        let present: Vec<_> = score.elements.iter().filter(|element| element.state != Missing).collect();
        assert_eq!(
            present.len(),
            usize::from(score.profile != Profile::Cisa2025Draft),
            "{present:?}: the format only"
        );
    }
}

#[test]
fn every_element_has_a_source() {
    for score in scores(PUMP) {
        assert!(!score.title.is_empty());
        for element in score.elements {
            assert!(element.source.contains("20") && !element.looked_at.is_empty(), "{element:?}");
        }
    }
}

#[test]
fn a_creator_comment_counts_when_it_names_a_phase() {
    let document = |comment: &str| {
        format!(
            "SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nCreator: Tool: t\nCreatorComment: {comment}\nPackageName: p\nSPDXID: SPDXRef-p\n"
        )
    };
    let present = |comment: &str| {
        let found = states(&scores(&document(comment)), Profile::Cisa2025Draft);
        found.contains(&("Generation Context", State::Present, 1, 1))
    };
    assert!(present("made from the build tree"));
    assert!(!present("draft"));
}
