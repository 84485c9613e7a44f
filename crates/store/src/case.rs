//! Cases: one flaw, one matter to decide. Lists page by key; filters and sorts are closed.

use domain::{
    audience::Audience,
    case::{Case, CaseStage, Exploitability, HarmSeverity},
    id::{CaseId, PersonId, VulnerabilityId},
};

use crate::{Row, StoreError, Table, Tx, Value, View};

/// Cases. Not called `case`, which is a word of SQL.
pub const CASE: Table = Table {
    name: "case_record",
    key: &["id"],
    columns: &[
        "id",
        "number",
        "vulnerability",
        "title",
        "stage",
        "owner",
        "due",
        "learned_at",
        "harm",
        "exploitability",
        "harm_path",
        "audience",
    ],
    sealed: &[],
};

/// Which cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFilter {
    /// In one of these stages.
    pub stages: Vec<CaseStage>,
    /// Whose.
    pub owner: OwnerFilter,
}

/// Whose cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum OwnerFilter {
    /// Anybody's and nobody's.
    #[default]
    Any,
    /// Nobody's.
    Nobody,
    /// One person's.
    Person(PersonId),
}

/// In which order; ties go to the higher number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaseSort {
    /// Newest first.
    #[default]
    Number,
    /// Due first; without a date last.
    Due,
    /// Learned first.
    Learned,
    /// Worst harm first; not judged last.
    Harm,
}

impl CaseSort {
    /// All orders.
    pub const ALL: [Self; 4] = [Self::Number, Self::Due, Self::Learned, Self::Harm];
}

/// The last row of a page: the next one begins after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseCursor {
    /// The sort value.
    pub key: String,
    /// The case's number.
    pub number: i64,
    /// The ledger entry the first page was read at; later pages read at the same.
    pub sequence: i64,
}

impl CaseFilter {
    /// Every case.
    #[must_use]
    pub fn all() -> Self {
        Self { stages: CaseStage::ALL.to_vec(), owner: OwnerFilter::Any }
    }
    /// Every case that is not closed.
    #[must_use]
    pub fn open() -> Self {
        let stages = CaseStage::ALL.into_iter().filter(|stage| *stage != CaseStage::Closed).collect();
        Self { stages, owner: OwnerFilter::Any }
    }
}

impl Tx<'_> {
    /// Opens a case.
    pub fn add_case(&mut self, case: &Case) -> Result<(), StoreError> {
        self.open(&CASE, &values(case))
    }

    /// Gives a case a new revision.
    pub fn change_case(&mut self, case: &Case) -> Result<(), StoreError> {
        self.replace(&CASE, &values(case))
    }
}

