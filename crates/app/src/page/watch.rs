//! The watch: when somebody looked, at what, how fresh that was, and what no source could have told.

use domain::{ledger::AsOf, person::Permission};
use jiff::civil::Date;

pub use store::Holder;

use crate::{
    App, AppError, Viewer,
    account::{Accounted, accounts_of},
    impact::count,
    watch::{ReceiptDay, WatchReport, receipts_in, watch_in},
};

/// What the page shows.
#[derive(Debug)]
pub struct Watch {
    /// Sources, receipts, the snapshot.
    pub report: WatchReport,
    /// Releases whose account does not close: without an SBOM, or not swept since it came.
    pub not_asked: u64,
    /// Day of the very first receipt.
    pub first_receipt: Option<Date>,
    /// The days with a receipt since the one that was asked for.
    pub receipts: Vec<ReceiptDay>,
    /// Releases with components that nothing can warn about, most first.
    pub blind: Vec<Blind>,
    /// Components of all releases that were swept.
    pub components: u64,
    /// Who sweeps now, whoever began it.
    pub elsewhere: Option<Holder>,
}

/// A release with blind spots.
#[derive(Debug)]
pub struct Blind {
    /// `slug@version`.
    pub reference: String,
    /// Name of the product and version.
    pub name: String,
    /// Components that nothing can warn about.
    pub components: u64,
}

/// The page as of a moment, with receipts since a day.
pub fn watch(app: &App, viewer: &Viewer, as_of: AsOf, since: Date) -> Result<Watch, AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| {
        let accounts = accounts_of(view, viewer, view.all_releases(&viewer.audiences)?)?;
        let (first_receipt, receipts) = receipts_in(app, view, since)?;
        let (mut blind, mut components) = (Vec::new(), 0);
        for Accounted { release, account, coverage } in &accounts {
            let Some(coverage) = coverage else { continue };
            components += count(coverage.components);
            if coverage.blind_spots > 0 {
                let product = view.product(&release.product, &viewer.audiences)?;
                let product = product.map_or_else(|| account.product.clone(), |product| product.name);
                blind.push(Blind {
                    reference: format!("{}@{}", account.product, account.release),
                    name: format!("{product} {}", account.release),
                    components: count(coverage.blind_spots),
                });
            }
        }
        blind.sort_by_key(|one| std::cmp::Reverse(one.components));
        Ok(Watch {
            report: watch_in(app, view, viewer, as_of)?,
            not_asked: accounts.iter().filter(|one| one.account.note.is_some()).count() as u64,
            first_receipt,
            receipts,
            blind,
            components,
            elsewhere: elsewhere(app)?,
        })
    })
}

/// Who sweeps this workspace now.
pub fn elsewhere(app: &App) -> Result<Option<Holder>, AppError> {
    Ok(Holder::of(&app.folder.join("run"), "sweep")?)
}
