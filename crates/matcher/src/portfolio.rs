//! The portfolio index: which releases hold which version of which product, and how many units run them.
//!
//! The other side of [`crate::index`]: there a part asks for statements, here a statement asks for parts. Ten million
//! parts of ten thousand releases are a few hundred thousand distinct component versions; units are counts of a release,
//! so they never enter matching. The bytes are derived from the record, may be thrown away at any time and are never
//! named by it. [`Builder`] writes them (`build`), [`Portfolio`] reads them: tables here, questions in `reach`.
//!
//! Deliberately not here: verdicts. A component version that is *reached* is to be asked by [`crate::assess`]; one that is
//! not reached has no stored verdict from that record.

mod build;
mod layout;
mod reach;

use sha2::{Digest as _, Sha256};

pub use build::Builder;
use layout::{HEADER, MAGIC, SECTIONS, Section, VERSION, width};
pub use reach::Exposed;
pub use roaring::RoaringBitmap;

/// Why bytes are not a portfolio index. Each time it is simply built again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PortfolioError {
    /// Something else, or of another version of this program.
    #[error("not a portfolio index of this version: it has to be built again")]
    Foreign,
    /// Cut short, or changed since it was written.
    #[error("the portfolio index is damaged ({what}): it has to be built again")]
    Damaged {
        /// Which part.
        what: &'static str,
    },
}

/// An opened portfolio over borrowed, owned or mapped bytes. Every offset is checked when it is followed.
#[derive(Debug)]
pub struct Portfolio<B> {
    bytes: B,
    sections: [(usize, usize); SECTIONS],
}

/// A release of the portfolio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release<'a> {
    /// What the caller called it.
    pub name: &'a str,
    /// Units that run it, at all sites.
    pub units: u32,
}

impl<B: AsRef<[u8]>> Portfolio<B> {
    /// Opens; looks at header, table and lengths only.
    ///
    /// # Errors
    /// The bytes are foreign, of another version or cut short.
    pub fn open(bytes: B) -> Result<Self, PortfolioError> {
        let all = bytes.as_ref();
        if !all.starts_with(MAGIC)
            || word(all, 8) != Some(VERSION)
            || word(all, 12) != Some(SECTIONS as u32)
            || all.len() < HEADER
        {
            return Err(PortfolioError::Foreign);
        }
        if long(all, HEADER - 8) != Some(all.len() as u64) {
            return Err(PortfolioError::Damaged { what: "length" });
        }
        let mut sections = [(0, 0); SECTIONS];
        for (at, section) in sections.iter_mut().enumerate() {
            let damaged = PortfolioError::Damaged { what: "table" };
            let start = long(all, layout::TABLE + at * 16).and_then(|start| usize::try_from(start).ok());
            let length =
                long(all, layout::TABLE + at * 16 + 8).and_then(|length| usize::try_from(length).ok());
            let (Some(start), Some(length)) = (start, length) else { return Err(damaged) };
            let end = start.checked_add(length).filter(|end| *end <= all.len()).ok_or(damaged)?;
            *section = (start, end);
        }
        Ok(Self { bytes, sections })
    }

    /// Holds the bytes against the digest in their header: what a side file is asked once when it arrives.
    ///
    /// # Errors
    /// They are not the ones that were written.
    pub fn verify(&self) -> Result<(), PortfolioError> {
        let all = self.bytes.as_ref();
        let rest = all.get(layout::TABLE..).unwrap_or_default();
        let digest: [u8; 32] = Sha256::digest(rest).into();
        if all.get(layout::DIGEST..layout::DIGEST + 32) == Some(&digest[..]) {
            Ok(())
        } else {
            Err(PortfolioError::Damaged { what: "digest" })
        }
    }

    /// The bytes, to be kept beside the record.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_ref()
    }

    /// Distinct component versions; their numbers are `0..components()`.
    pub fn components(&self) -> u32 {
        (self.section(Section::Components).len() / width::COMPONENT) as u32
    }

    /// Releases; their ordinals are `0..releases()`.
    pub fn releases(&self) -> u32 {
        (self.section(Section::Releases).len() / width::RELEASE).saturating_sub(1) as u32
    }

    /// Distinct product keys.
    pub fn keys(&self) -> u32 {
        (self.section(Section::Keys).len() / width::KEY).saturating_sub(1) as u32
    }

    /// What the caller called a component version.
    pub fn component(&self, component: u32) -> Option<u64> {
        long(self.row::<{ width::COMPONENT }>(Section::Components, component)?, 0)
    }

    /// One release.
    pub fn release(&self, release: u32) -> Option<Release<'_>> {
        if release >= self.releases() {
            return None;
        }
        let row = self.row::<{ width::RELEASE }>(Section::Releases, release)?;
        Some(Release { name: self.text(word(row, 0)?), units: word(row, 4)? })
    }

    /// Units of a release by site.
    pub fn sites(&self, release: u32) -> impl Iterator<Item = (&str, u32)> {
        self.site_rows(release).map(|(site, units)| (self.text(site), units))
    }

    /// The same with the number of the site's name.
    fn site_rows(&self, release: u32) -> impl Iterator<Item = (u32, u32)> {
        let range = || {
            let first = word(self.row::<{ width::RELEASE }>(Section::Releases, release)?, 8)? as usize;
            let end = word(self.row::<{ width::RELEASE }>(Section::Releases, release.checked_add(1)?)?, 8)?;
            let rows = self.section(Section::Sites);
            rows.get(first.checked_mul(width::SITE)?..(end as usize).checked_mul(width::SITE)?)
        };
        let rows = range().unwrap_or_default().as_chunks::<{ width::SITE }>().0;
        rows.iter().filter_map(|row| Some((word(row, 0)?, word(row, 4)?)))
    }

    /// Releases that hold a component version; empty for a number out of range or damaged bytes.
    pub fn holders(&self, component: u32) -> RoaringBitmap {
        let bytes = || {
            let end = |at| long(self.row::<{ width::COMPONENT }>(Section::Components, at)?, 8);
            let start = component.checked_sub(1).map_or(Some(0), end)?;
            let (start, end) = (usize::try_from(start).ok()?, usize::try_from(end(component)?).ok()?);
            self.section(Section::Bitmaps).get(start..end)
        };
        bytes().and_then(|bytes| RoaringBitmap::deserialize_from(bytes).ok()).unwrap_or_default()
    }

    fn section(&self, section: Section) -> &[u8] {
        let (start, end) = self.sections[section as usize];
        self.bytes.as_ref().get(start..end).unwrap_or_default()
    }

    fn row<const WIDTH: usize>(&self, section: Section, at: u32) -> Option<&[u8; WIDTH]> {
        self.section(section).get((at as usize).checked_mul(WIDTH)?..)?.first_chunk()
    }

    fn text(&self, number: u32) -> &str {
        let text = self.slice(Section::StringEnds, Section::StringBytes, number);
        text.and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }

    fn slice(&self, ends: Section, bytes: Section, number: u32) -> Option<&[u8]> {
        let ends = self.section(ends);
        let end = word(ends, number as usize * 4)?;
        let start = match number.checked_sub(1) {
            Some(before) => word(ends, before as usize * 4)?,
            None => 0,
        };
        self.section(bytes).get(start as usize..end as usize)
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}
