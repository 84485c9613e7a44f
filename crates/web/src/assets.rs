//! The files the browser loads beside a page: two style sheets and one small script, compiled in.
//!
//! Their addresses carry a digest of the content, so they can be cached for ever. The digest is a cache key and no proof of
//! integrity. Icons are no file: pages embed them (`SPRITE`), because a pattern fill only works inside its own document.

use std::sync::LazyLock;

/// All icons and the hatch of the unknown, embedded at the top of each page.
pub const SPRITE: &str = include_str!("../assets/sprite.svg");

/// One file below `/assets`.
#[derive(Debug)]
pub struct Asset {
    /// Address with digest, for instance `/assets/tokens.5b1e77c04fa9d2e3.css`.
    pub path: String,
    pub media_type: &'static str,
    pub text: &'static str,
}

pub static TOKENS: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("tokens", "css", "text/css; charset=utf-8", include_str!("../assets/tokens.css"))
});
pub static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("aftercare", "css", "text/css; charset=utf-8", include_str!("../assets/aftercare.css"))
});
pub static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("aftercare", "js", "text/javascript; charset=utf-8", include_str!("../assets/aftercare.js"))
});

/// The asset at this address; an old digest is not found, so that a stale page never gets a newer style.
pub fn asset(path: &str) -> Option<&'static Asset> {
    [&*TOKENS, &*STYLE, &*SCRIPT].into_iter().find(|asset| asset.path == path)
}

impl Asset {
    fn new(name: &str, extension: &str, media_type: &'static str, text: &'static str) -> Self {
        Self { path: format!("/assets/{name}.{:016x}.{extension}", fnv1a(text.as_bytes())), media_type, text }
    }
}

/// FNV-1a, 64 bits: enough to tell two builds of one file apart.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
