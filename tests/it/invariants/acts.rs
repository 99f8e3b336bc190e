//! What people, programs and attackers do.

use proptest::collection::vec;
use proptest::prelude::*;

/// Where somebody signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Acme,
    Globex,
    /// A server that an attacker controls, which says of itself whatever helps.
    Hostile,
}

/// Who signs in there; at the hostile place, whose subject it asserts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Super Administrator.
    Ada,
    /// Organization Administrator.
    Oscar,
    /// No role at all.
    Nora,
}

/// One act. Numbers are taken modulo what there is.
#[derive(Debug, Clone, Copy)]
pub enum Act {
    /// The vendor makes another link.
    Invite {
        tenant: usize,
    },
    /// A browser opens a link and goes so many steps of the way to the end.
    Walk {
        browser: usize,
        link: usize,
        place: Place,
        who: Who,
        steps: u8,
    },
    /// *Authorize again*, on the page of the tenant that the browser sees.
    AuthorizeAgain {
        browser: usize,
        who: Who,
    },
    /// A sign-in from the front page.
    Return {
        browser: usize,
        place: Place,
        who: Who,
    },
    /// The browser presses *Grant them for me*, if it is offered.
    Grant {
        browser: usize,
    },
    /// A hand-off is made by one browser and used in another.
    HandOff {
        from: usize,
        to: usize,
        who: Who,
    },
    Disconnect {
        browser: usize,
    },
    SignOut {
        browser: usize,
    },
    RevokeLink {
        link: usize,
    },
    EndSessions {
        tenant: usize,
    },
    Remove {
        tenant: usize,
        person: usize,
    },
    DisconnectByVendor {
        tenant: usize,
    },
    Activate {
        tenant: usize,
    },
    /// Time passes, in minutes.
    Wait {
        minutes: i64,
    },
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![4 => Just(Place::Acme), 2 => Just(Place::Globex), 3 => Just(Place::Hostile)]
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![4 => Just(Who::Ada), 1 => Just(Who::Oscar), 2 => Just(Who::Nora)]
}

/// Whether a new connection waits for the vendor's activation, and what is done. Most sequences begin
/// with a customer who is connected: what is worth taking is there from the first act on.
pub fn sequence(length: std::ops::Range<usize>) -> impl Strategy<Value = (bool, Vec<Act>)> {
    let connected = vec![Act::Walk {
        browser: 0,
        link: 0,
        place: Place::Acme,
        who: Who::Ada,
        steps: 12,
    }];
    let beginning = prop_oneof![1 => Just(Vec::new()), 3 => Just(connected)];
    let acts = (beginning, vec(act(), length)).prop_map(|(first, then)| [first, then].concat());
    (proptest::bool::weighted(0.25), acts)
}

fn act() -> impl Strategy<Value = Act> {
    let browser = prop_oneof![3 => Just(0usize), 2 => Just(1), 1 => Just(2)];
    let (tenant, any) = (0..2usize, 0..8usize);
    prop_oneof![
        3 => tenant.clone().prop_map(|tenant| Act::Invite { tenant }),
        14 => (browser.clone(), any.clone(), place(), who(), prop_oneof![1 => 1..8u8, 3 => Just(12u8)])
            .prop_map(|(browser, link, place, who, steps)| Act::Walk { browser, link, place, who, steps }),
        4 => (browser.clone(), who()).prop_map(|(browser, who)| Act::AuthorizeAgain { browser, who }),
        5 => (browser.clone(), place(), who()).prop_map(|(browser, place, who)| Act::Return { browser, place, who }),
        4 => browser.clone().prop_map(|browser| Act::Grant { browser }),
        3 => (browser.clone(), browser.clone(), who()).prop_map(|(from, to, who)| Act::HandOff { from, to, who }),
        2 => browser.clone().prop_map(|browser| Act::Disconnect { browser }),
        1 => browser.prop_map(|browser| Act::SignOut { browser }),
        2 => any.clone().prop_map(|link| Act::RevokeLink { link }),
        2 => tenant.clone().prop_map(|tenant| Act::EndSessions { tenant }),
        4 => (tenant.clone(), any).prop_map(|(tenant, person)| Act::Remove { tenant, person }),
        1 => tenant.clone().prop_map(|tenant| Act::DisconnectByVendor { tenant }),
        2 => tenant.prop_map(|tenant| Act::Activate { tenant }),
        2 => prop_oneof![Just(16i64), Just(61), Just(13 * 60)].prop_map(|minutes| Act::Wait { minutes }),
    ]
}
