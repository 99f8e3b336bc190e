//! The fix-it kit: what does not work, by cause, with who does what and where in Okta.

mod words;

use crate::domain::connection::{ClientId, Edition, Organization};
use crate::domain::grant_status::GrantStatus;
use crate::domain::remedy::{self, Actor, CauseKind, Place, Remedies, curl_lines, terraform};
use crate::domain::scope::Scope;
use crate::flows::StatusView;
use crate::web::pages::{
    Cause, ConsoleLink, GrantHere, Kit, NamedScope, OtherWays, PlaceInOkta, Who,
};

use super::has_ended;

/// Not before there is an app to mend, and not while the connection has ended: then signing in comes
/// first. None where everything works.
pub(super) fn of(view: &StatusView, vendor: &str) -> Option<Kit> {
    let authorization = view.authorization.as_ref()?;
    let app = view.connection.app.as_ref()?;
    let organization = view.connection.organization.as_ref()?;
    if has_ended(view.connection.state) {
        return None;
    }
    let remedies = view.remedies();
    let scene = Scene {
        view,
        vendor,
        person: &authorization.person_name,
        app: &app.client_id,
        organization,
    };
    let causes = remedies.causes().iter();
    let causes = causes.filter_map(|cause| Some((cause.kind, scene.cause(cause)?)));
    let (todo, rest): (Vec<_>, Vec<_>) = causes.partition(|(kind, _)| kind.needs_authorization());
    let bare = |causes: Vec<(CauseKind, Cause)>| causes.into_iter().map(|(_, cause)| cause);
    let kit = Kit {
        duration: duration(&remedies).to_owned(),
        todo: bare(todo).collect(),
        rest: bare(rest).collect(),
        ways: scene.ways(&remedies, authorization.super_administrator),
    };
    (!kit.todo.is_empty() || !kit.rest.is_empty()).then_some(kit)
}

/// Where a kind of place is, for this app of this organization.
pub(in crate::web) fn place(
    place: Place,
    app: &ClientId,
    organization: &Organization,
) -> Option<PlaceInOkta> {
    let link = place.link(&organization.origin, app);
    let link = link.map(|link| ConsoleLink {
        url: link.url,
        documented: link.documented,
    });
    match place {
        Place::OktaApiScopes => Some(PlaceInOkta {
            menu: "Applications → Applications",
            app: Some((app.to_string(), "Okta API Scopes")),
            link,
        }),
        Place::Administrators => Some(PlaceInOkta {
            menu: "Security → Administrators",
            app: None,
            link,
        }),
        Place::Here | Place::Nowhere => None,
    }
}

/// The scopes with their plain names.
pub(in crate::web) fn named(grants: &GrantStatus, scopes: &[Scope]) -> Vec<NamedScope> {
    let name = |scope: &Scope| {
        let status = grants.scopes().find(|status| status.scope() == scope);
        let name = status.map_or(scope.as_str(), |status| status.permission().name());
        NamedScope {
            id: scope.to_string(),
            name: name.to_owned(),
        }
    };
    scopes.iter().map(name).collect()
}

/// What the words speak of.
struct Scene<'a> {
    view: &'a StatusView,
    vendor: &'a str,
    /// Whose sign-in the connection rests on.
    person: &'a str,
    app: &'a ClientId,
    organization: &'a Organization,
}

impl Scene<'_> {
    fn cause(&self, cause: &remedy::Cause) -> Option<Cause> {
        let scopes = self.worth_telling(cause);
        let words = words::of(cause.kind, scopes.len(), self);
        (!scopes.is_empty()).then(|| Cause {
            code: cause.kind.code(),
            css: css(cause.kind),
            who: who(cause.kind.actor()),
            title: words.title,
            what: words.what,
            place: place(cause.kind.place(), self.app, self.organization),
            steps: words.steps,
            list: words.list,
            scopes: named(&self.view.grants, &scopes),
        })
    }

    /// What no answer can ever tell is said beside it, and is no cause for anything.
    fn worth_telling(&self, cause: &remedy::Cause) -> Vec<Scope> {
        let is_unprovable = |scope: &&Scope| {
            let mut all = self.view.grants.scopes();
            let status = all.find(|status| status.scope() == *scope);
            status.is_some_and(|status| status.permission().unprovable().is_some())
        };
        let scopes = cause.scopes.iter();
        if cause.kind == CauseKind::CannotTell {
            scopes
                .filter(|scope| !is_unprovable(scope))
                .cloned()
                .collect()
        } else {
            scopes.cloned().collect()
        }
    }

    fn ways(&self, remedies: &Remedies, is_super: Option<bool>) -> Option<OtherWays> {
        let missing = remedies.missing();
        let origin = &self.organization.origin;
        (!missing.is_empty()).then(|| OtherWays {
            here: self.grant_here(remedies, is_super),
            terraform: terraform(self.app, origin, missing),
            curl: curl_lines(self.app, origin, missing).join("\n"),
            count: missing.len(),
        })
    }

    fn grant_here(&self, remedies: &Remedies, is_super: Option<bool>) -> GrantHere {
        let person = self.person;
        if remedies.can_grant_here() {
            return GrantHere::Offered {
                name: person.to_owned(),
            };
        }
        let why = match is_super {
            Some(true) => "Adding grants needs okta.appGrants.manage, and this connection does not have it, or it does \
                           not work here."
                .to_owned(),
            Some(false) => format!("Only a Super Administrator's sign-in can add grants, and {person} is none."),
            None => format!("Only a Super Administrator's sign-in can add grants, and Okta did not say whether {person} is one."),
        };
        GrantHere::No { why }
    }

    fn is_classic(&self) -> bool {
        self.organization.edition == Edition::Classic
    }
}

fn duration(remedies: &Remedies) -> &'static str {
    match remedies.missing().len() {
        0 if remedies.scopes_of(CauseKind::RoleTooWeak).is_empty() => "about 1 minute",
        0..=5 => "about 2 minutes",
        _ => "about 5 minutes",
    }
}

const fn who(actor: Actor) -> Who {
    match actor {
        Actor::SuperAdministrator => Who::SuperAdministrator,
        Actor::ConnectingAdministrator => Who::Administrator,
        Actor::Vendor => Who::Vendor,
        Actor::Nobody => Who::Nobody,
    }
}

const fn css(kind: CauseKind) -> &'static str {
    match kind {
        CauseKind::GrantMissing | CauseKind::AuthorizeOnly => "missing",
        CauseKind::RoleTooWeak | CauseKind::RefusedToSuperAdministrator => "blocked",
        CauseKind::EditionLacksFeature | CauseKind::FeatureUnavailable => "unavailable",
        CauseKind::TokenRefused | CauseKind::CannotTell | CauseKind::CheckFailed => "unknown",
    }
}
