//! What is refused, and why.

use super::*;

/// A reason's code, then addresses refused for it.
type Case = (&'static str, &'static [&'static str]);

const SHAPES: &[Case] = &[
    ("empty", &["", " \t\n"]),
    (
        "control_character",
        &["acme\r\nHost: evil.tld", "acme\0.okta.com", "a\tb.okta.com"],
    ),
    (
        "placeholder",
        &["{yourOktaDomain}", "<org>.okta.com", "yourOktaDomain"],
    ),
    ("incomplete", &["acme", "https://acme/"]),
    ("not_an_address", &["acme okta.com", "acme..okta.com"]),
    (
        "not_an_address",
        &[".okta.com", "-a.okta.com", "a_1.okta.com"],
    ),
    (
        "not_an_address",
        &["acme%2eokta.com", "javascript:alert(1)"],
    ),
    (
        "not_an_address",
        &["https:acme.okta.com", "//acme.okta.com"],
    ),
    (
        "not_an_address",
        &["https://", "/\\evil.tld", "acme.okta.com:"],
    ),
    ("not_an_address", &["https://https://acme.okta.com"]),
];

const PARTS: &[Case] = &[
    (
        "not_https",
        &["http://acme.okta.com", "FTP://acme.okta.com"],
    ),
    ("not_https", &["file:///etc/passwd"]),
    (
        "has_port",
        &["acme.okta.com:8443", "https://a.okta.com:443"],
    ),
    ("has_port", &["localhost:80"]),
    ("has_user_info", &["https://acme.okta.com@evil.tld"]),
    ("has_user_info", &["evil@acme.okta.com", "ada@acme.com"]),
    ("has_user_info", &["acme.okta.com\\@evil.tld"]),
    ("trailing_dot", &["acme.okta.com.", "https://a.okta.com./"]),
];

const HOSTS: &[Case] = &[
    ("double_suffix", &["acme.okta.com.com", "okta.com.okta.com"]),
    ("double_suffix", &["acme.okta.com.okta.com"]),
    (
        "look_alike",
        &["\u{430}cme.okta.com", "xn--cme-5cd.okta.com"],
    ),
    ("look_alike", &["acme.XN--kta-jlc.com", "a\u{3002}okta.com"]),
    ("look_alike", &["a.okta.com\u{200b}", "a.okta\u{ff0e}com"]),
    ("too_many_parts", &["a.b.okta.com", "a-admin.eu.okta.com"]),
    ("okta_own_site", &["okta.com", "www.okta.com"]),
    (
        "okta_own_site",
        &["https://login.okta.com", "WWW-admin.okta.com"],
    ),
    ("not_okta", &["okta.com.evil.tld", "evil.tld#.okta.com"]),
    ("not_okta", &["evil.tld/.okta.com", "evil.tld?.okta.com"]),
    ("not_okta", &["acmeokta.com", "acme.0kta.com", "localhost"]),
    (
        "not_okta",
        &["metadata.google.internal", "a.okta-dnssec.com"],
    ),
];

#[test]
fn each_wrong_address_has_its_own_reason() {
    for (reason, addresses) in [SHAPES, PARTS, HOSTS].concat() {
        for address in addresses {
            assert_eq!(refused(address).code(), reason, "{address:?}");
        }
    }
}

#[test]
fn a_computers_number_is_refused_in_every_notation() {
    for typed in [
        "127.0.0.1",
        "169.254.169.254",
        "https://169.254.169.254/latest/meta-data",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "10.0.0.1:8080",
        "acme.okta.0x",
        "[::1]",
        "::1",
        "[::ffff:127.0.0.1]",
        "::ffff:169.254.169.254",
        "[fe80::1%25eth0]",
        "fe80::1%eth0",
        "https://[fd00:ec2::254]:443/",
    ] {
        assert_eq!(refused(typed), AddressProblem::IpLiteral, "{typed:?}");
    }
}

#[test]
fn a_name_longer_than_dns_allows_is_refused() {
    let label = "a".repeat(63);

    accepted(&format!("{label}.okta.com"));
    refused(&format!("{label}a.okta.com"));
    assert_eq!(refused(&"a.".repeat(200)).code(), "trailing_dot");
    assert_eq!(refused(&"a".repeat(MAX_TYPED + 1)).code(), "too_long");
}

#[test]
fn every_reason_says_what_a_right_address_looks_like() {
    for typed in [
        "",
        "a b",
        "http://x",
        "1.1.1.1",
        "acme.com",
        "acme",
        "x@y",
        "www.okta.com",
    ] {
        let sentence = refused(typed).to_string();
        assert!(sentence.contains(".okta.com"), "{sentence}");
    }
}
