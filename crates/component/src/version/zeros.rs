//! Zeros whose worth depends on what follows: nothing at the end (`1.0` equals `1`), but a place of their own in
//! front of more.
//!
//! A zero that leads to something below the end is itself below the end, and the more of them the higher; one that
//! leads to something above the end is above it, and the more of them the lower. So they are counted first and
//! written when it is known what follows.

/// Zeros, then something below the end.
const ZERO_BELOW_END: u8 = 0x1C;
/// The end of a version; what sorts below it takes a smaller mark than `ZERO_BELOW_END`.
pub(super) const END: u8 = 0x1D;
/// Zeros, then something above the end; numbers other than zero are above it.
const ZERO_ABOVE_END: u8 = 0x1E;
/// The first mark above the zeros and below the numbers.
pub(super) const ABOVE_ZEROS: u8 = 0x1F;

/// Zeros that were read and not yet written.
#[derive(Default)]
pub(super) struct Zeros(usize);

impl Zeros {
    /// One more was read.
    pub(super) fn count(&mut self) {
        self.0 += 1;
    }

    /// What follows sorts below the end.
    pub(super) fn write_below_end(&mut self, out: &mut Vec<u8>) {
        out.extend(std::iter::repeat_n(ZERO_BELOW_END, std::mem::take(&mut self.0)));
    }

    /// What follows sorts above the end.
    pub(super) fn write_above_end(&mut self, out: &mut Vec<u8>) {
        out.extend(std::iter::repeat_n(ZERO_ABOVE_END, std::mem::take(&mut self.0)));
    }

    /// They do not count here.
    pub(super) fn forget(&mut self) {
        self.0 = 0;
    }
}
