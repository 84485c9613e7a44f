//! One SBOM against the corpus.
