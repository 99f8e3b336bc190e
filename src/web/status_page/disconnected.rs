//! A connection that was ended: who did it, how far Okta is, what is left to remove there.

use crate::domain::remedy::Place;
use crate::domain::revocation::Outcome;
use crate::flows::{Ending, RevocationRecord, StatusView};
use crate::web::pages::{ConsoleLink, Ended, Leftovers, RevocationNote, Tone};
use crate::web::when::when;
use crate::web::words;

const BY_HAND: [&str; 2] = [
    "In Okta's Admin Console, open Applications → Applications, then the app.",
    "Set it to Inactive. Okta then ends every token that it issued to the app.",
];

pub(super) fn of(view: &StatusView, vendor: &str) -> Option<Ended> {
    let ending = view.ending.as_ref()?;
    Some(Ended {
        revocation: note(ending.revocation.as_ref(), view, vendor),
        leftovers: leftovers(view),
    })
}

/// `Disconnected on 23 Nov 2026, 17:40 UTC by Ada Example.`
pub(super) fn sentence(ending: &Ending, view: &StatusView, vendor: &str) -> String {
    let by = ending.by.as_deref().unwrap_or(vendor);
    format!(
        "Disconnected on {} by {by}.",
        when(ending.at, view.now).exact
    )
}

pub(in crate::web) fn leftovers(view: &StatusView) -> Leftovers {
    let connection = &view.connection;
    let app = connection.app.as_ref();
    let origin = connection.organization.as_ref().map(|found| &found.origin);
    let link = origin
        .zip(app)
        .and_then(|(origin, app)| Place::OktaApiScopes.link(origin, &app.client_id));
    Leftovers {
        app: app.map(|app| app.client_id.to_string()).unwrap_or_default(),
        link: link.map(|link| ConsoleLink {
            url: link.url,
            documented: link.documented,
        }),
    }
}

fn note(record: Option<&RevocationRecord>, view: &StatusView, vendor: &str) -> RevocationNote {
    let Some(record) = record else {
        return plain(
            Tone::Good,
            "There was no token to revoke",
            format!("{vendor} held none any more."),
        );
    };
    match record.outcome {
        Some(Outcome::Revoked) => plain(
            Tone::Good,
            "Okta has confirmed that the tokens are revoked",
            format!("{vendor} has no access any more, and holds no secret of this connection."),
        ),
        Some(Outcome::Expired) => plain(
            Tone::Neutral,
            "The tokens have ended by themselves",
            format!(
                "Okta never answered, and no longer has to: they are past their end. {vendor} holds no secret of this connection."
            ),
        ),
        Some(Outcome::Refused) => refused(record, vendor),
        Some(Outcome::Unreadable) => unreadable(vendor),
        None => pending(record, view, vendor),
    }
}

fn pending(record: &RevocationRecord, view: &StatusView, vendor: &str) -> RevocationNote {
    let why = record
        .last_try
        .as_ref()
        .map(|last| words::of_kind(last.kind()).title);
    let why = why.map(|why| format!(" {why}.")).unwrap_or_default();
    RevocationNote {
        last_try: record.last_tried_at.map(|at| when(at, view.now)),
        ..plain(
            Tone::Neutral,
            "Okta has not answered yet; we keep trying",
            format!(
                "{vendor}'s programs are refused already. Until Okta has revoked the tokens, we keep them sealed for that one purpose, and ask again by ourselves.{why}"
            ),
        )
    }
}

fn refused(record: &RevocationRecord, vendor: &str) -> RevocationNote {
    let last = record.last_try.as_ref();
    let title = last.map_or("Okta refused it", |last| words::of_kind(last.kind()).title);
    RevocationNote {
        steps: BY_HAND.map(str::to_owned).to_vec(),
        okta_said: last.and_then(|last| words::said(&last.said())),
        ..plain(
            Tone::Warn,
            "The tokens could not be revoked",
            format!(
                "{title}. We destroyed our copies, so {vendor} has no access any more. To be sure at Okta's side too, unless the app is gone there already:"
            ),
        )
    }
}

fn unreadable(vendor: &str) -> RevocationNote {
    RevocationNote {
        steps: BY_HAND.map(str::to_owned).to_vec(),
        ..plain(
            Tone::Warn,
            "The tokens could not be revoked",
            format!(
                "We could not decrypt the credentials that revoking needs, so we could not ask Okta. We destroyed our copies, so {vendor} has no access any more. The tokens stay valid at Okta until you do this:"
            ),
        )
    }
}

fn plain(tone: Tone, title: &str, what: String) -> RevocationNote {
    RevocationNote {
        tone,
        title: title.to_owned(),
        what,
        steps: Vec::new(),
        okta_said: None,
        last_try: None,
    }
}
