//! Wrong redirects back to the client.

use serde::{Deserialize, Serialize};

use crate::ids;

/// What is wrong with the parameters that the browser carries back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum CallbackFault {
    /// Adds the organization's own issuer as `iss`.
    IssuerRight,
    /// Adds another issuer as `iss`.
    IssuerWrong,
    /// Another state than was sent.
    StateWrong,
    StateMissing,
    /// A parameter twice.
    Duplicate {
        name: String,
    },
    /// No code, but this error and description.
    Error {
        error: String,
        description: String,
    },
    /// Adds an `error_uri`.
    ErrorUri {
        uri: String,
    },
    /// Both a code and an error.
    CodeAndError,
    CodeMissing,
    /// A code that was never issued.
    CodeWrong,
    /// Any other parameter.
    Extra {
        name: String,
        value: String,
    },
}

/// Applies a fault to the parameters of the redirect.
pub(crate) fn bend(parameters: &mut Vec<(String, String)>, fault: &CallbackFault, origin: &str) {
    let add = |parameters: &mut Vec<(String, String)>, name: &str, value: &str| {
        parameters.push((name.to_owned(), value.to_owned()));
    };
    match fault {
        CallbackFault::IssuerRight => add(parameters, "iss", origin),
        CallbackFault::IssuerWrong => add(parameters, "iss", "https://attacker.example"),
        CallbackFault::StateWrong => set(parameters, "state", &ids::random(32)),
        CallbackFault::StateMissing => parameters.retain(|(name, _)| name != "state"),
        CallbackFault::Duplicate { name } => {
            let again = parameters.iter().find(|(of, _)| of == name).cloned();
            parameters.extend(again);
        }
        CallbackFault::Error { error, description } => {
            parameters.retain(|(name, _)| name != "code");
            set(parameters, "error", error);
            set(parameters, "error_description", description);
        }
        CallbackFault::ErrorUri { uri } => add(parameters, "error_uri", uri),
        CallbackFault::CodeAndError => {
            add(parameters, "error", "access_denied");
            add(parameters, "error_description", crate::words::DENIED);
        }
        CallbackFault::CodeMissing => parameters.retain(|(name, _)| name != "code"),
        CallbackFault::CodeWrong => set(parameters, "code", &ids::secret("code")),
        CallbackFault::Extra { name, value } => add(parameters, name, value),
    }
}

fn set(parameters: &mut Vec<(String, String)>, name: &str, value: &str) {
    parameters.retain(|(of, _)| of != name);
    parameters.push((name.to_owned(), value.to_owned()));
}
