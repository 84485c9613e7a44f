//! The portfolio in the record, on both engines: what is added, replaced and closed is read back as of every moment, counted
//! where it belongs, found, and never shown to who may not know of it.

#![expect(clippy::unwrap_used, reason = "the helpers of these tests fail the test")]

use domain::{
    act::{Act, Actor, Authentication},
    audience::Audience,
    component::Component,
    id::{ComponentId, InventoryId, ProductId, ReleaseId, SiteId, UnitId},
    inventory::{Inventory, InventoryComponent},
    ledger::AsOf,
    product::Product,
    release::{Release, Stage},
    site::Site,
    unit::Unit,
};
use store::{
    Location, Store, StoreError, Tx, View,
    inventory::PartFilter,
    page::Page,
    product::ProductSort,
    release::{ReleaseFilter, ReleaseSort},
    site::SiteSort,
    unit::{Place, UnitFilter},
};
use testkit::{Engine, both};

fn open(engine: &Engine) -> Store {
    Store::open(&match engine {
        Engine::Sqlite(path) => Location::Sqlite(path.clone()),
        Engine::Postgres(url) => Location::Postgres(url.clone()),
    })
    .unwrap()
}

fn write<T>(store: &Store, day: i8, change: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>) -> T {
    let act = Act {
        actor: Actor::System("test"),
        authentication: Authentication::None,
        action: "portfolio.change",
        reason: "a test".to_owned(),
        at: format!("2026-03-{day:02}T12:00:00Z").parse().unwrap(),
        audience: Audience::general(),
    };
    store
        .write(&act, |tx| {
            tx.summary("Something changed");
            change(tx)
        })
        .unwrap()
        .value
}

