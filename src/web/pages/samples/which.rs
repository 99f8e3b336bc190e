//! A browser that holds several things.

use askama::Template;

use super::layout;
use crate::web::pages::{OpenBeside, OpenInBrowser, WhichOnboarding};

pub fn samples() -> Vec<(&'static str, String)> {
    let pages = vec![
        ("link-beside", beside(false).render()),
        ("link-beside-full", beside(true).render()),
        ("which-onboarding", which(false).render()),
        ("form-of-another-account", which(true).render()),
    ];
    let rendered = pages.into_iter();
    rendered
        .map(|(name, html)| (name, html.expect("a rendered page")))
        .collect()
}

fn open_here(account: &str, person: &str) -> OpenInBrowser {
    OpenInBrowser {
        account: account.into(),
        person: person.into(),
        href: "/onboarding?link=019a7c3e-5b1f-7d20-9e4b-0c1d2e3f4a5b".into(),
    }
}

fn beside(is_full: bool) -> OpenBeside {
    let open = vec![
        open_here("Globex", "Grace Hopper"),
        open_here("Acme Europe", ""),
    ];
    OpenBeside {
        layout: layout("Open this link?"),
        account: "Acme Ltd".into(),
        goes: is_full.then(|| open_here("Acme Europe", "")),
        open,
    }
}

fn which(stale: bool) -> WhichOnboarding {
    WhichOnboarding {
        layout: layout(if stale {
            "Nothing was stored"
        } else {
            "Which account?"
        }),
        stale,
        account: stale.then(|| "Acme Ltd".into()),
        open: vec![open_here("Acme Europe", ""), open_here("Globex", "")],
    }
}
