//! Seeded damage to documents: the same in every run.

/// What is put into documents where it hurts most.
const PIECES: [&[u8]; 22] = [
    b"null",
    b"[",
    b"}",
    b"\"",
    b"\\ud800",
    b"\\u0000",
    b"1e999",
    b"{\"components\":[",
    b"\xff\xfe",
    b",",
    b"<",
    b"</",
    b"/>",
    b"<![CDATA[",
    b"<!--",
    b"&x;",
    b"&#0;",
    b"<text>",
    b"</text>",
    b"&a [*a]",
    b": ",
    b"\n  - ",
];

/// Damages documents, one random way after the other (xorshift64).
pub(crate) struct Mutator(u64);

impl Mutator {
    pub(crate) fn new() -> Self {
        Mutator(0x5eed)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap_or(0)
    }

    pub(crate) fn damaged(&mut self, document: &[u8]) -> Vec<u8> {
        let mut damaged = document.to_vec();
        for _ in 0..=self.below(3) {
            if damaged.is_empty() {
                break;
            }
            let at = self.below(damaged.len());
            let end = (at + self.below(40)).min(damaged.len());
            match self.below(6) {
                0 => damaged.truncate(at),
                1 => damaged[at] = self.below(256) as u8,
                2 => drop(damaged.drain(at..end)),
                3 => drop(damaged.splice(at..at, PIECES[self.below(PIECES.len())].iter().copied())),
                4 => damaged[at..].rotate_left(1),
                _ => {
                    let again = damaged[at..end].to_vec();
                    drop(damaged.splice(at..at, again));
                }
            }
        }
        damaged
    }
}
