//! Support finds a tenant by half of what it knows, and sees first whom to help.

mod index;
mod search;

use fake_okta::AuthMethod;
use grantway::domain::look_up::{Filter, LookUpQuery};
use grantway::flows::{LookUp, LookUpIndex, LookedUp};

use crate::support::{Invited, TestApp};

const ADA: &str = "ada@acme.example";

/// Brings the index up to date, as its worker does within seconds.
pub async fn index(app: &TestApp) {
    let index = LookUpIndex::new(app.shared.clone());
    while index.step().await.unwrap() > 0 {}
}

pub async fn look_up(app: &TestApp, text: &str, filters: Vec<Filter>) -> LookedUp {
    let query = LookUpQuery::new(text, filters);
    LookUp::new(app.shared.clone())
        .search(&query, None)
        .await
        .unwrap()
}

/// The names of what is found, in order.
pub async fn names(app: &TestApp, text: &str) -> Vec<String> {
    let found = look_up(app, text, Vec::new()).await;
    found
        .tenants
        .into_iter()
        .map(|tenant| tenant.name)
        .collect()
}

pub async fn invite(app: &TestApp, name: &str, org: &str) -> Invited {
    app.invite_named(name, org, AuthMethod::PrivateKeyJwt, &app.catalog())
        .await
}
