//! Which need-to-know labels the record bears, whether or not anybody holds them. Who holds which is in `person`.

use std::collections::BTreeMap;

use crate::{StoreError, View};

impl View<'_> {
    /// Every label but `general` that any revision or entry ever bore, with how many open records bear it.
    pub fn labels(&self) -> Result<BTreeMap<String, i64>, StoreError> {
        let mut labels = BTreeMap::new();
        for (label, records) in
            self.rows(LABELS, &[self.sequence().into()], |row| Ok((row.text(0)?, row.integer(1)?)))?
        {
            *labels.entry(label).or_default() += records;
        }
        Ok(labels)
    }
}

macro_rules! labels_of {
    ($table:literal) => {
        concat!(
            "SELECT audience, COUNT(*) FILTER (WHERE since <= $1 AND until > $1) FROM ",
            $table,
            " WHERE audience <> 'general' GROUP BY audience UNION ALL "
        )
    };
}
/// Each part reads a partial index of labelled rows alone.
const LABELS: &str = concat!(
    labels_of!("product"),
    labels_of!("release"),
    labels_of!("site"),
    labels_of!("unit"),
    labels_of!("inventory"),
    labels_of!("source"),
    labels_of!("vulnerability"),
    labels_of!("verdict"),
    labels_of!("case_record"),
    labels_of!("decision"),
    labels_of!("signature"),
    labels_of!("placement"),
    labels_of!("mapping"),
    labels_of!("forgotten"),
    labels_of!("build_evidence"),
    labels_of!("purge"),
    "SELECT DISTINCT audience, 0 FROM ledger WHERE audience <> 'general'"
);
