//! What killed processes leave goes after a day; what a row or a snapshot names stays, however old.

use std::{collections::BTreeSet, fs, path::PathBuf};

use app::{cleanup::clean, deep, sweep::sweep};
use domain::ledger::AsOf;
use jiff::{SignedDuration, Timestamp};
use testkit::both;

use crate::support::{Workspace, lay_down};

#[test]
fn files_that_nothing_names_go_after_a_day_and_not_before() {
    both(|engine| {
        let workspace = Workspace::new(engine);
        let (app, console) = (&workspace.app, &workspace.console);
        lay_down(&workspace.feeds());
        workspace.import(&workspace.feeds());
        workspace.fill();
        sweep(app, console, false).unwrap();
        let unnamed = app.blobs.put(b"laid down by an act that never came").unwrap();
        let folder = workspace.folder.path();
        let digest = "d".repeat(64);
        let rubbish: BTreeSet<PathBuf> = [
            format!("blobs/{}/{unnamed}", &unnamed[..2]),
            format!("blobs/{}/.{digest}.1.2.tmp", &unnamed[..2]),
            format!("corpus/packs/{digest}.pack"),
            format!("corpus/packs/{digest}.segment"),
            format!("corpus/snapshots/{digest}.json"),
            format!("corpus/index/.{digest}.77.tmp"),
            "corpus/.CURRENT.1.2.tmp".to_owned(),
            "keys/.workspace.key.1.2.tmp".to_owned(),
            "checkpoints/.x.1.2.tmp".to_owned(),
            ".aftercare.toml.1.2.tmp".to_owned(),
        ]
        .iter()
        .map(|name| folder.join(name))
        .collect();
        fs::create_dir_all(folder.join("checkpoints")).unwrap();
        for path in &rubbish {
            fs::write(path, "half").unwrap();
        }
        let now: Timestamp = fs::metadata(folder).unwrap().modified().unwrap().try_into().unwrap();
        workspace.clock.set(now + SignedDuration::from_hours(23));
        assert_eq!(clean(app).unwrap(), Vec::<PathBuf>::new());
        workspace.clock.set(now + SignedDuration::from_hours(25));
        // Named again in the meantime: it is young, a row may follow.
        let kept = app.blobs.put(b"laid down by an act that never came").unwrap();
        let path = folder.join("blobs").join(&kept[..2]).join(&kept);
        fs::File::options().append(true).open(&path).unwrap().set_modified(app.now().into()).unwrap();
        let removed: BTreeSet<PathBuf> = clean(app).unwrap().into_iter().collect();
        let expected: BTreeSet<PathBuf> = rubbish.into_iter().filter(|one| *one != path).collect();
        assert_eq!(removed, expected);
        assert!(path.exists());
        assert_eq!(deep::verify(app, console, None).unwrap().0.verified.damage, None);
        assert!(app.find_corpus().unwrap().is_some());
        let named = app.store.read(AsOf::Now, |view| view.named_snapshots());
        assert_eq!(named.unwrap_or_else(|error: store::StoreError| panic!("{error}")).len(), 1);
    });
}
