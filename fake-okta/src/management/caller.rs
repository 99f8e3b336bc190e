//! Who makes a management call: the person or service app behind the bearer token.

use crate::scopes;
use crate::state::{AccessToken, OrgState, Role};
use crate::web::{Call, Problem};

/// The owner of a valid token.
#[derive(Debug)]
pub(super) struct Caller {
    pub token: AccessToken,
    pub roles: Vec<Role>,
}

/// Reads the `Authorization` header. `scope` only fills in the challenge.
pub(super) fn identify(call: &Call, scope: &str) -> Result<Caller, Problem> {
    let Some(value) = call.authorization("bearer") else {
        return Err(match call.header("authorization") {
            Some(_) => Problem::api(401, "E0000011", "Invalid token provided"),
            None => Problem::api(403, "E0000005", "Invalid session"),
        });
    };
    let state = call.org.state();
    let Some(token) = state.live_access(value, call.org.now()) else {
        let description = match state.access_tokens.get(value) {
            Some(token) if token.revoked => "The access token has been revoked.",
            Some(_) => "The token has expired.",
            None => "The access token is invalid.",
        };
        return Err(challenge(call, 401, scope, "invalid_token", description));
    };
    let roles = match &token.person_id {
        Some(id) => state.person(id).map(|person| vec![person.role]),
        None => state.app(&token.client_id).map(|app| app.roles.clone()),
    };
    Ok(Caller {
        token: token.clone(),
        roles: roles.unwrap_or_default(),
    })
}

impl Caller {
    /// 403 with an empty body: the reason is in the header only.
    pub(super) fn check_scope(&self, call: &Call, needed: &str) -> Result<(), Problem> {
        if scopes::covers(&self.token.scopes, needed) {
            return Ok(());
        }
        let description = "The access token provided does not contain the required scopes.";
        Err(challenge(
            call,
            403,
            needed,
            "insufficient_scope",
            description,
        ))
    }

    /// A scope without the role behind it: 403 E0000006.
    pub(super) fn check_role(&self, sufficient: &[Role]) -> Result<(), Problem> {
        let suffices = self.is_any_of(sufficient);
        suffices.then_some(()).ok_or_else(Problem::forbidden)
    }

    pub(super) fn is_any_of(&self, roles: &[Role]) -> bool {
        self.roles.iter().any(|role| roles.contains(role))
    }

    /// The groups that the caller is shown: all (`None`), those of a group administrator, or none.
    /// Whoever administers nothing may call all the same.
    pub(super) fn groups_shown(&self, state: &OrgState) -> Option<Vec<String>> {
        if self.is_any_of(&[
            Role::SuperAdmin,
            Role::OrgAdmin,
            Role::AppAdmin,
            Role::ReadOnlyAdmin,
        ]) {
            return None;
        }
        let person = self.token.person_id.as_deref();
        let person = person.and_then(|id| state.person(id));
        let person = person.filter(|_| self.is_any_of(&[Role::GroupAdmin]));
        Some(
            person
                .map(|person| person.groups.clone())
                .unwrap_or_default(),
        )
    }
}

fn challenge(call: &Call, status: u16, scope: &str, error: &str, description: &str) -> Problem {
    let challenge = format!(
        "Bearer authorization_uri=\"{}\", realm=\"{}\", scope=\"{scope}\", error=\"{error}\", \
         error_description=\"{description}\", resource=\"{}\"",
        call.org.url("/oauth2/v1/authorize"),
        call.org.origin,
        call.path,
    );
    Problem::Challenge { status, challenge }
}
