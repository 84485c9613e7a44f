//! The draft, put in order and written. Everything that decides bytes is sorted by content, never by arrival.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io::{self, Write},
};

use super::{
    Coverage,
    alias::{self, Grouping, Node},
    draft::{Draft, DraftBound, DraftRecord, DraftSpan, DraftStatement},
    intern::{Interner, hash},
    layout::{Section, condition as word, record as record_bits, span as span_bit, statement as bit},
    output::Output,
    positions::{Place, Positions, SERIES, first_number},
    write_group,
};
use crate::record::{Kev, Status};

/// Bits that a span has by itself: status, kinds of the bounds, exactness.
pub(super) fn span_bits(span: &DraftSpan) -> u32 {
    let mut bits = status_bits(span.status);
    let (lower, upper) = (span.lower(), span.upper());
    bits |= u32::from(lower.kind) << span_bit::LOWER_SHIFT | u32::from(upper.kind) << span_bit::UPPER_SHIFT;
    if lower.kind == 1 && lower == upper {
        bits |= span_bit::EXACT;
    }
    bits
}

fn status_bits(status: Status) -> u32 {
    match status {
        Status::Affected => 0,
        Status::Unaffected => 1,
        Status::Unknown => 2,
    }
}

/// One row to come: a statement seen from one group.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    key: u32,
    group: u32,
    record: u32,
    statement: u32,
}

pub(super) fn index(
    mut draft: Draft,
    scores: &BTreeMap<Box<str>, (u32, u32)>,
    exploited: &BTreeMap<String, Kev>,
    coverage: &BTreeSet<Coverage>,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let coverage: Vec<[u32; 2]> = coverage
        .iter()
        .map(|coverage| [draft.strings.number(&coverage.source.0), draft.strings.number(&coverage.what)])
        .collect();
    for kev in exploited.values() {
        draft.strings.number(&kev.added);
        draft.strings.number(kev.due.as_deref().unwrap_or_default());
    }
    let positions = Positions::new(&draft);
    for scheme in &positions.schemes {
        draft.strings.number(scheme.name());
    }
    let records = ordered(&draft);
    let grouping = {
        let nodes: Vec<Node<'_>> =
            records.iter().map(|record| node(&draft, &draft.records[*record])).collect();
        alias::group(&nodes, &draft.strings)
    };
    let summaries = write_group::summaries(&mut draft, &records, &grouping);
    let sorted = draft.strings.sorted();
    let mut texts = vec![0_u32; sorted.len()];
    for (place, number) in sorted.iter().enumerate() {
        texts[*number as usize] = place as u32;
    }
    let (keys, rows) = rows(&draft, &records, &grouping, &texts);
    let mut output = Output::new(sink);
    key_sections(&mut output, &draft.strings, &keys, &rows, &texts);
    let mut lists = Lists { texts: &texts, words: vec![0], numbers: HashMap::new() };
    let group_keys = GroupKeys::new(&rows, grouping.names.len());
    let order = statement_rows(&mut output, &draft, &positions, &rows);
    drop(rows);
    statement_sections(&mut output, &draft, &positions, &order, &mut lists);
    drop(order);
    // The large parts of the draft go before the rest of the index is written.
    draft.release_statements();
    version_sections(&mut output, &draft.strings, &positions, &texts);
    drop(positions);
    let known = write_group::groups(
        &mut output,
        &write_group::Input {
            draft: &draft,
            records: &records,
            grouping: &grouping,
            keys: &group_keys,
            summaries: &summaries,
            scores,
            exploited,
        },
        &mut lists,
    );
    write_group::names(&mut output, &draft, &records, &grouping, &texts);
    output.section(Section::Records);
    for (at, record) in records.iter().map(|record| &draft.records[*record]).enumerate() {
        let mut flags = 0;
        if grouping.dead.get(at) == Some(&true) {
            flags |= record_bits::WITHDRAWN;
        }
        if grouping.advisory.get(at) == Some(&true) {
            flags |= record_bits::ADVISORY;
        }
        let text = |number: u32| texts[number as usize];
        let locator = record.locator;
        output.row(&[
            text(record.source),
            text(record.id),
            text(record.modified),
            flags,
            locator.pack,
            locator.ordinal,
        ]);
    }
    output.section(Section::Coverage);
    for row in coverage {
        output.row(&row.map(|number| texts[number as usize]));
    }
    output.section(Section::Lists);
    output.row(&lists.words);
    strings(&mut output, &draft.strings, &sorted);
    output.section(Section::Meta);
    output.row(&[known]);
    output.finish()
}

