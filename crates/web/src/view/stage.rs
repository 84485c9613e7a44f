//! The form that moves a case to another stage, with what holds it back. The gates themselves are the domain's.

use askama::Template;
use domain::case::CaseStage;

use super::field::Problems;
use super::{filters, words};

#[derive(Debug, Clone, Template)]
#[template(path = "parts/stage.html")]
pub struct StageForm {
    /// Where it is posted.
    pub action: String,
    pub form_token: String,
    pub open: bool,
    pub current: CaseStage,
    pub chosen: CaseStage,
    /// What has to be done before the next stage, one sentence each.
    pub held: Vec<String>,
    pub reason: String,
    pub problems: Problems,
    pub refused: Option<String>,
}

impl askama::filters::HtmlSafe for StageForm {}

impl StageForm {
    fn others(&self) -> impl Iterator<Item = CaseStage> {
        let current = self.current;
        CaseStage::ALL.into_iter().filter(move |stage| *stage != current)
    }

    fn is_chosen(&self, stage: &CaseStage) -> bool {
        self.chosen == *stage
    }

    /// The stage that follows, unless the case is closed.
    fn next(&self) -> Option<&'static str> {
        CaseStage::ALL.into_iter().find(|stage| *stage > self.current).map(words::stage)
    }
}
