//! Why a typed address is no organization's, in words for the person who typed it.

/// Each says what is wrong and what a right address looks like. A host that is quoted was checked
/// to hold nothing but letters, digits, dots and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressProblem {
    #[error("Enter your Okta organization's address, such as acme.okta.com.")]
    Empty,
    #[error("This is too long for an address. Enter only the host, such as acme.okta.com.")]
    TooLong,
    #[error(
        "The address has a line break or another invisible character in it. Type it anew, such as acme.okta.com."
    )]
    ControlCharacter,
    #[error("This does not read as an address. An Okta organization's looks like acme.okta.com.")]
    NotAnAddress,
    #[error(
        "Only secure addresses can be connected. Enter the host alone, such as acme.okta.com, or begin with https://."
    )]
    NotHttps,
    #[error(
        "Leave out the port (the colon and the number). An Okta organization's address looks like acme.okta.com."
    )]
    HasPort,
    #[error(
        "The address has an @ in it, as e-mail addresses do. Enter the host of your organization, such as acme.okta.com."
    )]
    HasUserInfo,
    #[error(
        "This is the number of a computer, not the name of an organization. Enter a name, such as acme.okta.com."
    )]
    IpLiteral,
    #[error(
        "This is a placeholder from instructions. Put your own organization's address in its place, such as acme.okta.com."
    )]
    Placeholder,
    #[error("The ending stands here twice. It should be there once, as in acme.okta.com.")]
    DoubleSuffix,
    #[error(
        "The address has characters that can pass for others (not plain a to z, 0 to 9). Type it yourself, such as acme.okta.com."
    )]
    LookAlike,
    #[error("Leave out the dot that ends the address: it should end as in acme.okta.com")]
    TrailingDot,
    #[error("“{name}” is not complete. Enter all of the address, such as {name}.okta.com.")]
    Incomplete { name: String },
    #[error(
        "{host} has more parts than an Okta organization's address, which is one name before Okta's domain, such as acme.okta.com."
    )]
    TooManyParts { host: String },
    #[error(
        "{host} is one of Okta's own sites, not an organization. Yours is in the address bar after you sign in, such as acme.okta.com."
    )]
    OktaOwnSite { host: String },
    #[error(
        "{host} is not an Okta domain. Enter the address that ends in okta.com, such as acme.okta.com; it works even if you sign in at a domain of your own."
    )]
    NotOkta { host: String },
}

impl AddressProblem {
    /// The stable name, for logs and metrics.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::ControlCharacter => "control_character",
            Self::NotAnAddress => "not_an_address",
            Self::NotHttps => "not_https",
            Self::HasPort => "has_port",
            Self::HasUserInfo => "has_user_info",
            Self::IpLiteral => "ip_literal",
            Self::Placeholder => "placeholder",
            Self::DoubleSuffix => "double_suffix",
            Self::LookAlike => "look_alike",
            Self::TrailingDot => "trailing_dot",
            Self::Incomplete { .. } => "incomplete",
            Self::TooManyParts { .. } => "too_many_parts",
            Self::OktaOwnSite { .. } => "okta_own_site",
            Self::NotOkta { .. } => "not_okta",
        }
    }
}
