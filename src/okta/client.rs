//! Who we are at an organization: a client id and how it proves itself.

use secrecy::SecretString;

use crate::domain::connection::ClientId;

/// The application in the organization, with its credential.
#[derive(Debug, Clone)]
pub struct Client<'a> {
    pub client_id: &'a ClientId,
    pub auth: ClientAuth<'a>,
}

/// One method, never another one as a fallback.
#[derive(Debug, Clone)]
pub enum ClientAuth<'a> {
    /// `client_secret_basic` (RFC 6749 §2.3.1).
    Secret(&'a SecretString),
    /// `private_key_jwt` (RFC 7523 §2.2).
    PrivateKey {
        /// PKCS#8.
        pem: &'a SecretString,
        kid: &'a str,
        algorithm: KeyAlgorithm,
    },
}

/// With what a client assertion is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyAlgorithm {
    Rs256,
    Es256,
}
