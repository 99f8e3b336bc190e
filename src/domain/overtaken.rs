//! What came to its end while somebody was at Okta, so that nothing may rest on it any more.

/// What had ended when an outcome was to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Overtaken {
    #[error("the link was revoked or has expired")]
    Link,
    #[error("the link has done its work")]
    LinkUsed,
    #[error("the session has ended")]
    Session,
    #[error("the person is no administrator any more")]
    Person,
    #[error("the connection was ended")]
    Disconnected,
    #[error("the connection's settings were changed")]
    Settings,
}
