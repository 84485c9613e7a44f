//! One type per kind of id. People-facing nouns carry a UUIDv7 as text; dense rows carry an integer drawn under the
//! ledger head lock. No id of the second kind enters a digest but that of its own row.

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub String);
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(&self.0) }
        }
    )*};
}
macro_rules! row_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);
    )*};
}
text_id! {
    /// A device model.
    ProductId;
    /// A fielded version.
    ReleaseId;
    /// One physical device.
    UnitId;
    /// A place where units are.
    SiteId;
    /// An SBOM attached to a release.
    InventoryId;
    /// A file of build evidence attached to a release.
    BuildEvidenceId;
    /// A vulnerability of the record; names are revisions of their own.
    VulnerabilityId;
    /// What was said of a part without an identity.
    MappingId;
    /// A run of the matcher over inventories.
    SweepId;
    /// A matter to decide.
    CaseId;
    /// A decision for one release.
    DecisionId;
    /// A signature.
    SignatureId;
    /// A member of staff or a guest.
    PersonId;
}
row_id! {
    /// A distinct component identity and version.
    ComponentId;
    /// A verdict on a component.
    VerdictId;
}
