//! Administrators' changes that reach further than one record: they revoke tokens.

use super::{OrgState, Person, PersonStatus, Status};

impl OrgState {
    pub(crate) fn assign(&mut self, client_id: &str, login: &str) {
        let known = self.person_by_login(login).is_some();
        if let Some(app) = self.app_mut(client_id)
            && known
            && !app.assigned.iter().any(|of| of == login)
        {
            app.assigned.push(login.to_owned());
        }
    }

    pub(crate) fn assign_everyone(&mut self, client_id: &str, everyone: bool) {
        if let Some(app) = self.app_mut(client_id) {
            app.everyone = everyone;
        }
    }

    pub(crate) fn unassign(&mut self, client_id: &str, login: &str) {
        if let Some(app) = self.app_mut(client_id) {
            app.assigned.retain(|of| of != login);
        }
        if let Some(id) = self.person_by_login(login).map(|person| person.id.clone()) {
            self.revoke_person(&id, Some(client_id));
        }
    }

    pub(crate) fn set_app_status(&mut self, client_id: &str, status: Status) {
        if let Some(app) = self.app_mut(client_id) {
            app.status = status;
        }
        if status == Status::Inactive {
            self.revoke_client(client_id);
        }
    }

    pub(crate) fn remove_app(&mut self, client_id: &str) {
        self.apps.retain(|app| app.client_id != client_id);
        self.revoke_client(client_id);
    }

    pub(crate) fn set_person(&mut self, mut person: Person) -> Person {
        let old = self.people.iter().position(|of| of.login == person.login);
        if let Some(old) = old {
            let old = self.people.remove(old);
            if person.id.is_empty() {
                person.id = old.id;
            }
        }
        let person = person.completed();
        if person.status == PersonStatus::Deactivated {
            self.revoke_person(&person.id, None);
        }
        self.people.push(person.clone());
        person
    }
}
