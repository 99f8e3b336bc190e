//! The fault desk: what an organization can be told to do wrong, to which requests, and how often.
//! Transport faults happen at the door; ID-token, discovery and callback faults where those are made.

mod callback;
mod desk;
mod discovery;
mod id_token;
mod transport;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use callback::CallbackFault;
pub(crate) use callback::bend as bend_callback;
pub use desk::FaultDesk;
pub use discovery::DiscoveryFault;
pub(crate) use discovery::bend as bend_discovery;
pub use id_token::IdTokenFault;
pub(crate) use id_token::{Draft, mint};
pub(crate) use transport::{answer_instead, rate_limited, reshape};

/// One thing that goes wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Effect {
    /// Waits before the request is handled.
    Delay { ms: u64 },
    /// Waits, then handles the request even when the client has gone meanwhile, as a queue in front of
    /// a server does: what was sent is spent.
    Queued { ms: u64 },
    /// Handles the request, then waits before answering.
    LateAnswer { ms: u64 },
    /// Answers this instead.
    Answer {
        status: u16,
        #[serde(default)]
        headers: Vec<(String, String)>,
        #[serde(default)]
        body: String,
    },
    /// An HTML page with status 200 where JSON is expected.
    HtmlPage,
    /// 429 with Okta's body; `reset_in` seconds in the reset header.
    RateLimited {
        #[serde(default = "default_reset")]
        reset_in: i64,
        /// The concurrency limit's form, where limit and remaining are both 0.
        #[serde(default)]
        concurrency: bool,
    },
    /// 500 E0000009.
    ServerError,
    /// 302 to an address.
    Redirect { to: String },
    /// 200 with a JSON document of at least so many bytes.
    Oversized { bytes: usize },
    /// 200 with a small gzip body that inflates to so many megabytes.
    GzipBomb { megabytes: usize },
    /// Handles the request, sends so many bytes of the answer and closes the connection.
    Cut { after: usize },
    /// Handles the request and sends the answer in small pieces.
    Drip { chunk: usize, every_ms: u64 },
    /// Handles the request and sets a field of the JSON answer.
    SetField { field: String, value: Value },
    /// Handles the request and removes a field of the JSON answer.
    DropField { field: String },
    /// A wrong ID token from the token endpoint.
    IdToken { fault: IdTokenFault },
    /// A wrong metadata document.
    Discovery { fault: DiscoveryFault },
    /// A wrong redirect back to the client.
    Callback { fault: CallbackFault },
}

fn default_reset() -> i64 {
    60
}

/// An effect, the requests it applies to, and how often.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// A path, or the beginning of paths when it ends with `*`.
    #[serde(default = "any_path")]
    pub path: String,
    /// Only requests of this method.
    #[serde(default)]
    pub method: Option<String>,
    /// How many more times; until cleared when absent.
    #[serde(default)]
    pub times: Option<u32>,
    /// How many matching requests to let pass first.
    #[serde(default)]
    pub skip: u32,
    pub effect: Effect,
}

fn any_path() -> String {
    "*".to_owned()
}

impl Fault {
    /// An effect on a path (or, with a `*` at the end, on all paths that begin so), until cleared.
    pub fn on(path: &str, effect: Effect) -> Self {
        Self {
            path: path.to_owned(),
            method: None,
            times: None,
            skip: 0,
            effect,
        }
    }

    /// An effect on the token endpoint.
    pub fn on_token(effect: Effect) -> Self {
        Self::on("/oauth2/v1/token", effect)
    }

    /// Sets a field of the token response.
    pub fn token_field(field: &str, value: Value) -> Self {
        Self::on_token(Effect::SetField {
            field: field.to_owned(),
            value,
        })
    }

    /// Removes a field of the token response.
    pub fn without_token_field(field: &str) -> Self {
        Self::on_token(Effect::DropField {
            field: field.to_owned(),
        })
    }

    #[must_use]
    pub fn once(self) -> Self {
        self.times(1)
    }

    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    #[must_use]
    pub fn after(mut self, skip: u32) -> Self {
        self.skip = skip;
        self
    }

    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        let path_matches = match self.path.strip_suffix('*') {
            Some(beginning) => path.starts_with(beginning),
            None => path == self.path,
        };
        path_matches && self.method.as_deref().is_none_or(|only| only == method)
    }
}

impl From<IdTokenFault> for Fault {
    fn from(fault: IdTokenFault) -> Self {
        Self::on("*", Effect::IdToken { fault })
    }
}

impl From<DiscoveryFault> for Fault {
    fn from(fault: DiscoveryFault) -> Self {
        Self::on("*", Effect::Discovery { fault })
    }
}

impl From<CallbackFault> for Fault {
    fn from(fault: CallbackFault) -> Self {
        Self::on("*", Effect::Callback { fault })
    }
}
