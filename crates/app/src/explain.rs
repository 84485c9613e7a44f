//! Why a vulnerability is listed, or the first gate that said no.
