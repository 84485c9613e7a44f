//! What a sweep changes in the record: rows of one scope that differ and nothing else, closed by the receipt.
//!
//! The result digest is taken over the open verdicts and settlements in canonical order, without ids of the database, times
//! or snapshots: an incremental sweep and a full one give the same, on both engines.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use domain::{
    act::Act,
    audience::Audience,
    id::{ComponentId, InventoryId, VerdictId, VulnerabilityId},
    ledger::AsOf,
    sweep::{Account, Placement, Scope},
    verdict::{Verdict, VerdictState},
    vulnerability::{Vulnerability, VulnerabilityName},
};
use matcher::{
    digest::canonical_line,
    verdict::{Class, State},
};
use sha2::{Digest as _, Sha256};
use store::{Counter, StoreError, Tx, View, placement::DecidedPair, sweep::SweepRow, verdict::SettlementRow};

use super::{
    Before, Mode,
    compute::{Answer, Beside, Computed, Counted, Named, Pair},
    hex, names,
    place::placements,
    short,
};
use crate::{App, AppError};

type Key = (ComponentId, VulnerabilityId);

/// One row to write. In this order: what is closed makes room for what is opened.
enum Change {
    CloseSettlement(i64),
    CloseVerdict(VerdictId),
    CloseName(VulnerabilityName),
    ReplaceVulnerability(Vulnerability),
    OpenVulnerability(Vulnerability),
    OpenName(VulnerabilityName),
    /// With its id when it is a new revision of a verdict.
    OpenVerdict(Option<VerdictId>, Key, Answer),
    OpenSettlement(Key, InventoryId, Answer),
}

/// The differences.
pub(super) struct Changes<'a> {
    changes: Vec<Change>,
    /// Ids of verdicts that stay or get a new revision, and of public ones that are settled here.
    known: HashMap<Key, VerdictId>,
    counted: &'a [Counted],
    gone: Vec<Account>,
    pairs: Vec<DecidedPair>,
    placements: Vec<Placement>,
    scope: Scope,
    pub(super) result: String,
    pub(super) verdicts: i64,
}

