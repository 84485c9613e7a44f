//! Why an answer is open, and which gate stopped a positive: closed lists, one byte each, with their words.

/// What is missing for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    VersionMissing,
    VersionShape,
    VersionNotApplicable,
    RangeUnstated,
    DefaultOnly,
    UpdateUnknown,
    ConditionUnknown,
    ReleaseUnknown,
    RebuiltPackage,
    DistributionBuild,
    PackageReleaseMissing,
}

impl Reason {
    /// Stable code, stored and shown.
    pub(crate) fn code(self) -> &'static str {
        self.words().0
    }

    /// The reason of a stored code.
    pub(crate) fn of_code(code: &str) -> Option<Self> {
        const ALL: [Reason; 11] = [
            Reason::VersionMissing,
            Reason::VersionShape,
            Reason::VersionNotApplicable,
            Reason::RangeUnstated,
            Reason::DefaultOnly,
            Reason::UpdateUnknown,
            Reason::ConditionUnknown,
            Reason::ReleaseUnknown,
            Reason::RebuiltPackage,
            Reason::DistributionBuild,
            Reason::PackageReleaseMissing,
        ];
        ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// For a person who can supply what is missing.
    pub(crate) fn question(self) -> &'static str {
        self.words().1
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::VersionMissing => ("version_missing", "the inventory gives no version"),
            Self::VersionShape => (
                "version_shape",
                "its version and the bounds are of different kinds, so their order means nothing",
            ),
            Self::VersionNotApplicable => {
                ("version_not_applicable", "the record says that versions do not apply")
            }
            Self::RangeUnstated => ("range_unstated", "the record names the product but not which versions"),
            Self::DefaultOnly => {
                ("default_only", "the record calls the product affected without naming versions")
            }
            Self::UpdateUnknown => {
                ("update_unknown", "the record names an update or service pack, the inventory does not")
            }
            Self::ConditionUnknown => {
                ("condition_unknown", "it depends on the rest of the device, of which something is not known")
            }
            Self::ReleaseUnknown => ("release_unknown", "the release of the distribution is not known"),
            Self::RebuiltPackage => (
                "rebuilt_package",
                "somebody else built this package, so the distribution's fix versions do not speak of it",
            ),
            Self::DistributionBuild => (
                "distribution_build",
                "a distribution's package of the same name and version holds it, which may carry the fix under the old \
                 version number, and no source of that distribution is loaded",
            ),
            Self::PackageReleaseMissing => (
                "package_release_missing",
                "the inventory gives no release of the package, and the record's bound differs from it in nothing else",
            ),
        }
    }
}

/// The gate that turned a positive into something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gate {
    Update,
    Edition,
    TargetSoftware,
    TargetHardware,
    PackageQualifier,
    ConditionFalse,
    ConditionUnknown,
    DistributionBuild,
}

impl Gate {
    /// Stable code, stored and shown.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::Edition => "edition",
            Self::TargetSoftware => "target_sw",
            Self::TargetHardware => "target_hw",
            Self::PackageQualifier => "package_qualifier",
            Self::ConditionFalse => "condition_false",
            Self::ConditionUnknown => "condition_unknown",
            Self::DistributionBuild => "distribution_build",
        }
    }
}
