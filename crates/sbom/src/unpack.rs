//! Compressed documents: gzip, bzip2, xz and zstd, told by their first bytes, unpacked in memory under a limit.
//! Archives of many files are not opened: which of them would be the SBOM is for a person to say.

use std::borrow::Cow;
use std::io::Read;

use crate::error::{MAX_BYTES, ReadError};

/// How often a document may be packed over again.
const MAX_LAYERS: usize = 2;
/// A document below this size may have been packed as tightly as it likes, in bytes.
const FREE_BYTES: usize = 64 << 20;
/// Above it, no more bytes than this come out of one byte. Real SBOMs stay below 60.
const MAX_RATIO: usize = 300;
/// Memory for the dictionary of xz, in KiB, and of zstd, as a power of two.
const XZ_MEMORY_KIB: u32 = 192 << 10;
const ZSTD_WINDOW_LOG: u32 = 27;

/// The document inside, which is the given one when it is not packed.
pub(crate) fn unpack(bytes: &[u8]) -> Result<Cow<'_, [u8]>, ReadError> {
    let mut unpacked = Cow::Borrowed(bytes);
    for _ in 0..MAX_LAYERS {
        match layer(&unpacked)? {
            Some(inside) => unpacked = Cow::Owned(inside),
            None => return Ok(unpacked),
        }
    }
    match kind(&unpacked) {
        Some(kind) => Err(ReadError::Packed { kind }),
        None => Ok(unpacked),
    }
}

/// What a file is packed as, by its first bytes.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"\x1f\x8b", "gzip"),
        (b"PK\x03\x04", "zip"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"\xfd7zXZ\0", "xz"),
        (b"BZh", "bzip2"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\xd0\xcf\x11\xe0", "OLE (Excel or Word)"),
    ];
    MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, kind)| *kind)
}

fn layer(bytes: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
    let Some(kind) = kind(bytes) else { return Ok(None) };
    let inside = match kind {
        "gzip" => drain(kind, bytes, flate2::bufread::MultiGzDecoder::new(bytes)),
        "bzip2" => drain(kind, bytes, bzip2::bufread::MultiBzDecoder::new(bytes)),
        "xz" => drain(kind, bytes, lzma_rust2::XzReader::new_mem_limit(bytes, true, XZ_MEMORY_KIB)),
        "zstd" => {
            let mut decoder =
                zstd::stream::read::Decoder::with_buffer(bytes).map_err(|error| broken(kind, &error))?;
            decoder.window_log_max(ZSTD_WINDOW_LOG).map_err(|error| broken(kind, &error))?;
            drain(kind, bytes, decoder)
        }
        _ => Err(ReadError::Packed { kind }),
    };
    inside.map(Some)
}

fn drain(kind: &'static str, packed: &[u8], mut decoder: impl Read) -> Result<Vec<u8>, ReadError> {
    const PIECE: usize = 64 << 10;
    let ratio_limit = packed.len().saturating_mul(MAX_RATIO).max(FREE_BYTES);
    let limit = ratio_limit.min(MAX_BYTES);
    let mut unpacked = Vec::new();
    let mut piece = vec![0; PIECE];
    loop {
        let length = decoder.read(&mut piece).map_err(|error| broken(kind, &error))?;
        if length == 0 {
            return Ok(unpacked);
        }
        if unpacked.len() + length > limit {
            return Err(ReadError::Expansion { what: kind, limit });
        }
        unpacked.extend_from_slice(&piece[..length]);
    }
}

fn broken(kind: &'static str, error: &std::io::Error) -> ReadError {
    ReadError::Unpack { kind, what: error.to_string() }
}
