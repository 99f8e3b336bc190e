//! Opening a secret, to send it to Okta or to hash it. Nowhere else in this room.

use secrecy::{ExposeSecret, SecretString};

#[expect(
    clippy::disallowed_methods,
    reason = "the one place of this room that opens secrets; callers send or hash the text and drop it"
)]
pub(super) fn open(secret: &SecretString) -> &str {
    secret.expose_secret()
}
