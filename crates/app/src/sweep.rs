//! Every current inventory against the corpus.
