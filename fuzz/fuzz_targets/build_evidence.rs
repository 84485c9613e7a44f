//! Any bytes as every kind of build evidence: an answer within limits, never a panic.
#![no_main]

use feeds::build_evidence::{compiled_files, facts, kernel_config, open_ports};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    kernel_config(bytes);
    compiled_files(bytes);
    facts(bytes);
    open_ports(bytes);
});