/// Compares what was computed of a scope with what is open in it.
pub(super) fn between<'a>(
    app: &App,
    before: &Before,
    computed: &'a Computed,
    scope: &Scope,
    decided: Vec<DecidedPair>,
    beside: Option<&Beside<'_>>,
) -> Result<Changes<'a>, AppError> {
    let Computed { verdicts, settlements, groups, counted } = computed;
    let Open { vulnerabilities, names, verdicts: open, settlements: settled, accounts } =
        app.store.read(AsOf::Now, |view| Open::read(view, scope))?;
    let fresh = || VulnerabilityId(app.id());
    let mut public: HashMap<Key, VerdictId> = HashMap::new();
    let naming = match beside {
        None => names::name(groups, vulnerabilities, names, scope, fresh),
        Some(beside) => {
            let theirs = app.store.read(AsOf::Now, |view| Open::read(view, &Scope::of(&scope.corpus)))?;
            public.extend(theirs.verdicts.into_iter().map(|v| ((v.component, v.vulnerability), v.id)));
            let (theirs, own) = ((theirs.vulnerabilities, theirs.names), (vulnerabilities, names));
            names::name_labelled(groups, &beside.computed.groups, theirs, own, scope, fresh)
        }
    };
    let result = digest(before, verdicts, settlements, groups)?;
    let key_of = |pair: &Pair| -> Result<Key, AppError> {
        let id = naming.ids.get(&pair.1).ok_or_else(|| AppError::Defect("a group without id".to_owned()))?;
        Ok((pair.0, id.clone()))
    };
    let mut known: HashMap<Key, VerdictId> = HashMap::new();
    let mut old: HashMap<Key, Verdict> =
        open.into_iter().map(|v| ((v.component, v.vulnerability.clone()), v)).collect();
    let mut old_settled: HashMap<(VerdictId, InventoryId), SettlementRow> =
        settled.into_iter().map(|row| ((row.verdict, row.inventory.clone()), row)).collect();
    let (mut closes, mut opens) = (Vec::new(), Vec::new());
    let count = i64::try_from(verdicts.len()).unwrap_or(i64::MAX);
    let mut opened_settlements = Vec::new();
    for (pair, items) in settlements {
        let key = key_of(pair)?;
        let on = if verdicts.contains_key(pair) {
            old.get(&key).map(|old| old.id)
        } else {
            public.get(&key).copied()
        };
        if let Some(on) = on {
            known.insert(key.clone(), on);
        }
        for item in items {
            let same = on.and_then(|on| old_settled.remove(&(on, item.inventory.clone())));
            match same {
                Some(row) if same_settlement(&row, &item.answer) => {}
                row => {
                    closes.extend(row.map(|row| Change::CloseSettlement(row.id)));
                    opened_settlements.push(Change::OpenSettlement(
                        key.clone(),
                        item.inventory.clone(),
                        item.answer.clone(),
                    ));
                }
            }
        }
    }
    for (pair, answer) in verdicts {
        let key = key_of(pair)?;
        let found = old.remove(&key);
        if let Some(found) = &found {
            known.insert(key.clone(), found.id);
        }
        match found {
            Some(found) if same_verdict(&found, answer) => {}
            Some(found) => {
                closes.push(Change::CloseVerdict(found.id));
                opens.push(Change::OpenVerdict(Some(found.id), key, answer.clone()));
            }
            None => opens.push(Change::OpenVerdict(None, key, answer.clone())),
        }
    }
    closes.extend(old_settled.into_values().map(|row| Change::CloseSettlement(row.id)));
    closes.extend(old.into_values().map(|verdict| Change::CloseVerdict(verdict.id)));
    closes.sort_by_key(|change| match change {
        Change::CloseSettlement(id) => (0, *id),
        Change::CloseVerdict(id) => (1, id.0),
        _ => (2, 0),
    });
    let mut changes = closes;
    changes.extend(naming.names_closed.into_iter().map(Change::CloseName));
    changes.extend(naming.changed.into_iter().map(Change::ReplaceVulnerability));
    changes.extend(naming.new.into_iter().map(Change::OpenVulnerability));
    changes.extend(naming.names_opened.into_iter().map(Change::OpenName));
    changes.append(&mut opens);
    changes.append(&mut opened_settlements);
    let swept: BTreeSet<_> = counted.iter().map(|counted| &counted.release).collect();
    let gone = accounts.into_iter().filter(|account| !swept.contains(&account.release)).collect();
    let placements = counted.iter().flat_map(|counted| placements(&counted.placed, &naming.ids)).collect();
    Ok(Changes {
        changes,
        known,
        counted,
        gone,
        pairs: decided,
        placements,
        scope: scope.clone(),
        result,
        verdicts: count,
    })
}

/// What is open in one scope.
struct Open {
    vulnerabilities: Vec<Vulnerability>,
    names: Vec<VulnerabilityName>,
    verdicts: Vec<Verdict>,
    settlements: Vec<SettlementRow>,
    accounts: Vec<Account>,
}

impl Open {
    fn read(view: &View<'_>, scope: &Scope) -> Result<Self, StoreError> {
        let mut vulnerabilities = view.all_vulnerabilities()?;
        vulnerabilities.retain(|one| one.audience == scope.audience && one.corpus == scope.corpus);
        let (verdicts, settlements) = (view.verdicts_of(scope)?, view.settlements_of(scope)?);
        let mut names = view.all_vulnerability_names()?;
        let ids: HashSet<_> = vulnerabilities.iter().map(|vulnerability| &vulnerability.id).collect();
        names.retain(|name| ids.contains(&name.vulnerability));
        let accounts = if scope.corpus.is_general() {
            view.accounts_of(&scope.audience)?
        } else {
            let labelled = view.labelled_accounts(std::slice::from_ref(&scope.audience.0))?;
            labelled.into_iter().map(|(_, account)| account).collect()
        };
        Ok(Self { vulnerabilities, names, verdicts, settlements, accounts })
    }
}

