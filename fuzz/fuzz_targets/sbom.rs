//! Any bytes as an SBOM; the same laws run on stable from seeds of every form (crates/sbom/tests/forms/fuzz.rs).
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok((inventory, _)) = sbom::read(data) {
        assert!(sbom::difference(&inventory, &inventory).is_empty());
        for target in sbom::Target::ALL {
            let written = sbom::export(&inventory, target, "2026-01-02T03:04:05Z");
            assert!(sbom::read(written.as_bytes()).is_ok());
        }
    }
});
