//! ID tokens, right ones and wrong ones: the claims and header that the token endpoint gives, bent
//! by at most one fault, then signed the way the fault says.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::ids;
use crate::keys::{self, RETIRED};

/// What is wrong with an ID token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdTokenFault {
    AlgNone,
    Hs256WithClientSecret,
    Hs256WithPublicKey,
    /// Rightly signed, but the header names a key that is published nowhere.
    UnknownKid,
    /// Signed by a key that is not published any more.
    RotatedAwayKey,
    /// Signed by an unpublished key under the current key's name.
    WrongKey,
    NoKid,
    JkuHeader,
    X5uHeader,
    JwkHeader,
    CritHeader,
    IssuerWrong,
    IssuerOtherOrg,
    IssuerCustomServer,
    IssuerTrailingSlash,
    IssuerMissing,
    AudienceWrong,
    AudienceMissing,
    /// The audience as a list of one, which is allowed.
    AudienceArray,
    AudienceWithSecond,
    AzpWrong,
    Expired,
    /// Expired ten seconds ago: inside a usual skew.
    JustExpired,
    ExpiryMissing,
    IssuedAtMissing,
    IssuedInFuture,
    IssuedLongAgo,
    NonceMissing,
    NonceWrong,
    AccessTokenHashWrong,
    SubjectMissing,
    SubjectOther,
    AuthTimeOld,
    BadSignature,
    NoSignature,
    NotAJwt,
}

/// Who signs, for whom, and what the token would say if nothing were wrong.
pub(crate) struct Draft<'a> {
    pub origin: &'a str,
    pub other_origin: Option<&'a str>,
    pub organization: usize,
    pub generation: u32,
    pub client_secret: Option<&'a str>,
    pub now: i64,
    pub claims: Map<String, Value>,
}

/// The token as text.
pub(crate) fn mint(mut draft: Draft<'_>, fault: Option<IdTokenFault>) -> String {
    let key = keys::key(draft.organization, draft.generation);
    let mut header = Map::from_iter([
        ("kid".to_owned(), json!(key.kid)),
        ("alg".to_owned(), json!("RS256")),
    ]);
    if let Some(fault) = fault {
        bend_claims(&mut draft, fault);
        bend_header(&mut header, draft.organization, fault);
    }
    let signed = format!("{}.{}", encoded(&header), encoded(&draft.claims));
    let signature = sign(&draft, fault, &signed);
    match fault {
        Some(IdTokenFault::NotAJwt) => "fakeokta_id_but_not_a_jwt".to_owned(),
        Some(IdTokenFault::NoSignature | IdTokenFault::AlgNone) => format!("{signed}."),
        _ => format!("{signed}.{}", ids::b64url(&signature)),
    }
}

fn encoded(part: &Map<String, Value>) -> String {
    ids::b64url(&serde_json::to_vec(part).expect("a JSON map always serializes"))
}

fn sign(draft: &Draft<'_>, fault: Option<IdTokenFault>, signed: &str) -> Vec<u8> {
    let message = signed.as_bytes();
    let current = keys::key(draft.organization, draft.generation);
    match fault {
        Some(IdTokenFault::Hs256WithClientSecret) => {
            ids::hmac_sha256(draft.client_secret.unwrap_or_default().as_bytes(), message)
        }
        Some(IdTokenFault::Hs256WithPublicKey) => {
            ids::hmac_sha256(current.public_pem().as_bytes(), message)
        }
        Some(IdTokenFault::RotatedAwayKey | IdTokenFault::WrongKey | IdTokenFault::JwkHeader) => {
            keys::key(draft.organization, RETIRED).sign(message)
        }
        Some(IdTokenFault::BadSignature) => {
            let mut signature = current.sign(message);
            signature[20] ^= 0xff;
            signature
        }
        _ => current.sign(message),
    }
}

fn bend_header(header: &mut Map<String, Value>, organization: usize, fault: IdTokenFault) {
    let retired = keys::key(organization, RETIRED);
    let (field, value) = match fault {
        IdTokenFault::AlgNone => ("alg", json!("none")),
        IdTokenFault::Hs256WithClientSecret | IdTokenFault::Hs256WithPublicKey => {
            ("alg", json!("HS256"))
        }
        IdTokenFault::UnknownKid => ("kid", json!(ids::random(43))),
        IdTokenFault::RotatedAwayKey => ("kid", json!(retired.kid)),
        IdTokenFault::JkuHeader => ("jku", json!("https://attacker.example/keys")),
        IdTokenFault::X5uHeader => ("x5u", json!("https://attacker.example/cert")),
        IdTokenFault::JwkHeader => ("jwk", retired.jwk()),
        IdTokenFault::CritHeader => ("crit", json!(["example"])),
        IdTokenFault::NoKid => {
            header.remove("kid");
            return;
        }
        _ => return,
    };
    header.insert(field.to_owned(), value);
}

fn bend_claims(draft: &mut Draft<'_>, fault: IdTokenFault) {
    let now = draft.now;
    let audience = draft.claims.get("aud").cloned().unwrap_or_default();
    let other = draft.other_origin.unwrap_or("https://other.okta.com");
    let (field, value) = match fault {
        IdTokenFault::IssuerWrong => ("iss", json!("https://attacker.example")),
        IdTokenFault::IssuerOtherOrg => ("iss", json!(other)),
        IdTokenFault::IssuerCustomServer => {
            ("iss", json!(format!("{}/oauth2/default", draft.origin)))
        }
        IdTokenFault::IssuerTrailingSlash => ("iss", json!(format!("{}/", draft.origin))),
        IdTokenFault::AudienceWrong => ("aud", json!("0oaAnotherClientsId0")),
        IdTokenFault::AudienceArray => ("aud", json!([audience])),
        IdTokenFault::AudienceWithSecond => ("aud", json!([audience, "0oaAnotherClientsId0"])),
        IdTokenFault::AzpWrong => ("azp", json!("0oaAnotherClientsId0")),
        IdTokenFault::Expired => ("exp", json!(now - 3600)),
        IdTokenFault::JustExpired => ("exp", json!(now - 10)),
        IdTokenFault::IssuedInFuture => ("iat", json!(now + 3600)),
        IdTokenFault::IssuedLongAgo => ("iat", json!(now - 86_400)),
        IdTokenFault::NonceWrong => ("nonce", json!(ids::random(32))),
        IdTokenFault::AccessTokenHashWrong => ("at_hash", json!(ids::random(22))),
        IdTokenFault::SubjectOther => ("sub", json!("00uAnotherPersonsId0")),
        IdTokenFault::AuthTimeOld => ("auth_time", json!(now - 86_400)),
        _ => return drop_claim(&mut draft.claims, fault),
    };
    draft.claims.insert(field.to_owned(), value);
}

fn drop_claim(claims: &mut Map<String, Value>, fault: IdTokenFault) {
    let field = match fault {
        IdTokenFault::IssuerMissing => "iss",
        IdTokenFault::AudienceMissing => "aud",
        IdTokenFault::ExpiryMissing => "exp",
        IdTokenFault::IssuedAtMissing => "iat",
        IdTokenFault::NonceMissing => "nonce",
        IdTokenFault::SubjectMissing => "sub",
        _ => return,
    };
    claims.remove(field);
}
