//! What a browser has in view: a person sends the forms of the page before them, which name its onboarding
//! and the version of the catalog that it shows.

use reqwest::Method;

use super::browser::{Answer, Browser};

impl Browser {
    /// Sends a form. Those of an onboarding name the one that was in view last, unless told otherwise.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let is_onboarding = path.starts_with("/onboarding/") || path == "/repair/begin";
        if !is_onboarding || form.iter().any(|(name, _)| *name == "link") {
            return self.send(Method::POST, path, Some(form), &[]).await;
        }
        let link = self.link_in_view().await;
        let catalog = self.catalog_shown(path).await;
        let mut named = form.to_vec();
        named.extend(link.as_deref().map(|link| ("link", link)));
        if form.iter().all(|(name, _)| *name != "catalog") {
            named.extend(catalog.as_deref().map(|catalog| ("catalog", catalog)));
        }
        self.send(Method::POST, path, Some(&named), &[]).await
    }

    /// The version of the catalog on the page whose form goes to `path`, where that is asked for.
    async fn catalog_shown(&self, path: &str) -> Option<String> {
        let page = match path {
            "/onboarding/permissions" => path,
            "/repair/begin" => "/repair",
            _ => return None,
        };
        let link = self.link_in_view().await.unwrap_or_default();
        let page = self.get(&format!("{page}?link={link}")).await;
        page.hidden("catalog")
    }

    /// The id of the link whose onboarding is in view, looked for where none was yet.
    pub async fn link_in_view(&self) -> Option<String> {
        let in_view = || self.link.lock().unwrap().clone();
        if in_view().is_none() {
            self.get("/onboarding").await;
        }
        in_view()
    }

    pub(super) fn look_at(&self, answer: &Answer) {
        let address = answer.location().unwrap_or(answer.url.clone());
        let named = address.query_pairs().find(|(name, _)| name == "link");
        let hidden = || {
            let (_, rest) = answer.body.split_once("name=\"link\" value=\"")?;
            Some(rest.split('"').next()?.to_owned())
        };
        let led_to = || {
            let (_, rest) = answer.body.split_once("?link=")?;
            Some(rest.split('"').next()?.to_owned())
        };
        let named = named.map(|(_, link)| link.into_owned());
        if answer.url.path().starts_with("/onboard/") && answer.status == 303 {
            *self.link.lock().unwrap() = named;
            return;
        }
        if let Some(link) = hidden().or(named).or_else(led_to) {
            *self.link.lock().unwrap() = Some(link);
        }
    }
}
