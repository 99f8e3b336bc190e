//! Every route, asked by everybody whom it is not for.

mod cast;
mod coverage;
mod table;

use grantway::domain::id::TenantId;
use reqwest::Method;

use self::cast::{Actor, Cast};
use self::table::{Cell, rows};
use crate::support::{Answer, Browser};

#[tokio::test]
async fn no_route_shows_or_changes_a_tenant_for_anybody_whom_it_is_not_for() {
    let cast = Cast::gather().await;
    for row in rows() {
        let (method, path) = row.route;
        for actor in Actor::ALL {
            let browser = cast.browser(actor).await;
            let before = cast.rows().await;

            let answer = cast.ask(&browser, method, path, row.form).await;

            let at = format!("{method} {path} as {actor:?}");
            let cell = row.cells[actor as usize];
            assert_outcome(&cast, cell, &answer, &at);
            cast.assert_tells_nothing(actor, &answer, &at);
            let after = cast.rows().await;
            assert_eq!(
                before != after,
                cell.changes,
                "{at}:\n{before}\nbecame\n{after}"
            );
            cast.reset().await;
        }
    }
}

#[track_caller]
fn assert_outcome(cast: &Cast, cell: Cell, answer: &Answer, at: &str) {
    assert_eq!(
        answer.status,
        cell.status,
        "{at} answered: {}",
        answer.words()
    );
    let goes_to = answer.location().map(|to| without_link(&to)).map(|to| {
        to.query().map_or_else(
            || to.path().to_owned(),
            |query| format!("{}?{query}", to.path()),
        )
    });
    let expected = cell.goes_to.map(|path| cast.address(path));
    assert_eq!(goes_to, expected, "{at}");
}

/// The address without the onboarding that it names.
fn without_link(to: &url::Url) -> url::Url {
    let mut plain = to.clone();
    let query = to.query().filter(|query| !query.starts_with("link="));
    plain.set_query(query.map(str::to_owned).as_deref());
    plain
}

/// The same questions by the one whom they are for: the canaries sing, so their silence above counts.
#[tokio::test]
async fn the_tenants_own_administrator_sees_all_that_others_do_not() {
    let cast = Cast::gather().await;
    let browser = cast.administrator().await;

    let page = browser.get(&cast.address("/tenants/{tenant}")).await;

    page.assert_status(200);
    for canary in cast.canaries() {
        assert!(page.body.contains(canary), "{canary} is not on the page");
    }
    let before = cast.rows().await;
    browser
        .press(&cast.address("/tenants/{tenant}/authorize"), &[])
        .await
        .assert_status(200);
    assert_ne!(before, cast.rows().await, "an attempt was written down");
}

#[tokio::test]
async fn a_tenant_of_somebody_else_looks_like_one_that_does_not_exist() {
    let cast = Cast::gather().await;
    let absent = TenantId::new();
    for actor in Actor::ALL {
        for (method, suffix) in [(Method::GET, ""), (Method::POST, "/authorize")] {
            let forbidden = look(&cast, actor, &method, cast.tenant(), suffix).await;
            let missing = look(&cast, actor, &method, absent, suffix).await;
            assert_eq!(forbidden, missing, "{method} …{suffix} as {actor:?}");
        }
    }
}

/// Status, headers and body, without what differs between any two answers.
async fn look(
    cast: &Cast,
    actor: Actor,
    method: &Method,
    tenant: TenantId,
    suffix: &str,
) -> (u16, Vec<String>, String) {
    let browser = cast.browser(actor).await;
    let path = format!("/tenants/{tenant}{suffix}");
    let answer = browser.send(method.clone(), &path, None, &[]).await;
    let own = [
        ("x-request-id", ""),
        ("date", ""),
        (tenant.to_string().as_str(), "{tenant}"),
    ]
    .map(|(what, with)| (what.to_owned(), with));
    let headers = answer
        .headers
        .iter()
        .filter(|(name, _)| own[..2].iter().all(|(own, _)| name.as_str() != own))
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .map(|line| line.replace(&own[2].0, own[2].1))
        .collect();
    let body = without_the_moment(&answer).replace(&own[2].0, own[2].1);
    (answer.status, headers, body)
}

/// The body without its reference and its time.
fn without_the_moment(answer: &Answer) -> String {
    let reference = answer.headers.get("x-request-id").unwrap();
    let body = answer.body.replace(reference.to_str().unwrap(), "{ref}");
    let mut kept = String::new();
    let mut rest = body.as_str();
    while let Some((before, after)) = rest.split_once("<time") {
        kept.push_str(before);
        rest = after.split_once("</time>").unwrap().1;
    }
    kept + rest
}

impl Cast {
    async fn ask(
        &self,
        browser: &Browser,
        method: &str,
        path: &str,
        form: &[(&str, &str)],
    ) -> Answer {
        let form: Vec<(&str, String)> = form
            .iter()
            .map(|(name, value)| (*name, self.address(value)))
            .collect();
        let form: Vec<(&str, &str)> = form
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let link = browser.link_in_view().await;
        let mut form = form;
        form.extend(link.as_deref().map(|link| ("link", link)));
        form.push(("catalog", self.app.shared.catalog.version()));
        let form = (method == "POST").then_some(form.as_slice());
        let answer_of_okta = if path.starts_with("/oauth/callback/") {
            "?code=fakeokta_code&state={state}"
        } else {
            ""
        };
        let address = self.address(&format!("{path}{answer_of_okta}"));
        let method = method.parse().unwrap();
        browser.send(method, &address, form, &[]).await
    }
}
