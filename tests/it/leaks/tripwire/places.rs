//! Everything that can be read: each declared page as staff and as its administrator, each call of the
//! API, the operators' pages, the exports, and the log.

use grantway::web::routes;

use super::world::World;
use crate::api::table::CALLS;
use crate::look_up;
use crate::support::command::{configuration, run};
use crate::support::staff::SAM;
use crate::support::{Browser, Invited};

/// Pages that are not a page: a stream without an end, a file of ours, ways that lead elsewhere, and
/// the door that a new secret is made at.
const NOT_READ: [&str; 6] = [
    "/tenants/{tenant}/events",
    "/static/{*name}",
    "/oauth/callback/{connection}",
    "/onboard/{link}",
    "/staff/callback",
    "/staff/sign-out/provider",
];

impl World {
    /// Each place with what stands there.
    pub async fn read_everything(&self) -> Vec<(String, String)> {
        look_up::index(&self.app).await;
        let mut places = Vec::new();
        for (login, browser) in &self.staff {
            self.read_pages(login, browser, &mut places).await;
        }
        for browser in &self.administrators {
            self.read_pages("an administrator", browser, &mut places)
                .await;
        }
        self.read_searches(&mut places).await;
        self.read_api(&mut places).await;
        self.read_admin(&mut places).await;
        self.read_commands(&mut places).await;
        places.push(("the log".to_owned(), self.app.log.text()));
        places
    }

    /// Every page that is declared, of every tenant.
    async fn read_pages(&self, who: &str, browser: &Browser, places: &mut Vec<(String, String)>) {
        for (method, path) in routes() {
            if *method != "GET" || NOT_READ.contains(path) {
                continue;
            }
            for invited in &self.tenants {
                let address = path
                    .replace("{tenant}", &invited.tenant.to_string())
                    .replace("{connection}", &invited.connection.to_string())
                    .replace("{person}", &self.person(invited).await);
                assert!(!address.contains('{'), "what stands for {address}?");
                let answer = browser.get(&address).await;
                places.push((format!("{address}, as {who}"), answer.body));
                if address == *path {
                    break;
                }
            }
        }
    }

    /// Somebody with access to the tenant's pages, or nobody.
    async fn person(&self, invited: &Invited) -> String {
        let found = format!(
            "SELECT coalesce(min(id::text), '{tenant}') FROM people WHERE tenant_id = '{tenant}'",
            tenant = invited.tenant
        );
        self.app.database.column(&found).await.remove(0)
    }

    /// The look-up, and the timeline cut down to each kind.
    async fn read_searches(&self, places: &mut Vec<(String, String)>) {
        let (_, sam) = self.staff.iter().find(|(login, _)| *login == SAM).unwrap();
        let page = format!("/support/tenants/{}", self.tenants[0].tenant);
        let first = sam.get(&page).await;
        first.assert_says("Tell the customer");
        let kinds = first.body.split("?kind=").skip(1);
        let kinds: Vec<&str> = kinds
            .filter_map(|rest| rest.split(['#', '&', '"']).next())
            .collect();
        assert!(kinds.len() > 4, "{kinds:?}");
        let timelines = kinds.iter().map(|kind| format!("{page}?kind={kind}"));
        let searches = ["acme", "ada@", "acmee", "nobody"].map(|text| format!("/support?q={text}"));
        for address in searches.into_iter().chain(timelines) {
            let answer = sam.get(&address).await;
            answer.assert_status(200);
            places.push((address, answer.body));
        }
    }

    /// Every call that reads, as every role and as nobody.
    async fn read_api(&self, places: &mut Vec<(String, String)>) {
        let reads = CALLS.iter().filter(|call| call.method == "GET");
        for call in reads {
            for invited in &self.tenants {
                let path = call
                    .path
                    .replace("{tenant}", &invited.tenant.to_string())
                    .replace("{webhook}", &self.webhook);
                assert!(!path.contains('{'), "what stands for {path}?");
                let mut answered = false;
                for (role, caller) in &self.programs {
                    let reply = caller.get(&path).await;
                    answered |= reply.status == 200;
                    places.push((format!("{path}, as {role:?}"), reply.body));
                }
                assert!(answered, "{path} answers nobody");
            }
        }
    }

    async fn read_admin(&self, places: &mut Vec<(String, String)>) {
        for path in ["/healthz", "/readyz", "/metrics"] {
            let answer = Browser::new(&self.app.admin_url).get(path).await;
            places.push((format!("{path} for operators"), answer.body));
        }
    }

    /// What an operator prints.
    async fn read_commands(&self, places: &mut Vec<(String, String)>) {
        let variables = configuration(&self.app.database);
        for args in [
            vec!["audit", "export"],
            vec!["audit", "verify", "--json"],
            vec!["webhook", "list", "--json"],
            vec!["api-key", "list", "--json"],
        ] {
            let ran = run(&args, &variables).await;
            ran.assert_code(0);
            let printed = format!("{}{}", ran.stdout, ran.stderr);
            places.push((args.join(" "), printed));
        }
    }
}
