//! What is accepted; what is refused and what holds for any text is tested next door.

mod properties;
mod refused;

use super::*;

fn policy() -> HostPolicy {
    let extra =
        "https://login.acme.com,http://127.0.0.1:4001,http://[::1]:4002,https://sso.acme.com:8443";
    HostPolicy::new(parse_extra_origins(extra).expect("origins"))
}

fn accepted(typed: &str) -> (String, Option<Correction>) {
    let address = policy()
        .parse(typed)
        .unwrap_or_else(|problem| panic!("{typed:?} was refused: {problem}"));
    (address.origin.to_string(), address.correction)
}

fn refused(typed: &str) -> AddressProblem {
    match policy().parse(typed) {
        Err(problem) => problem,
        Ok(address) => panic!("{typed:?} was accepted as {}", address.origin),
    }
}

#[test]
fn the_ways_in_which_people_write_their_address_are_accepted() {
    for typed in [
        "acme.okta.com",
        "https://acme.okta.com",
        "https://acme.okta.com/",
        "  ACME.Okta.COM \r\n",
        "HTTPS://Acme.okta.com",
    ] {
        let expected = ("https://acme.okta.com".to_owned(), None);
        assert_eq!(accepted(typed), expected, "{typed:?}");
    }
}

#[test]
fn every_domain_of_oktas_has_organizations() {
    for host in [
        "trial-1234567.okta.com",
        "acme.oktapreview.com",
        "acme.okta-emea.com",
        "acme.okta-gov.com",
        "acme.okta.mil",
        "acme.okta-miltest.com",
        "acme.trex-gov.com",
        "acme.trex-govcloud.com",
    ] {
        assert_eq!(accepted(host), (format!("https://{host}"), None));
    }
}

#[test]
fn a_pasted_page_counts_only_by_its_host() {
    for typed in [
        "https://acme.okta.com/app/UserHome?fromLogin=true#x",
        "acme.okta.com/login/ünïcode",
        "acme.okta.com?next=https://evil.tld@x",
        "acme.okta.com#.evil.tld",
    ] {
        let expected = (
            "https://acme.okta.com".to_owned(),
            Some(Correction::PathIgnored),
        );
        assert_eq!(accepted(typed), expected, "{typed:?}");
    }
}

#[test]
fn the_admin_consoles_host_is_corrected_and_said() {
    for typed in [
        "acme-admin.okta.com",
        "https://Acme-Admin.okta.com/admin/dashboard",
    ] {
        let typed_host = "acme-admin.okta.com".to_owned();
        let expected = (
            "https://acme.okta.com".to_owned(),
            Some(Correction::AdminHost { typed_host }),
        );
        assert_eq!(accepted(typed), expected, "{typed:?}");
    }
    assert_eq!(accepted("a-admin-admin.okta.com").0, "https://a.okta.com");
}

#[test]
fn the_operators_origins_match_exactly() {
    for (typed, origin) in [
        ("login.acme.com", "https://login.acme.com"),
        (
            "https://LOGIN.acme.com:443/signin",
            "https://login.acme.com",
        ),
        ("127.0.0.1:4001", "http://127.0.0.1:4001"),
        ("http://127.0.0.1:4001/", "http://127.0.0.1:4001"),
        ("[::1]:4002", "http://[::1]:4002"),
        ("sso.acme.com:8443", "https://sso.acme.com:8443"),
    ] {
        assert_eq!(accepted(typed).0, origin, "{typed:?}");
    }
    let origin = accepted("login.acme.com").0;
    let origin = OrgOrigin::from_stored(&origin).expect("an origin");
    assert!(policy().is_extra(&origin));
    for near in [
        "http://login.acme.com",
        "login.acme.com:8443",
        "sso.acme.com",
        "127.0.0.1:4002",
        "127.0.0.1",
        "127.1:4001",
        "https://127.0.0.1:4001",
        "x@127.0.0.1:4001",
        "x.login.acme.com",
        "login.acme.com.",
    ] {
        refused(near);
    }
}

#[test]
fn only_a_bare_origin_is_read_back_from_the_database() {
    for origin in [
        "https://acme.okta.com",
        "http://127.0.0.1:4001",
        "http://[::1]:4002",
    ] {
        let read = OrgOrigin::from_stored(origin).expect("an origin");
        assert_eq!(read.as_str(), origin);
    }
    for other in [
        "",
        "acme.okta.com",
        "https://acme.okta.com/",
        "https://Acme.okta.com",
        "https://acme.okta.com:443",
        "https://a@acme.okta.com",
        "ftp://acme.okta.com",
        "data:x",
    ] {
        assert_eq!(OrgOrigin::from_stored(other), None, "{other:?}");
    }
}
