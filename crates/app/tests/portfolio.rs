//! The use cases of the portfolio on both engines: what is added, imported and attached is there, all of it or nothing, and
//! every refusal says where and what to do.

#![expect(clippy::unwrap_used, reason = "the helpers of these tests fail the test")]

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use app::{
    App, AppError, FixedClock, FixedEntropy, Viewer,
    inventory::{self, components_of, matcher_inventory, to_match_inventory},
    product::{self, NewProduct},
    release::{self, NewRelease},
    site::{self, NewSite},
    table_import::{Mode, TableReport},
    unit::{self, NewUnit},
};
use domain::{
    act::Authentication,
    id::PersonId,
    ledger::AsOf,
    person::{Person, Role},
};
use store::{
    Location, Store,
    inventory::PartFilter,
    page::Page,
    product::ProductSort,
    release::{ReleaseFilter, ReleaseSort},
    site::SiteSort,
    unit::UnitFilter,
};
use testkit::Engine;

struct Workspace {
    app: App,
    clock: Arc<FixedClock>,
    console: Viewer,
    _folder: tempfile::TempDir,
}

fn both(test: impl Fn(&Workspace)) {
    testkit::both(|engine| {
        let folder = tempfile::tempdir().unwrap();
        let location = match engine {
            Engine::Sqlite(path) => Location::Sqlite(path.clone()),
            Engine::Postgres(url) => Location::Postgres(url.clone()),
        };
        let store = Store::open(&location).unwrap();
        let clock = Arc::new(FixedClock::at("2026-03-01T09:00:00Z".parse().unwrap()));
        let app = App::new(
            store,
            folder.path(),
            clock.clone(),
            Arc::new(FixedEntropy::default()),
            jiff::tz::TimeZone::UTC,
        )
        .unwrap();
        test(&Workspace {
            app,
            clock,
            console: Viewer::console(vec!["embargo-x".to_owned()]),
            _folder: folder,
        });
    });
}

impl Workspace {
    fn product(&self, name: &str) {
        product::add(&self.app, &self.console, NewProduct { name: name.to_owned(), ..NewProduct::default() })
            .unwrap();
    }

    fn release(&self, product: &str, version: &str) {
        let new =
            NewRelease { product: product.to_owned(), version: version.to_owned(), ..NewRelease::default() };
        release::add(&self.app, &self.console, new).unwrap();
    }

    fn units(&self, table: &str, mode: Mode) -> TableReport {
        unit::import(&self.app, &self.console, table.as_bytes(), mode, "a test").unwrap()
    }

    fn sites(&self, table: &str, mode: Mode) -> TableReport {
        site::import(&self.app, &self.console, table.as_bytes(), mode, "a test").unwrap()
    }

    fn head(&self) -> i64 {
        self.app.store.read(AsOf::Now, |view| Ok::<_, AppError>(view.sequence())).unwrap()
    }

    fn is_whole(&self) {
        assert_eq!(store::verify(&self.app.store, Some(&self.app.blobs)).unwrap().damage, None);
    }

    fn listed_units(&self, filter: &UnitFilter) -> Vec<String> {
        let list = unit::list(&self.app, &self.console, AsOf::Now, filter, &Page::first(100)).unwrap();
        let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        list.rows
            .iter()
            .map(|row| {
                format!(
                    "{} {} {} {} {} {}",
                    row.product,
                    row.serial,
                    or(&row.release),
                    or(&row.site),
                    or(&row.udi_pi),
                    or(&row.installed_at)
                )
            })
            .collect()
    }

    /// Two products, three releases, two sites.
    fn furnished(&self) {
        self.product("Corva Pump");
        self.product("Vela");
        self.release("corva-pump", "4.1");
        self.release("corva-pump", "4.2");
        self.release("vela", "1.0");
        assert!(self.sites("name,country\nNorth,DE\n\"South, wing B\",fr\n", Mode::Commit).written);
    }
}

