//! Whether the sum closes.
