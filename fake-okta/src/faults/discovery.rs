//! Wrong metadata documents.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// What is wrong with a document under `/.well-known/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum DiscoveryFault {
    /// An issuer that is not this organization.
    IssuerOther,
    /// The organization's issuer with a slash at the end.
    IssuerTrailingSlash,
    IssuerMissing,
    /// An endpoint (`token_endpoint`, `jwks_uri`, …) on another host.
    EndpointElsewhere {
        name: String,
    },
    EndpointMissing {
        name: String,
    },
    /// No S256 among the code challenge methods.
    WithoutS256,
    /// No list of code challenge methods at all.
    WithoutChallengeMethods,
    /// Promises an `iss` parameter on the callback. Combine with [`super::CallbackFault::IssuerRight`]
    /// to keep the promise.
    IssParameterAdvertised,
    /// The organization document names another organization as its address.
    OrganizationElsewhere,
    /// The organization document carries another id.
    OrganizationIdOther,
    /// Sets any field.
    Set {
        field: String,
        value: Value,
    },
}

/// Applies a fault to a document.
pub(crate) fn bend(document: &mut Map<String, Value>, fault: &DiscoveryFault, origin: &str) {
    let (field, value) = match fault {
        DiscoveryFault::IssuerOther => ("issuer", json!("https://attacker.example")),
        DiscoveryFault::IssuerTrailingSlash => ("issuer", json!(format!("{origin}/"))),
        DiscoveryFault::EndpointElsewhere { name } => (
            name.as_str(),
            json!("https://attacker.example/oauth2/v1/elsewhere"),
        ),
        DiscoveryFault::IssuerMissing => return drop_field(document, "issuer"),
        DiscoveryFault::EndpointMissing { name } => return drop_field(document, name),
        DiscoveryFault::WithoutChallengeMethods => {
            return drop_field(document, "code_challenge_methods_supported");
        }
        DiscoveryFault::WithoutS256 => ("code_challenge_methods_supported", json!(["plain"])),
        DiscoveryFault::IssParameterAdvertised => (
            "authorization_response_iss_parameter_supported",
            json!(true),
        ),
        DiscoveryFault::OrganizationElsewhere => (
            "_links",
            json!({"organization": {"href": "https://attacker.example"}}),
        ),
        DiscoveryFault::OrganizationIdOther => ("id", json!("00oAnotherOrganizatn")),
        DiscoveryFault::Set { field, value } => (field.as_str(), value.clone()),
    };
    document.insert(field.to_owned(), value);
}

fn drop_field(document: &mut Map<String, Value>, name: &str) {
    document.remove(name);
}
