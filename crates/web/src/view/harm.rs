//! The path from a flaw to a patient, and the matrix that weighs it. A missing station is drawn as unknown, never left out.

use askama::Template;

use super::count::Link;
use super::filters;

/// Flaw, component, device function, hazardous situation, harm. The barriers stand on the segment they guard.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/path.html")]
pub struct HarmPath {
    pub flaw: Station,
    pub component: Station,
    pub device_function: Station,
    pub hazardous_situation: Station,
    pub harm: Station,
    pub barriers: Vec<Barrier>,
}

#[derive(Debug, Clone)]
pub enum Station {
    Known {
        what: String,
        basis: String,
        link: Option<Link>,
    },
    /// What still has to be answered, and by whom.
    Unknown {
        question: String,
    },
}

/// A risk control, drawn as a numbered gate.
#[derive(Debug, Clone)]
pub struct Barrier {
    /// The station it stands behind: 1 for the flaw to 4 for the hazardous situation.
    pub after: u8,
    pub name: String,
    pub text: String,
    pub effect: Effect,
}

#[derive(Debug, Clone)]
pub enum Effect {
    DoesNotCut,
    /// "cuts at 201 sites"
    CutsWhere(String),
    Shortens,
    Cuts,
    NotKnown,
}

/// Harm in five rows by exploitability in three columns.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/matrix.html")]
pub struct Matrix {
    /// From catastrophic down to negligible; low, medium, high.
    pub rows: [MatrixRow; 5],
    /// Version and signing date of the matrix, and where the goal is.
    pub caption: String,
}

#[derive(Debug, Clone)]
pub struct MatrixRow {
    pub harm: &'static str,
    pub cells: [MatrixCell; 3],
}

#[derive(Debug, Clone, Copy, Default)]
pub struct MatrixCell {
    pub controlled: bool,
    pub borderline: bool,
    pub now: bool,
    pub goal: bool,
}

impl askama::filters::HtmlSafe for HarmPath {}
impl askama::filters::HtmlSafe for Matrix {}

impl HarmPath {
    /// Whether anything is missing; such a path cannot be signed.
    pub fn is_complete(&self) -> bool {
        self.stations().iter().all(|(_, station)| matches!(station, Station::Known { .. }))
    }

    fn stations(&self) -> [(&'static str, &Station); 5] {
        [
            ("Flaw", &self.flaw),
            ("Component", &self.component),
            ("Device function", &self.device_function),
            ("Hazardous situation", &self.hazardous_situation),
            ("Harm", &self.harm),
        ]
    }

    /// The gates behind the station with this index, with their numbers.
    fn gates(&self, station: &usize) -> Vec<(usize, &Barrier)> {
        self.barriers
            .iter()
            .enumerate()
            .filter(|(_, barrier)| usize::from(barrier.after) == *station + 1)
            .map(|(index, barrier)| (index + 1, barrier))
            .collect()
    }
}

impl Effect {
    fn tone(&self) -> &'static str {
        match self {
            Self::DoesNotCut => "red",
            Self::CutsWhere(_) => "amb",
            Self::Shortens | Self::Cuts => "grn",
            Self::NotKnown => "mut",
        }
    }

    fn chip(&self) -> super::chip::Chip {
        use super::chip::Chip;
        match self {
            Self::DoesNotCut => Chip::new("red", "x", "does not cut"),
            Self::CutsWhere(words) => Chip::new("amb", "half", words.clone()),
            Self::Shortens => Chip::new("grn", "check", "shortens"),
            Self::Cuts => Chip::new("grn", "check", "cuts"),
            Self::NotKnown => Chip::unknown("not known"),
        }
    }
}

impl MatrixCell {
    fn class(self) -> String {
        let mut class = String::new();
        for (set, word) in
            [(!self.controlled, "u"), (self.borderline, "bl"), (self.now, "at"), (self.goal, "goal")]
        {
            if set {
                if !class.is_empty() {
                    class.push(' ');
                }
                class.push_str(word);
            }
        }
        class
    }

    fn words(self) -> &'static str {
        match (self.now, self.goal, self.controlled) {
            (true, ..) => "Now",
            (false, true, true) => "C, goal",
            (false, true, false) => "U, goal",
            (false, false, true) => "C",
            (false, false, false) => "U",
        }
    }
}
