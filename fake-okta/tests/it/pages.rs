//! Lists in pages, each with the address of the next one.

use serde_json::Value;

use crate::management::Api;
use crate::support::ADA;
use crate::support::browser::http;

/// A page's rows, and the address of the next one.
async fn page(api: &Api, url: &str) -> (Vec<Value>, Option<String>) {
    let response = http()
        .get(url)
        .bearer_auth(&api.token)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200, "{url}");
    let links = response.headers().get_all("link").iter();
    let next = links
        .map(|link| link.to_str().unwrap())
        .find_map(|link| link.strip_suffix(">; rel=\"next\""))
        .map(|link| link.trim_start_matches('<').to_owned());
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    (body.as_array().unwrap().clone(), next)
}

#[tokio::test]
async fn following_the_links_gives_every_row_once() {
    let api = Api::of(ADA).await;
    let grants = format!("/api/v1/apps/{}/grants", api.setup.app.client_id);
    for (path, total, pages) in [
        (grants.as_str(), 9, 5),
        ("/api/v1/users", 4, 2),
        ("/api/v1/groups", 1, 1),
    ] {
        let mut next = Some(api.url(&format!("{path}?limit=2")));
        let (mut ids, mut count) = (Vec::new(), 0);
        while let Some(url) = next {
            let (rows, following) = page(&api, &url).await;
            ids.extend(
                rows.iter()
                    .map(|row| row["id"].as_str().unwrap().to_owned()),
            );
            count += 1;
            next = following;
        }
        assert_eq!((ids.len(), count), (total, pages), "{path}");
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), total, "{path} showed a row twice");
    }
}

#[tokio::test]
async fn the_other_parameters_stay_in_the_address_of_the_next_page() {
    let api = Api::of(ADA).await;
    let (_, next) = page(&api, &api.url("/api/v1/users?q=a%26b&limit=1")).await;
    let next = next.unwrap();
    assert!(next.starts_with(api.setup.org.origin()), "{next}");
    assert!(next.contains("q=a%26b&after="), "{next}");
}

#[tokio::test]
async fn a_page_that_makes_no_sense_is_refused() {
    let api = Api::of(ADA).await;
    for query in ["limit=many", "after=5", "after=elsewhere"] {
        let (status, body) = api.get(&format!("/api/v1/users?{query}")).await;
        assert_eq!(
            (status, body["errorCode"].as_str()),
            (400, Some("E0000001"))
        );
    }
}
