//! See `vectors::fuzz`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vectors::fuzz::fuzz_npm_range(data));
