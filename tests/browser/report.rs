//! The report for a security reviewer's file.

use crate::checks::{ALL_WORK, CHECKING};
use crate::onboarding::{ADA, Scene};

#[tokio::test]
async fn the_report_is_read_printed_and_saved() {
    let Some(scene) = Scene::open_with(CHECKING).await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&[]).await;
    let status = scene.connect(&invited, ADA).await;
    tab.find_heading(ALL_WORK).await;

    tab.press("Printable report").await;
    tab.arrive(&format!("{status}/report")).await;
    tab.find_heading(ALL_WORK).await;
    tab.assert_says("okta.factors.manage").await;
    tab.show_on_paper("report").await;

    for (kind, mime) in [("csv", "text/csv"), ("json", "application/json")] {
        let link = format!("a[href$='/report.{kind}']");
        assert!(tab.has(&link).await, "no link to the {kind}");
        let fetch = format!(
            "const done = arguments[arguments.length - 1];
            fetch(document.querySelector(\"{link}\").href)
                .then((answer) => done([answer.status, answer.headers.get('content-type')]))"
        );
        let answer = tab.driver().execute_async(fetch, vec![]).await.unwrap();
        let (code, said): (u16, String) = answer.convert().unwrap();
        assert_eq!(code, 200);
        assert!(said.starts_with(mime), "{said}");
    }
    scene.end().await;
}
