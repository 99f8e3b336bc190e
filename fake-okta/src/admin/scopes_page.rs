//! An application's Okta API Scopes page: the grants collection.

use askama::Template;
use axum::response::Response;

use super::{Halt, find_app, words_of};
use crate::scopes;
use crate::state::App;
use crate::web::{Call, page, see_other};

struct Row {
    scope: String,
    granted: bool,
}

#[derive(Template)]
#[template(path = "admin_scopes.html")]
struct ScopesPage<'a> {
    org: &'a str,
    app: &'a App,
    tab: &'a str,
    rows: Vec<Row>,
    problem: Option<String>,
}

fn table(call: &Call, app: &App, status: u16, problem: Option<String>) -> Response {
    let row = |scope: String| Row {
        granted: app.has_grant(&scope),
        scope,
    };
    let rows = scopes::api_scopes().into_iter().map(row).collect();
    page(
        status,
        &ScopesPage {
            org: &call.org.name,
            app,
            tab: "scopes",
            rows,
            problem,
        },
    )
}

pub(super) async fn show(call: Call) -> Result<Response, Halt> {
    let app = find_app(&call)?;
    Ok(table(&call, &app, 200, None))
}

/// Grants or revokes the scopes of the form, or refuses all when one is unknown.
pub(super) async fn change(call: Call) -> Result<Response, Halt> {
    let app = find_app(&call)?;
    let named = words_of(call.form.get("scopes"));
    let known = |scope: &&String| scopes::is_api(scope) && scopes::is_known(scope);
    let unknown: Vec<&str> = named
        .iter()
        .filter(|scope| !known(scope))
        .map(String::as_str)
        .collect();
    if !unknown.is_empty() {
        let problem = format!("These are no Okta API scopes: {}", unknown.join(", "));
        return Ok(table(&call, &app, 400, Some(problem)));
    }
    let revoke = call.form.get("action") == Some("revoke");
    call.org.change(|state| {
        if let Some(app) = state.app_mut(&app.client_id) {
            app.granted_scopes.retain(|scope| !named.contains(scope));
            if !revoke {
                app.granted_scopes.extend(named);
            }
        }
    });
    Ok(see_other(&format!("/admin/apps/{}/scopes", app.client_id)))
}