fn person(roles: Vec<Role>, audiences: &[&str]) -> Viewer {
    Viewer::person(
        Person {
            id: PersonId("person-1".to_owned()),
            name: "Somebody".to_owned(),
            email: "somebody@example.org".to_owned(),
            active: true,
            roles,
            audiences: audiences.iter().map(|&label| label.to_owned()).collect(),
        },
        Authentication::Session,
    )
}

fn errors(report: &TableReport) -> Vec<String> {
    report.errors.iter().map(|e| format!("{} {} `{}` {}", e.line, e.column, e.value, e.message)).collect()
}

#[test]
fn products_and_releases_have_one_name_each() {
    both(|workspace| {
        let (app, console) = (&workspace.app, &workspace.console);
        workspace.product("Corva Pump");
        let again = product::add(
            app,
            console,
            NewProduct { name: "Corva  pump!".to_owned(), ..NewProduct::default() },
        );
        let message = again.unwrap_err().to_string();
        assert!(
            message.contains("already a product `corva-pump`") && message.contains("--slug corva-pump-2"),
            "{message}"
        );
        let wrong = NewProduct {
            name: "Vela".to_owned(),
            slug: Some("Ve la".to_owned()),
            software_class: Some("D".to_owned()),
            audience: Some("secret".to_owned()),
            ..NewProduct::default()
        };
        let fields: Vec<_> = match product::add(app, console, wrong) {
            Err(AppError::Invalid(errors)) => errors.into_iter().map(|error| error.field).collect(),
            other => panic!("{other:?}"),
        };
        assert_eq!(fields, ["slug", "software_class", "audience"]);

        workspace.release("Corva Pump", "4.1");
        let add = |version: &str, parent: Option<&str>| {
            let new = NewRelease {
                product: "corva-pump".to_owned(),
                version: version.to_owned(),
                parent: parent.map(str::to_owned),
                ..NewRelease::default()
            };
            release::add(app, console, new)
        };
        assert!(matches!(add("4.1", None), Err(AppError::Conflict(_))));
        assert!(
            matches!(add("4.2", Some("3.9")), Err(AppError::Invalid(fields)) if fields[0].field == "parent")
        );
        let child = add("4.2", Some("4.1")).unwrap();
        let grandchild = add("4.3", Some("corva-pump@4.2")).unwrap();
        assert_eq!(grandchild.parent, Some(child.id.clone()));
        for parent in ["4.3", "4.1"] {
            let circle = release::set_parent(app, console, "corva-pump@4.1", Some(parent), "a test");
            assert!(matches!(circle, Err(AppError::Invalid(_))), "4.1 below {parent}: {circle:?}");
        }
        let cut = release::set_parent(app, console, "corva-pump@4.2", None, "a test").unwrap();
        assert_eq!(cut.parent, None);
        assert!(release::set_parent(app, console, "corva-pump@4.1", Some("4.3"), "a test").is_ok());

        for reference in ["corva-pump@4.2", "4.2", " corva-pump@4.2 ", child.id.0.as_str()] {
            let found = release::resolve_release(app, console, AsOf::Now, reference).unwrap();
            assert_eq!(found.id, child.id, "{reference}");
        }
        for reference in ["corva-pump@9", "vela@4.2", "9", ""] {
            let found = release::resolve_release(app, console, AsOf::Now, reference);
            assert!(matches!(found, Err(AppError::NotFound { .. })), "{reference}");
        }
        workspace.product("Vela");
        workspace.release("vela", "4.2");
        let found = release::resolve_release(app, console, AsOf::Now, "4.2");
        assert!(matches!(found, Err(AppError::Invalid(_))), "two releases have this version");
        workspace.is_whole();
    });
}

