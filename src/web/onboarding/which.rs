//! The page that says what is open in this browser: where an address does not say which of several
//! onboardings it is about, or a form is about none of them.

use axum::http::StatusCode;
use axum::response::IntoResponse;

use crate::flows::OpenHere;
use crate::web::error::PageError;
use crate::web::held::Held;
use crate::web::pages::{OpenInBrowser, WhichOnboarding};
use crate::web::state::AppState;

/// Why it is shown.
pub(in crate::web) enum Why {
    Several,
    /// A form of an onboarding that is not open here any more; its account, as the form named it.
    Stale {
        account: Option<String>,
    },
}

pub(in crate::web) async fn page(
    state: &AppState,
    held: &Held,
    why: Why,
) -> Result<PageError, PageError> {
    let open = state.onboarding.open_here(&held.sessions()).await?;
    let (status, title, is_stale, account) = match why {
        Why::Several => (StatusCode::OK, "Which account?", false, None),
        Why::Stale { account } => (StatusCode::CONFLICT, "Nothing was stored", true, account),
    };
    let page = WhichOnboarding {
        layout: state.site.layout(title),
        stale: is_stale,
        account,
        open: open.into_iter().map(shown).collect(),
    };
    Ok(PageError::page((status, page).into_response()))
}

pub(super) fn shown(open: OpenHere) -> OpenInBrowser {
    OpenInBrowser {
        href: match open.link {
            Some(link) => format!("/onboarding?link={link}"),
            None => format!("/tenants/{}", open.tenant),
        },
        account: open.account,
        person: open.person,
    }
}
