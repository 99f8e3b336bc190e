//! `GET /oauth/callback/{connection}`: the way back from Okta, at an address of the connection's own.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use secrecy::SecretString;
use url::form_urlencoded;

use super::cookies::Whose;
use super::error::PageError;
use super::held::Held;
use super::layers::Reference;
use super::pages::NotAnAdministrator;
use super::problem::Problem;
use super::state::Site;
use super::tenant::proof;
use crate::domain::authorization_attempt::AttemptProblem;
use crate::domain::id::ConnectionId;
use crate::flows::{Back, CallbackQuery, Connect, FlowError, Landed, Renewed, disclose};

/// Longer than any answer of Okta's, error texts included.
const LONGEST_QUERY: usize = 16 * 1024;

pub(super) async fn callback(
    State(site): State<Arc<Site>>,
    State(connect): State<Connect>,
    held: Held,
    Reference(reference): Reference,
    Path(connection): Path<ConnectionId>,
    jar: CookieJar,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    let query = query.map(SecretString::from);
    let back = Back::of_sessions(&held.sessions());
    let query =
        read(query.as_ref()).map_err(|problem| PageError::at(FlowError::Attempt(problem), back))?;
    match connect
        .complete(connection, query, held.sessions(), reference)
        .await?
    {
        // To a clean address: the code must not stay in the browser's history.
        Landed::Status {
            tenant,
            session,
            to,
        } => {
            let below = to.map_or_else(String::new, |to| format!("/{}", to.code()));
            let jar = renew(&site, &held, jar, session);
            Ok((jar, Redirect::to(&format!("/tenants/{tenant}{below}"))).into_response())
        }
        Landed::Held { tenant, session } => {
            let jar = renew(&site, &held, jar, session);
            Ok((jar, Redirect::to(&format!("/tenants/{tenant}/held"))).into_response())
        }
        Landed::Unverified { tenant } => Err(refused(proof::unverified(
            &site,
            &format!("/tenants/{tenant}"),
        ))),
        Landed::SomebodyElse { tenant, email } => {
            let path = format!("/tenants/{tenant}");
            Err(refused(proof::somebody_else(&email, &path)))
        }
        Landed::Repaired(link) => {
            Ok(Redirect::to(&format!("/repair/done?link={link}")).into_response())
        }
        Landed::Stranger {
            email,
            organization_host,
        } => {
            let page = NotAnAdministrator {
                layout: site.layout("You are not an administrator here"),
                organization_host,
                email,
                reference: Some(reference.to_string()),
            };
            Ok((StatusCode::FORBIDDEN, page).into_response())
        }
    }
}

/// The cookie of the session that was replaced, with its successor.
fn renew(site: &Site, held: &Held, jar: CookieJar, renewed: Option<Renewed>) -> CookieJar {
    let renewed = renewed.and_then(|renewed| {
        let place = held.place_of(renewed.replaces)?;
        Some((Whose::Administrator(place), renewed.token))
    });
    match renewed {
        Some((whose, token)) => whose.set(site, jar, &token),
        None => jar,
    }
}

fn refused(problem: Problem) -> PageError {
    PageError::Problem {
        problem: Box::new(problem),
        cause: None,
    }
}

/// Reads the parameters that Okta sends (RFC 6749 §4.1.2, RFC 9207 §2), each at most once (RFC 6749
/// §3.1). Others are passed over.
pub(super) fn read(query: Option<&SecretString>) -> Result<CallbackQuery, AttemptProblem> {
    let query = query.map(disclose).unwrap_or_default();
    if query.len() > LONGEST_QUERY {
        return Err(AttemptProblem::Malformed);
    }
    let mut read = CallbackQuery {
        state: None,
        code: None,
        error: None,
        error_description: None,
        iss: None,
    };
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let first = match name.as_ref() {
            "state" => read
                .state
                .replace(SecretString::from(value.as_ref()))
                .is_none(),
            "code" => read
                .code
                .replace(SecretString::from(value.as_ref()))
                .is_none(),
            "error" => read.error.replace(value.into_owned()).is_none(),
            "error_description" => read.error_description.replace(value.into_owned()).is_none(),
            "iss" => read.iss.replace(value.into_owned()).is_none(),
            _ => true,
        };
        if !first {
            return Err(AttemptProblem::Malformed);
        }
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(query: &str) -> Result<CallbackQuery, AttemptProblem> {
        read(Some(&SecretString::from(query)))
    }

    #[test]
    fn a_parameter_that_comes_twice_is_refused() {
        for twice in [
            "state=a&state=a",
            "code=a&state=s&code=b",
            "error=a&error=b",
            "iss=a&iss=b&state=s",
        ] {
            assert_eq!(
                parsed(twice).unwrap_err(),
                AttemptProblem::Malformed,
                "{twice}"
            );
        }
        assert!(parsed("code=a&state=s&session_state=x&session_state=y").is_ok());
    }

    #[test]
    fn an_endless_answer_is_refused() {
        let long = format!(
            "state=s&error=e&error_description={}",
            "x".repeat(64 * 1024)
        );

        assert_eq!(parsed(&long).unwrap_err(), AttemptProblem::Malformed);
    }

    #[test]
    fn no_secret_of_an_answer_can_be_printed() {
        let query = parsed("code=CANARY1&state=CANARY2").unwrap();

        assert!(!format!("{query:?}").contains("CANARY"));
    }

    fn feed_queries(count: usize) {
        const VALID: &[&str] = &[
            "code=abc&state=def&iss=https%3A%2F%2Facme.okta.com",
            "state=def&error=access_denied&error_description=User+is+not+assigned",
        ];
        crate::fuzz::texts(
            count,
            VALID,
            &["&", "=", "code=", "state=", "iss=", "%2", "+", ";"],
            |text| {
                let secrets = parsed(text).map(|query| [query.state, query.code]);
                for secret in secrets.into_iter().flatten().flatten() {
                    assert!(disclose(&secret).len() <= 3 * LONGEST_QUERY, "{text:?}");
                }
            },
        );
    }

    crate::fuzz::both!(
        feed_queries,
        no_hostile_query_panics,
        soak_of_hostile_queries
    );
}