#[test]
fn a_preview_writes_nothing_and_a_second_import_changes_nothing() {
    both(|workspace| {
        workspace.furnished();
        let table = "\u{feff}Serial;Product;release;site;installed_at;udi_pi;Colour\r\n\
            C-1;corva-pump;4.1;North;2025-05-01;(21)1;red\r\n\
            C-2;Corva Pump;corva-pump@4.2;\"South, wing B\";;;\r\n\
            C-3;corva-pump;;;;;\r\n\
            C-1;vela;;North;;;\r\n";
        let before = workspace.head();
        let preview = workspace.units(table, Mode::Preview);
        assert_eq!((preview.rows, preview.added, preview.changed, preview.unchanged), (4, 4, 0, 0));
        assert_eq!(preview.unknown_columns, ["colour"]);
        assert_eq!(preview.sample[1].text, "corva-pump C-2, 4.2, South, wing B");
        assert_eq!((preview.written, workspace.head()), (false, before));

        let written = workspace.units(table, Mode::Commit);
        assert!(written.written);
        assert_eq!(written.sequence, Some(before + 1));
        let expected = [
            "corva-pump C-1 4.1 North (21)1 2025-05-01",
            "vela C-1 - North - -",
            "corva-pump C-2 4.2 South, wing B - -",
            "corva-pump C-3 - - - -",
        ];
        assert_eq!(workspace.listed_units(&UnitFilter::All), expected);

        let again = workspace.units(table, Mode::Commit);
        assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 4));
        assert_eq!((again.written, workspace.head()), (false, before + 1));

        // A column that is not there says nothing; an empty cell says "not known".
        let update = "serial,product,release,installed_at\nC-1,corva-pump,4.2,2026-02-01\nC-2,corva-pump,,\nC-9,vela,1.0,\n";
        let report = workspace.units(update, Mode::Commit);
        assert_eq!((report.added, report.changed, report.unchanged), (1, 2, 0));
        let corva =
            release::resolve_release(&workspace.app, &workspace.console, AsOf::Now, "4.1").unwrap().product;
        assert_eq!(
            workspace.listed_units(&UnitFilter::Product(corva)),
            [
                "corva-pump C-1 4.2 North (21)1 2026-02-01",
                "corva-pump C-2 - South, wing B - -",
                "corva-pump C-3 - - - -"
            ]
        );
        workspace.is_whole();
    });
}

#[test]
fn one_wrong_row_and_nothing_is_written() {
    both(|workspace| {
        workspace.furnished();
        let before = workspace.head();
        let table = "serial,product,release,site,installed_at\n\
            C-1,corva-pump,4.1,North,2025-05-01\n\
            C-2,corva,4.1,,\n\
            C-3,corva-pump,5.0,,\n\
            C-4,corva-pump,vela@1.0,,\n\
            C-5,corva-pump,,East,\n\
            \n\
            C-6,corva-pump,,,1.5.2025\n\
            C-1,corva-pump,,,\n\
            ,corva-pump,,,\n\
            C-7,,,,\n\
            C-8,corva-pump,4.1\n\
            C-9,,vela@1.0,North,2025-13-01\n";
        let report = workspace.units(table, Mode::Commit);
        assert_eq!(
            errors(&report),
            [
                "3 product `corva` there is no product `corva`; there are corva-pump, vela",
                "4 release `5.0` corva-pump has no release `5.0`; there are 4.1, 4.2; leave it empty when it is not known",
                "5 release `vela@1.0` is no release of corva-pump, the product of this row",
                "6 site `East` there is no site `East`; import or add it first, or leave it empty when it is not known",
                "8 installed_at `1.5.2025` is no date; write it as 2026-03-03 (year-month-day)",
                "9 serial `C-1` is on line 2 too, of the same product; keep one of them",
                "10 serial `` is empty; every unit needs its serial number",
                "11 product `` is empty; name the product by its slug or name",
                "12  `C-8,corva-pump,4.1` this row has 3 fields, the first line names 5; a value that holds the separator has to stand in double quotes",
                "13 installed_at `2025-13-01` is no date; write it as 2026-03-03 (year-month-day)",
            ]
        );
        assert_eq!((report.rows, report.error_count, report.written), (11, 10, false));
        assert_eq!(workspace.head(), before);
        assert_eq!(workspace.listed_units(&UnitFilter::All), [""; 0]);
        for table in ["serial,site\nA,North\n", "product\nvela\n", ""] {
            let refused =
                unit::import(&workspace.app, &workspace.console, table.as_bytes(), Mode::Commit, "a test");
            assert!(matches!(refused, Err(AppError::Invalid(_))), "{table}");
        }
    });
}

