//! Signatures of the audit trail's lines: HMAC-SHA-256 under a key that is derived from a key of the
//! ring (HKDF, RFC 5869), so that nobody without the ring can write a line that passes.

use std::sync::Arc;

use aws_lc_rs::{hkdf, hmac};

use super::seal::Vault;
use super::token::sha256;
use crate::domain::audit::{AuditMac, AuditSigner, SignatureCheck};

/// Keeps this key apart from what else is derived of the same one.
const PURPOSE: &[u8] = b"grantway audit trail";

/// The key for signatures that belongs to a key of the ring.
pub(super) fn derive(material: &[u8]) -> hmac::Key {
    let pseudorandom = hkdf::Salt::new(hkdf::HKDF_SHA256, PURPOSE).extract(material);
    let expanded = pseudorandom.expand(&[b"hmac"], hmac::HMAC_SHA256);
    hmac::Key::from(expanded.expect("HKDF gives 32 bytes"))
}

impl Vault {
    /// What signs the trail's lines, under the active key, and knows signatures under every key again.
    #[must_use]
    pub fn audit_signer(self: &Arc<Self>) -> AuditSigner {
        let (signing, checking) = (Arc::clone(self), Arc::clone(self));
        AuditSigner::new(
            sha256,
            move |content| signing.sign_audit(content),
            move |content, key, mac| checking.check_audit(content, key, mac),
        )
    }

    fn sign_audit(&self, content: &[u8]) -> AuditMac {
        let key = self.keys().active();
        let tag = hmac::sign(key.audit(), &sha256(content));
        let mut mac = [0; 32];
        mac.copy_from_slice(tag.as_ref());
        AuditMac {
            key: key.id().to_owned(),
            mac,
        }
    }

    /// Whether `mac` vouches for `content`.
    fn check_audit(&self, content: &[u8], key: &str, mac: &[u8]) -> SignatureCheck {
        let Some(key) = self.keys().find(key) else {
            return SignatureCheck::UnknownKey;
        };
        match hmac::verify(key.audit(), &sha256(content), mac) {
            Ok(()) => SignatureCheck::Good,
            Err(_) => SignatureCheck::Bad,
        }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;
    use crate::vault::KeyRing;

    fn vault(ring: &str) -> Arc<Vault> {
        let ring = KeyRing::parse(&SecretString::from(ring)).expect("a key ring");
        Arc::new(Vault::new(ring))
    }

    const ONE: &str = "one:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    const OTHER: &str = "one:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";

    #[test]
    fn a_signature_passes_for_its_line_under_its_key_alone() {
        let signed = vault(ONE).sign_audit(b"a line");
        let check =
            |ring, content: &[u8]| vault(ring).check_audit(content, &signed.key, &signed.mac);

        assert_eq!(check(ONE, b"a line"), SignatureCheck::Good);
        assert_eq!(check(ONE, b"a lime"), SignatureCheck::Bad);
        assert_eq!(check(OTHER, b"a line"), SignatureCheck::Bad);
        let renamed = OTHER.replace("one", "two");
        assert_eq!(check(&renamed, b"a line"), SignatureCheck::UnknownKey);
    }

    #[test]
    fn an_older_key_still_vouches_when_a_new_one_stands_in_front() {
        let signed = vault(ONE).sign_audit(b"a line");
        let both = format!("{},{ONE}", OTHER.replace("one", "two"));

        let check = vault(&both).check_audit(b"a line", &signed.key, &signed.mac);

        assert_eq!(check, SignatureCheck::Good);
        assert_eq!(vault(&both).sign_audit(b"a line").key, "two");
    }
}