/// Records by (source, id), one each: the latest modified, then the greatest locator.
fn ordered(draft: &Draft) -> Vec<usize> {
    let text = |number: u32| draft.strings.get(number);
    let identity = |record: &DraftRecord| (text(record.source), text(record.id));
    let mut records: Vec<usize> = (0..draft.records.len()).collect();
    records.sort_unstable_by(|left, right| {
        let (left, right) = (&draft.records[*left], &draft.records[*right]);
        identity(left)
            .cmp(&identity(right))
            .then_with(|| (text(right.modified), right.locator).cmp(&(text(left.modified), left.locator)))
    });
    records.dedup_by(|later, kept| identity(&draft.records[*later]) == identity(&draft.records[*kept]));
    records
}

fn node<'a>(draft: &'a Draft, record: &DraftRecord) -> Node<'a> {
    Node {
        source: draft.strings.get(record.source),
        id: record.id,
        modified: draft.strings.get(record.modified),
        withdrawn: record.withdrawn,
        aliases: record.aliases.of(&draft.names),
        upstream: record.upstream.of(&draft.names),
        each: record.statements.of(&draft.statements).iter().any(|statement| statement.flaw.is_some()),
    }
}

/// Distinct product keys (numbers of strings, in byte order) and the rows under them, sorted.
fn rows(draft: &Draft, records: &[usize], grouping: &Grouping, texts: &[u32]) -> (Vec<u32>, Vec<Row>) {
    let mut rows = Vec::with_capacity(draft.statements.len());
    for (at, record) in records.iter().enumerate() {
        if grouping.dead[at] {
            continue;
        }
        let slice = draft.records[*record].statements;
        for (offset, statement) in slice.of(&draft.statements).iter().enumerate() {
            let own = statement
                .flaw
                .and_then(|flaw| grouping.of_name.get(&flaw))
                .filter(|own| grouping.records[at].contains(own));
            let groups = own.map_or(&grouping.records[at][..], std::slice::from_ref);
            // A document that is named like one flaw and speaks of others too: those it only mentions.
            if own.is_none() && statement.flaw.is_some_and(|flaw| flaw != draft.records[*record].id) {
                continue;
            }
            for group in groups {
                let key = texts[statement.key as usize];
                rows.push(Row {
                    key,
                    group: *group,
                    record: at as u32,
                    statement: slice.start + offset as u32,
                });
            }
        }
    }
    rows.sort_unstable();
    let mut keys: Vec<u32> = rows.iter().map(|row| row.key).collect();
    keys.dedup();
    let mut key = 0;
    for row in &mut rows {
        while keys.get(key).is_some_and(|text| *text != row.key) {
            key += 1;
        }
        row.key = key as u32;
    }
    (keys, rows)
}

fn strings(output: &mut Output<'_>, strings: &Interner, sorted: &[u32]) {
    output.section(Section::StringEnds);
    let mut end = 0;
    for number in sorted {
        end += strings.get(*number).len() as u32;
        output.row(&[end]);
    }
    output.section(Section::StringBytes);
    for number in sorted {
        output.bytes(strings.get(*number).as_bytes());
    }
}

fn key_sections(output: &mut Output<'_>, strings: &Interner, keys: &[u32], rows: &[Row], texts: &[u32]) {
    let mut first = vec![0_u32; keys.len() + 1];
    for row in rows {
        first[row.key as usize + 1] += 1;
    }
    for at in 1..first.len() {
        first[at] += first[at - 1];
    }
    output.section(Section::Keys);
    for (at, first) in first.iter().enumerate() {
        output.row(&[keys.get(at).copied().unwrap_or(0), *first]);
    }
    // `keys` holds places in byte order: the way back to the interner's numbers.
    let wanted: HashMap<u32, u32> = keys.iter().enumerate().map(|(key, text)| (*text, key as u32)).collect();
    let mut table = vec![[0_u32; 2]; (keys.len() * 2).next_power_of_two().max(8)];
    let mut slots: Vec<(u32, u64)> = texts
        .iter()
        .enumerate()
        .filter_map(|(number, place)| Some((*wanted.get(place)?, hash(strings.get(number as u32)))))
        .collect();
    slots.sort_unstable();
    for (key, hash) in slots {
        let mut slot = hash as usize & (table.len() - 1);
        while table[slot][1] != 0 {
            slot = (slot + 1) & (table.len() - 1);
        }
        table[slot] = [(hash >> 32) as u32, key + 1];
    }
    output.section(Section::KeyTable);
    output.row(table.as_flattened());
}

