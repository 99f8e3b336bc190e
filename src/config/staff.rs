//! Staff sign-in: five variables, all or none.

use super::Reader;
use crate::domain::connection::ClientId;
use crate::domain::staff::{Issuer, StaffSettings};

const ISSUER: &str = "GRANTWAY_STAFF_ISSUER";
const CLIENT_ID: &str = "GRANTWAY_STAFF_CLIENT_ID";
const CLIENT_SECRET: &str = "GRANTWAY_STAFF_CLIENT_SECRET";
const SUPPORT_GROUP: &str = "GRANTWAY_SUPPORT_GROUP";
const OPERATOR_GROUP: &str = "GRANTWAY_OPERATOR_GROUP";

impl Reader<'_> {
    /// `None` where none of them is set, and where one is wrong, which is then among the problems.
    pub(super) fn staff(&mut self) -> Option<StaffSettings> {
        if !self.names_staff() {
            return None;
        }
        let issuer = self.of_staff(ISSUER, issuer);
        let client_id = self.of_staff(CLIENT_ID, client_id);
        let client_secret = match self.environment.secret(CLIENT_SECRET) {
            Ok(Some(secret)) => Some(secret),
            Ok(None) => self.missing(CLIENT_SECRET),
            Err(what) => {
                self.problem(CLIENT_SECRET, what);
                None
            }
        };
        let support_group = self.of_staff(SUPPORT_GROUP, group);
        let operator_group = self.of_staff(OPERATOR_GROUP, group);
        Some(StaffSettings {
            issuer: issuer?,
            client_id: client_id?,
            client_secret: client_secret?,
            support_group: support_group?,
            operator_group: operator_group?,
        })
    }

    /// Whether any of them is set, also one that cannot be read.
    fn names_staff(&self) -> bool {
        let plain = [ISSUER, CLIENT_ID, SUPPORT_GROUP, OPERATOR_GROUP];
        let is_set = |name: &&str| self.environment.text(name).is_some();
        plain.iter().any(is_set) || !matches!(self.environment.secret(CLIENT_SECRET), Ok(None))
    }

    fn of_staff<T>(
        &mut self,
        name: &'static str,
        parse: fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        match self.environment.text(name) {
            None => self.missing(name),
            Some(text) => parse(&text).map_err(|what| self.problem(name, what)).ok(),
        }
    }

    fn missing<T>(&mut self, name: &'static str) -> Option<T> {
        let what = "is not set, although another variable of staff sign-in is: it takes all five";
        self.problem(name, what);
        None
    }
}

fn issuer(text: &str) -> Result<Issuer, String> {
    text.parse()
        .map_err(|problem: crate::domain::staff::IssuerProblem| problem.to_string())
}

fn client_id(text: &str) -> Result<ClientId, String> {
    let what = "must be 1 to 100 letters, digits, dots, hyphens or underscores";
    text.parse().map_err(|_| what.to_owned())
}

fn group(text: &str) -> Result<String, String> {
    if text.chars().count() > 255 || text.chars().any(char::is_control) {
        return Err("must be the name of one group, at most 255 characters".to_owned());
    }
    Ok(text.to_owned())
}
