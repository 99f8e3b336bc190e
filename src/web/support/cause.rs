//! The cause in one sentence, and the words to tell the customer: taken from what the customer's own
//! page says, so that both never differ.

use crate::domain::connection::{AttentionReason, ConnectionState};
use crate::flows::{DoorRecord, StatusView, Timeline};
use crate::web::pages::{Kit, Notice, SupportCause, TenantStatus};
use crate::web::state::Site;
use crate::web::when::when;
use crate::web::words;

use super::timeline;
use super::words::of_sign_in;

const BACK: &str = "Nothing is backed up from there any more. To connect again, an administrator opens the status page and \
    presses Connect again, or opens a link that we send.";

/// Of the page that the customer sees, the facts behind it, and what happened last.
pub(super) fn of(page: &TenantStatus, view: &StatusView, happened: &Timeline) -> SupportCause {
    if let Some(notice) = &page.notice {
        return SupportCause {
            sentence: full_stop(title(notice, view)),
            tell: spoken(&titled(&notice.title, &notice.what), &notice.steps),
            okta_said: notice.okta_said.clone(),
            reference: notice.reference.clone(),
            happened: notice.happened.clone(),
            inside: inside(view),
        };
    }
    if let ConnectionState::NeedsAttention(AttentionReason::Failed(kind)) = view.connection.state {
        let words = words::of_renewal(kind).words;
        let steps: Vec<String> = words.steps.iter().map(|step| (*step).to_owned()).collect();
        let what = format!("{} {}", words.what, words.why);
        let told = spoken(&titled(words.title, &what), &steps);
        return SupportCause {
            inside: inside(view),
            ..plain(full_stop(words.title), told)
        };
    }
    if view.connection.state == ConnectionState::Pending {
        return pending(view, happened);
    }
    if view.connection.state == ConnectionState::Disconnected {
        let sentence = page.verdict.sentence.clone();
        let tell = format!("{} {BACK}", full_stop(&sentence));
        return plain(sentence, tell);
    }
    let kit = page.kit.as_ref();
    let steps = kit.map(steps).unwrap_or_default();
    if let Some(check) = page.check.failed.as_ref().filter(|_| steps.is_empty()) {
        let told = spoken(&titled(&check.title, &check.what), &check.steps);
        return plain(full_stop(&check.title), told);
    }
    let verdict = &page.verdict;
    let what = format!("{} {}{}", verdict.sentence, verdict.detail, rest(kit));
    plain(verdict.sentence.clone(), spoken(&what, &steps))
}

/// What the customer reads, unless it speaks to them.
fn title<'a>(notice: &'a Notice, view: &StatusView) -> &'a str {
    let failed = view.last_failure.as_ref();
    failed.map_or(&notice.title, |failure| of_sign_in(failure.kind()))
}

/// What support has to know besides, of a connection that cannot be renewed.
fn inside(view: &StatusView) -> Option<String> {
    let of_state = match view.connection.state {
        ConnectionState::NeedsAttention(AttentionReason::Failed(kind)) => Some(kind),
        _ => None,
    };
    // A sign-in that failed since has words of its own.
    let kind = view.failing().map(|(kind, _)| kind).or(of_state)?;
    let is_told = view.last_failure.is_none();
    is_told.then(|| words::of_renewal(kind).support.to_owned())
}

/// What nobody at the customer's can mend, in a sentence each.
fn rest(kit: Option<&Kit>) -> String {
    let causes = kit.into_iter().flat_map(|kit| &kit.rest);
    let sentences = causes.map(|cause| format!(" {} {}", full_stop(&cause.title), cause.what));
    sentences.collect()
}

impl SupportCause {
    /// With the address of the customer's own page, which *here* and *below* speak of. Before the first
    /// sign-in it is the link that leads there.
    pub(super) fn leading_to(mut self, site: &Site, view: &StatusView) -> Self {
        if view.authorization.is_some() {
            let origin = site.public_url.as_str().trim_end_matches('/');
            let page = format!(
                "\nYour status page: {origin}/tenants/{}",
                view.connection.tenant
            );
            self.tell.push_str(&page);
        }
        self
    }

    /// To open a link is no advice where none opens.
    pub(super) fn minding(mut self, doors: &DoorRecord, view: &StatusView) -> Self {
        if view.connection.state == ConnectionState::Pending && doors.count_open(false) == 0 {
            let alone = "No link of this customer's opens any more: make a new one, and send it.";
            self.inside.get_or_insert_with(|| alone.to_owned());
        }
        self
    }
}

/// Nobody signed in yet: how far they came.
fn pending(view: &StatusView, happened: &Timeline) -> SupportCause {
    let mut happenings = happened.happenings.iter();
    let step = happenings.find(|one| timeline::is_step(&one.action));
    let Some(step) = step else {
        return plain(
            "Invited; nothing has happened since.".to_owned(),
            "Please open the link that you were sent, as a Super Administrator of your Okta organization.".to_owned(),
        );
    };
    let cause = plain(
        format!("Not connected yet. The last step: {}.", uncapitalized(&timeline::what(step))),
        "Please open the link that you were sent once more. It leads to where you stopped; nothing that you entered is lost. \
         If the link has ended, we send you a new one."
            .to_owned(),
    );
    SupportCause {
        happened: Some(when(step.at, view.now)),
        ..cause
    }
}

fn plain(sentence: String, tell: String) -> SupportCause {
    SupportCause {
        sentence,
        tell,
        okta_said: None,
        reference: None,
        happened: None,
        inside: None,
    }
}

/// What the kit asks for, as instructions.
fn steps(kit: &Kit) -> Vec<String> {
    let mut steps: Vec<String> = kit
        .todo
        .iter()
        .map(|cause| {
            let scopes = cause.scopes.iter().map(|scope| scope.id.as_str());
            let scopes: Vec<&str> = scopes.collect();
            let place = cause.place.as_ref().map(|place| match place.app {
                Some((_, tab)) => format!(" ({} → the app → {tab})", place.menu),
                None => format!(" ({})", place.menu),
            });
            format!(
                "{}: {}{}: {}",
                cause.who.word(),
                cause.title,
                place.unwrap_or_default(),
                scopes.join(", ")
            )
        })
        .collect();
    if !steps.is_empty() {
        steps.push("Then press Authorize again on the status page".to_owned());
    }
    steps
}

/// What goes on with “So …” makes no sense without what it goes on from.
fn titled(title: &str, what: &str) -> String {
    format!("{} {what}", full_stop(title))
}

/// As one would say it: what the matter is, then what to do, each on a line of its own, and numbered
/// where there is more than one.
fn spoken(what: &str, steps: &[String]) -> String {
    use std::fmt::Write as _;

    let mut text = what.trim().to_owned();
    if let [step] = steps {
        let _ = write!(text, "\n{}", full_stop(step));
        return text;
    }
    for (number, step) in steps.iter().enumerate() {
        let _ = write!(text, "\n{}. {}", number + 1, full_stop(step));
    }
    text
}

/// For the middle of a sentence; names keep their capitals.
fn uncapitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}

fn full_stop(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}