impl Changes<'_> {
    /// Verdict rows that are opened.
    pub(super) fn opened(&self) -> i64 {
        self.count(|change| matches!(change, Change::OpenVerdict(..)))
    }

    /// Verdict rows that are closed.
    pub(super) fn closed(&self) -> i64 {
        self.count(|change| matches!(change, Change::CloseVerdict(_)))
    }

    /// Writes them and the receipt; answers the number of the last entry.
    pub(super) fn write(
        self,
        app: &App,
        act: &Act,
        row: &SweepRow,
        public: &str,
        mode: Mode,
    ) -> Result<i64, AppError> {
        let Self { changes, mut known, counted, gone, pairs, placements, scope, .. } = self;
        let mut accounts: Vec<Account> = counted.iter().map(|counted| account(counted, row)).collect();
        let summary = format!(
            "{} inventories against snapshot {}: {} verdicts opened, {} closed, {} open",
            row.sweep.inventories,
            short(&row.sweep.snapshot),
            row.sweep.opened,
            row.sweep.closed,
            row.verdicts
        );
        let written = app.store.write_bulk(
            act,
            "Verdicts of a sweep",
            &changes,
            |tx, part| write_part(tx, part, &mut known, &scope),
            |tx| {
                tx.add_sweep(row)?;
                // An SBOM that was replaced while the sweep ran is no longer spoken of.
                let current = current_inventories(tx)?;
                accounts.retain(|account| current.contains(&account.inventory));
                if scope.corpus.is_general() {
                    set_accounts(tx, &accounts, &gone)?;
                } else {
                    set_labelled_accounts(tx, &accounts, &gone, &scope.audience)?;
                }
                tx.place_all(&scope, &pairs, &placements)?;
                receipt(tx, row, public, mode)?;
                tx.summary(summary);
                Ok::<_, StoreError>(())
            },
        )?;
        Ok(written.sequence)
    }

    fn count(&self, which: impl Fn(&Change) -> bool) -> i64 {
        i64::try_from(self.changes.iter().filter(|change| which(change)).count()).unwrap_or(i64::MAX)
    }
}

fn set_accounts(tx: &mut Tx<'_>, accounts: &[Account], gone: &[Account]) -> Result<(), StoreError> {
    for account in accounts {
        if tx.account(&account.release)?.is_none_or(|old| !same_account(&old, account)) {
            tx.set_account(account)?;
        }
    }
    gone.iter().try_for_each(|account| tx.close_account(&account.release))
}

fn set_labelled_accounts(
    tx: &mut Tx<'_>,
    accounts: &[Account],
    gone: &[Account],
    audience: &Audience,
) -> Result<(), StoreError> {
    let open: HashMap<_, _> = tx
        .labelled_accounts(std::slice::from_ref(&audience.0))?
        .into_iter()
        .map(|(_, account)| (account.release.clone(), account))
        .collect();
    for account in accounts {
        // How far a release was looked at is counted once, with the public corpus.
        let buckets = Account {
            components: 0,
            class_a: 0,
            class_b: 0,
            class_c: 0,
            class_d: 0,
            undecided: 0,
            blind_spots: 0,
            ..account.clone()
        };
        if open.get(&account.release).is_none_or(|old| !same_account(old, &buckets)) {
            tx.set_labelled_account(audience, account)?;
        }
    }
    gone.iter().try_for_each(|account| tx.close_labelled_account(audience, &account.release))
}

/// What stands in the entry beside the rows. `public` is the public snapshot at the time.
pub(super) fn receipt(tx: &mut Tx<'_>, row: &SweepRow, public: &str, mode: Mode) -> Result<(), StoreError> {
    tx.receipt("sweep", &row.sweep.id)?;
    tx.receipt("snapshot", &row.sweep.snapshot)?;
    if row.scope.is_labelled_part() {
        tx.receipt("corpus", "public")?;
    } else if !row.scope.audience.is_general() {
        tx.receipt("public_snapshot", public)?;
    }
    tx.receipt("engine", &row.sweep.engine)?;
    tx.receipt("mode", mode.word)?;
    tx.receipt("reason", mode.reason)?;
    tx.receipt("portfolio_digest", &row.portfolio)?;
    tx.receipt("inventories", row.sweep.inventories)?;
    tx.receipt("open_verdicts", row.verdicts)?;
    tx.receipt("result_digest", &row.sweep.result)
}

