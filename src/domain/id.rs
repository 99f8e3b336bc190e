//! Identifiers. Each is its own type, so that a tenant's id cannot be passed where a link's is meant.

/// Declares UUID newtypes that print, parse and compare like the UUID inside.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// A new id; version 7, so that ids sort by the time they were made (RFC 9562 §5.7).
            #[must_use]
            #[expect(clippy::new_without_default, reason = "an id is made on purpose, never by default")]
            pub fn new() -> Self {
                Self(uuid::Uuid::now_v7())
            }

            #[must_use]
            pub const fn from_uuid(id: uuid::Uuid) -> Self {
                Self(id)
            }

            #[must_use]
            pub const fn as_uuid(&self) -> uuid::Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                uuid::Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

ids! {
    /// One customer of the vendor.
    TenantId;
    /// An onboarding link; the secret part is stored only as a hash.
    LinkId;
    /// How a tenant's organization is reached.
    ConnectionId;
    /// A browser session; the cookie's value is stored only as a hash.
    SessionId;
    /// One round trip to Okta's authorize endpoint.
    AttemptId;
    /// A person of the tenant's organization who signed in with Okta.
    PersonId;
    /// One authorization that Okta granted: who, when, which scopes.
    AuthorizationId;
    /// One look at what each permission can really do.
    CheckId;
    /// One token that Okta is to end.
    RevocationId;
    /// One line of the audit trail.
    AuditEventId;
    /// A program's key to the API; the secret part is stored only as a hash.
    ApiKeyId;
    /// One of the vendor's own people.
    StaffId;
    /// A browser session of one of the vendor's own people, apart from administrators'.
    StaffSessionId;
    /// One round trip to the vendor's own identity provider.
    StaffSignInId;
    /// Where the vendor's programs are told of events.
    EndpointId;
    /// One event for one endpoint.
    DeliveryId;
    /// What an error page shows and the log carries.
    ReferenceId;
}
