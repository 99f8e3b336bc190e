//! What a person does in Okta: the sign-in page, and the Admin Console's pages about one app.

use thirtyfour::prelude::*;

use crate::tab::Tab;

impl Tab {
    /// Types a person's password into Okta's own page.
    pub async fn sign_in_at_okta(&self, login: &str) {
        let who = login.split('@').next().unwrap();
        self.enter("username", login).await;
        self.enter("password", &format!("fakeokta_pw_{who}")).await;
        self.click("#sign-in").await;
    }

    /// The Admin Console's list of apps, signed in as `login`.
    pub async fn open_admin_console(&self, origin: &str, login: &str) {
        self.open(&format!("{origin}/admin/apps")).await;
        if self.has("#username").await {
            self.sign_in_at_okta(login).await;
        }
        self.arrive("/admin/apps").await;
    }

    /// One tab of the page of an app.
    pub async fn open_app_in_okta(&self, origin: &str, login: &str, client_id: &str, tab: &str) {
        self.open_admin_console(origin, login).await;
        let app = format!("/admin/apps/{client_id}");
        self.open(&format!("{origin}{app}")).await;
        self.arrive(&app).await;
        self.click(&format!("#tab-{tab}")).await;
        self.arrive(&format!("{app}/{tab}")).await;
    }

    /// Presses *Grant* beside each of `scopes` on the tab *Okta API Scopes*.
    pub async fn press_grant(&self, scopes: &[&str]) {
        for scope in scopes {
            self.find(By::Id(format!("grant-{scope}")))
                .await
                .click()
                .await
                .unwrap();
            self.find(By::Id(format!("revoke-{scope}"))).await;
        }
    }

    /// Presses *Assign* beside a person on the tab *Assignments*.
    pub async fn press_assign(&self, login: &str) {
        self.find(By::Id(format!("assign-{login}")))
            .await
            .click()
            .await
            .unwrap();
        self.find(By::Id(format!("unassign-{login}"))).await;
    }

    /// The client ID on the app's page.
    pub async fn client_id_in_okta(&self) -> String {
        self.find(By::Id("client-id")).await.text().await.unwrap()
    }
}
