//! The same grants as command lines, for people who would rather type than click.

use serde_json::json;

use crate::domain::connection::ClientId;
use crate::domain::org_url::OrgOrigin;
use crate::domain::scope::Scope;

/// One command for a POSIX shell per scope: Okta takes one scope per call. They use an API token of
/// a Super Administrator from the shell's variable `OKTA_API_TOKEN`, and hold no secret.
#[must_use]
pub fn curl_lines(app: &ClientId, origin: &OrgOrigin, scopes: &[Scope]) -> Vec<String> {
    let address = quote(&format!("{}/api/v1/apps/{app}/grants", origin.as_str()));
    let line = |scope: &Scope| {
        let body = json!({ "issuer": origin.as_str(), "scopeId": scope.as_str() });
        let body = quote(&body.to_string());
        format!(
            "curl --fail-with-body -sS -X POST {address} \
             -H \"Authorization: SSWS $OKTA_API_TOKEN\" \
             -H 'Accept: application/json' -H 'Content-Type: application/json' -d {body}"
        )
    };
    scopes.iter().map(line).collect()
}

/// One word of a POSIX shell, of which it expands nothing.
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(scopes: &[&str]) -> Vec<String> {
        let scopes: Vec<Scope> = scopes.iter().map(|s| s.parse().expect("a scope")).collect();
        curl_lines(
            &"0oa1b2".parse().expect("an id"),
            &OrgOrigin::from_stored("https://acme.okta.com").expect("an origin"),
            &scopes,
        )
    }

    #[test]
    fn there_is_one_command_per_scope() {
        assert_eq!(
            lines(&["okta.users.manage", "okta.logs.read"])[1],
            "curl --fail-with-body -sS -X POST 'https://acme.okta.com/api/v1/apps/0oa1b2/grants' \
             -H \"Authorization: SSWS $OKTA_API_TOKEN\" \
             -H 'Accept: application/json' -H 'Content-Type: application/json' \
             -d '{\"issuer\":\"https://acme.okta.com\",\"scopeId\":\"okta.logs.read\"}'"
        );
        assert!(lines(&[]).is_empty());
    }

    #[test]
    fn a_scopes_name_cannot_leave_its_quotes() {
        let [line] = lines(&["okta.$(id)';id;'.read"])
            .try_into()
            .expect("one line");

        assert!(
            line.ends_with(r#""scopeId":"okta.$(id)'\'';id;'\''.read"}'"#),
            "{line}"
        );
    }
}
