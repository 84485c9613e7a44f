//! SHA-256 and RFC 6962 (Merkle tree hashes, inclusion and consistency by recomputation). No I/O.

use sha2::{Digest as _, Sha256};

/// 32 bytes of SHA-256.
pub(crate) type Hash = [u8; 32];

/// Bytes of a leaf's hash that are kept to locate its row.
pub(crate) const PREFIX: usize = 8;

/// The first bytes of a hash.
pub(crate) type Prefix = [u8; PREFIX];

/// What is kept of a hash.
pub(crate) fn prefix(hash: &Hash) -> Prefix {
    let mut prefix = [0; PREFIX];
    prefix.copy_from_slice(&hash[..PREFIX]);
    prefix
}

/// SHA-256 of bytes.
pub(crate) fn sha256(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// The bytes of lower-case hexadecimal; none when it is anything else.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let bytes = text.as_bytes();
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    bytes.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// A hash from its hexadecimal form.
pub(crate) fn hash_of_hex(text: &str) -> Option<Hash> {
    unhex(text)?.try_into().ok()
}

/// RFC 6962 §2.1: the hash of a leaf.
pub(crate) fn leaf(bytes: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(bytes).finalize().into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// A tree under construction: the roots of its complete subtrees, largest first. Takes leaves in order and holds
/// only as many hashes as the count has bits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    count: u64,
    roots: Vec<Hash>,
}

impl Tree {
    /// Adds a leaf hash.
    pub(crate) fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.count.trailing_ones() {
            if let Some(left) = self.roots.pop() {
                hash = node(&left, &hash);
            }
        }
        self.roots.push(hash);
        self.count += 1;
    }

    /// Number of leaves.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// RFC 6962 §2.1: the tree head; SHA-256 of nothing for no leaves.
    pub(crate) fn root(&self) -> Hash {
        let mut roots = self.roots.iter().rev();
        let Some(first) = roots.next() else { return sha256(b"") };
        roots.fold(*first, |right, left| node(left, &right))
    }
}

/// All levels of a tree, for proofs.
pub(crate) struct Levels(Vec<Vec<Hash>>);

impl Levels {
    pub(crate) fn new(leaves: Vec<Hash>) -> Self {
        let mut levels = vec![leaves];
        while let Some(last) = levels.last().filter(|last| last.len() > 1) {
            // An odd last node goes up unchanged: the same tree as RFC 6962's split at the largest power of two.
            let next = last
                .chunks(2)
                .map(|pair| match pair {
                    [left, right] => node(left, right),
                    lone => lone.first().copied().unwrap_or_default(),
                })
                .collect();
            levels.push(next);
        }
        Self(levels)
    }

    #[cfg(test)]
    fn root(&self) -> Hash {
        self.0.last().and_then(|last| last.first().copied()).unwrap_or_else(|| sha256(b""))
    }

    /// RFC 6962 §2.1.1: the audit path of leaf `index`, from the bottom.
    pub(crate) fn proof(&self, mut index: usize) -> Vec<Hash> {
        let mut path = Vec::new();
        for level in &self.0 {
            if let Some(sibling) = level.get(index ^ 1) {
                path.push(*sibling);
            }
            index /= 2;
        }
        path
    }
}

/// The root that an audit path leads to (RFC 9162 §2.1.3.2); none when the path has the wrong length.
pub(crate) fn root_from_proof(leaf: Hash, index: u64, count: u64, path: &[Hash]) -> Option<Hash> {
    if index >= count {
        return None;
    }
    let (mut at, mut last, mut hash) = (index, count - 1, leaf);
    for sibling in path {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            hash = node(sibling, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => sha256(b""),
            [one] => *one,
            many => {
                let split = many.len().next_power_of_two() / 2;
                node(&reference(&many[..split]), &reference(&many[split..]))
            }
        }
    }

    #[test]
    fn trees_and_proofs_agree_with_the_definition() {
        let leaves: Vec<Hash> = (0u32..70).map(|n| leaf(&n.to_be_bytes())).collect();
        for count in 0..leaves.len() {
            let some = &leaves[..count];
            let mut tree = Tree::default();
            some.iter().for_each(|leaf| tree.push(*leaf));
            let levels = Levels::new(some.to_vec());
            assert_eq!(tree.root(), reference(some), "{count}");
            assert_eq!(levels.root(), reference(some), "{count}");
            for (index, leaf) in some.iter().enumerate() {
                let path = levels.proof(index);
                let root = root_from_proof(*leaf, index as u64, count as u64, &path);
                assert_eq!(root, Some(reference(some)), "{index} of {count}");
                let other = root_from_proof(leaves[69], index as u64, count as u64, &path);
                assert_ne!(other, Some(reference(some)));
            }
        }
    }

    #[test]
    fn known_vectors() {
        // RFC 6962 test vectors of the certificate transparency reference: empty tree and a single empty leaf.
        assert_eq!(
            hex(&Tree::default().root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(hex(&leaf(b"")), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assert_eq!(hash_of_hex("zz"), None);
    }
}
