//! Damage that repeats: a seeded mutator, so that what fails on one machine fails on all.

/// Pieces that readers of identifiers and versions trip over.
const PIECES: [&[u8]; 16] = [
    b".",
    b"-",
    b"+",
    b"~",
    b":",
    b"|",
    b"%",
    b"%00",
    b"\0",
    b"\n",
    b"*",
    b"||",
    b"\xff",
    b"\xc3\xa9",
    b"00000000000",
    b"99999999999999999999999",
];

/// Makes damaged copies of seeds, the same ones for the same seeds.
pub struct Mutator {
    seeds: Vec<Vec<u8>>,
    state: u64,
}

impl Mutator {
    /// From what is well formed; without a seed it grows its damage from nothing.
    pub fn new(seeds: impl IntoIterator<Item = impl Into<Vec<u8>>>) -> Self {
        let mut seeds: Vec<Vec<u8>> = seeds.into_iter().map(Into::into).collect();
        if seeds.is_empty() {
            seeds.push(Vec::new());
        }
        Self { seeds, state: 0x9e37_79b9_7f4a_7c15 }
    }

    /// The next damaged text: one seed, or the lines of several, damaged in up to four places.
    pub fn next_bytes(&mut self) -> Vec<u8> {
        let mut bytes = self.seed();
        for _ in 0..self.below(3) {
            bytes.push(b'\n');
            let line = self.seed();
            bytes.extend(line);
        }
        for _ in 0..self.below(5) {
            let at = self.below(bytes.len() + 1);
            let end = (at + self.below(20)).min(bytes.len());
            match self.below(6) {
                0 => bytes.truncate(at),
                1 => drop(bytes.drain(at..end)),
                2 => {
                    let piece = bytes[at..end].repeat(1 + self.below(40));
                    bytes.splice(at..at, piece);
                }
                3 => bytes[at..].reverse(),
                4 => {
                    let byte = self.below(256).to_le_bytes()[0];
                    bytes.insert(at, byte);
                }
                _ => {
                    let piece = PIECES[self.below(PIECES.len())];
                    bytes.splice(at..at, piece.iter().copied());
                }
            }
        }
        bytes
    }

    fn seed(&mut self) -> Vec<u8> {
        let at = self.below(self.seeds.len());
        self.seeds[at].clone()
    }

    /// xorshift64
    fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state % limit.max(1) as u64).unwrap_or(0)
    }
}
