//! Every string once, as a number. Numbers are in order of arrival; `sorted` gives the order that the bytes of
//! an index are written in, so that they do not depend on the order of records.

/// FNV-1a, 64 bits: also the hash of product keys in the index, so it must not change within a version of the layout.
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Strings in one buffer behind a table of open addressing.
#[derive(Debug)]
pub(crate) struct Interner {
    bytes: String,
    ends: Vec<u32>,
    /// Half of the hash, and the number of the string plus one; 0 = free.
    table: Vec<(u32, u32)>,
}

impl Default for Interner {
    fn default() -> Self {
        let mut interner = Self { bytes: String::new(), ends: Vec::new(), table: vec![(0, 0); 1 << 12] };
        interner.number("");
        interner
    }
}

impl Interner {
    /// The number of `text`; the empty string is 0.
    pub(crate) fn number(&mut self, text: &str) -> u32 {
        if (self.ends.len() + 1) * 2 > self.table.len() {
            self.grow();
        }
        let (slot, tag) = match self.seek(text) {
            Ok(number) => return number,
            Err(free) => free,
        };
        let number = self.append(text);
        self.table[slot] = (tag, number + 1);
        number
    }

    /// The number of a text, or the free slot and the tag it would get.
    fn seek(&self, text: &str) -> Result<u32, (usize, u32)> {
        let mask = self.table.len() - 1;
        let hash = hash(text);
        let tag = (hash >> 32) as u32;
        let mut slot = hash as usize & mask;
        loop {
            match self.table[slot] {
                (_, 0) => return Err((slot, tag)),
                (found, number) if found == tag && self.get(number - 1) == text => return Ok(number - 1),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn append(&mut self, text: &str) -> u32 {
        // Offsets are 32 bits: past 4 GiB of distinct text every further string is the empty one.
        if self.bytes.len() + text.len() > u32::MAX as usize {
            return 0;
        }
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len() as u32);
        self.ends.len() as u32 - 1
    }

    /// How many there are; their numbers are below it.
    pub(crate) fn len(&self) -> u32 {
        self.ends.len() as u32
    }

    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        self.seek(text).ok()
    }

    pub(crate) fn get(&self, number: u32) -> &str {
        let end = self.ends.get(number as usize).map_or(0, |end| *end as usize);
        let start = (number as usize)
            .checked_sub(1)
            .and_then(|before| self.ends.get(before))
            .map_or(0, |end| *end as usize);
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// The numbers of all strings in byte order.
    pub(crate) fn sorted(&self) -> Vec<u32> {
        // Eight bytes beside each number decide most comparisons without touching the text.
        let mut order: Vec<(u64, u32)> = (0..self.ends.len() as u32)
            .map(|number| {
                let text = self.get(number).as_bytes();
                let mut first = [0; 8];
                let length = text.len().min(8);
                first[..length].copy_from_slice(&text[..length]);
                (u64::from_be_bytes(first), number)
            })
            .collect();
        order.sort_unstable_by(|left, right| {
            left.0
                .cmp(&right.0)
                .then_with(|| self.get(left.1).cmp(self.get(right.1)))
                .then(left.1.cmp(&right.1))
        });
        order.into_iter().map(|(_, number)| number).collect()
    }

    fn grow(&mut self) {
        let size = self.table.len() * 2;
        let mut table = vec![(0, 0); size];
        for entry in self.table.iter().filter(|(_, number)| *number != 0) {
            let mut slot = hash(self.get(entry.1 - 1)) as usize & (size - 1);
            while table[slot].1 != 0 {
                slot = (slot + 1) & (size - 1);
            }
            table[slot] = *entry;
        }
        self.table = table;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_has_one_number() {
        let mut interner = Interner::default();
        let texts: Vec<String> = (0..20_000).map(|number| format!("text {number}")).collect();
        let numbers: Vec<u32> = texts.iter().map(|text| interner.number(text)).collect();
        for (text, number) in texts.iter().zip(&numbers) {
            assert_eq!(interner.number(text), *number);
            assert_eq!(interner.find(text), Some(*number));
            assert_eq!(interner.get(*number), text);
        }
        assert_eq!(interner.number(""), 0);
        assert_eq!(interner.find("absent"), None);
        assert_eq!(interner.ends.len(), 20_001);
        let sorted = interner.sorted();
        assert!(sorted.windows(2).all(|pair| interner.get(pair[0]) < interner.get(pair[1])));
    }
}
