//! What a signed-in person's authorization comes to: a code, or Okta's reason why not.

use super::request::AuthorizationRequest;
use crate::org::Org;
use crate::scopes;
use crate::state::{App, Code, Person};
use crate::web::Problem;
use crate::words;

/// Issues a code for what the app was granted of the scopes asked for. Okta drops the others without
/// a word, and refuses only when API scopes were asked for and none is left.
pub(super) fn decide(
    org: &Org,
    request: &AuthorizationRequest,
    person: &Person,
    auth_time: i64,
) -> Result<String, Problem> {
    let now = org.now();
    org.change(|state| {
        let app = state.app(&request.client_id).ok_or(words::CLIENT_ID)?;
        if !app.is_assigned(person) {
            return Err(words::NOT_ASSIGNED.into());
        }
        let scopes = granted(app, &request.scopes)?;
        let code = Code {
            client_id: request.client_id.clone(),
            person_id: person.id.clone(),
            redirect_uri: request.reply.redirect_uri.clone(),
            scopes,
            challenge: request.challenge.clone(),
            nonce: request.nonce.clone(),
            auth_time,
            expires_at: 0,
            used: false,
            family: String::new(),
        };
        Ok(state.issue_code(code, now))
    })
}

/// The scopes of a request that stay.
fn granted(app: &App, asked: &[String]) -> Result<Vec<String>, Problem> {
    let stays = |scope: &&String| {
        if scopes::is_api(scope) {
            app.has_grant(scope)
        } else {
            *scope != "offline_access" || app.allows("refresh_token")
        }
    };
    let kept: Vec<String> = asked.iter().filter(stays).cloned().collect();
    let asked_api = asked.iter().any(|scope| scopes::is_api(scope));
    if asked_api && !kept.iter().any(|scope| scopes::is_api(scope)) {
        return Err(words::NO_SCOPES_GRANTED.into());
    }
    Ok(kept)
}
