//! Where randomness enters: keys, tokens, salts. Nothing else draws any.

use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest as _, Sha256};

/// A source of random bytes.
pub trait Entropy: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's source.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where randomness enters")]
    #[expect(clippy::panic, reason = "a system without randomness must not go on with predictable keys")]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            panic!("the operating system gave no random bytes: {error}");
        }
    }
}

/// Bytes that repeat from run to run. For tests and for the demonstration, never for a workspace that matters.
#[derive(Debug, Default)]
pub struct FixedEntropy {
    drawn: AtomicU64,
}

impl Entropy for FixedEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let number = self.drawn.fetch_add(1, Ordering::Relaxed);
            let block = Sha256::digest(number.to_be_bytes());
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }
}
