//! Who of the vendor's own people is asking. Every page of the staff's area takes one of these.

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::CookieJar;
use url::form_urlencoded;

use super::words;
use crate::domain::staff::{ReturnTo, StaffMember, StaffRole, StaffSession};
use crate::web::cookies::Whose;
use crate::web::error::PageError;
use crate::web::pages::{StaffFrame, SupportPlace};
use crate::web::state::AppState;

/// The browser's live session at the staff's door, if it has one, signed in or not.
#[derive(Debug)]
pub(in crate::web) struct MaybeStaff(pub Option<StaffSession>);

/// Somebody of the staff, with either role.
#[derive(Debug)]
pub(in crate::web) struct SupportUser {
    pub member: StaffMember,
    pub session: StaffSession,
}

/// Somebody of the staff who may do everything.
#[derive(Debug)]
pub(in crate::web) struct OperatorUser(pub SupportUser);

impl SupportUser {
    /// What a page of the area has around it.
    pub(in crate::web) fn frame(&self, place: SupportPlace) -> StaffFrame {
        StaffFrame {
            name: self.member.name.clone(),
            email: self.member.email.clone(),
            role: self.member.role.to_string(),
            is_operator: self.member.role == StaffRole::Operator,
            place,
        }
    }
}

impl FromRequestParts<AppState> for MaybeStaff {
    type Rejection = PageError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let jar = CookieJar::from_headers(&parts.headers);
        if state.staff_sessions.settings().is_none() {
            return Err(words::not_set_up());
        }
        let Some(token) = Whose::Staff.token(&state.site, &jar) else {
            return Ok(Self(None));
        };
        let found = state.staff_sessions.find(&token).await;
        Ok(Self(found.map_err(words::page)?))
    }
}

impl FromRequestParts<AppState> for SupportUser {
    type Rejection = PageError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let MaybeStaff(found) = MaybeStaff::from_request_parts(parts, state).await?;
        let signed_in = found.and_then(|session| {
            let member = session.member.clone()?;
            Some(Self { member, session })
        });
        signed_in.ok_or_else(|| first_sign_in(parts))
    }
}

impl FromRequestParts<AppState> for OperatorUser {
    type Rejection = PageError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let user = SupportUser::from_request_parts(parts, state).await?;
        if user.member.role >= StaffRole::Operator {
            return Ok(Self(user));
        }
        let group = state.staff_sessions.settings();
        let group = group.map_or("", |settings| settings.operator_group.as_str());
        Err(words::operators_only(group))
    }
}

/// A page leads to the sign-in and back; a form's content would be lost on the way, so that is said.
fn first_sign_in(parts: &Parts) -> PageError {
    if parts.method != Method::GET {
        return words::session_ended();
    }
    let wanted = parts.uri.path_and_query();
    let wanted = wanted.and_then(|wanted| ReturnTo::parse(wanted.as_str()));
    let page = Redirect::to(&sign_in_address(wanted.as_ref()));
    PageError::Page(Box::new(page.into_response()))
}

/// The sign-in page that leads there.
fn sign_in_address(return_to: Option<&ReturnTo>) -> String {
    return_to.map_or_else(
        || "/staff/sign-in".to_owned(),
        |path| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("return_to", path.as_str());
            format!("/staff/sign-in?{}", query.finish())
        },
    )
}
