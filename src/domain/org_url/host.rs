//! Judges the host of a typed address: is it one organization under one of Okta's domains?

use std::net::Ipv6Addr;

use super::AddressProblem;

/// The domains under which Okta gives out organizations, as Okta's own SDKs know them.
const OKTA_DOMAINS: [&str; 8] = [
    "okta.com",
    "oktapreview.com",
    "okta-emea.com",
    "okta-gov.com",
    "okta.mil",
    "okta-miltest.com",
    "trex-gov.com",
    "trex-govcloud.com",
];

/// Names under Okta's domains that are sites of Okta itself.
const OWN_SITES: [&str; 11] = [
    "admin",
    "developer",
    "help",
    "login",
    "saml-doc",
    "security",
    "status",
    "support",
    "toolkit",
    "trust",
    "www",
];

/// RFC 1035 §2.3.4.
const MAX_LABEL: usize = 63;
const MAX_HOST: usize = 253;

/// The organization's host in lower case and without `-admin`.
pub(super) fn judge(authority: &str) -> Result<String, AddressProblem> {
    check_characters(authority)?;
    let host = without_port(authority)?.to_ascii_lowercase();
    check_name(&host)?;
    if has_double_suffix(&host) {
        return Err(AddressProblem::DoubleSuffix);
    }
    let Some((label, domain)) = split_okta_domain(&host) else {
        return Err(if host.contains('.') || host == "localhost" {
            AddressProblem::NotOkta { host }
        } else {
            AddressProblem::Incomplete { name: host }
        });
    };
    if label.contains('.') {
        return Err(AddressProblem::TooManyParts { host });
    }
    // Every `-admin`, so that an accepted address is accepted unchanged the next time.
    let name = label.trim_end_matches("-admin");
    if name.is_empty() || OWN_SITES.contains(&name) {
        return Err(AddressProblem::OktaOwnSite { host });
    }
    Ok(format!("{name}.{domain}"))
}

fn check_characters(authority: &str) -> Result<(), AddressProblem> {
    let lower = authority.to_lowercase();
    let placeholder = ["youroktadomain", "your-okta-domain", "yourdomain", "%7b"];
    if authority.contains(['{', '}', '<', '>', '$'])
        || placeholder.iter().any(|known| lower.contains(known))
    {
        return Err(AddressProblem::Placeholder);
    }
    if authority.contains('@') {
        return Err(AddressProblem::HasUserInfo);
    }
    if !authority.is_ascii() {
        return Err(AddressProblem::LookAlike);
    }
    if authority.starts_with('[') || is_bare_ipv6(authority) {
        return Err(AddressProblem::IpLiteral);
    }
    Ok(())
}

/// IPv6 without its brackets, with or without a zone (`fe80::1%eth0`).
fn is_bare_ipv6(text: &str) -> bool {
    let address = text.split('%').next().unwrap_or(text);
    address.parse::<Ipv6Addr>().is_ok()
}

fn without_port(authority: &str) -> Result<&str, AddressProblem> {
    match authority.split_once(':') {
        None => Ok(authority),
        Some((host, port)) => {
            let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
            if host.is_empty() || !is_port {
                return Err(AddressProblem::NotAnAddress);
            }
            // An IP address's port is not what is wrong with it.
            check_name(host)?;
            Err(AddressProblem::HasPort)
        }
    }
}

/// Letters, digits and hyphens in labels joined by dots (RFC 1123 §2.1), and not an IP address.
fn check_name(host: &str) -> Result<(), AddressProblem> {
    if host.strip_suffix('.').is_some_and(|rest| !rest.is_empty()) {
        return Err(AddressProblem::TrailingDot);
    }
    if host.len() > MAX_HOST {
        return Err(AddressProblem::TooLong);
    }
    if !host.split('.').all(is_label) {
        return Err(AddressProblem::NotAnAddress);
    }
    if host.split('.').next_back().is_some_and(is_number) {
        return Err(AddressProblem::IpLiteral);
    }
    let is_encoded = |label: &str| label.len() > 3 && label[..4].eq_ignore_ascii_case("xn--");
    if host.split('.').any(is_encoded) {
        return Err(AddressProblem::LookAlike);
    }
    Ok(())
}

fn is_label(label: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !label.is_empty()
        && label.len() <= MAX_LABEL
        && label.bytes().all(allowed)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// A last label that makes browsers read the whole host as an IPv4 address, be it decimal, octal
/// or hexadecimal (WHATWG URL, "ends in a number").
fn is_number(label: &str) -> bool {
    let hex = label
        .strip_prefix("0x")
        .or_else(|| label.strip_prefix("0X"));
    hex.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
        || label.bytes().all(|byte| byte.is_ascii_digit())
}

fn has_double_suffix(host: &str) -> bool {
    host.ends_with(".com.com")
        || host.ends_with(".mil.mil")
        || split_okta_domain(host).is_some_and(|(name, _)| {
            OKTA_DOMAINS.contains(&name) || split_okta_domain(name).is_some()
        })
}

/// What stands before one of Okta's domains, and the domain. For the bare domain, `www`.
pub(super) fn split_okta_domain(host: &str) -> Option<(&str, &'static str)> {
    OKTA_DOMAINS.iter().find_map(|domain| {
        if host == *domain {
            return Some(("www", *domain));
        }
        let name = host.strip_suffix(domain)?.strip_suffix('.')?;
        Some((name, *domain))
    })
}
