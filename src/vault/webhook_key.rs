//! The keys that sign webhooks, as the Standard Webhooks specification has them: 32 random bytes,
//! written `whsec_` and base64, with which HMAC-SHA-256 signs the message's id, time and body.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::token::{random_bytes, reveal};

const PREFIX: &str = "whsec_";

/// What is no key of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no webhook secret")]
pub struct NotAWebhookKey;

/// A new key, to be shown once.
#[must_use]
pub fn generate() -> SecretString {
    let bytes = random_bytes::<32>();
    let text = Zeroizing::new(STANDARD.encode(bytes.as_slice()));
    SecretString::from(format!("{PREFIX}{}", text.as_str()))
}

/// The signature, as it stands in the header: `v1,` and base64.
pub fn sign(
    key: &SecretString,
    id: &str,
    timestamp: i64,
    body: &str,
) -> Result<String, NotAWebhookKey> {
    let text = reveal(key).strip_prefix(PREFIX).ok_or(NotAWebhookKey)?;
    let bytes = Zeroizing::new(STANDARD.decode(text).map_err(|_| NotAWebhookKey)?);
    let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
    let signature = hmac::sign(&key, format!("{id}.{timestamp}.{body}").as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(signature.as_ref())))
}

#[cfg(test)]
mod tests {
    use super::super::disclose;
    use super::*;

    #[test]
    fn a_signature_is_the_specifications_own_example() {
        let key = SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signed = sign(
            &key,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            "{\"test\": 2432232314}",
        );

        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signed.as_deref(), Ok(expected));
    }

    #[test]
    fn keys_are_never_the_same_and_have_256_bits() {
        let (first, second) = (generate(), generate());

        assert_ne!(disclose(&first), disclose(&second));
        let bytes = disclose(&first)
            .strip_prefix(PREFIX)
            .map(|t| STANDARD.decode(t));
        assert_eq!(bytes.expect("a prefix").expect("base64").len(), 32);
    }

    #[test]
    fn what_is_no_key_signs_nothing() {
        for text in ["", "whsec_§", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
            let signed = sign(&SecretString::from(text), "id", 1, "{}");
            assert_eq!(signed, Err(NotAWebhookKey), "{text}");
        }
    }
}
