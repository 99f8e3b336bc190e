//! Staff and administrators never mix: neither's cookie is anything to the other, by either name.

use grantway::web::routes;

use crate::support::staff::{COOKIE, OLGA, SAM};
use crate::support::{Browser, Settings, TestApp};

const ADA: &str = "ada@acme.example";

/// Status and place of an answer, which are all that differ between somebody and nobody.
async fn look(browser: &Browser, path: &str) -> (u16, Option<String>) {
    let answer = browser.get(path).await;
    let place = answer.location().map(|to| to.path().to_owned());
    (answer.status, place)
}

fn is_of_staff(path: &str) -> bool {
    path.starts_with("/support") || path.starts_with("/staff")
}

#[tokio::test]
async fn to_administrators_pages_staff_are_nobody() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser()
        .connect(&app, &invited, ADA)
        .await
        .assert_status(200);
    let operator = app.staff_browser(OLGA).await;
    // The same token under the administrators' name.
    let disguised = app.browser();
    disguised.set_session_cookie(&operator.staff_cookie().unwrap());
    let before = app.database.snapshot(None).await;
    for (method, path) in routes().iter().filter(|(_, path)| !is_of_staff(path)) {
        let path = path
            .replace("{tenant}", &invited.tenant.to_string())
            .replace("{connection}", &invited.connection.to_string())
            .replace("{link}", "A")
            .replace("{*name}", "app.css");
        let ask = async |browser: &Browser| {
            let answer = browser
                .send(method.parse().unwrap(), &path, None, &[])
                .await;
            let place = answer.location().map(|to| to.path().to_owned());
            (answer.status, place)
        };
        let nobody = ask(&app.browser()).await;
        assert_eq!(ask(&operator).await, nobody, "{method} {path}");
        assert_eq!(ask(&disguised).await, nobody, "{method} {path}");
    }
    assert_eq!(app.database.snapshot(None).await, before);
    assert_eq!(look(&operator, "/support").await.0, 200, "still signed in");
}

#[tokio::test]
async fn to_staff_pages_administrators_are_nobody() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let ada = app.browser();
    ada.connect(&app, &invited, ADA).await.assert_status(200);
    let disguised = app.browser();
    disguised.set_own_cookie(COOKIE, &ada.cookie());
    for (_, path) in routes()
        .iter()
        .filter(|(method, path)| *method == "GET" && is_of_staff(path))
    {
        let path = path.replace("{tenant}", &invited.tenant.to_string());
        let nobody = look(&app.browser(), &path).await;
        assert_eq!(look(&ada, &path).await, nobody, "{path}");
        assert_eq!(look(&disguised, &path).await, nobody, "{path}");
    }
    let status = format!("/tenants/{}", invited.tenant);
    assert_eq!(look(&ada, &status).await.0, 200, "still signed in");
}

#[tokio::test]
async fn one_browser_can_be_both_and_leaving_one_leaves_the_other() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser
        .connect(&app, &invited, ADA)
        .await
        .assert_status(200);
    browser.sign_in_as_staff(SAM).await.assert_status(200);
    let status = format!("/tenants/{}", invited.tenant);
    assert_eq!(look(&browser, &status).await.0, 200);

    browser
        .post("/staff/sign-out", &[])
        .await
        .assert_status(303);
    assert_eq!(look(&browser, &status).await.0, 200);
    assert_eq!(look(&browser, "/support").await.0, 303);

    browser.sign_in_as_staff(SAM).await.assert_status(200);
    browser.post("/sign-out", &[]).await.assert_status(303);
    assert_eq!(look(&browser, &status).await.0, 303);
    assert_eq!(look(&browser, "/support").await.0, 200);
}

#[tokio::test]
async fn a_sign_in_of_the_one_kind_cannot_be_finished_at_the_others_door() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let okta = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&okta, ADA).await;
    browser.staff_departure(None).await;
    let query = back.query().unwrap();

    let page = browser.get(&format!("/staff/callback?{query}")).await;
    page.assert_explains(400, "This sign-in was not begun here");

    let staff = browser.staff_way_back(SAM).await;
    let query = staff.query().unwrap();
    let path = format!("/oauth/callback/{}?{query}", invited.connection);
    let page = browser.get(&path).await;
    page.assert_explains(400, "This sign-in was not begun here");
    browser.follow(staff.as_str()).await.assert_status(200);
}

#[tokio::test]
async fn over_https_the_staffs_cookie_is_bound_to_this_host_too() {
    let app = TestApp::start_with(Settings {
        public_url: Some("https://connect.example.com"),
        ..Settings::default()
    })
    .await;

    let page = app.browser().get("/staff/sign-in").await;

    let cookie = page.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-grantway-staff="), "{cookie:.30}");
    for attribute in [
        "HttpOnly",
        "SameSite=Lax",
        "Secure",
        "Path=/",
        "Max-Age=43200",
    ] {
        assert!(cookie.contains(attribute), "{attribute}");
    }
    assert!(!cookie.contains("Domain"));
}