/// Writes the rows that the hot loop reads; gives the statements in the order of their details, with their record.
fn statement_rows(
    output: &mut Output<'_>,
    draft: &Draft,
    positions: &Positions,
    rows: &[Row],
) -> Vec<(u32, u32)> {
    const NONE: u32 = u32::MAX;
    let mut details = vec![NONE; draft.statements.len()];
    let mut order = Vec::with_capacity(draft.statements.len());
    let mut places = Vec::with_capacity(draft.statements.len());
    let mut spans = 0;
    output.section(Section::Statements);
    for row in rows {
        let statement = &draft.statements[row.statement as usize];
        let detail = &mut details[row.statement as usize];
        if *detail == NONE {
            *detail = order.len() as u32;
            order.push((row.statement, row.record));
            match only_version(draft, statement) {
                Some(only) => places.push(SpanRows::of(draft, statement, positions).row(only)[1]),
                None => {
                    places.push(spans);
                    spans += statement.spans.count;
                }
            }
        }
        let flags = statement_bits(draft, statement, positions);
        output.row(&[row.group, flags, places[*detail as usize], *detail]);
    }
    order
}

fn statement_sections(
    output: &mut Output<'_>,
    draft: &Draft,
    positions: &Positions,
    order: &[(u32, u32)],
    lists: &mut Lists<'_>,
) {
    let statements = || order.iter().map(|(statement, _)| &draft.statements[*statement as usize]);
    let with_spans = || statements().filter(|statement| only_version(draft, statement).is_none());
    output.section(Section::Spans);
    for statement in with_spans() {
        let rows = SpanRows::of(draft, statement, positions);
        let spans = statement.spans.of(&draft.spans);
        for (at, span) in (1..).zip(spans) {
            let mut row = rows.row(span);
            if at == spans.len() {
                row[2] |= span_bit::LAST;
            }
            output.row(&row);
        }
    }
    output.section(Section::SpanTexts);
    let texts = lists.texts;
    let text = |bound: DraftBound| texts[bound.version as usize];
    for span in with_spans().flat_map(|statement| statement.spans.of(&draft.spans)) {
        output.row(&[text(span.lower()), text(span.upper())]);
    }
    let mut qualifiers = Numbering::default();
    let mut conditions = Conditions { draft, words: Vec::new(), offsets: HashMap::new() };
    output.section(Section::Details);
    for (statement, record) in order {
        let statement = &draft.statements[*statement as usize];
        let condition = conditions.copy(statement.condition, &mut qualifiers, lists.texts);
        let version = only_version(draft, statement).map_or(0, |only| text(only.lower()));
        let fixed_in = lists.number(&draft.lists, statement.fixed_in);
        output.row(&[
            lists.texts[statement.pointer as usize],
            fixed_in,
            qualifiers.number(statement.qualifiers),
            condition,
            *record,
            version,
        ]);
        output.bytes(&statement.digest);
    }
    output.section(Section::Conditions);
    output.row(&conditions.words);
    output.section(Section::Qualifiers);
    for number in qualifiers.order {
        let Some(row) = draft.qualifiers.get(number as usize - 1) else { continue };
        let text = |number: u32| lists.texts[number as usize];
        let narrowing = [text(row.update), text(row.edition), text(row.target_sw), text(row.target_hw)];
        let reason = text(row.reason);
        output.row(&narrowing);
        let mut list = |list: u32| lists.number(&draft.lists, list);
        let lists = [list(row.program_files), list(row.modules), list(row.purl), list(row.remedies)];
        output.row(&lists);
        output.row(&[reason]);
    }
}

fn is_enumerated(draft: &Draft, statement: &DraftStatement) -> bool {
    let spans = statement.spans.of(&draft.spans);
    !spans.is_empty() && spans.iter().all(|span| span_bits(span) & span_bit::EXACT != 0)
}

fn is_update(draft: &Draft, statement: &DraftStatement) -> bool {
    statement.update && is_enumerated(draft, statement)
}