#[test]
fn a_big_table_goes_in_parts_and_closes_with_one_entry() {
    both(|workspace| {
        workspace.furnished();
        let mut table = String::from("serial,product,release,site\n");
        for number in 0..45_000 {
            let release = ["4.1", "4.2", ""][number % 3];
            let _ = writeln!(table, "C-{number:06},corva-pump,{release},North");
        }
        let before = workspace.head();
        let report = workspace.units(&table, Mode::Commit);
        assert_eq!((report.added, report.error_count), (45_000, 0));
        assert_eq!(report.sequence, Some(before + 4), "three parts and the entry that closes them");
        let products =
            product::list(&workspace.app, &workspace.console, AsOf::Now, ProductSort::Slug, &Page::first(9))
                .unwrap();
        assert_eq!((products.rows[0].units, products.rows[0].units_with_unknown_release), (45_000, 15_000));
        let again = workspace.units(&table, Mode::Commit);
        assert_eq!((again.unchanged, again.written), (45_000, false));
        workspace.is_whole();
    });
}

#[test]
fn sites_keep_their_contacts_sealed() {
    both(|workspace| {
        let (app, console) = (&workspace.app, &workspace.console);
        let table =
            "name,customer,country,city,contact\nNorth,Clinic,de,Kiel,ward@example.org\nSouth,,GB,,\n";
        assert!(workspace.sites(table, Mode::Commit).written);
        let listed =
            |as_of| site::list(app, console, as_of, None, SiteSort::Name, &Page::first(9)).unwrap().rows;
        let north = listed(AsOf::Now).remove(0);
        assert_eq!((north.country.as_str(), north.contact.as_deref()), ("DE", Some("ward@example.org")));
        let raw =
            app.store.read(AsOf::Now, |view| view.site_by_name("North", &["general".to_owned()])).unwrap();
        let raw = raw.unwrap().contact.unwrap();
        assert!(raw.starts_with("sealed:") && !raw.contains("ward"), "{raw}");

        let again = workspace.sites(table, Mode::Commit);
        assert_eq!((again.unchanged, again.written), (2, false));
        let moved = workspace.sites("name,country,city\nNorth,DE,Hamburg\nEast,PL,\n", Mode::Commit);
        assert_eq!((moved.added, moved.changed), (1, 1));
        let north = listed(AsOf::Now).into_iter().find(|row| row.name == "North").unwrap();
        assert_eq!(
            (north.city.as_deref(), north.contact.as_deref()),
            (Some("Hamburg"), Some("ward@example.org"))
        );
        let keys = app.folder.join("keys/subjects.keys");
        let backup = std::fs::read(&keys).unwrap();
        let before = app.now();
        assert!(matches!(site::forget(app, console, "North", " "), Err(AppError::Invalid(_))));
        assert!(matches!(site::forget(app, console, "South", "asked to"), Err(AppError::Conflict(_))));
        site::forget(app, console, "North", "asked to").unwrap();
        let forgotten =
            |as_of| -> Vec<bool> { listed(as_of).iter().map(|row| row.contact_forgotten).collect() };
        workspace.clock.set(before + jiff::SignedDuration::from_hours(1));
        for as_of in [AsOf::Now, AsOf::At(before)] {
            assert!(listed(as_of).iter().all(|row| row.contact.is_none()));
            assert_eq!(forgotten(as_of), [false, true, false]);
        }
        let list = site::forgotten(app, console, AsOf::Now).unwrap();
        assert_eq!(list.iter().map(|one| one.site_name.as_deref()).collect::<Vec<_>>(), [Some("North")]);
        assert!(matches!(site::forget(app, console, "North", "asked to"), Err(AppError::Conflict(_))));
        workspace.is_whole();
        // A backup brings the key back; the list takes it away before anybody reads.
        std::fs::write(&keys, backup).unwrap();
        assert_eq!((site::apply_forgotten(app).unwrap(), site::apply_forgotten(app).unwrap()), (1, 0));
        assert!(listed(AsOf::Now).iter().all(|row| row.contact.is_none()));
        // Somebody else answers there now.
        workspace.sites("name,country,contact\nNorth,DE,desk@example.org\n", Mode::Commit);
        let north = listed(AsOf::Now).into_iter().find(|row| row.name == "North").unwrap();
        assert_eq!((north.contact.as_deref(), north.contact_forgotten), (Some("desk@example.org"), false));
        assert_eq!(forgotten(AsOf::At(before)), [false, true, false]);

        let report = workspace.sites("name,country\nA,UK\nB,\n,DE\nC,DE\nC,DE\nD,Germany\n", Mode::Commit);
        assert_eq!(
            errors(&report),
            [
                "2 country `UK` is no country of ISO 3166; the United Kingdom is GB",
                "3 country `` is empty; write the two letters of ISO 3166, such as DE",
                "4 name `` is empty; every site needs a name",
                "6 name `C` is on line 5 too; keep one of them",
                "7 country `Germany` is no country of ISO 3166; write its two letters, such as DE, US or JP",
            ]
        );
        let new = NewSite { name: "North".to_owned(), country: "DE".to_owned(), ..NewSite::default() };
        assert!(matches!(site::add(app, console, new), Err(AppError::Conflict(_))));
        workspace.is_whole();
    });
}

