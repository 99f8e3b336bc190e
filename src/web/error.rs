//! From a failed use case to a page: one error type, which carries what may be shown and, apart from
//! it, the cause for the log. The layer in `layers` renders and logs it, once.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::problem::Problem;
use super::words;
use crate::flows::{Back, CallbackError, FlowError};

/// What a handler returns instead of its page.
#[derive(Debug)]
pub(super) enum PageError {
    /// A page about what went wrong.
    Problem {
        problem: Box<Problem>,
        cause: Option<Cause>,
    },
    /// Another page comes first.
    GoTo(&'static str),
    /// A finished answer of its own kind, such as the page of a link that does not open.
    Page(Box<Response>),
}

/// Why, for the log alone.
#[derive(Debug, Clone)]
pub(super) struct Cause(pub Arc<dyn std::error::Error + Send + Sync>);

impl PageError {
    pub(super) fn status(status: StatusCode) -> Self {
        Self::Problem {
            problem: Box::new(Problem::of_status(status)),
            cause: None,
        }
    }

    pub(super) fn not_found() -> Self {
        Self::status(StatusCode::NOT_FOUND)
    }

    /// The words for `error`, with the way back to where the person was.
    pub(super) fn at(error: FlowError, back: Back) -> Self {
        let problem = match error.root() {
            FlowError::StepTooEarly => return Self::GoTo("/onboarding"),
            FlowError::NotFound => return Self::not_found(),
            FlowError::Okta(failure) => words::of_failure(failure, back),
            FlowError::Attempt(attempt) => words::of_attempt(*attempt, back),
            FlowError::Store(store) if store.is_unavailable() => words::database_down(back),
            FlowError::Busy => words::busy(back),
            _ => Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR),
        };
        Self::Problem {
            problem: Box::new(problem),
            cause: Some(Cause(Arc::new(error))),
        }
    }
}

impl From<FlowError> for PageError {
    fn from(error: FlowError) -> Self {
        Self::at(error, Back::Home)
    }
}

impl From<CallbackError> for PageError {
    fn from(error: CallbackError) -> Self {
        Self::at(*error.error, error.back)
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        match self {
            Self::GoTo(path) => Redirect::to(path).into_response(),
            Self::Page(response) => *response,
            Self::Problem { problem, cause } => {
                let mut response = problem.status.into_response();
                if let Some(cause) = cause {
                    response.extensions_mut().insert(cause);
                }
                response.extensions_mut().insert(*problem);
                response
            }
        }
    }
}