/// The span of a statement that names one exact version and nothing else.
fn only_version<'a>(draft: &'a Draft, statement: &DraftStatement) -> Option<&'a DraftSpan> {
    match statement.spans.of(&draft.spans) {
        [only] if span_bits(only) & span_bit::EXACT != 0 => Some(only),
        _ => None,
    }
}

fn statement_bits(draft: &Draft, statement: &DraftStatement, positions: &Positions) -> u32 {
    let enumerated = is_enumerated(draft, statement);
    let mut bits = status_bits(statement.default);
    for (holds, flag) in [
        (statement.exact_only, bit::EXACT_ONLY),
        (statement.condition != 0, bit::CONDITION),
        (statement.narrowed, bit::QUALIFIED),
        (is_update(draft, statement), bit::UPDATE),
        (statement.not_applicable, bit::NOT_APPLICABLE),
        (enumerated, bit::ENUMERATED),
        (statement.exclusion.is_some(), bit::EXCLUSION),
        (statement.exclusion == Some(true), bit::FIXED),
        (statement.scheme == component::version::Scheme::Generic, bit::GENERIC),
        (statement.spans.count == 0, bit::NO_SPANS),
    ] {
        if holds {
            bits |= flag;
        }
    }
    if let Some(only) = only_version(draft, statement) {
        let [.., span] = SpanRows::of(draft, statement, positions).row(only);
        bits |= bit::ONE_VERSION
            | (span >> span_bit::LOWER_SHAPE_SHIFT & span_bit::SHAPE) << bit::VERSION_SHAPE_SHIFT
            | (span & span_bit::STATUS) << bit::VERSION_STATUS_SHIFT;
        if span & span_bit::INVALID != 0 {
            bits |= bit::VERSION_INVALID;
        }
    }
    bits | (statement.authority as u32) << bit::AUTHORITY_SHIFT
        | u32::from(positions.row(statement.scheme)) << bit::SCHEME_SHIFT
}

/// Makes the rows of one statement's spans.
struct SpanRows<'a> {
    positions: &'a Positions,
    strings: &'a Interner,
    scheme: u8,
    /// Its versions carry an update.
    update: bool,
}

impl<'a> SpanRows<'a> {
    fn of(draft: &'a Draft, statement: &DraftStatement, positions: &'a Positions) -> Self {
        let (scheme, update) = (positions.row(statement.scheme), is_update(draft, statement));
        Self { positions, strings: &draft.strings, scheme, update }
    }

    fn place(&self, bound: DraftBound) -> Place {
        if bound.kind == 0 { Place::default() } else { self.positions.get(self.scheme, bound) }
    }

    fn row(&self, span: &DraftSpan) -> [u32; 3] {
        let (low_bound, high_bound) = (span.lower(), span.upper());
        let (low, high) = (self.place(low_bound), self.place(high_bound));
        let lower = match low_bound.kind {
            0 => 0,
            1 => low.position,
            _ => low.position + 1,
        };
        let upper = match high_bound.kind {
            _ if self.update => first_number(self.strings.get(low_bound.version)),
            0 => u32::MAX,
            1 => high.position,
            _ => high.position.saturating_sub(1),
        };
        let mut flags = span_bits(span)
            | low.shape << span_bit::LOWER_SHAPE_SHIFT
            | high.shape << span_bit::UPPER_SHAPE_SHIFT;
        if low.form == 1 || high.form == 1 {
            flags |= span_bit::LENIENT;
        }
        if low.form == 2 || high.form == 2 || low_bound.kind == SERIES {
            flags |= span_bit::INVALID;
        }
        [lower, upper, flags]
    }
}

fn version_sections(output: &mut Output<'_>, strings: &Interner, positions: &Positions, texts: &[u32]) {
    output.section(Section::Schemes);
    let mut first = 0;
    for (scheme, keys) in positions.schemes.iter().zip(&positions.keys) {
        let name = strings.find(scheme.name()).map_or(0, |number| texts[number as usize]);
        output.row(&[name, first, keys.len() as u32]);
        first += keys.len() as u32;
    }
    output.section(Section::VersionEnds);
    let mut end = 0;
    for key in positions.keys.iter().flatten() {
        end += key.as_bytes().len() as u32;
        output.row(&[end]);
    }
    output.section(Section::VersionPrefixes);
    for key in positions.keys.iter().flatten() {
        output.bytes(&key.prefix().to_le_bytes());
    }
    output.section(Section::VersionBytes);
    for key in positions.keys.iter().flatten() {
        output.bytes(key.as_bytes());
    }
}