const SBOM: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,
  "metadata":{"component":{"bom-ref":"device","type":"firmware","name":"corva","version":"4.1"}},
  "components":[
    {"bom-ref":"os","type":"operating-system","name":"Debian GNU/Linux","version":"12 (bookworm)"},
    {"bom-ref":"log4j","type":"library","name":"log4j-core","version":"2.14.1","purl":"pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
     "cpe":"cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:*:*:*"},
    {"bom-ref":"ssl","type":"library","name":"libssl3","version":"3.0.11-1~deb12u2","purl":"pkg:deb/debian/libssl3@3.0.11-1~deb12u2?distro=debian-12&upstream=openssl%403.0.11-1",
     "pedigree":{"patches":[{"type":"backport","resolves":[{"type":"security","id":"CVE-2023-5678"}]}]}},
    {"bom-ref":"ssl-again","type":"library","name":"libssl3","version":"3.0.11-1~deb12u2","purl":"pkg:deb/debian/libssl3@3.0.11-1~deb12u2?distro=debian-12&upstream=openssl%403.0.11-1",
     "pedigree":{"patches":[{"type":"backport","resolves":[{"type":"security","id":"CVE-2023-5678"}]}]}},
    {"bom-ref":"own","type":"library","name":"own","version":"1"}],
  "dependencies":[{"ref":"device","dependsOn":["os","own"]},{"ref":"own","dependsOn":["log4j","ssl"]}]}"#;

