//! From a failed use case to a page: one error type, which carries what may be shown and, apart from
//! it, the cause for the log. The layer in `layers` renders and logs it, once.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::problem::Problem;
use super::words;
use crate::domain::id::LinkId;
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
    GoTo(String),
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

    pub(super) fn page(response: Response) -> Self {
        Self::Page(Box::new(response))
    }

    pub(super) fn not_found() -> Self {
        Self::status(StatusCode::NOT_FOUND)
    }

    /// The words for `error`, with the way back to where the person was.
    pub(super) fn at(error: FlowError, back: Back) -> Self {
        let problem = match error.root() {
            FlowError::StepTooEarly => return Self::GoTo("/onboarding".to_owned()),
            FlowError::NotFound => return Self::not_found(),
            FlowError::Unproven(_) => words::unproven(back),
            FlowError::Okta(failure) => words::of_failure(failure, back),
            FlowError::Attempt(attempt) => words::of_attempt(*attempt, back),
            FlowError::Overtaken(what) => words::of_overtaken(*what, back),
            FlowError::Store(store) if store.is_unavailable() => words::database_down(back),
            FlowError::OnHold(_) => words::on_hold(back),
            FlowError::Busy => words::busy(back),
            FlowError::TooSoon { seconds } => words::too_soon(*seconds, back),
            _ => Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR),
        };
        Self::Problem {
            problem: Box::new(problem),
            cause: Some(Cause(Arc::new(error))),
        }
    }
}

impl PageError {
    /// The same, with ways back that name the onboarding of this link.
    pub(super) fn of_link(self, link: LinkId) -> Self {
        let named = |path: String| match path.as_str() {
            "/repair" => format!("{path}?link={link}"),
            onboarding if onboarding.starts_with("/onboarding") => format!("{path}?link={link}"),
            _ => path,
        };
        match self {
            Self::GoTo(path) => Self::GoTo(named(path)),
            Self::Problem { mut problem, cause } => {
                for action in &mut problem.actions {
                    action.href = named(std::mem::take(&mut action.href));
                }
                Self::Problem { problem, cause }
            }
            page @ Self::Page(_) => page,
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
            Self::GoTo(path) => Redirect::to(&path).into_response(),
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
