//! Who the client is. It must use exactly the method that its app is configured for; several sets of
//! credentials at once are refused whatever they hold.

use std::borrow::Cow;

use url::form_urlencoded;

use super::assertion;
use crate::ids;
use crate::state::{App, AuthMethod};
use crate::web::{Call, Problem};
use crate::words;

/// The app whose credentials the request carries.
pub(super) async fn authenticate(call: &Call) -> Result<App, Problem> {
    if !call.is_form {
        let summary =
            "Bad request. Accept and/or Content-Type headers likely do not match supported values.";
        return Err(Problem::api(400, "E0000021", summary));
    }
    if call.query.get("client_secret").is_some() || call.query.get("client_assertion").is_some() {
        return Err(words::CREDENTIALS_IN_QUERY.into());
    }
    if call.form.has_duplicates() {
        return Err(words::DUPLICATES.into());
    }
    let basic = call.headers.contains_key("authorization");
    let secret = call.form.get("client_secret");
    let assertion = call.form.get("client_assertion");
    match (basic, secret, assertion) {
        (false, None, None) => Err(words::NO_CREDENTIALS.into()),
        (true, None, None) => {
            let (client_id, secret) = from_basic(call)?;
            by_secret(call, &client_id, &secret, AuthMethod::ClientSecretBasic)
        }
        (false, Some(secret), None) => {
            let client_id = call.form.get("client_id").ok_or(words::CLIENT_ID)?;
            by_secret(call, client_id, secret, AuthMethod::ClientSecretPost)
        }
        (false, None, Some(jwt)) => assertion::verify(call, jwt).await,
        _ => Err(words::SEVERAL_CREDENTIALS.into()),
    }
}

/// Identifier and secret, which are form-encoded before they are joined.
fn from_basic(call: &Call) -> Result<(String, String), Problem> {
    let unreadable = || Problem::from(words::BASIC_UNREADABLE);
    let given = call.authorization("basic").ok_or_else(unreadable)?;
    let decoded = ids::from_b64_standard(given).ok_or_else(unreadable)?;
    let text = String::from_utf8(decoded).map_err(|_| unreadable())?;
    let (client_id, secret) = text.split_once(':').ok_or_else(unreadable)?;
    Ok((form_decoded(client_id), form_decoded(secret)))
}

fn form_decoded(text: &str) -> String {
    form_urlencoded::parse(text.as_bytes())
        .next()
        .map_or_else(String::new, |(decoded, _): (Cow<'_, str>, _)| {
            decoded.into_owned()
        })
}

fn by_secret(
    call: &Call,
    client_id: &str,
    secret: &str,
    method: AuthMethod,
) -> Result<App, Problem> {
    let app = active_app(call, client_id).ok_or(words::CLIENT_ID)?;
    if call
        .form
        .get("client_id")
        .is_some_and(|also| also != client_id)
    {
        return Err(words::CLIENT_AUTH.into());
    }
    if app.auth_method != method {
        return Err(words::CLIENT_AUTH.into());
    }
    if app.client_secret.as_deref() != Some(secret) {
        return Err(words::CLIENT_SECRET.into());
    }
    Ok(app)
}

pub(super) fn active_app(call: &Call, client_id: &str) -> Option<App> {
    call.org
        .state()
        .app(client_id)
        .filter(|app| app.is_active())
        .cloned()
}