#[test]
fn an_sbom_is_attached_once_and_replaced_by_the_next() {
    both(|workspace| {
        let (app, console) = (&workspace.app, &workspace.console);
        workspace.furnished();
        let add = |bytes: &str| {
            inventory::add(app, console, "corva-pump@4.1", "pump.json", bytes.as_bytes(), "a test")
        };
        let first = add(SBOM).unwrap();
        assert_eq!((first.components, first.distribution.as_deref()), (6, Some("debian:12")));
        assert!(!first.already_there && first.replaced.is_none() && first.sequence.is_some());
        assert_eq!(app.blobs.get(&first.digest).unwrap().as_deref(), Some(SBOM.as_bytes()));
        let head = workspace.head();
        let again = add(SBOM).unwrap();
        assert!(again.already_there && again.sequence.is_none() && again.inventory == first.inventory);
        assert_eq!(workspace.head(), head);

        let release = release::resolve_release(app, console, AsOf::Now, "4.1").unwrap();
        let parts = inventory::parts(app, console, AsOf::Now, &release.id, PartFilter::All, -1, 100).unwrap();
        let shown: Vec<_> =
            parts.iter().map(|part| (part.name.as_str(), part.path.as_deref().unwrap_or("-"))).collect();
        assert_eq!(
            shown,
            [
                ("Debian GNU/Linux", "corva > Debian GNU/Linux"),
                ("log4j-core", "corva > own > log4j-core"),
                ("libssl3", "corva > own > libssl3"),
                ("libssl3", "-"),
                ("own", "corva > own"),
                ("corva", "corva"),
            ]
        );
        assert_eq!(parts[2].component, parts[3].component, "one identity, one component");
        let issues = inventory::issues(app, console, AsOf::Now, &release.id).unwrap();
        assert_eq!(issues, first.issues);
        assert!(issues.iter().any(|issue| issue.code == "no_identity"), "{issues:?}");

        workspace.clock.set("2026-03-02T09:00:00Z".parse().unwrap());
        let second = add(&SBOM.replace("2.14.1", "2.17.1")).unwrap();
        assert_eq!(second.replaced.as_deref(), Some(first.inventory.as_str()));
        let versions = |as_of| {
            let found = inventory::where_is(app, console, as_of, "log4j", 10).unwrap();
            found
                .into_iter()
                .map(|place| format!("{} {}", place.release, place.version.unwrap()))
                .collect::<Vec<_>>()
        };
        assert_eq!(versions(AsOf::Now), ["corva-pump@4.1 2.17.1"]);
        assert_eq!(versions(app.as_of(Some("2026-03-01")).unwrap()), ["corva-pump@4.1 2.14.1"]);
        let summary = inventory::summary(app, console, AsOf::Now, &release.id).unwrap().unwrap();
        assert_eq!((summary.components, summary.id), (6, second.inventory));

        for bytes in ["", "{", "not an sbom", "{\"bomFormat\":\"CycloneDX\"}"] {
            match add(bytes) {
                Err(AppError::Invalid(errors)) => {
                    assert!(errors[0].message.starts_with("pump.json: "), "{errors:?}");
                }
                // A document that says only what it is has no components; that is an inventory too.
                Ok(added) => assert_eq!((bytes.len(), added.components), (25, 0)),
                other => panic!("{bytes}: {other:?}"),
            }
        }
        assert!(matches!(
            inventory::add(app, console, "corva-pump@9", "x", SBOM.as_bytes(), ""),
            Err(AppError::NotFound { .. })
        ));
        workspace.is_whole();
    });
}

#[test]
fn the_matcher_is_asked_what_the_document_says() {
    both(|workspace| {
        let (app, console) = (&workspace.app, &workspace.console);
        workspace.product("Corva Pump");
        let new = NewRelease {
            product: "corva-pump".to_owned(),
            version: "4.1".to_owned(),
            complete_roles: vec!["runtime".to_owned(), "operating_system".to_owned()],
            ..NewRelease::default()
        };
        let release = release::add(app, console, new).unwrap();
        inventory::add(app, console, "corva-pump@4.1", "pump.json", SBOM.as_bytes(), "a test").unwrap();
        let asked = app
            .store
            .read(AsOf::Now, |view| {
                let inventory = view.inventory_of_release(&release.id, &console.audiences)?.unwrap();
                let parts = view.inventory_components(&inventory.id)?;
                let components: Vec<_> = parts.into_iter().map(|part| part.component).collect();
                Ok::<_, AppError>(to_match_inventory(&release, &inventory, &components))
            })
            .unwrap();
        let document = sbom::read(SBOM.as_bytes()).unwrap().0;
        assert_eq!(asked.items, inventory::document_to_match_inventory(&document).items);
        let distribution = asked.distribution.unwrap();
        assert_eq!((distribution.id.as_str(), distribution.release.as_deref()), ("debian", Some("12")));
        assert_eq!(
            asked.complete,
            [matcher::inventory::Role::OperatingSystem, matcher::inventory::Role::Runtime]
        );
        let ssl = &asked.items[2];
        assert_eq!(ssl.source_package, Some(("openssl".to_owned(), Some("3.0.11-1".to_owned()))));
        assert_eq!(ssl.patched, ["CVE-2023-5678"]);
        assert_eq!(asked.items[0].role, Some(matcher::inventory::Role::OperatingSystem));
        assert_eq!(asked.items[1].cpes.len(), 1);
    });
}

