//! The frame of every page: menu, crumbs, the as-of control, the banner of the past, and the line printed at the foot.

use super::href;

#[derive(Debug, Clone)]
pub struct Shell {
    /// "Norrvik Medical"
    pub manufacturer: String,
    /// For the browser's title and the printed line: "CASE-0147".
    pub title: String,
    /// Which entry of the menu is current.
    pub section: Section,
    /// The pages that exist and that this person may open; the menu lists no others.
    pub open: Vec<Section>,
    /// Without the page itself, which is `title`.
    pub crumbs: Vec<super::count::Link>,
    /// What whoever administers has to mend, on every page: need-to-know labels that nobody holds.
    pub alarms: Vec<String>,
    pub as_of: AsOf,
    pub ledger: LedgerState,
    pub person: Person,
    /// The last act, with its way back.
    pub notice: Option<Notice>,
    /// Goes with every form that changes something.
    pub form_token: String,
    pub stamp: Stamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Today,
    Inbox,
    Cases,
    Impact,
    Products,
    Watch,
    Ledger,
    Explain,
    People,
    Elsewhere,
}

/// The moment a page is shown for.
#[derive(Debug, Clone)]
pub struct AsOf {
    /// Path of this page, to which the control's form goes back.
    pub path: String,
    /// The other parameters of this page, kept by the form.
    pub kept: Vec<(String, String)>,
    /// As typed: "2026-11-17 08:14 UTC".
    pub field: String,
    /// As read: "Tue 17 Nov 2026 08:14 UTC".
    pub shown: String,
    /// "09:14 in Oslo"
    pub local: String,
    /// "2 Jan 2025", the first day the record knows.
    pub earliest: String,
    /// Set when the page shows a moment that has passed; such a page offers no acts.
    pub past: Option<Past>,
    /// The page as of one day earlier and later, for the keys `[` and `]`.
    pub earlier: Option<String>,
    pub later: Option<String>,
    /// What was typed could not be read or is out of reach, and what to write instead.
    pub problem: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Past {
    /// "7 d 14 h"
    pub ago: String,
    /// The last ledger entry that was there.
    pub entry: u64,
    /// The same page as of now.
    pub now: String,
    /// The parameter's value that keeps this moment in links: `2026-11-09T18:00Z`.
    pub value: String,
    /// What was there and was destroyed since: no page shows it any more.
    pub purged: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct LedgerState {
    /// "08:00 UTC"; `None`: never verified.
    pub verified: Option<String>,
    pub breaks: u64,
}

/// Who is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub role: String,
    pub time_zone: String,
}

#[derive(Debug, Clone)]
pub struct Notice {
    pub text: String,
    pub undo: Option<Undo>,
}

/// The form that takes the last act back at once.
#[derive(Debug, Clone)]
pub struct Undo {
    /// Where it is posted.
    pub action: String,
    /// Names and values it sends.
    pub fields: Vec<(String, String)>,
}

/// What makes a printed page a document: it names the record it was made from.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// To the second: "2026-11-17 08:14:07 UTC".
    pub moment: String,
    pub entry: u64,
    /// Hash of that entry, shortened.
    pub digest: String,
}

/// A group of the side menu.
pub(crate) struct Group<I> {
    pub(crate) name: &'static str,
    pub(crate) items: I,
}

pub(crate) struct Item {
    pub(crate) section: Section,
    pub(crate) path: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) name: &'static str,
    /// The second key after `g`.
    pub(crate) key: &'static str,
}

pub(crate) const MENU: &[Group<&'static [Item]>] = &[
    Group {
        name: "Work",
        items: &[
            Item::new(Section::Today, href::TODAY, "today", "Today", "t"),
            Item::new(Section::Inbox, href::INBOX, "inbox", "Inbox", "i"),
            Item::new(Section::Cases, href::CASES, "case", "Cases", "c"),
        ],
    },
    Group {
        name: "Portfolio",
        items: &[
            Item::new(Section::Impact, href::IMPACT, "search", "Are we hit?", "h"),
            Item::new(Section::Products, href::PRODUCTS, "box", "Products", "p"),
        ],
    },
    Group {
        name: "Assurance",
        items: &[
            Item::new(Section::Watch, href::WATCH, "watch", "Watch", "w"),
            Item::new(Section::Ledger, href::LEDGER, "ledger", "Ledger", "l"),
            Item::new(Section::Explain, href::EXPLAIN, "doc", "Why is it listed?", "e"),
        ],
    },
    Group { name: "Access", items: &[Item::new(Section::People, href::PEOPLE, "key", "People", "u")] },
];

impl Section {
    /// The pages of the menu that need no administrator.
    pub const MENU: [Self; 8] = [
        Self::Today,
        Self::Inbox,
        Self::Cases,
        Self::Impact,
        Self::Products,
        Self::Watch,
        Self::Ledger,
        Self::Explain,
    ];
}

impl Shell {
    /// Acts are offered on the present only.
    pub fn acting(&self) -> bool {
        self.as_of.past.is_none()
    }

    pub(crate) fn menu(&self) -> Vec<Group<Vec<&'static Item>>> {
        let groups = MENU.iter().map(|group| Group {
            name: group.name,
            items: group.items.iter().filter(|item| self.opens(item.section)).collect::<Vec<_>>(),
        });
        groups.filter(|group| !group.items.is_empty()).collect()
    }

    pub(crate) fn opens(&self, section: Section) -> bool {
        self.open.contains(&section)
    }

    pub(crate) fn is_current(&self, section: &Section) -> bool {
        self.section == *section
    }
}

impl AsOf {
    /// The address with the moment of this page kept. Every link of a page goes through here.
    pub fn link(&self, path: &str) -> String {
        match &self.past {
            Some(past) => href::with(path, &[("as_of", &past.value)]),
            None => String::from(path),
        }
    }
}

impl Item {
    const fn new(
        section: Section,
        path: &'static str,
        icon: &'static str,
        name: &'static str,
        key: &'static str,
    ) -> Self {
        Self { section, path, icon, name, key }
    }
}