fn read<T>(store: &Store, look: impl FnOnce(&View<'_>) -> Result<T, StoreError>) -> T {
    store.read(AsOf::Now, look).unwrap()
}

fn read_on<T>(store: &Store, day: i8, look: impl FnOnce(&View<'_>) -> Result<T, StoreError>) -> T {
    store.read(AsOf::At(format!("2026-03-{day:02}T23:00:00Z").parse().unwrap()), look).unwrap()
}

fn everybody() -> Vec<String> {
    vec!["general".to_owned()]
}

fn insiders() -> Vec<String> {
    vec!["embargo-x".to_owned(), "general".to_owned()]
}

fn embargo() -> Audience {
    Audience("embargo-x".to_owned())
}

fn product(name: &str) -> Product {
    Product {
        id: ProductId(format!("p-{name}")),
        slug: name.to_lowercase(),
        name: name.to_owned(),
        family: None,
        intended_use: Some("infusion".to_owned()),
        udi_di: Some("(01)0".to_owned()),
        software_class: Some("C".to_owned()),
        four_eyes: true,
        audience: Audience::general(),
    }
}

fn release(product: &str, version: &str) -> Release {
    Release {
        id: ReleaseId(format!("r-{product}-{version}")),
        product: ProductId(format!("p-{product}")),
        version: version.to_owned(),
        parent: None,
        configuration: None,
        released_on: Some("2025-06-01".parse().unwrap()),
        stage: Stage::Support,
        complete_roles: "operating_system".to_owned(),
        audience: Audience::general(),
    }
}

fn site(name: &str, country: &str) -> Site {
    Site {
        id: SiteId(format!("s-{name}")),
        name: name.to_owned(),
        customer: None,
        country: country.to_owned(),
        city: Some("Somewhere".to_owned()),
        contact: None,
        audience: Audience::general(),
    }
}

fn unit(serial: &str, release: Option<&str>, site: Option<&str>) -> Unit {
    Unit {
        id: UnitId(format!("u-{serial}")),
        serial: serial.to_owned(),
        product: ProductId("p-Corva".to_owned()),
        release: release.map(|version| ReleaseId(format!("r-Corva-{version}"))),
        site: site.map(|name| SiteId(format!("s-{name}"))),
        udi_di: None,
        udi_pi: None,
        installed_at: Some("2025-07-01".parse().unwrap()),
        audience: Audience::general(),
    }
}

fn component(name: &str, version: &str) -> Component {
    Component {
        id: ComponentId(0),
        name: name.to_owned(),
        version: Some(version.to_owned()),
        purl: Some(format!("pkg:maven/org.example.{name}/{name}-core@{version}")),
        cpes: None,
        supplier: None,
        source_package: None,
        role: None,
        patched: None,
        identity: format!("{name}@{version}"),
    }
}

fn inventory(id: &str, release: &str, components: i64) -> Inventory {
    Inventory {
        id: InventoryId(id.to_owned()),
        release: ReleaseId(release.to_owned()),
        blob: "0".repeat(64),
        format: "CycloneDX JSON".to_owned(),
        spec_version: "1.5".to_owned(),
        file_name: "a.json".to_owned(),
        components,
        issues: 0,
        issues_evidence: None,
        distribution: Some("debian:12".to_owned()),
        audience: Audience::general(),
    }
}

fn attach(tx: &mut Tx<'_>, inventory: &Inventory, components: &[Component]) -> Result<(), StoreError> {
    let ids = tx.add_components(components)?;
    let places: Vec<_> = (0..)
        .zip(&ids)
        .map(|(position, id)| InventoryComponent {
            inventory: inventory.id.clone(),
            position,
            component: *id,
            reference: format!("ref-{position}"),
            path: Some(format!("device > {position}")),
        })
        .collect();
    tx.add_inventory(inventory, &places)
}

/// 1 March: two products, three releases, sites, four units. 2 March: one unit moves, an inventory. 3 March: another inventory
/// of the same release, and one that shares a component.
fn fill(store: &Store) {
    write(store, 1, |tx| {
        tx.add_product(&product("Corva"))?;
        tx.add_product(&product("Vela"))?;
        tx.add_release(&release("Corva", "4.1"))?;
        tx.add_release(&Release {
            parent: Some(ReleaseId("r-Corva-4.1".to_owned())),
            released_on: None,
            ..release("Corva", "4.2")
        })?;
        tx.add_release(&release("Vela", "1.0"))?;
        tx.add_sites(&[site("North", "DE"), site("South", "FR")])?;
        tx.add_units(&[
            unit("C-1", Some("4.1"), Some("North")),
            unit("C-2", Some("4.1"), Some("South")),
            unit("C-3", Some("4.1"), None),
            unit("C-4", None, Some("North")),
        ])
    });
    write(store, 2, |tx| {
        tx.replace_units(&[unit("C-2", Some("4.2"), Some("North"))])?;
        let first = inventory("i-1", "r-Corva-4.1", 2);
        attach(tx, &first, &[component("log4j", "2.14.1"), component("zlib", "1.2.11")])
    });
    write(store, 3, |tx| {
        tx.close_inventory(&InventoryId("i-1".to_owned()))?;
        let second = inventory("i-2", "r-Corva-4.1", 3);
        let bare = Component { purl: None, identity: "bare".to_owned(), ..component("bare", "1") };
        attach(tx, &second, &[component("zlib", "1.2.11"), component("log4j", "2.17.0"), bare])?;
        attach(tx, &inventory("i-3", "r-Vela-1.0", 1), &[component("zlib", "1.2.11")])
    });
}

#[test]
fn nouns_come_back_as_of_every_moment() {
    both(|engine| {
        let store = open(engine);
        fill(&store);
        let all = everybody();
        read(&store, |view| {
            assert_eq!(view.product_by_slug("corva", &all)?, Some(product("Corva")));
            assert_eq!(view.product(&ProductId("p-Vela".to_owned()), &all)?, Some(product("Vela")));
            assert_eq!(view.products_by_name("Vela", &all)?, vec![product("Vela")]);
            assert_eq!(view.product_by_slug("nova", &all)?, None);
            let corva = ProductId("p-Corva".to_owned());
            assert_eq!(view.release_by_version(&corva, "4.1", &all)?, Some(release("Corva", "4.1")));
            assert_eq!(view.release_by_version(&corva, "1.0", &all)?, None);
            assert_eq!(view.parent_of(&ReleaseId("r-Corva-4.2".to_owned()))?.unwrap().0, "r-Corva-4.1");
            assert_eq!(view.site_by_name("North", &all)?, Some(site("North", "DE")));
            let moved = view.unit(&UnitId("u-C-2".to_owned()), &all)?.unwrap();
            assert_eq!(moved.unit, unit("C-2", Some("4.2"), Some("North")));
            assert_eq!((moved.version.as_deref(), moved.country.as_deref()), (Some("4.2"), Some("DE")));
            Ok(())
        });
        read_on(&store, 1, |view| {
            let before = view.unit(&UnitId("u-C-2".to_owned()), &all)?.unwrap();
            assert_eq!(before.unit, unit("C-2", Some("4.1"), Some("South")));
            assert_eq!(view.current_inventories(&all)?, vec![]);
            Ok(())
        });
        store
            .read(AsOf::At("2026-02-01T00:00:00Z".parse().unwrap()), |view| {
                assert_eq!(view.all_products(&all)?, vec![]);
                assert_eq!(view.count_units(&all)?, 0);
                Ok::<_, StoreError>(())
            })
            .unwrap();
        assert_eq!(store::verify(&store, None).unwrap().damage, None);
    });
}

#[test]
fn natural_keys_are_unique_while_open() {
    both(|engine| {
        let store = open(engine);
        fill(&store);
        let act = Act {
            actor: Actor::System("test"),
            authentication: Authentication::None,
            action: "portfolio.change",
            reason: "a test".to_owned(),
            at: "2026-03-09T12:00:00Z".parse().unwrap(),
            audience: Audience::general(),
        };
        let refused = |change: &dyn Fn(&mut Tx<'_>) -> Result<(), StoreError>| {
            let result = store.write(&act, |tx| {
                tx.summary("Something changed");
                change(tx)
            });
            assert!(matches!(result, Err(StoreError::Exists { .. })), "{result:?}");
        };
        refused(&|tx| tx.add_product(&Product { id: ProductId("p-9".to_owned()), ..product("Corva") }));
        refused(&|tx| {
            tx.add_release(&Release { id: ReleaseId("r-9".to_owned()), ..release("Corva", "4.1") })
        });
        refused(&|tx| tx.add_sites(&[Site { id: SiteId("s-9".to_owned()), ..site("North", "DE") }]));
        refused(&|tx| tx.add_units(&[Unit { id: UnitId("u-9".to_owned()), ..unit("C-1", None, None) }]));
        refused(&|tx| tx.add_inventory(&inventory("i-9", "r-Corva-4.1", 0), &[]));
        let plain = Site { contact: Some("ward 3".to_owned()), ..site("East", "PL") };
        let result = store.write(&act, |tx| {
            tx.summary("Something changed");
            tx.add_sites(&[plain])
        });
        assert!(matches!(result, Err(StoreError::Misuse(_))), "contact must be sealed: {result:?}");
        // A name is free again once its owner is closed.
        write(&store, 10, |tx| tx.close_product(&ProductId("p-Vela".to_owned())));
        assert!(!read(&store, |view| view.slug_is_taken("vela")));
        write(&store, 10, |tx| {
            tx.add_product(&Product { id: ProductId("p-9".to_owned()), ..product("Vela") })
        });
        assert!(read(&store, |view| view.slug_is_taken("vela")));
    });
}

#[test]
fn units_are_counted_where_they_are() {
    both(|engine| {
        let store = open(engine);
        fill(&store);
        let all = everybody();
        let ids = [ReleaseId("r-Corva-4.1".to_owned()), ReleaseId("r-Corva-4.2".to_owned())];
        let counted = |view: &View<'_>| -> Result<Vec<String>, StoreError> {
            let rows = view.units_by_site(&ids, &all)?;
            Ok(rows
                .iter()
                .map(|row| {
                    let place = row.site_name.as_deref().unwrap_or("?");
                    format!("{} {place} {} {}", row.release, row.country.as_deref().unwrap_or("?"), row.units)
                })
                .collect())
        };
        assert_eq!(
            read_on(&store, 1, counted),
            ["r-Corva-4.1 North DE 1", "r-Corva-4.1 South FR 1", "r-Corva-4.1 ? ? 1"]
        );
        assert_eq!(
            read(&store, counted),
            ["r-Corva-4.1 North DE 1", "r-Corva-4.1 ? ? 1", "r-Corva-4.2 North DE 1"]
        );
        let corva = ProductId("p-Corva".to_owned());
        assert_eq!(read(&store, |view| view.units_with_unknown_release(&corva, &all)), 1);
        assert_eq!(read(&store, |view| view.count_units(&all)), 4);
        let products = read(&store, |view| view.products(&all, ProductSort::Name, &Page::first(10)));
        let counts: Vec<_> = products
            .iter()
            .map(|row| (row.product.slug.as_str(), row.releases, row.units, row.units_with_unknown_release))
            .collect();
        assert_eq!(counts, [("corva", 2, 4, 1), ("vela", 1, 0, 0)]);
        let releases = read(&store, |view| {
            view.releases(&all, &ReleaseFilter::All, ReleaseSort::Version, &Page::first(10))
        });
        let counts: Vec<_> = releases
            .iter()
            .map(|row| (row.release.version.as_str(), row.units, row.sites, row.components))
            .collect();
        assert_eq!(counts, [("1.0", 0, 0, Some(1)), ("4.1", 2, 1, Some(3)), ("4.2", 1, 1, None)]);
        let sites = read(&store, |view| view.sites(&all, None, SiteSort::Name, &Page::first(10)));
        assert_eq!(sites.iter().map(|row| row.units).collect::<Vec<_>>(), [3, 0]);
    });
}

#[test]
fn every_list_pages_by_key_under_every_sort_and_filter() {
    both(|engine| {
        let store = open(engine);
        fill(&store);
        let all = everybody();
        let corva = ProductId("p-Corva".to_owned());
        read(&store, |view| {
            for sort in ProductSort::ALL {
                let first = view.products(&all, sort, &Page::first(1))?;
                let last = &first[0].product;
                let page = Page::after(sort.key(last), &last.id.0, 5);
                let rest = view.products(&all, sort, &page)?;
                assert_eq!((first[0].product.slug.as_str(), rest.len()), ("corva", 1), "{sort:?}");
            }
            for sort in ReleaseSort::ALL {
                for (filter, total) in [
                    (ReleaseFilter::All, 3),
                    (ReleaseFilter::Product(corva.clone()), 2),
                    (ReleaseFilter::WithoutInventory, 1),
                ] {
                    let whole = view.releases(&all, &filter, sort, &Page::first(10))?;
                    assert_eq!(whole.len(), total, "{sort:?} {filter:?}");
                    let mut paged = view.releases(&all, &filter, sort, &Page::first(1))?;
                    while let Some(last) = paged.last() {
                        let page = Page::after(sort.key(&last.release), &last.release.id.0, 1);
                        let next = view.releases(&all, &filter, sort, &page)?;
                        if next.is_empty() {
                            break;
                        }
                        paged.extend(next);
                    }
                    assert_eq!(paged, whole, "{sort:?} {filter:?}");
                }
            }
            for sort in SiteSort::ALL {
                for (country, total) in [(None, 2), (Some("FR"), 1), (Some("US"), 0)] {
                    let sites = view.sites(&all, country, sort, &Page::first(10))?;
                    assert_eq!(sites.len(), total, "{sort:?} {country:?}");
                    if let Some(last) = sites.last() {
                        let page = Page::after(sort.key(&last.site), &last.site.id.0, 10);
                        assert_eq!(view.sites(&all, country, sort, &page)?, vec![]);
                    }
                }
            }
            for (filter, serials) in [
                (UnitFilter::All, vec!["C-1", "C-2", "C-3", "C-4"]),
                (UnitFilter::Product(corva.clone()), vec!["C-1", "C-2", "C-3", "C-4"]),
                (UnitFilter::Serial("C-3".to_owned()), vec!["C-3"]),
                (UnitFilter::UnknownRelease(corva.clone()), vec!["C-4"]),
                (UnitFilter::Release(ReleaseId("r-Corva-4.1".to_owned())), vec!["C-1", "C-3"]),
                (UnitFilter::Site(SiteId("s-North".to_owned())), vec!["C-1", "C-2", "C-4"]),
            ] {
                let mut found = Vec::new();
                let mut page = Page::first(1);
                while let Some(row) = view.units(&all, &filter, &page)?.pop() {
                    page = Page::after(&row.unit.serial, &row.unit.id.0, 1);
                    found.push(row.unit.serial);
                }
                assert_eq!(found, serials, "{filter:?}");
            }
            Ok(())
        });
    });
}

#[test]
fn inventories_hold_their_components_as_of_every_moment() {
    both(|engine| {
        let store = open(engine);
        fill(&store);
        let all = everybody();
        let release = ReleaseId("r-Corva-4.1".to_owned());
        let names = |view: &View<'_>| -> Result<Vec<String>, StoreError> {
            let inventory = view.inventory_of_release(&release, &all)?.unwrap();
            let parts = view.inventory_components(&inventory.id)?;
            Ok(parts
                .iter()
                .map(|part| {
                    let path = part.place.path.as_deref().unwrap_or_default();
                    format!(
                        "{} {} {path}",
                        part.component.name,
                        part.component.version.as_deref().unwrap_or("")
                    )
                })
                .collect())
        };
        assert_eq!(read_on(&store, 2, names), ["log4j 2.14.1 device > 0", "zlib 1.2.11 device > 1"]);
        assert_eq!(
            read(&store, names),
            ["zlib 1.2.11 device > 0", "log4j 2.17.0 device > 1", "bare 1 device > 2"]
        );
        read(&store, |view| {
            let ids: Vec<_> = view.current_inventories(&all)?.into_iter().map(|found| found.id).collect();
            assert_eq!(ids, [InventoryId("i-2".to_owned()), InventoryId("i-3".to_owned())]);
            // zlib is one component, wherever it is.
            let components = view.components_of(&ids)?;
            assert_eq!(components.len(), 3);
            let zlib = components.iter().find(|found| found.name == "zlib").unwrap();
            let places = view.places_of(&[zlib.id], &all)?;
            let of: Vec<_> =
                places.iter().map(|place| format!("{}@{}", place.product_slug, place.version)).collect();
            assert_eq!(of, ["corva@4.1", "vela@1.0"]);
            assert_eq!(view.components(&[zlib.id, zlib.id])?, vec![zlib.clone()]);
            assert_eq!(view.component(zlib.id)?.as_ref(), Some(zlib));
            assert_eq!(view.component_ids_of(&ids[1])?, [zlib.id]);
            assert_eq!(view.count_without_identity(&ids[0])?, 1);
            let bare = view.inventory_components_page(&ids[0], PartFilter::WithoutIdentity, -1, 10)?;
            assert_eq!(bare.len(), 1);
            let rest = view.inventory_components_page(&ids[0], PartFilter::All, 0, 10)?;
            assert_eq!(rest.len(), 2);
            Ok(())
        });
        assert_eq!(store::verify(&store, None).unwrap().damage, None);
    });
}