impl View<'_> {
    /// A case by id.
    pub fn case(&self, id: &CaseId) -> Result<Option<Case>, StoreError> {
        self.row(BY_ID, &[self.sequence().into(), id.into()], read)
    }

    /// A case by number.
    pub fn case_by_number(&self, number: i64) -> Result<Option<Case>, StoreError> {
        self.row(BY_NUMBER, &[self.sequence().into(), number.into()], read)
    }

    /// The case of a vulnerability.
    pub fn case_by_vulnerability(&self, id: &VulnerabilityId) -> Result<Option<Case>, StoreError> {
        self.row(BY_VULNERABILITY, &[self.sequence().into(), id.into()], read)
    }

    /// The cases of these vulnerabilities.
    pub fn cases_of_vulnerabilities(
        &self,
        vulnerabilities: Vec<String>,
        audiences: &[String],
    ) -> Result<Vec<Case>, StoreError> {
        let values = [self.sequence().into(), audiences.into(), vulnerabilities.into()];
        self.rows(OF_VULNERABILITIES, &values, read)
    }

    /// The cases with one of these harms, and these by id.
    pub fn leading_cases(
        &self,
        harms: &[HarmSeverity],
        ids: Vec<String>,
        audiences: &[String],
    ) -> Result<Vec<Case>, StoreError> {
        let harms: Vec<String> = harms.iter().map(|harm| harm.as_str().to_owned()).collect();
        self.rows(LEADING, &[self.sequence().into(), audiences.into(), harms.into(), ids.into()], read)
    }

    /// The newest cases with a signed decision, but for one.
    pub fn cases_with_signed(
        &self,
        but: &CaseId,
        audiences: &[String],
        limit: i64,
    ) -> Result<Vec<Case>, StoreError> {
        let values = [self.sequence().into(), audiences.into(), but.into(), limit.into()];
        self.rows(WITH_SIGNED, &values, read)
    }

    /// A page of cases, with the cursor of the next one when there may be one.
    pub fn cases(
        &self,
        audiences: &[String],
        filter: &CaseFilter,
        sort: CaseSort,
        after: Option<&CaseCursor>,
        limit: i64,
    ) -> Result<(Vec<Case>, Option<CaseCursor>), StoreError> {
        let sequence = after.map_or(self.sequence(), |cursor| cursor.sequence.min(self.sequence()));
        let (owner_sql, owner) = match &filter.owner {
            OwnerFilter::Any => (OWNER_ANY, Value::Null),
            OwnerFilter::Nobody => (OWNER_NOBODY, Value::Null),
            OwnerFilter::Person(id) => (OWNER_IS, id.into()),
        };
        let (key_sql, page_sql) = match sort {
            CaseSort::Number => (BY_NUMBER_KEY, BY_NUMBER_PAGE),
            CaseSort::Due => (DUE_KEY, DUE_PAGE),
            CaseSort::Learned => (LEARNED_KEY, LEARNED_PAGE),
            CaseSort::Harm => (HARM_KEY, HARM_PAGE),
        };
        let stages: Vec<String> = filter.stages.iter().map(|stage| stage.as_str().to_owned()).collect();
        let values = [
            sequence.into(),
            audiences.into(),
            stages.into(),
            owner,
            after.map_or("", |cursor| &cursor.key).into(),
            after.map_or(i64::MAX, |cursor| cursor.number).into(),
            limit.into(),
        ];
        let rows = self.rows_joined(&[LIST, key_sql, LIST_FROM, owner_sql, page_sql], &values, |row| {
            Ok((read(row)?, row.text(12)?))
        })?;
        let full = i64::try_from(rows.len()).is_ok_and(|count| count == limit);
        let next = rows.last().filter(|_| full).map(|(case, key)| CaseCursor {
            key: key.clone(),
            number: case.number,
            sequence,
        });
        Ok((rows.into_iter().map(|(case, _)| case).collect(), next))
    }

    /// How many cases stand at each stage, stages without any left out.
    pub fn count_cases(&self, audiences: &[String]) -> Result<Vec<(CaseStage, i64)>, StoreError> {
        self.rows(COUNT, &[self.sequence().into(), audiences.into()], |row| {
            let word = row.text(0)?;
            let stage = CaseStage::parse(&word).ok_or_else(|| StoreError::unreadable(0, "a stage", &word))?;
            Ok((stage, row.integer(1)?))
        })
    }

    /// How many open cases have no judged harm.
    pub fn count_cases_not_judged(&self, audiences: &[String]) -> Result<i64, StoreError> {
        Ok(self
            .row(NOT_JUDGED, &[self.sequence().into(), audiences.into()], |row| row.integer(0))?
            .unwrap_or(0))
    }
}

fn values(case: &Case) -> Vec<Value> {
    vec![
        (&case.id).into(),
        case.number.into(),
        (&case.vulnerability).into(),
        (&case.title).into(),
        case.stage.as_str().into(),
        case.owner.as_ref().into(),
        case.due.into(),
        case.learned_at.into(),
        case.harm.map(HarmSeverity::as_str).into(),
        case.exploitability.map(Exploitability::as_str).into(),
        case.harm_path.as_ref().into(),
        (&case.audience).into(),
    ]
}

fn read(row: &Row<'_>) -> Result<Case, StoreError> {
    let stage = row.text(4)?;
    let date = |column| {
        row.optional_text(column)?
            .map(|text| text.parse().map_err(|_| StoreError::unreadable(column, "a date", &text)))
            .transpose()
    };
    let harm = row.optional_text(8)?;
    let exploitability = row.optional_text(9)?;
    let learned_at = row.text(7)?;
    Ok(Case {
        id: CaseId(row.text(0)?),
        number: row.integer(1)?,
        vulnerability: VulnerabilityId(row.text(2)?),
        title: row.text(3)?,
        stage: CaseStage::parse(&stage).ok_or_else(|| StoreError::unreadable(4, "a stage", &stage))?,
        owner: row.optional_text(5)?.map(PersonId),
        due: date(6)?,
        learned_at: learned_at.parse().map_err(|_| StoreError::unreadable(7, "a moment", &learned_at))?,
        harm: harm
            .map(|word| HarmSeverity::parse(&word).ok_or_else(|| StoreError::unreadable(8, "a harm", &word)))
            .transpose()?,
        exploitability: exploitability
            .map(|word| {
                Exploitability::parse(&word)
                    .ok_or_else(|| StoreError::unreadable(9, "an exploitability", &word))
            })
            .transpose()?,
        harm_path: row.optional_text(10)?,
        audience: Audience(row.text(11)?),
    })
}

