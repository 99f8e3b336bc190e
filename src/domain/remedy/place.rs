//! Where in Okta's Admin Console something is mended, and how to get there.

use crate::domain::connection::ClientId;
use crate::domain::org_url::OrgOrigin;

/// A place where somebody acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// Applications › Applications › the app › Okta API Scopes.
    OktaApiScopes,
    /// Security › Administrators.
    Administrators,
    /// Our own page: authorize again.
    Here,
    Nowhere,
}

/// An address in an organization's Admin Console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminLink {
    pub url: String,
    /// Whether Okta documents the address. One that it does not may stop leading there: the steps
    /// have to stand beside it.
    pub documented: bool,
}

impl Place {
    /// The nearest page that can be linked to. `None` where the organization's Admin Console is not
    /// known, or where there is nothing to do in it.
    #[must_use]
    pub fn link(self, origin: &OrgOrigin, app: &ClientId) -> Option<AdminLink> {
        let console = admin_console(origin)?;
        match self {
            // The application's own page. That an app made as OpenID Connect is found there is what
            // people see in their address bars; its tabs have no address that we know of.
            Self::OktaApiScopes => Some(AdminLink {
                url: format!("{console}/admin/app/oidc_client/instance/{app}/"),
                documented: false,
            }),
            // Okta documents that the console is at this name, and names the menu, not an address.
            Self::Administrators => Some(AdminLink {
                url: console,
                documented: true,
            }),
            Self::Here | Self::Nowhere => None,
        }
    }
}

/// The list of applications in the organization's Admin Console. There is none to guess for an
/// address outside of Okta's own domains: a custom domain does not carry the console.
#[must_use]
pub fn admin_console_link(origin: &OrgOrigin) -> Option<AdminLink> {
    Some(AdminLink {
        url: format!("{}/admin/apps/active", admin_console(origin)?),
        documented: false,
    })
}

/// Okta serves the console at the organization's own name with `-admin`.
fn admin_console(origin: &OrgOrigin) -> Option<String> {
    let (name, domain) = origin.name_and_okta_domain()?;
    Some(format!("https://{name}-admin.{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> OrgOrigin {
        OrgOrigin::from_stored(text).expect("an origin")
    }

    #[test]
    fn the_console_is_beside_an_organization_of_oktas_own_domains_only() {
        for (from, to) in [
            ("https://acme.okta.com", Some("https://acme-admin.okta.com")),
            (
                "https://acme.oktapreview.com",
                Some("https://acme-admin.oktapreview.com"),
            ),
            (
                "https://acme.okta-emea.com",
                Some("https://acme-admin.okta-emea.com"),
            ),
            ("https://acme.okta.mil", Some("https://acme-admin.okta.mil")),
            (
                "https://acme.trex-gov.com",
                Some("https://acme-admin.trex-gov.com"),
            ),
            ("https://login.acme.com", None),
            ("https://login.okta.example.com", None),
            ("https://login.oktagon.com", None),
            ("http://127.0.0.1:8080", None),
        ] {
            let link = admin_console_link(&origin(from));
            let expected = to.map(|console| format!("{console}/admin/apps/active"));
            assert_eq!(link.map(|link| link.url), expected, "{from}");
        }
    }

    #[test]
    fn a_link_says_whether_okta_documents_it() {
        let app: ClientId = "0oa1b2".parse().expect("an id");
        let link = |place: Place| place.link(&origin("https://acme.okta.com"), &app);

        let scopes = link(Place::OktaApiScopes).expect("a link");
        assert_eq!(
            scopes.url,
            "https://acme-admin.okta.com/admin/app/oidc_client/instance/0oa1b2/"
        );
        assert!(!scopes.documented);
        assert!(link(Place::Administrators).is_some_and(|link| link.documented));
        assert_eq!(link(Place::Here), None);
    }
}
