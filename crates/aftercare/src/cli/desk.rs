//! Words about cases, decisions and the ledger.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use domain::{decision::Justification, purge::Policy};
use jiff::civil::Date;

use super::{Page, date, one_of};

#[derive(Subcommand, Debug)]
pub(crate) enum Case {
    /// Lists cases.
    List(Page),
    /// Shows a case.
    Show {
        /// CASE-0147 or a vulnerability's name.
        case: String,
    },
    /// Opens a case for a vulnerability.
    Open {
        /// Any name of the vulnerability.
        vulnerability: String,
        /// What can happen, in plain words.
        #[arg(long)]
        title: Option<String>,
    },
    /// Proposes a decision, one record per release. Opens the case when there is none.
    Decide(Box<Decide>),
    /// Signs proposed decisions of a case. Needs --as and the signer's password.
    Sign {
        /// CASE-0147 or a vulnerability's name.
        case: String,
        /// Only these releases; all proposed ones when left out.
        #[arg(long)]
        release: Vec<String>,
        /// What the signature means: authorship, review, approval, responsibility.
        #[arg(long, default_value = "authorship", value_parser = ["authorship", "review", "approval", "responsibility"])]
        meaning: String,
    },
    /// Writes the signed decisions of a case as OpenVEX.
    Export {
        /// CASE-0147 or a vulnerability's name.
        case: String,
    },
}

/// A decision.
#[derive(Args, Debug)]
pub(crate) struct Decide {
    /// CASE-0147 or a vulnerability's name.
    pub(crate) case: String,
    /// affected, not_affected, fixed, under_investigation.
    #[arg(long, value_parser = ["affected", "not_affected", "fixed", "under_investigation"])]
    pub(crate) status: String,
    /// Releases it speaks of (slug@version); all that are exposed when left out.
    #[arg(long)]
    pub(crate) release: Vec<String>,
    /// One of the five VEX justifications, for not_affected.
    #[arg(long, value_parser = justification)]
    pub(crate) justification: Option<Justification>,
    /// Impact statement, for not_affected.
    #[arg(long)]
    pub(crate) impact: Option<String>,
    /// Action statement, for affected: what customers must do.
    #[arg(long)]
    pub(crate) action: Option<String>,
    /// Residual risk to the patient: controlled or uncontrolled.
    #[arg(long, value_parser = ["controlled", "uncontrolled"])]
    pub(crate) risk: Option<String>,
    /// Why.
    #[arg(long)]
    pub(crate) rationale: String,
    /// When it is looked at again, ISO.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) review_on: Option<Date>,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Ledger {
    /// Lists entries, newest first.
    Show {
        /// One entry with the rows it opened and closed.
        sequence: Option<i64>,
        /// Most rows printed.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Recomputes chain, roots, evidence, references and files from the rows. Exit 3 when anything differs.
    Verify {
        /// Also proves that the ledger extends this checkpoint.
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
        /// Also computes caches, counters, what sweeps counted and their results again, and reads the corpus that receipts name.
        #[arg(long)]
        deep: bool,
    },
    /// Makes caches and counters anew from the record, which has to be whole.
    Recount,
    /// Destroys closed revisions, texts and files under a policy; of each the leaf stays, so the ledger proves what it proved.
    /// Without --confirm it says what would go and what may not. Needs an administrator (--as) and their password.
    Purge {
        /// A table as `ledger show N` names it (site, unit, inventory, decision …), evidence, or blobs.
        #[arg(required_unless_present = "scrub")]
        table: Option<String>,
        /// The id of the row, or the digest of the text or file.
        #[arg(required_unless_present = "scrub")]
        key: Option<String>,
        /// Why it may go.
        #[arg(long, value_parser = policy, required_unless_present = "scrub")]
        policy: Option<Policy>,
        /// Only the revision that this entry opened.
        #[arg(long, value_name = "ENTRY")]
        opened: Option<i64>,
        /// Destroys it.
        #[arg(long, requires = "reason")]
        confirm: bool,
        /// Only writes the tables anew in which something was destroyed, where that failed before.
        #[arg(long, conflicts_with_all = ["table", "confirm"])]
        scrub: bool,
    },
    /// Lists what was destroyed, by which entry and why.
    Purged {
        /// Most rows printed.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Writes entries, rows and proofs to a bundle that verifies without a server.
    Export {
        /// The new file.
        file: PathBuf,
    },
}

fn policy(text: &str) -> Result<Policy, String> {
    Policy::parse(text).ok_or_else(|| one_of(Policy::ALL.iter().map(|policy| policy.as_str())))
}

fn justification(text: &str) -> Result<Justification, String> {
    Justification::parse(text).ok_or_else(|| one_of(Justification::ALL.iter().map(|known| known.as_str())))
}