#[test]
fn components_are_found_by_their_words() {
    both(|engine| {
        let store = open(engine);
        fill(&store);
        let all = everybody();
        let found = |view: &View<'_>, text: &str| -> Result<Vec<String>, StoreError> {
            let words = domain::component::search_words(text);
            let rows = view.where_is(&words, &all, 100)?;
            Ok(rows
                .iter()
                .map(|(component, place)| {
                    let version = component.version.as_deref().unwrap_or("");
                    format!("{} {version} in {}@{}", component.name, place.product_slug, place.version)
                })
                .collect())
        };
        assert_eq!(read(&store, |view| found(view, "Log4")), ["log4j 2.17.0 in corva@4.1"]);
        assert_eq!(read_on(&store, 2, |view| found(view, "log4j")), ["log4j 2.14.1 in corva@4.1"]);
        assert_eq!(
            read(&store, |view| found(view, "example zlib 1.2")),
            ["zlib 1.2.11 in corva@4.1", "zlib 1.2.11 in vela@1.0"]
        );
        assert_eq!(read(&store, |view| found(view, "org example zlib core 1.2.11")).len(), 2);
        for nothing in ["", "log5", "zlib 2"] {
            assert_eq!(read(&store, |view| found(view, nothing)), [""; 0], "{nothing}");
        }
    });
}

