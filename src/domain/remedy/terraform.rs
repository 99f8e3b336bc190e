//! The missing grants as a resource of Okta's Terraform provider.
//!
//! What the provider's `okta_app_oauth_api_scope` does: creating it grants the listed scopes and
//! touches no other; reading it takes every grant of the application into the state; an update
//! revokes what the configuration does not list; destroying it revokes what the state lists. So a
//! resource with only the gap would revoke everything else the second time, unless its changes are
//! ignored, and must be forgotten rather than destroyed. The snippet says so, because a person has
//! to know.

use std::fmt::Write as _;

use crate::domain::connection::ClientId;
use crate::domain::org_url::OrgOrigin;
use crate::domain::scope::Scope;

const COMMENT: &str = "\
# Grants to this app the Okta API scopes that are missing. Okta's provider lets one such resource own
# all of an app's scopes: after the first apply its state lists every granted scope. ignore_changes
# keeps later applies from revoking the scopes that are not listed here. Destroying the resource would
# revoke all of them: forget it instead, with terraform state rm okta_app_oauth_api_scope.grantway.
# If you manage this app's scopes with this resource already, add these to that one, and leave this out.
";

/// A resource for exactly `scopes`, formatted as `terraform fmt` does. Empty where none is missing.
///
/// `app_id` is the client id: Okta makes them alike unless somebody chose a client id of their own.
#[must_use]
pub fn terraform(app: &ClientId, origin: &OrgOrigin, scopes: &[Scope]) -> String {
    if scopes.is_empty() {
        return String::new();
    }
    let mut text = COMMENT.to_owned();
    text.push_str("resource \"okta_app_oauth_api_scope\" \"grantway\" {\n");
    for (name, value) in [("app_id", app.as_str()), ("issuer", origin.as_str())] {
        line(&mut text, &format!("  {name} = {}", quote(value)));
    }
    text.push_str("  scopes = [\n");
    for scope in scopes {
        line(&mut text, &format!("    {},", quote(scope.as_str())));
    }
    text.push_str("  ]\n\n  lifecycle {\n    ignore_changes = [scopes]\n  }\n}\n");
    text
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("writing to a String succeeds");
}

/// A string of Terraform's language, in which it interpolates nothing.
fn quote(text: &str) -> String {
    let escaped = text.replace('\\', r"\\").replace('"', "\\\"");
    format!("\"{}\"", escaped.replace("${", "$${").replace("%{", "%%{"))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    use super::*;
    use crate::domain::catalog::Catalog;

    fn snippet(scopes: &[Scope]) -> String {
        let app = "0oa1b2".parse().expect("an id");
        let origin = OrgOrigin::from_stored("https://acme.okta.com").expect("an origin");
        terraform(&app, &origin, scopes)
    }

    fn scopes(names: &[&str]) -> Vec<Scope> {
        names
            .iter()
            .map(|name| name.parse().expect("a scope"))
            .collect()
    }

    #[test]
    fn the_resource_lists_exactly_the_gap() {
        let text = snippet(&scopes(&["okta.apps.manage", "okta.logs.read"]));

        let resource = text.strip_prefix(COMMENT).expect("the comment comes first");
        assert_eq!(
            resource,
            "resource \"okta_app_oauth_api_scope\" \"grantway\" {\n  \
               app_id = \"0oa1b2\"\n  \
               issuer = \"https://acme.okta.com\"\n  \
               scopes = [\n    \
                 \"okta.apps.manage\",\n    \
                 \"okta.logs.read\",\n  \
               ]\n\n  \
               lifecycle {\n    \
                 ignore_changes = [scopes]\n  \
               }\n}\n"
        );
        assert_eq!(snippet(&[]), "");
    }

    #[test]
    fn a_scopes_name_is_no_template() {
        let text = snippet(&scopes(&["okta.${file('/etc/passwd')}%{x}.read"]));

        assert!(
            text.contains(r#""okta.$${file('/etc/passwd')}%%{x}.read","#),
            "{text}"
        );
    }

    /// What `terraform fmt` makes of the text, where that program is installed.
    fn formatted(text: &str) -> Option<String> {
        let mut terraform = Command::new("terraform")
            .args(["fmt", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut input = terraform.stdin.take().expect("it is piped");
        input.write_all(text.as_bytes()).expect("terraform reads");
        drop(input);
        let output = terraform.wait_with_output().expect("terraform ends");
        assert!(output.status.success(), "terraform refuses {text}");
        Some(String::from_utf8(output.stdout).expect("UTF-8"))
    }

    #[test]
    fn terraform_itself_would_format_it_so() {
        let all: Vec<Scope> = Catalog::default_catalog().scopes().cloned().collect();
        for count in [1, 3, all.len()] {
            let text = snippet(&all[..count]);
            if let Some(formatted) = formatted(&text) {
                assert_eq!(formatted, text);
            }
        }
    }
}