/// Distinct keys of each group, ascending.
pub(super) struct GroupKeys {
    /// Where the keys of each group begin; one more at the end.
    starts: Vec<u32>,
    keys: Vec<u32>,
}

impl GroupKeys {
    fn new(rows: &[Row], groups: usize) -> Self {
        let pairs = || {
            rows.iter().enumerate().filter(|(at, row)| {
                let before = at.checked_sub(1).map(|before| rows[before]);
                before.is_none_or(|before| (before.key, before.group) != (row.key, row.group))
            })
        };
        let mut starts = vec![0_u32; groups + 1];
        for (_, row) in pairs() {
            starts[row.group as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut keys = vec![0; starts.last().map_or(0, |total| *total as usize)];
        for (_, row) in pairs() {
            let slot = &mut next[row.group as usize];
            keys[*slot as usize] = row.key;
            *slot += 1;
        }
        Self { starts, keys }
    }

    pub(super) fn of(&self, group: usize) -> &[u32] {
        let bounds = || Some(*self.starts.get(group)? as usize..*self.starts.get(group + 1)? as usize);
        bounds().and_then(|bounds| self.keys.get(bounds)).unwrap_or_default()
    }
}

/// Lists in the order of their first use.
pub(super) struct Lists<'a> {
    pub(super) texts: &'a [u32],
    pub(super) words: Vec<u32>,
    numbers: HashMap<u32, u32>,
}

impl Lists<'_> {
    /// Offset of a draft's list of strings; the empty list lies at 0.
    fn number(&mut self, lists: &[Vec<u32>], list: u32) -> u32 {
        if list == 0 {
            return 0;
        }
        if let Some(offset) = self.numbers.get(&list) {
            return *offset;
        }
        let elements: Vec<u32> =
            lists[list as usize].iter().map(|number| self.texts[*number as usize]).collect();
        let offset = self.append(&elements);
        self.numbers.insert(list, offset);
        offset
    }

    /// Offset of a list written here and now.
    pub(super) fn append(&mut self, elements: &[u32]) -> u32 {
        if elements.is_empty() {
            return 0;
        }
        let offset = self.words.len() as u32;
        self.words.push(elements.len() as u32);
        self.words.extend_from_slice(elements);
        offset
    }
}

/// Numbers from 1 in the order of first use; 0 stays 0.
#[derive(Default)]
struct Numbering {
    numbers: HashMap<u32, u32>,
    order: Vec<u32>,
}

impl Numbering {
    fn number(&mut self, number: u32) -> u32 {
        if number == 0 {
            return 0;
        }
        *self.numbers.entry(number).or_insert_with(|| {
            self.order.push(number);
            self.order.len() as u32
        })
    }
}

/// Condition trees in the order of their first use.
struct Conditions<'a> {
    draft: &'a Draft,
    words: Vec<u32>,
    offsets: HashMap<u32, u32>,
}

impl Conditions<'_> {
    fn copy(&mut self, condition: u32, qualifiers: &mut Numbering, texts: &[u32]) -> u32 {
        if condition == 0 {
            return 0;
        }
        if let Some(offset) = self.offsets.get(&condition) {
            return *offset;
        }
        let offset = self.words.len() as u32 + 1;
        let mut at = condition as usize - 1;
        let mut open = 1_u32;
        while open > 0 {
            let Some(operator) = self.draft.conditions.get(at).copied() else { break };
            self.words.push(operator);
            at += 1;
            open -= 1;
            if operator >> word::OPERATOR_SHIFT == word::LEAF {
                let Some(&[key, pointer, lower, upper, narrowing, flags]) =
                    self.draft.conditions[at..].first_chunk::<{ word::LEAF_WORDS }>()
                else {
                    break;
                };
                let text = |number: u32| texts[number as usize];
                let narrowing = qualifiers.number(narrowing);
                self.words.extend([text(key), text(pointer), text(lower), text(upper), narrowing, flags]);
                at += word::LEAF_WORDS;
            } else {
                open += operator & word::CHILDREN;
            }
        }
        self.offsets.insert(condition, offset);
        offset
    }
}
