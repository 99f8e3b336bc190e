//! What went wrong, in words that are safe to show: what happened, why it usually does, what to do.

use axum::http::StatusCode;

use super::pages::ErrorAction;

/// The content of an error page.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    pub status: StatusCode,
    pub title: String,
    pub what: String,
    pub why: Option<String>,
    pub steps: Vec<String>,
    pub actions: Vec<ErrorAction>,
    pub okta_said: Option<String>,
    /// Who said that.
    pub said_by: &'static str,
    /// Seconds after which trying again makes sense.
    pub retry_after: Option<u64>,
    /// Nobody said more than the status.
    pub is_general: bool,
}

impl Problem {
    pub(super) fn new(status: StatusCode, title: &str, what: &str) -> Self {
        Self {
            status,
            title: title.to_owned(),
            what: what.to_owned(),
            why: None,
            steps: Vec::new(),
            actions: Vec::new(),
            okta_said: None,
            said_by: "Okta",
            retry_after: None,
            is_general: false,
        }
    }

    pub(super) fn because(mut self, why: &str) -> Self {
        self.why = Some(why.to_owned());
        self
    }

    pub(super) fn step(mut self, step: &str) -> Self {
        self.steps.push(step.to_owned());
        self
    }

    pub(super) fn action(mut self, label: &str, href: &str) -> Self {
        self.actions.push(ErrorAction {
            label: label.to_owned(),
            href: href.to_owned(),
        });
        self
    }

    /// What a status means when nobody said more.
    pub(super) fn of_status(status: StatusCode) -> Self {
        let problem = match status {
            StatusCode::NOT_FOUND => Self::new(status, "There is no such page", "This address leads nowhere, or not for you.")
                .because("The address was cut off or mistyped, or the page belongs to another account.")
                .step("Open the link that you were sent once more, all of it.")
                .step("If you were here before, sign in from the front page."),
            StatusCode::METHOD_NOT_ALLOWED => Self::new(status, "That cannot be done here", "This page does not take what was sent to it.")
                .because("A form was reloaded, or an old page was still open.")
                .step("Go back to the page that you came from and try again from there."),
            StatusCode::FORBIDDEN => Self::new(status, "That came from another site", "The request was refused, and nothing was changed.")
                .because("It did not come from a page of ours: another site, or an extension of the browser, sent it.")
                .step("Open the page here by yourself and press the button there."),
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(status, "That was too much", "More was sent than this form can hold. Nothing was changed.")
                .because("Something large was pasted into a field.")
                .step("Go back, and paste only the value that the field asks for."),
            StatusCode::SERVICE_UNAVAILABLE => Self::new(status, "That took too long", "The work was not finished in time. What you entered is kept.")
                .because("Okta or our database answered slowly.")
                .step("Wait a moment, go back, and try again."),
            status if status.is_client_error() => Self::new(status, "That could not be read", "What was sent here is not what this page takes. Nothing was changed.")
                .because("A form was sent from an old page, or the address was changed by hand.")
                .step("Go back to the page that you came from, reload it, and try again."),
            _ => Self::new(status, "Something broke on our side", "This is our mistake, not yours. What you entered before is kept.")
                .step("Go back and try again.")
                .step("If it happens once more, write to us with the reference below: it leads us to what happened."),
        };
        Self {
            is_general: true,
            ..problem.action("To the front page", "/")
        }
    }
}