/// One record at a time gets the label; then neither it nor what hangs on it is shown or counted, and insiders see all.
#[test]
fn a_label_hides_a_record_and_what_hangs_on_it() {
    let seen = |store: &Store, audiences: &[String]| {
        read(store, |view| {
            let releases = [ReleaseId("r-Corva-4.1".to_owned()), ReleaseId("r-Corva-4.2".to_owned())];
            let corva = ProductId("p-Corva".to_owned());
            let page = Page::first(100);
            let products = view.products(audiences, ProductSort::Name, &page)?;
            let sites = view.sites(audiences, None, SiteSort::Name, &page)?;
            let words = domain::component::search_words("zlib");
            let rows = view.releases(audiences, &ReleaseFilter::All, ReleaseSort::Version, &page)?;
            let units = view.count_units(audiences)?;
            assert_eq!(view.units(audiences, &UnitFilter::All, &page)?.len() as i64, units);
            assert_eq!(products.iter().map(|row| row.units).sum::<i64>(), units);
            assert_eq!(products.iter().map(|row| row.releases).sum::<i64>(), rows.len() as i64);
            assert_eq!(view.all_releases(audiences)?.len(), rows.len());
            assert_eq!(view.all_products(audiences)?.len(), products.len());
            assert_eq!(view.all_sites(audiences)?.len(), sites.len());
            let by_site = view.units_by_site(&releases, audiences)?;
            let placed: i64 = by_site.iter().map(|row| row.units).sum();
            let unknown = view.units_with_unknown_release(&corva, audiences)?;
            assert_eq!(placed + unknown, units, "every unit of the test is of Corva");
            assert_eq!(rows.iter().map(|row| row.units).sum::<i64>(), placed);
            let inventories = view.current_inventories(audiences)?.len();
            assert_eq!(rows.iter().filter(|row| row.inventory.is_some()).count(), inventories);
            let at_sites: i64 = sites.iter().map(|row| row.units).sum();
            Ok([
                products.len() as i64,
                rows.len() as i64,
                sites.len() as i64,
                units,
                unknown,
                at_sites,
                inventories as i64,
                view.where_is(&words, audiences, 100)?.len() as i64,
            ])
        })
    };
    type Change = fn(&mut Tx<'_>) -> Result<(), StoreError>;
    // products, releases, sites, units, of unknown release, at known sites, inventories, places of zlib
    let cases: [(&str, Change, [i64; 8]); 6] = [
        ("nothing", |_| Ok(()), [2, 3, 2, 4, 1, 3, 2, 2]),
        (
            "product",
            |tx| tx.replace_product(&Product { audience: embargo(), ..product("Corva") }),
            [1, 1, 2, 0, 0, 0, 1, 1],
        ),
        (
            "release",
            |tx| tx.replace_release(&Release { audience: embargo(), ..release("Corva", "4.1") }),
            [2, 2, 2, 2, 1, 2, 1, 1],
        ),
        (
            "site",
            |tx| tx.replace_sites(&[Site { audience: embargo(), ..site("North", "DE") }]),
            [2, 3, 1, 1, 0, 0, 2, 2],
        ),
        (
            "unit",
            |tx| tx.replace_units(&[Unit { audience: embargo(), ..unit("C-1", Some("4.1"), Some("North")) }]),
            [2, 3, 2, 3, 1, 2, 2, 2],
        ),
        (
            "inventory",
            |tx| {
                tx.close_inventory(&InventoryId("i-2".to_owned()))?;
                let hidden = Inventory { audience: embargo(), ..inventory("i-4", "r-Corva-4.1", 1) };
                attach(tx, &hidden, &[component("zlib", "1.2.11")])
            },
            [2, 3, 2, 4, 1, 3, 1, 1],
        ),
    ];
    both(|engine| {
        for (what, change, expected) in &cases {
            let database = match engine {
                Engine::Sqlite(_) => testkit::sqlite(),
                Engine::Postgres(_) => testkit::postgres().unwrap(),
            };
            let store = open(&database.engine);
            fill(&store);
            write(&store, 4, change);
            assert_eq!(&seen(&store, &everybody()), expected, "{what} labelled, seen by everybody");
            assert_eq!(seen(&store, &insiders()), cases[0].2, "{what} labelled, seen by insiders");
            assert_eq!(seen(&store, &[])[0], 0, "nobody sees anything");
        }
    });
}

#[test]
fn counters_are_what_a_recount_gives() {
    both(|engine| {
        let store = open(engine);
        fill(&store);
        let agree = |what: &str| assert!(store.unit_counts_agree().unwrap(), "after {what}");
        agree("the first acts");
        // In one act: a unit comes, moves and leaves a place that had no other.
        write(&store, 4, |tx| {
            tx.add_units(&[unit("C-5", Some("4.2"), Some("South"))])?;
            tx.replace_units(&[unit("C-4", Some("4.2"), Some("South"))])
        });
        agree("a unit came and another was read");
        write(&store, 5, |tx| {
            tx.close_unit(&UnitId("u-C-5".to_owned()))?;
            tx.close_unit(&UnitId("u-C-4".to_owned()))
        });
        agree("two units left");
        write(&store, 6, |tx| {
            tx.close_unit(&UnitId("u-C-3".to_owned()))?;
            tx.add_units(&[unit("C-6", Some("4.1"), None), unit("C-7", None, None)])
        });
        agree("one left and one of its kind came in the same act");
        let all = everybody();
        let counts = |day| read_on(&store, day, |view| view.count_units(&all));
        let before: Vec<i64> = (1..8).map(counts).collect();
        assert_eq!(before, [4, 4, 4, 5, 3, 4, 4]);
        assert!(store.recount_units().unwrap() > 0);
        agree("a recount");
        assert_eq!((1..8).map(counts).collect::<Vec<_>>(), before);
        // What is wrong is seen: the test would else prove nothing.
        store
            .operate(|ops| ops.execute("UPDATE cache_unit_count SET units = units + 1 WHERE site = ''", &[]))
            .unwrap();
        assert!(!store.unit_counts_agree().unwrap());
        store.recount_units().unwrap();
        agree("another recount");
    });
}

#[test]
fn units_are_listed_and_counted_by_release_and_place() {
    both(|engine| {
        let store = open(engine);
        fill(&store);
        let all = everybody();
        let releases = [ReleaseId("r-Corva-4.1".to_owned()), ReleaseId("r-Corva-4.2".to_owned())];
        let unread = [ProductId("p-Corva".to_owned())];
        read(&store, |view| {
            for (place, serials) in [
                (Place::Any, vec!["C-1", "C-2", "C-3", "C-4"]),
                (Place::Country("DE".to_owned()), vec!["C-1", "C-2", "C-4"]),
                (Place::Country("FR".to_owned()), vec![]),
                (Place::Site(SiteId("s-North".to_owned())), vec!["C-1", "C-2", "C-4"]),
                (Place::Unknown, vec!["C-3"]),
            ] {
                let counted = view.count_units_of(&all, &releases, &unread, &place)?;
                let filter = UnitFilter::Releases {
                    releases: releases.to_vec(),
                    unread: unread.to_vec(),
                    place: place.clone(),
                };
                // A page of ten finds few units first; a page of one walks the serial numbers.
                for limit in [10, 1] {
                    let rows = view.units(&all, &filter, &Page::first(limit))?;
                    let found: Vec<_> = rows.iter().map(|row| row.unit.serial.as_str()).collect();
                    assert_eq!(found, serials[..serials.len().min(limit as usize)], "{place:?}, {limit}");
                }
                assert_eq!(counted, serials.len() as i64, "{place:?}");
            }
            assert_eq!(view.count_units_of(&all, &releases[..1], &[], &Place::Any)?, 2);
            assert_eq!(view.count_units_of(&all, &[], &[], &Place::Any)?, 0);
            let by_release = view.count_units_by_release(&all)?;
            assert_eq!(by_release, [(releases[0].clone(), 2), (releases[1].clone(), 1)]);
            assert_eq!(view.count_unknown_units(&all)?, [(unread[0].clone(), 1)]);
            let serials = ["C-1".to_owned(), "C-4".to_owned(), "C-9".to_owned()];
            let found = view.units_by_serial(&unread[0], &serials)?;
            assert_eq!(found.len(), 2);
            let ids: Vec<UnitId> = ["u-C-1", "u-C-2"].map(|id| UnitId(id.to_owned())).to_vec();
            assert_eq!(view.units_changed_after(&ids, 1)?, 1, "C-2 moved in the second act");
            let second = InventoryId("i-2".to_owned());
            let inventory = view.inventory(&second, &all)?.unwrap();
            assert_eq!(view.inventory_to_replace(&inventory.release)?, Some(inventory));
            let received = view.inventory_received_at(&second)?.unwrap();
            assert!(received.starts_with("2026-03-03"), "{received}");
            assert_eq!(view.release(&releases[0], &all)?, Some(release("Corva", "4.1")));
            assert!(view.version_is_taken(&unread[0], "4.1")? && !view.version_is_taken(&unread[0], "9")?);
            assert_eq!(view.site(&SiteId("s-South".to_owned()), &all)?, Some(site("South", "FR")));
            assert_eq!(view.site_names_taken(&["North".to_owned(), "East".to_owned()])?, ["North"]);
            Ok(())
        });
        write(&store, 4, |tx| {
            tx.close_release(&ReleaseId("r-Vela-1.0".to_owned()))?;
            tx.close_site(&SiteId("s-South".to_owned()))
        });
        assert_eq!(read(&store, |view| view.all_releases(&all)).len(), 2);
        assert_eq!(read(&store, |view| view.all_sites(&all)).len(), 1);
    });
}
