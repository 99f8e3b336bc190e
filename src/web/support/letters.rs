//! Finished texts to send with a link, so that nobody at the customer's is left with an address alone.

use crate::flows::StatusView;
use crate::web::pages::NamedScope;
use crate::web::state::Site;

/// With a new onboarding link.
pub(super) fn onboarding(site: &Site, view: &StatusView, url: &str, until: &str) -> String {
    let (vendor, name) = (&site.vendor_name, &view.tenant_name);
    let organization = view.host();
    let organization = organization.map_or_else(
        || "your Okta organization".to_owned(),
        |host| format!("your Okta organization {host}"),
    );
    format!(
        "Hello,\n\n\
         This link connects {organization} to the {vendor} account of {name}. It takes a Super Administrator of the organization about 15 minutes, \
         can be interrupted, and says at each step what will happen:\n\n{url}\n\n\
         It works until {until}, for the first browser that begins with it. If you are not a Super Administrator, pass it on to one, and to nobody else.\n\n\
         {}",
        closing(site)
    )
}

/// With a hand-off.
pub(super) fn hand_off(
    site: &Site,
    view: &StatusView,
    asked_by: Option<&str>,
    missing: &[NamedScope],
    (url, until): (&str, &str),
) -> String {
    let (vendor, name) = (&site.vendor_name, &view.tenant_name);
    let host = view.host().unwrap_or_default();
    let who = asked_by.map_or_else(
        || "We ask for your help".to_owned(),
        |who| format!("{who} asks for your help"),
    );
    format!(
        "Hello,\n\n\
         {who} with {host}, which is connected to the {vendor} account of {name}. {}\n\n{url}\n\n\
         It works until {until}, for the first browser that begins with it, and for this repair alone. Please send it to nobody else.\n\n\
         {}",
        wanted(missing),
        closing(site)
    )
}

fn wanted(missing: &[NamedScope]) -> String {
    if missing.is_empty() {
        return "The connection needs the sign-in of a Super Administrator. This link leads there:"
            .to_owned();
    }
    let rows = missing
        .iter()
        .map(|scope| format!("\n- {} ({})", scope.name, scope.id));
    let number = match missing.len() {
        1 => "One permission is missing, which".to_owned(),
        number => format!("{number} permissions are missing, which"),
    };
    format!(
        "{number} a Super Administrator of the organization can grant:\n{}\n\nThis link shows how, step by step:",
        rows.collect::<String>()
    )
}

fn closing(site: &Site) -> String {
    format!(
        "If you did not expect this, please ask us before you open it.\n\nThe support of {}\n{}",
        site.vendor_name, site.support_email
    )
}
