//! How far the way to the database is to be trusted: `GRANTWAY_DATABASE_TLS`.

/// What has to hold of every connection to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseTls {
    /// Encrypted, and the certificate is the named server's.
    VerifyFull,
    /// Encrypted, with whomever: against listeners, not against somebody in between.
    Require,
    /// In the open.
    Off,
}

impl DatabaseTls {
    pub const ALL: [Self; 3] = [Self::VerifyFull, Self::Require, Self::Off];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::VerifyFull => "verify-full",
            Self::Require => "require",
            Self::Off => "off",
        }
    }

    /// Reads a name; otherwise says which there are.
    pub fn parse(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|one| one.name() == text);
        found.ok_or_else(|| {
            "is none of verify-full (encrypted, and the server proves its name), require (encrypted, with whoever answers) and off (in the open)".to_owned()
        })
    }
}
