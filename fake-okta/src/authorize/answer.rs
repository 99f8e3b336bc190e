//! The way back to the client: by query, fragment or form, after the faults set for callbacks.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::request::{Mode, Reply};
use crate::faults::bend_callback;
use crate::org::Org;
use crate::web::{Params, Problem, page};

#[derive(Template)]
#[template(path = "form_post.html")]
struct FormPost<'a> {
    org: &'a str,
    action: &'a str,
    fields: &'a [(String, String)],
}

/// Answers the client with a code or an error.
pub(super) fn to_client(org: &Org, reply: &Reply, outcome: Result<String, Problem>) -> Response {
    let mut fields = Vec::new();
    let mut add = |name: &str, value: String| fields.push((name.to_owned(), value));
    match outcome {
        Ok(code) => add("code", code),
        Err(Problem::OAuth {
            error, description, ..
        }) => {
            add("error", error);
            add("error_description", description);
        }
        Err(_) => add("error", "server_error".to_owned()),
    }
    if let Some(state) = &reply.state {
        add("state", state.clone());
    }
    for fault in org.faults.callback() {
        bend_callback(&mut fields, &fault, &org.origin);
    }
    send(org, reply, &Params(fields))
}

fn send(org: &Org, reply: &Reply, fields: &Params) -> Response {
    let (uri, glue) = match reply.mode {
        Mode::FormPost => {
            let form = FormPost {
                org: &org.name,
                action: &reply.redirect_uri,
                fields: &fields.0,
            };
            return page(200, &form);
        }
        Mode::Fragment => (&reply.redirect_uri, '#'),
        Mode::Query if reply.redirect_uri.contains('?') => (&reply.redirect_uri, '&'),
        Mode::Query => (&reply.redirect_uri, '?'),
    };
    let location = format!("{uri}{glue}{}", fields.encoded());
    (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
}
