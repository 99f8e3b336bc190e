//! The API's own page, as the person who writes the program sees it.

use crate::onboarding::Scene;

#[tokio::test]
async fn the_apis_page_is_read_and_walked() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    tab.open("/api/docs").await;
    tab.find_heading("The API").await;
    tab.assert_says("gwk_(onboarding|worker|support)").await;
    tab.show("api-docs").await;

    tab.press("Make a tenant").await;
    tab.until("the call to be looked at".to_owned(), async || {
        tab.js("document.querySelector('.api-call:target')?.id")
            .await
            == "create_tenant"
    })
    .await;
    scene.end().await;
}
