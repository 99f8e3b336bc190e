//! Who has access, taking it back, and sign-ins that were not used.

use askama::Template;

use super::support::frame;
use super::support_tenant::PATH as DESK;
use super::{just_now, layout, signed_in_layout, when};
use crate::web::pages::{
    HeldSignIn, PeoplePage, PersonRow, RemovePerson, SupportPeople, SupportPlace, When,
};

const PATH: &str = "/tenants/0193a1c2-7b44-7c10-9a55-3f0e6d1b2c90";

pub fn samples() -> Vec<(&'static str, String)> {
    let pages = vec![
        ("people", people().render()),
        ("people-remove", remove(oscar(), false).render()),
        ("people-remove-own", remove(ada(), true).render()),
        ("held", held().render()),
        ("held-own", held_own().render()),
        ("support-people", desk(vec![ada(), oscar()]).render()),
        ("support-people-none", desk(Vec::new()).render()),
    ];
    let rendered = pages.into_iter();
    rendered
        .map(|(name, html)| (name, html.expect("a rendered page")))
        .collect()
}

fn in_november() -> When {
    when(
        "12 days ago",
        "11 Nov 2026, 09:12 UTC",
        "2026-11-11T09:12:00Z",
    )
}

fn ada() -> PersonRow {
    PersonRow {
        id: "0193a1c2-7b44-7c10-9a55-3f0e6d1b2c91".into(),
        name: "Ada Byron".into(),
        email: "ada.byron@acme.example".into(),
        issuer: "acme.okta.com".into(),
        role: "Super Administrator",
        role_verified: Some(just_now()),
        let_in: in_november(),
        link_made: Some(in_november()),
        last_signed_in: just_now(),
        carries_connection: true,
        is_you: true,
    }
}

fn oscar() -> PersonRow {
    PersonRow {
        name: "Oscar <i>Wilde</i>".into(),
        email: "oscar.wilde@acme.example".into(),
        role: "Not a Super Administrator",
        role_verified: Some(in_november()),
        carries_connection: false,
        is_you: false,
        ..ada()
    }
}

fn people() -> PeoplePage {
    PeoplePage {
        layout: signed_in_layout("People with access"),
        path: PATH.into(),
        organization_host: "acme.okta.com".into(),
        people: vec![ada(), oscar()],
    }
}

fn remove(person: PersonRow, is_last: bool) -> RemovePerson {
    RemovePerson {
        layout: signed_in_layout("Remove access"),
        path: PATH.into(),
        organization_host: "acme.okta.com".into(),
        person,
        is_last,
    }
}

fn held() -> HeldSignIn {
    HeldSignIn {
        layout: signed_in_layout("Your sign-in was not used"),
        organization_host: "acme.okta.com".into(),
        carrier: "Ada <i>Byron</i>".into(),
        is_own: false,
        before: 24,
        after: 0,
        choose_href: None,
        keep_href: PATH.into(),
        again_href: format!("{PATH}/authorize"),
    }
}

fn held_own() -> HeldSignIn {
    HeldSignIn {
        is_own: true,
        after: 21,
        choose_href: Some(format!("{PATH}/held/sign-in")),
        ..held()
    }
}

fn desk(people: Vec<PersonRow>) -> SupportPeople {
    SupportPeople {
        layout: layout("People with access"),
        staff: frame(true, SupportPlace::LookUp),
        path: DESK.into(),
        tenant_name: "Acme Ltd".into(),
        people,
        may_remove: true,
    }
}