fn write_part(
    tx: &mut Tx<'_>,
    part: &[Change],
    known: &mut HashMap<Key, VerdictId>,
    scope: &Scope,
) -> Result<(), StoreError> {
    let mut settlements_closed = Vec::new();
    let mut verdicts_closed = Vec::new();
    let (mut vulnerabilities, mut names) = (Vec::new(), Vec::new());
    let (mut verdicts, mut settlements) = (Vec::new(), Vec::new());
    for change in part {
        match change {
            Change::CloseSettlement(id) => settlements_closed.push(*id),
            Change::CloseVerdict(id) => verdicts_closed.push(*id),
            Change::CloseName(name) => tx.close_vulnerability_name(name)?,
            Change::ReplaceVulnerability(vulnerability) => tx.change_vulnerability(vulnerability)?,
            Change::OpenVulnerability(vulnerability) => vulnerabilities.push(vulnerability.clone()),
            Change::OpenName(name) => names.push(name.clone()),
            Change::OpenVerdict(id, key, answer) => verdicts.push((*id, key, answer)),
            Change::OpenSettlement(key, inventory, answer) => settlements.push((key, inventory, answer)),
        }
    }
    tx.close_settlements(&settlements_closed)?;
    tx.close_verdicts(&verdicts_closed)?;
    tx.add_vulnerabilities(&vulnerabilities)?;
    tx.add_vulnerability_names(&names)?;
    open_verdicts(tx, &verdicts, known, scope)?;
    if !settlements.is_empty() {
        let current = current_inventories(tx)?;
        settlements.retain(|(_, inventory, _)| current.contains(*inventory));
    }
    open_settlements(tx, &settlements, known)
}

/// An SBOM that was replaced while the sweep ran is no longer spoken of.
fn current_inventories(tx: &Tx<'_>) -> Result<BTreeSet<InventoryId>, StoreError> {
    Ok(tx.inventories_to_sweep()?.into_iter().map(|swept| swept.inventory).collect())
}

fn open_verdicts(
    tx: &mut Tx<'_>,
    verdicts: &[(Option<VerdictId>, &Key, &Answer)],
    known: &mut HashMap<Key, VerdictId>,
    scope: &Scope,
) -> Result<(), StoreError> {
    let new = verdicts.iter().filter(|(id, ..)| id.is_none()).count();
    let mut next = draw(tx, Counter::Verdict, new)?;
    let bodies: Vec<String> = verdicts.iter().map(|(_, _, answer)| answer.evidence.clone()).collect();
    let digests = tx.evidence_bulk(&bodies)?;
    let mut rows = Vec::with_capacity(verdicts.len());
    for ((id, key, answer), evidence) in verdicts.iter().zip(digests) {
        let id = id.unwrap_or_else(|| {
            let id = VerdictId(next);
            next += 1;
            id
        });
        known.insert((*key).clone(), id);
        rows.push(Verdict {
            id,
            component: key.0,
            vulnerability: key.1.clone(),
            state: answer.state,
            class: answer.class.map(str::to_owned),
            reason: answer.reason.to_owned(),
            conditional: answer.conditional,
            statement: answer.statement.clone(),
            evidence,
            audience: scope.audience.clone(),
            corpus: scope.corpus.clone(),
        });
    }
    tx.add_verdicts(&rows)
}

fn open_settlements(
    tx: &mut Tx<'_>,
    settlements: &[(&Key, &InventoryId, &Answer)],
    known: &HashMap<Key, VerdictId>,
) -> Result<(), StoreError> {
    let first = draw(tx, Counter::Settlement, settlements.len())?;
    let bodies: Vec<String> = settlements.iter().map(|(_, _, answer)| answer.evidence.clone()).collect();
    let digests = tx.evidence_bulk(&bodies)?;
    let mut rows = Vec::with_capacity(settlements.len());
    for ((id, (key, inventory, answer)), evidence) in (first..).zip(settlements).zip(digests) {
        let verdict = known
            .get(*key)
            .ok_or_else(|| StoreError::Misuse("a settlement without its verdict".to_owned()))?;
        rows.push(SettlementRow {
            id,
            verdict: *verdict,
            inventory: (*inventory).clone(),
            state: answer.state,
            class: answer.class.map(str::to_owned),
            reason: answer.reason.to_owned(),
            evidence,
        });
    }
    tx.add_settlements(&rows)
}