/// Of every readable document of the corpus nothing that matching needs is lost on the way through the record's nouns.
#[test]
fn the_record_loses_no_identifier_of_any_document() {
    let Some(corpus) = corpus() else {
        eprintln!("NOT RUN: no corpus (AFTERCARE_CORPUS)");
        return;
    };
    let mut documents = 0;
    let mut files = Vec::new();
    for folder in ["cyclonedx", "spdx", "medical"] {
        collect(&corpus.join("sboms").join(folder), &mut files);
    }
    for file in files {
        let Ok((document, _)) = sbom::read(&std::fs::read(&file).unwrap()) else { continue };
        documents += 1;
        let kept = components_of(&document);
        let asked = matcher_inventory(&kept, None, "");
        assert_eq!(asked.items.len(), document.components.len());
        for ((item, component), kept) in asked.items.iter().zip(&document.components).zip(&kept) {
            let place = format!("{} {}", file.display(), component.reference);
            assert_eq!(kept.identity.len(), 64);
            assert_eq!((&item.name, &item.version), (&component.name, &component.version), "{place}");
            assert_eq!(item.purl, component.purl, "{place}");
            let cpes = |cpes: &[component::cpe::Cpe]| cpes.iter().cloned().collect::<BTreeSet<_>>();
            assert_eq!(cpes(&item.cpes), cpes(&component.cpes), "{place}");
            assert_eq!(item.source_package, component.source_package, "{place}");
            let patched = |ids: &[String]| ids.iter().cloned().collect::<BTreeSet<_>>();
            assert_eq!(patched(&item.patched), patched(&component.pedigree_patched), "{place}");
        }
    }
    assert!(documents > 500, "{documents} documents were read");
}

#[test]
fn a_label_keeps_from_everybody_else_what_was_added_under_it() {
    both(|workspace| {
        let (app, console) = (&workspace.app, &workspace.console);
        workspace.furnished();
        let insider = person(vec![Role::Analyst], &["embargo-x"]);
        let outsider = person(vec![Role::Analyst], &[]);
        let hidden = NewProduct {
            name: "Nova".to_owned(),
            audience: Some("embargo-x".to_owned()),
            ..NewProduct::default()
        };
        assert!(matches!(product::add(app, &outsider, hidden.clone()), Err(AppError::Invalid(_))));
        product::add(app, &insider, hidden).unwrap();
        workspace.release("nova", "1.0");
        assert!(workspace.units("serial,product,release,site\nN-1,nova,1.0,North\n", Mode::Commit).written);
        inventory::add(app, console, "nova@1.0", "nova.json", SBOM.as_bytes(), "a test").unwrap();

        let seen = |viewer: &Viewer| {
            let page = Page::first(100);
            let products = product::list(app, viewer, AsOf::Now, ProductSort::Name, &page).unwrap().rows;
            let releases =
                release::list(app, viewer, AsOf::Now, &ReleaseFilter::All, ReleaseSort::Version, &page)
                    .unwrap()
                    .rows;
            let units = unit::list(app, viewer, AsOf::Now, &UnitFilter::All, &page).unwrap().rows;
            let sites = site::list(app, viewer, AsOf::Now, Some("DE"), SiteSort::Name, &page).unwrap().rows;
            let places = inventory::where_is(app, viewer, AsOf::Now, "log4j", 10).unwrap();
            (products.len(), releases.len(), units.len(), sites[0].units, places.len())
        };
        assert_eq!(seen(&outsider), (2, 3, 0, 0, 0));
        assert_eq!(seen(&insider), (3, 4, 1, 1, 1));
        assert!(matches!(
            release::resolve_release(app, &outsider, AsOf::Now, "nova@1.0"),
            Err(AppError::NotFound { .. })
        ));
        let table = "serial,product\nN-2,nova\n";
        let report = unit::import(app, &outsider, table.as_bytes(), Mode::Commit, "a test").unwrap();
        assert_eq!(
            errors(&report),
            ["2 product `nova` there is no product `nova`; there are corva-pump, vela"]
        );
    });
}