macro_rules! columns {
    () => {
        "SELECT id, number, vulnerability, title, stage, owner, due, learned_at, harm, exploitability, harm_path, audience"
    };
}
const BY_ID: &str = concat!(columns!(), " FROM case_record WHERE id = $2 AND since <= $1 AND until > $1");
const BY_NUMBER: &str =
    concat!(columns!(), " FROM case_record WHERE number = $2 AND since <= $1 AND until > $1");
const BY_VULNERABILITY: &str =
    concat!(columns!(), " FROM case_record WHERE vulnerability = $2 AND since <= $1 AND until > $1");

const OF_VULNERABILITIES: &str = concat!(
    columns!(),
    " FROM case_record WHERE vulnerability IN (LIST $3) AND since <= $1 AND until > $1 AND audience IN (LIST $2)"
);
const LEADING: &str = concat!(
    columns!(),
    " FROM case_record WHERE (harm IN (LIST $3) OR id IN (LIST $4)) AND since <= $1 AND until > $1 AND audience IN (LIST $2)"
);
const WITH_SIGNED: &str = concat!(
    columns!(),
    " FROM case_record WHERE since <= $1 AND until > $1 AND audience IN (LIST $2) AND id <> $3 AND id IN \
     (SELECT d.case_id FROM decision d WHERE d.state = 'signed' AND d.since <= $1 AND d.until > $1 AND d.audience IN (LIST $2)) \
     ORDER BY number DESC LIMIT $4"
);

// A list: columns, sort key as text, source, owner, page.
const LIST: &str = concat!(columns!(), ",");
const LIST_FROM: &str =
    "FROM case_record WHERE since <= $1 AND until > $1 AND audience IN (LIST $2) AND stage IN (LIST $3)";
const OWNER_ANY: &str = "AND CAST($4 AS TEXT) IS NULL";
const OWNER_NOBODY: &str = "AND owner IS NULL AND CAST($4 AS TEXT) IS NULL";
const OWNER_IS: &str = "AND owner = $4";
const BY_NUMBER_KEY: &str = "''";
const BY_NUMBER_PAGE: &str = "AND CAST($5 AS TEXT) = '' AND number < $6 ORDER BY number DESC LIMIT $7";
macro_rules! page {
    ($key:literal) => {
        concat!(
            "AND (",
            $key,
            " > CAST($5 AS TEXT) OR (",
            $key,
            " = CAST($5 AS TEXT) AND number < $6)) ORDER BY ",
            $key,
            ", number DESC LIMIT $7"
        )
    };
}
const DUE_KEY: &str = "COALESCE(due, '9999-99-99')";
const DUE_PAGE: &str = page!("COALESCE(due, '9999-99-99')");
const LEARNED_KEY: &str = "learned_at";
const LEARNED_PAGE: &str = page!("learned_at");
macro_rules! harm_rank {
    () => {
        "CASE harm WHEN 'catastrophic' THEN '1' WHEN 'critical' THEN '2' WHEN 'serious' THEN '3' WHEN 'minor' THEN '4' \
         WHEN 'negligible' THEN '5' ELSE '6' END"
    };
}
const HARM_KEY: &str = harm_rank!();
const HARM_PAGE: &str = concat!(
    "AND (",
    harm_rank!(),
    " > CAST($5 AS TEXT) OR (",
    harm_rank!(),
    " = CAST($5 AS TEXT) AND number < $6)) ORDER BY ",
    harm_rank!(),
    ", number DESC LIMIT $7"
);
const COUNT: &str = "SELECT stage, COUNT(*) FROM case_record WHERE since <= $1 AND until > $1 AND audience IN (LIST $2) \
    GROUP BY stage ORDER BY stage";
const NOT_JUDGED: &str = "SELECT COUNT(*) FROM case_record WHERE since <= $1 AND until > $1 AND audience IN (LIST $2) \
    AND stage <> 'closed' AND harm IS NULL";