fn draw(tx: &mut Tx<'_>, counter: Counter, count: usize) -> Result<i64, StoreError> {
    match i64::try_from(count) {
        Ok(0) => Ok(0),
        Ok(count) => tx.draw_many(counter, count),
        Err(_) => Err(StoreError::Misuse("more rows than numbers".to_owned())),
    }
}

fn same_verdict(row: &Verdict, answer: &Answer) -> bool {
    row.state == answer.state
        && row.class.as_deref() == answer.class
        && row.reason == answer.reason
        && row.conditional == answer.conditional
        && row.statement == answer.statement
        && row.evidence == hex(&Sha256::digest(answer.evidence.as_bytes()))
}

fn same_settlement(row: &SettlementRow, answer: &Answer) -> bool {
    row.state == answer.state
        && row.class.as_deref() == answer.class
        && row.reason == answer.reason
        && row.evidence == hex(&Sha256::digest(answer.evidence.as_bytes()))
}

/// The sweep an account names is the first that counted so.
fn same_account(old: &Account, new: &Account) -> bool {
    *old == Account { sweep: old.sweep.clone(), ..new.clone() }
}

fn account(counted: &Counted, row: &SweepRow) -> Account {
    let buckets = &counted.buckets;
    Account {
        sweep: row.sweep.id.clone(),
        release: counted.release.clone(),
        inventory: counted.inventory.clone(),
        known: buckets.known.into(),
        matched: i64::from(buckets.stored.in_range) + i64::from(buckets.stored.undecided),
        statement: buckets.stored.excluded.into(),
        fixed: buckets.stored.patched.into(),
        version: buckets.version.into(),
        no_such_component: buckets.no_such_component.into(),
        not_assessable: buckets.not_assessable.into(),
        components: counted.components,
        class_a: counted.classes[0],
        class_b: counted.classes[1],
        class_c: counted.classes[2],
        class_d: counted.classes[3],
        undecided: counted.undecided,
        blind_spots: counted.blind_spots,
    }
}

/// The result digest, see above.
pub(super) fn digest(
    before: &Before,
    verdicts: &BTreeMap<Pair, Answer>,
    settlements: &BTreeMap<Pair, Vec<super::compute::Settled>>,
    groups: &BTreeMap<u32, Named>,
) -> Result<String, AppError> {
    let mut lines = Vec::with_capacity(verdicts.len());
    let pairs: BTreeSet<&Pair> = verdicts.keys().chain(settlements.keys()).collect();
    for pair in pairs {
        let (Some(component), Some(group)) = (before.components.get(&pair.0), groups.get(&pair.1)) else {
            return Err(AppError::Defect("a verdict on nothing".to_owned()));
        };
        let names: Vec<&str> = group.names.iter().map(String::as_str).collect();
        let mut line = |answer: &Answer, settled: Option<&str>| {
            lines.push(canonical_line(
                &component.identity,
                &names,
                matcher_state(answer.state),
                answer.class.and_then(matcher_class),
                answer.reason,
                answer.statement.as_deref().unwrap_or_default(),
                settled,
            ));
        };
        verdicts.get(pair).into_iter().for_each(|answer| line(answer, None));
        for settled in settlements.get(pair).into_iter().flatten() {
            line(&settled.answer, Some(&settled.surroundings));
        }
    }
    lines.sort_unstable();
    let mut hasher = Sha256::new();
    lines.iter().for_each(|line| hasher.update(line));
    Ok(hex(&hasher.finalize()))
}

pub(super) fn matcher_state(state: VerdictState) -> State {
    match state {
        VerdictState::InRange => State::InRange,
        VerdictState::Undecided => State::Undecided,
        VerdictState::Patched => State::Patched,
        VerdictState::ExcludedBySupplier => State::ExcludedBySupplier,
        VerdictState::ExcludedByBuild => State::ExcludedByBuild,
        VerdictState::OutOfRange => State::OutOfRange,
    }
}

pub(super) fn matcher_class(class: &str) -> Option<Class> {
    match class {
        "A" => Some(Class::A),
        "B" => Some(Class::B),
        "C" => Some(Class::C),
        "D" => Some(Class::D),
        _ => None,
    }
}
