//! Checking an authorization request's parameters, in Okta's order: what can't be trusted with a
//! redirect is refused on a page of Okta's own, everything else goes back to the client.

use crate::org::Org;
use crate::scopes;
use crate::state::{App, ApplicationType};
use crate::web::{Params, Problem};
use crate::words;

/// Where and how to answer the client.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub redirect_uri: String,
    pub mode: Mode,
    pub state: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Query,
    Fragment,
    FormPost,
}

/// A request that may proceed to a sign-in.
#[derive(Clone, Debug)]
pub(super) struct AuthorizationRequest {
    pub reply: Reply,
    pub client_id: String,
    pub scopes: Vec<String>,
    pub challenge: Option<String>,
    pub nonce: Option<String>,
    prompt: Vec<String>,
    max_age: Option<i64>,
    login_hint: Option<String>,
}

pub(super) enum Refusal {
    /// On a page of the organization itself.
    Page(String),
    ToClient(Box<(Reply, Problem)>),
}

impl AuthorizationRequest {
    pub(super) fn check(org: &Org, parameters: &Params) -> Result<Self, Refusal> {
        let app = check_app(org, parameters).map_err(|text| Refusal::Page(text.to_owned()))?;
        let reply = Reply {
            redirect_uri: parameters
                .get("redirect_uri")
                .unwrap_or_default()
                .to_owned(),
            mode: Mode::named(parameters.get("response_mode")).unwrap_or(Mode::Query),
            state: parameters.get("state").map(str::to_owned),
        };
        let checked = check_protocol(parameters, &app)
            .and_then(|()| check_pkce(parameters, &app))
            .and_then(|()| check_prompt(parameters))
            .and_then(|()| check_scopes(parameters));
        match checked {
            Err(problem) => Err(Refusal::ToClient(Box::new((reply, problem)))),
            Ok(scopes) => Ok(Self::from_checked(parameters, &app, reply, scopes)),
        }
    }

    fn from_checked(parameters: &Params, app: &App, reply: Reply, scopes: Vec<String>) -> Self {
        let text = |name| parameters.get(name).map(str::to_owned);
        let prompt = parameters.get("prompt").unwrap_or_default();
        Self {
            reply,
            client_id: app.client_id.clone(),
            scopes,
            challenge: text("code_challenge"),
            nonce: text("nonce"),
            prompt: prompt.split_whitespace().map(str::to_owned).collect(),
            max_age: parameters.get("max_age").and_then(|age| age.parse().ok()),
            login_hint: text("login_hint"),
        }
    }

    /// Whether a session that began then is enough, or the person must sign in again.
    pub(super) fn accepts_session(&self, since: i64, now: i64) -> bool {
        let wants_login = self.prompt.iter().any(|prompt| prompt == "login");
        !wants_login && self.max_age.is_none_or(|age| age > 0 && now - since <= age)
    }

    pub(super) fn prompt_none(&self) -> bool {
        self.prompt.iter().any(|prompt| prompt == "none")
    }

    pub(super) fn login_hint(&self) -> &str {
        self.login_hint.as_deref().unwrap_or_default()
    }
}

impl Mode {
    fn named(name: Option<&str>) -> Option<Self> {
        match name {
            None | Some("query") => Some(Self::Query),
            Some("fragment") => Some(Self::Fragment),
            Some("form_post") => Some(Self::FormPost),
            _ => None,
        }
    }
}

/// The app and its redirect address: without both there is nobody to answer.
fn check_app(org: &Org, parameters: &Params) -> Result<App, &'static str> {
    if parameters.repeats("client_id") || parameters.repeats("redirect_uri") {
        return Err(words::DUPLICATES.2);
    }
    let app = parameters
        .get("client_id")
        .and_then(|id| org.state().app(id).cloned())
        .filter(App::is_active)
        .ok_or(words::CLIENT_ID.2)?;
    if app.application_type == ApplicationType::Service {
        return Err(words::SERVICE_AT_AUTHORIZE);
    }
    let registered = parameters
        .get("redirect_uri")
        .is_some_and(|uri| app.redirect_uris.iter().any(|known| known == uri));
    registered
        .then_some(app)
        .ok_or(words::REDIRECT_UNREGISTERED)
}

fn check_protocol(parameters: &Params, app: &App) -> Result<(), Problem> {
    if parameters.has_duplicates() {
        return Err(words::DUPLICATES.into());
    }
    if parameters.get("request").is_some() {
        return Err(words::REQUEST_OBJECT.into());
    }
    if parameters.get("request_uri").is_some() {
        return Err(words::REQUEST_URI.into());
    }
    match parameters.get("response_mode") {
        Some("okta_post_message") => return Err(words::POST_MESSAGE.into()),
        mode if Mode::named(mode).is_none() => return Err(words::RESPONSE_MODE.into()),
        _ => {}
    }
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || ",._-".contains(letter);
    if !parameters
        .get("state")
        .is_some_and(|state| state.chars().all(allowed))
    {
        return Err(words::STATE_INVALID.into());
    }
    if parameters.get("response_type") != Some("code") {
        return Err(words::RESPONSE_TYPE.into());
    }
    if !app.allows("authorization_code") {
        return Err(crate::token::grant_type_refused(app));
    }
    Ok(())
}

fn check_pkce(parameters: &Params, app: &App) -> Result<(), Problem> {
    let method = parameters.get("code_challenge_method");
    let Some(challenge) = parameters.get("code_challenge") else {
        let asked = app.pkce_required || method.is_some();
        return if asked {
            Err(words::CHALLENGE_MISSING.into())
        } else {
            Ok(())
        };
    };
    if method != Some("S256") {
        return Err(words::CHALLENGE_METHOD.into());
    }
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    if challenge.len() != 43 || !challenge.chars().all(allowed) {
        return Err(words::CHALLENGE_ILLEGAL.into());
    }
    Ok(())
}

fn check_prompt(parameters: &Params) -> Result<(), Problem> {
    let prompt = parameters.get("prompt").unwrap_or_default();
    let known = |one: &str| matches!(one, "none" | "login" | "consent");
    let several_with_none =
        prompt.split_whitespace().count() > 1 && prompt.split_whitespace().any(|one| one == "none");
    if !prompt.split_whitespace().all(known) || several_with_none {
        return Err(words::PROMPT.into());
    }
    match parameters.get("max_age").map(str::parse::<i32>) {
        Some(Ok(age)) if age >= 0 => Ok(()),
        None => Ok(()),
        Some(_) => Err(words::MAX_AGE.into()),
    }
}

fn check_scopes(parameters: &Params) -> Result<Vec<String>, Problem> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in parameters
        .get("scope")
        .unwrap_or_default()
        .split_whitespace()
    {
        if !scopes.iter().any(|seen| seen == scope) {
            scopes.push(scope.to_owned());
        }
    }
    if scopes.is_empty() {
        return Err(words::NO_SCOPES.into());
    }
    if !scopes.iter().all(|scope| scopes::is_known(scope)) {
        return Err(words::SCOPE_UNKNOWN.into());
    }
    let needs_openid = scopes.iter().any(|scope| scopes::needs_openid(scope));
    if needs_openid && !scopes.iter().any(|scope| scope == "openid") {
        return Err(words::OPENID_REQUIRED.into());
    }
    Ok(scopes)
}