#[test]
fn only_editors_change_the_portfolio() {
    both(|workspace| {
        let app = &workspace.app;
        workspace.furnished();
        let head = workspace.head();
        let reader = person(vec![Role::Viewer], &[]);
        let nobody = person(vec![], &[]);
        let denied =
            |result: Result<(), AppError>| assert!(matches!(result, Err(AppError::Denied(_))), "{result:?}");
        let name = || "New".to_owned();
        denied(product::add(app, &reader, NewProduct { name: name(), ..NewProduct::default() }).map(drop));
        denied(
            release::add(
                app,
                &reader,
                NewRelease { product: "vela".to_owned(), version: name(), ..NewRelease::default() },
            )
            .map(drop),
        );
        denied(release::set_parent(app, &reader, "vela@1.0", None, "").map(drop));
        denied(
            site::add(app, &reader, NewSite { name: name(), country: "DE".to_owned(), ..NewSite::default() })
                .map(drop),
        );
        denied(
            unit::add(
                app,
                &reader,
                NewUnit { serial: name(), product: "vela".to_owned(), ..NewUnit::default() },
            )
            .map(drop),
        );
        denied(unit::import(app, &reader, "serial,product\n".as_bytes(), Mode::Preview, "").map(drop));
        denied(site::import(app, &reader, "name,country\n".as_bytes(), Mode::Preview, "").map(drop));
        denied(inventory::add(app, &reader, "vela@1.0", "x", SBOM.as_bytes(), "").map(drop));
        assert_eq!(workspace.head(), head);
        let page = Page::first(1);
        assert!(product::list(app, &reader, AsOf::Now, ProductSort::Name, &page).unwrap().next.is_some());
        denied(product::list(app, &nobody, AsOf::Now, ProductSort::Name, &page).map(drop));
        denied(unit::list(app, &nobody, AsOf::Now, &UnitFilter::All, &page).map(drop));
        denied(inventory::where_is(app, &nobody, AsOf::Now, "log4j", 1).map(drop));
    });
}

#[test]
fn a_unit_is_added_once_per_product() {
    both(|workspace| {
        workspace.furnished();
        let add = |product: &str, release: Option<&str>| {
            let new = NewUnit {
                serial: "A-1".to_owned(),
                product: product.to_owned(),
                release: release.map(str::to_owned),
                site: Some("North".to_owned()),
                ..NewUnit::default()
            };
            unit::add(&workspace.app, &workspace.console, new)
        };
        assert!(matches!(add("vela", Some("corva-pump@4.1")), Err(AppError::Invalid(_))));
        assert!(matches!(add("nova", None), Err(AppError::NotFound { noun: "product", .. })));
        add("vela", Some("1.0")).unwrap();
        assert!(matches!(add("vela", None), Err(AppError::Conflict(_))));
        add("corva-pump", None).unwrap();
        assert_eq!(
            workspace
                .listed_units(&UnitFilter::Serial("A-1".to_owned()))
                .into_iter()
                .collect::<BTreeSet<_>>(),
            BTreeSet::from(["vela A-1 1.0 North - -".to_owned(), "corva-pump A-1 - North - -".to_owned()])
        );
    });
}

fn corpus() -> Option<PathBuf> {
    let path = std::env::var_os("AFTERCARE_CORPUS").map(PathBuf::from).or_else(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .find(|path| path.join("Cargo.lock").exists())?;
        Some(root.join("../shared/corpus"))
    })?;
    path.is_dir().then_some(path)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
}
