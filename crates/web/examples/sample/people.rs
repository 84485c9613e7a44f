//! People and labels of the invented manufacturer.

use web::view::{
    people::{LabelForm, LabelRow, PeoplePage, PersonRow},
    shell::Section,
};

pub(crate) fn people() -> PeoplePage {
    let mut shell = super::shell::shell(Section::People, "People", "/people", &[]);
    shell.open.push(Section::People);
    shell.alarms = vec![String::from("label supplier-x: nobody holds it, 12 records")];
    let person = |name: &str, roles: &str, labels: &[&str]| PersonRow {
        name: String::from(name),
        email: format!("{}@norrvik.example", name.to_lowercase().replace(' ', ".")),
        roles: String::from(roles),
        active: true,
        labels: labels.iter().map(|label| String::from(*label)).collect(),
    };
    let label = |label: &str, holders: &str, records| LabelRow {
        label: String::from(label),
        holders: String::from(holders),
        records,
    };
    PeoplePage {
        shell,
        people: vec![
            person("PSIRT lead", "Analyst", &["embargo-7"]),
            person("Workspace administrator", "Administrator", &[]),
        ],
        labels: vec![label("embargo-7", "PSIRT lead", 1_204), label("supplier-x", "", 12)],
        form: LabelForm::default(),
    }
}
