//! What tests and the demo hold of a running organization: everything that an administrator could
//! do in the console, the request log and the fault desk.

mod controls;

use std::sync::Arc;

use crate::faults::FaultDesk;
use crate::log::RequestRecord;
use crate::org::Org;
use crate::state::{App, OrgState, Person, PersonStatus, Role, Status};

pub use controls::IssuedTokens;

/// One running organization.
#[derive(Clone, Debug)]
pub struct OrgHandle {
    org: Arc<Org>,
}

impl OrgHandle {
    pub(crate) fn new(org: Arc<Org>) -> Self {
        Self { org }
    }

    pub fn name(&self) -> &str {
        &self.org.name
    }

    /// `http://127.0.0.1:PORT`, or `http://NAME.localhost:PORT` at one address; also the issuer.
    pub fn origin(&self) -> &str {
        &self.org.origin
    }

    /// `00o…`
    pub fn id(&self) -> String {
        self.org.state().id.clone()
    }

    /// A copy of everything that the organization remembers.
    pub fn state(&self) -> OrgState {
        self.org.state().clone()
    }

    /// Adds an app, filling in what it leaves empty, and gives it as added.
    pub fn add_app(&self, app: App) -> App {
        let app = app.completed(self.org.now());
        self.org.change(|state| state.apps.push(app.clone()));
        app
    }

    /// The app, if there is one.
    pub fn app(&self, client_id: &str) -> Option<App> {
        self.org.state().app(client_id).cloned()
    }

    /// Changes an app's settings.
    ///
    /// # Panics
    /// When there is no such app.
    pub fn update_app(&self, client_id: &str, change: impl FnOnce(&mut App)) -> App {
        self.org.change(|state| {
            let app = state.app_mut(client_id).expect("the app exists");
            change(app);
            app.settle_secret();
            app.clone()
        })
    }

    /// Grants Okta API scopes to an app.
    pub fn grant<S: AsRef<str>>(&self, client_id: &str, scopes: &[S]) {
        self.update_app(client_id, |app| {
            for scope in scopes {
                if !app.has_grant(scope.as_ref()) {
                    app.granted_scopes.push(scope.as_ref().to_owned());
                }
            }
        });
    }

    /// Revokes one granted scope. Tokens that carry it keep it until they are refreshed.
    pub fn revoke_grant(&self, client_id: &str, scope: &str) {
        self.update_app(client_id, |app| app.granted_scopes.retain(|of| of != scope));
    }

    /// Assigns an app to a person.
    pub fn assign(&self, client_id: &str, login: &str) {
        self.org.change(|state| state.assign(client_id, login));
    }

    /// Takes the assignment back, and with it the person's tokens for the app.
    pub fn unassign(&self, client_id: &str, login: &str) {
        self.org.change(|state| state.unassign(client_id, login));
    }

    /// Deactivates an app; its tokens stay revoked even if it is activated again.
    pub fn deactivate_app(&self, client_id: &str) {
        self.org
            .change(|state| state.set_app_status(client_id, Status::Inactive));
    }

    pub fn activate_app(&self, client_id: &str) {
        self.org
            .change(|state| state.set_app_status(client_id, Status::Active));
    }

    pub fn remove_app(&self, client_id: &str) {
        self.org.change(|state| state.remove_app(client_id));
    }

    /// Replaces the app's client secret and gives the new one.
    pub fn rotate_client_secret(&self, client_id: &str) -> String {
        let app = self.update_app(client_id, |app| app.client_secret = None);
        app.client_secret.unwrap_or_default()
    }

    /// Adds a person, or replaces the one with this login (keeping the id when none is given).
    pub fn set_person(&self, person: Person) -> Person {
        self.org.change(|state| state.set_person(person))
    }

    /// The person with a login.
    pub fn person(&self, login: &str) -> Option<Person> {
        self.org.state().person_by_login(login).cloned()
    }

    pub fn set_role(&self, login: &str, role: Role) {
        if let Some(person) = self.person(login) {
            self.set_person(Person { role, ..person });
        }
    }

    /// Changes a person's status. A deactivation revokes their tokens for good; a suspension makes
    /// them useless while it lasts.
    pub fn set_status(&self, login: &str, status: PersonStatus) {
        if let Some(person) = self.person(login) {
            self.set_person(Person { status, ..person });
        }
    }

    /// Ends all browser sessions.
    pub fn end_sessions(&self) {
        self.org.change(|state| state.sessions.clear());
    }

    /// API paths that begin so answer 401 E0000015 from now on, as an unlicensed feature does.
    pub fn unlicense(&self, path_prefix: &str) {
        self.org
            .change(|state| state.unlicensed.push(path_prefix.to_owned()));
    }

    /// Signs with a new key from now on; the old one is not published any more.
    pub fn rotate_keys(&self) {
        self.org.change(|state| state.key_generation += 1);
    }

    /// How many keys the key endpoint shows: the signing one and the next ones. 2 by default.
    pub fn publish_keys(&self, count: usize) {
        self.org.change(|state| state.published_keys = count);
    }

    /// The requests so far, oldest first; those to the fault desk left out.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.org.log.all()
    }

    /// The requests to a path.
    pub fn requests_to(&self, path: &str) -> Vec<RequestRecord> {
        let mut requests = self.requests();
        requests.retain(|request| request.path == path);
        requests
    }

    pub fn clear_requests(&self) {
        self.org.log.clear();
    }

    /// Where things are made to go wrong.
    pub fn faults(&self) -> &FaultDesk {
        &self.org.faults
    }
}
