//! HTML answers.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::org::Org;

/// A rendered page. Nothing of it may be cached.
pub(crate) fn page(status: u16, template: &impl Template) -> Response {
    let html = template.render().expect("templates render into memory");
    let status = StatusCode::from_u16(status).expect("the fake only uses real statuses");
    let mut response = (status, Html(html)).into_response();
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache, no-store"),
    );
    response
}

/// A redirect after a form.
pub(crate) fn see_other(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, to.to_owned())]).into_response()
}

#[derive(Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage<'a> {
    pub org: &'a str,
    pub status: u16,
    pub heading: &'a str,
    pub text: &'a str,
}

/// An error that Okta shows itself, because it can't trust the address to redirect to.
pub(crate) fn error_page(org: &Org, status: u16, text: &str) -> Response {
    let heading = match status {
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Page not found",
        _ => "Error",
    };
    page(
        status,
        &ErrorPage {
            org: &org.name,
            status,
            heading,
            text,
        },
    )
}
