//! The words for each cause: what the matter is, and what to do about it.

use super::Scene;
use crate::domain::remedy::CauseKind;

pub(super) struct Words {
    pub title: String,
    pub what: String,
    pub steps: Vec<String>,
    /// Stands before the list of permissions.
    pub list: String,
}

/// For `count` permissions.
pub(super) fn of(kind: CauseKind, count: usize, scene: &Scene<'_>) -> Words {
    match kind {
        CauseKind::GrantMissing => grant_missing(count),
        CauseKind::AuthorizeOnly => authorize_only(count, scene),
        CauseKind::RoleTooWeak => role_too_weak(count, scene),
        CauseKind::RefusedToSuperAdministrator => refused(count, scene),
        CauseKind::EditionLacksFeature => edition_lacks(scene),
        CauseKind::FeatureUnavailable => unavailable(),
        CauseKind::TokenRefused => token_refused(count, scene),
        CauseKind::CannotTell => cannot_tell(count),
        CauseKind::CheckFailed => check_failed(count, scene),
    }
}

fn grant_missing(count: usize) -> Words {
    Words {
        title: format!("Grant {} to the app", permissions(count)),
        what: String::new(),
        steps: Vec::new(),
        list: if count == 1 {
            "Press Grant on this one:".to_owned()
        } else {
            format!("Press Grant on each of these {count}:")
        },
    }
}

fn authorize_only(count: usize, scene: &Scene<'_>) -> Words {
    let person = scene.person;
    let (these, they) = if count == 1 {
        ("This one was", "it")
    } else {
        ("These were", "them")
    };
    Words {
        title: format!("{} granted since the sign-in", permissions_were(count)),
        what: format!(
            "{these} granted to the app after {person}'s sign-in, which does not have {they} yet. In the Admin Console there \
             is nothing to do: only authorize again."
        ),
        steps: Vec::new(),
        list: "Waiting for a new sign-in:".to_owned(),
    }
}

fn role_too_weak(count: usize, scene: &Scene<'_>) -> Words {
    let person = scene.person;
    Words {
        title: format!(
            "{} {} a stronger administrator role",
            permissions(count),
            if count == 1 { "needs" } else { "need" }
        ),
        what: format!(
            "Okta granted {} to the app, but lets it do only what the person behind it may do, and {person}'s role may not.",
            if count == 1 { "this" } else { "these" }
        ),
        steps: vec![
            "Either a Super Administrator of the organization authorizes again here, with their own sign-in.".to_owned(),
            format!("Or a Super Administrator gives {person} that role, in Security → Administrators, and {person} authorizes again."),
        ],
        list: "Blocked by the role:".to_owned(),
    }
}

fn refused(count: usize, scene: &Scene<'_>) -> Words {
    Words {
        title: format!(
            "Okta refuses {} to a Super Administrator",
            permissions(count)
        ),
        what: format!(
            "{} is a Super Administrator, so the role is not the reason, and authorizing again will not help. Write to \
             support with what Okta answered, which stands beside each permission below.",
            scene.person
        ),
        steps: Vec::new(),
        list: String::new(),
    }
}

fn edition_lacks(scene: &Scene<'_>) -> Words {
    let edition = if scene.is_classic() {
        "Classic Engine"
    } else {
        "edition of Okta"
    };
    Words {
        title: format!("Not part of this organization's {edition}"),
        what: "There is nothing of this kind in the organization, so nothing is lost. After an upgrade the next check \
               notices by itself."
            .to_owned(),
        steps: Vec::new(),
        list: String::new(),
    }
}

fn unavailable() -> Words {
    Words {
        title: "Not licensed here, or switched off".to_owned(),
        what: "Okta says that the organization does not have the feature. If you do not use it, nothing is lost. If you \
               do, ask your Okta account team to switch it on; the next check notices."
            .to_owned(),
        steps: Vec::new(),
        list: String::new(),
    }
}

fn token_refused(count: usize, scene: &Scene<'_>) -> Words {
    Words {
        title: format!("Okta takes no app's sign-in for {}", permissions(count)),
        what: format!(
            "The permission is granted, but the address with which {} asks does not accept it. Write to support: there is \
             nothing that you can change in Okta.",
            scene.vendor
        ),
        steps: Vec::new(),
        list: String::new(),
    }
}

fn cannot_tell(count: usize) -> Words {
    Words {
        title: format!(
            "{} granted, and it cannot be told whether {}",
            permissions_are(count),
            if count == 1 { "it works" } else { "they work" }
        ),
        what: "Okta's answer fits both. Nothing is wrong as far as anybody knows.".to_owned(),
        steps: Vec::new(),
        list: String::new(),
    }
}

fn check_failed(count: usize, scene: &Scene<'_>) -> Words {
    let soon = if scene.view.checks.open.is_some() {
        "They are asked about again right now."
    } else {
        "The next check asks again by itself; to know sooner, press Check again."
    };
    Words {
        title: format!("{} could not be checked", permissions(count)),
        what: format!(
            "Okta was too busy or did not answer, which says nothing about the permissions. {soon}"
        ),
        steps: Vec::new(),
        list: String::new(),
    }
}

fn permissions(count: usize) -> String {
    let noun = if count == 1 {
        "permission"
    } else {
        "permissions"
    };
    format!("{count} {noun}")
}

fn permissions_were(count: usize) -> String {
    let verb = if count == 1 { "was" } else { "were" };
    format!("{} {verb}", permissions(count))
}

fn permissions_are(count: usize) -> String {
    let verb = if count == 1 { "is" } else { "are" };
    format!("{} {verb}", permissions(count))
}
