//! A small generator of repeatable choices (SplitMix64) and the sharing out of totals. The demonstration is the same for
//! everybody; nothing secret is drawn from here.

/// A stream of repeatable numbers.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// A stream of its own for a topic, so that a change in one does not move the others.
    pub(crate) fn of(topic: &str) -> Self {
        // FNV-1a.
        let seed = topic.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 when the bound is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = bound.max(1) as u64;
        usize::try_from(self.next() % bound).unwrap_or_default()
    }

    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for index in (1..list.len()).rev() {
            list.swap(index, self.below(index + 1));
        }
    }
}

/// Shares `total` out by weight with the largest remainders first; the parts add up to it exactly.
pub(crate) fn share(total: usize, weights: &[usize]) -> Vec<usize> {
    let sum: usize = weights.iter().sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let mut parts: Vec<usize> = weights.iter().map(|weight| total * weight / sum).collect();
    let mut rest = total - parts.iter().sum::<usize>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(total * weights[index] % sum));
    for index in order {
        if rest == 0 {
            break;
        }
        parts[index] += 1;
        rest -= 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ_by_topic() {
        let draw = |topic: &str| -> Vec<u64> {
            let mut random = Random::of(topic);
            (0..4).map(|_| random.next()).collect()
        };
        assert_eq!(draw("a"), draw("a"));
        assert_ne!(draw("a"), draw("b"));
    }

    #[test]
    fn shares_add_up() {
        for (total, weights, expected) in [
            (10, vec![1, 1, 1], vec![4, 3, 3]),
            (0, vec![1, 2], vec![0, 0]),
            (7, vec![0, 5], vec![0, 7]),
            (5, vec![0, 0], vec![0, 0]),
            (100, vec![33, 33, 34], vec![33, 33, 34]),
        ] {
            assert_eq!(share(total, &weights), expected, "{total} by {weights:?}");
        }
    }
}
