//! What a person does with a page: open it, read it, press, type, go back.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use thirtyfour::prelude::*;
use url::Url;

const PATIENCE: Duration = Duration::from_secs(20);
const GLANCE: Duration = Duration::from_millis(25);

/// One browser with one page in view.
#[derive(Debug)]
pub struct Tab {
    /// Taken out at the end.
    driver: Option<WebDriver>,
    base: Url,
    process: Option<u64>,
}

impl Tab {
    pub fn new(driver: WebDriver, base: &str) -> Self {
        let process = driver.capabilities().get("goog:processID");
        Self {
            process: process.and_then(Value::as_u64),
            driver: Some(driver),
            base: base.parse().unwrap(),
        }
    }

    pub fn driver(&self) -> &WebDriver {
        self.driver.as_ref().unwrap()
    }

    /// `address` may be a path of our service.
    pub async fn open(&self, address: &str) {
        let url = self.base.join(address).unwrap();
        self.driver().goto(url.as_str()).await.unwrap();
    }

    pub async fn url(&self) -> Url {
        self.driver().current_url().await.unwrap()
    }

    pub async fn reload(&self) {
        self.driver().refresh().await.unwrap();
    }

    pub async fn back(&self) {
        self.driver().back().await.unwrap();
    }

    /// Waits until the page at `path` is there.
    #[track_caller]
    pub fn arrive(&self, path: &str) -> impl Future<Output = ()> {
        let wanted = path.to_owned();
        self.until(format!("the page {wanted}"), async move || {
            self.url().await.path() == wanted && self.is_loaded().await
        })
    }

    async fn is_loaded(&self) -> bool {
        let state = self
            .driver()
            .execute("return document.readyState", vec![])
            .await;
        state.is_ok_and(|state| state.json().as_str() == Some("complete"))
    }

    /// Waits until `holds`, and fails with what the page says when it never does.
    pub async fn until(&self, what: String, holds: impl AsyncFn() -> bool) {
        let begin = Instant::now();
        while !holds().await {
            if begin.elapsed() > PATIENCE {
                let (url, words) = (self.url().await, self.words().await);
                panic!("waited in vain for {what}; at {url}: {words}");
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Presses the button or the link that is called `name`, or whose name begins so.
    pub async fn press(&self, name: &str) {
        let named = format!("[starts-with(normalize-space(), \"{name}\")]");
        let by = By::XPath(format!("//button{named} | //a{named}"));
        self.find(by).await.click().await.unwrap();
    }

    pub async fn click(&self, css: &str) {
        self.find(By::Css(css)).await.click().await.unwrap();
    }

    /// Replaces what stands in the field with the id.
    pub async fn enter(&self, id: &str, text: &str) {
        let field = self.find(By::Id(id)).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Presses the copy button of `what`, and waits until it says that it has copied.
    pub async fn press_copy(&self, what: &str) {
        let by = By::XPath(format!("//button[@aria-label=\"Copy {what}\"]"));
        self.find(by).await.click().await.unwrap();
        self.until(format!("a word that {what} is copied"), async || {
            let said = self.find(By::Id("announcements")).await;
            said.inner_html().await.unwrap() == format!("Copied {what}")
        })
        .await;
    }

    /// Puts what was copied before into the field with the id, as Ctrl V does.
    pub async fn paste(&self, id: &str) {
        let field = self.find(By::Id(id)).await;
        field.clear().await.unwrap();
        field.send_keys(Key::Control + "v").await.unwrap();
    }

    pub async fn find(&self, by: By) -> WebElement {
        let query = self.driver().query(by).wait(PATIENCE, GLANCE);
        match query.first().await {
            Ok(element) => element,
            Err(error) => {
                let (url, words) = (self.url().await, self.words().await);
                panic!("{error}; at {url}: {words}");
            }
        }
    }

    /// Waits for a page with this heading. Its tone may be spoken before it.
    pub async fn find_heading(&self, words: &str) {
        let by = By::XPath(format!("//h1[contains(normalize-space(), \"{words}\")]"));
        self.find(by).await;
    }

    /// Waits for words to be seen.
    pub async fn find_text(&self, words: &str) {
        self.until(format!("“{words}”"), async || {
            self.words().await.contains(words)
        })
        .await;
    }

    /// The first line of what has the focus.
    pub async fn focused(&self) -> String {
        let words = self.js("document.activeElement.innerText").await;
        let words = words.as_str().unwrap_or_default();
        words.lines().next().unwrap_or_default().to_owned()
    }

    pub async fn arrive_at_okta(&self) {
        self.find(By::Id("username")).await;
    }

    /// The address at Okta that the page leads to.
    pub async fn to_okta(&self) -> String {
        let link = self.find(By::Css("a[href*='/oauth2/v1/authorize']")).await;
        link.attr("href").await.unwrap().unwrap()
    }

    pub async fn has(&self, css: &str) -> bool {
        let found = self.driver().find_all(By::Css(css)).await.unwrap();
        !found.is_empty()
    }

    pub async fn value(&self, id: &str) -> String {
        let field = self.find(By::Id(id)).await;
        field.value().await.unwrap().unwrap_or_default()
    }

    /// What a setting of the step *The app in Okta* is to be set to.
    pub async fn setting(&self, name: &str) -> String {
        let by = By::XPath(format!("//div[dt=\"{name}\"]/dd//code"));
        self.find(by).await.text().await.unwrap()
    }

    /// What can be read on the page.
    pub async fn words(&self) -> String {
        let Ok(body) = self.driver().find(By::Css("body")).await else {
            return String::new();
        };
        let text = body.text().await.unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub async fn assert_says(&self, words: &str) {
        let said = self.words().await;
        assert!(said.contains(words), "“{words}” is not in: {said}");
    }

    pub async fn assert_silent_about(&self, words: &str) {
        let said = self.words().await;
        assert!(!said.contains(words), "“{words}” is in: {said}");
    }

    /// The value of a JavaScript expression in the page.
    pub async fn js(&self, expression: &str) -> Value {
        let script = format!("return {expression}");
        let answer = self.driver().execute(script, vec![]).await.unwrap();
        answer.json().clone()
    }

    /// A command of the `DevTools`.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Value {
        let cdp = self.driver().cdp();
        cdp.send_raw(method, parameters).await.unwrap()
    }

    /// Another tab of the same browser, and back; for whoever works in two at once.
    pub async fn open_tab(&self) {
        let tab = self.driver().new_tab().await.unwrap();
        self.driver().switch_to_window(tab).await.unwrap();
    }

    /// Looks at the tab that was opened as the `number`th.
    pub async fn look_at_tab(&self, number: usize) {
        let tabs = self.driver().windows().await.unwrap();
        let tab = tabs[number].clone();
        self.driver().switch_to_window(tab).await.unwrap();
    }

    pub async fn close(mut self) {
        self.driver.take().unwrap().quit().await.unwrap();
    }
}

/// A test that failed leaves no browser behind.
impl Drop for Tab {
    fn drop(&mut self) {
        let Some(driver) = self.driver.take() else {
            return;
        };
        let _ = driver.leak();
        if let Some(process) = self.process {
            let _ = Command::new("kill")
                .args(["-KILL", &process.to_string()])
                .status();
        }
    }
}
