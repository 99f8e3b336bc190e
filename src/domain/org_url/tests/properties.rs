//! What holds for any text.

use proptest::prelude::*;

use super::*;

/// What an accepted origin must be, written without the code under test.
fn is_within_policy(origin: &OrgOrigin) -> bool {
    let url = origin.join("/");
    let host = url.host_str().expect("a host");
    let labels: Vec<&str> = host.split('.').collect();
    let of_okta = matches!(
        labels[..],
        [
            _,
            "okta"
                | "oktapreview"
                | "okta-emea"
                | "okta-gov"
                | "okta-miltest"
                | "trex-gov"
                | "trex-govcloud",
            "com"
        ] | [_, "okta", "mil"]
    );
    policy().is_extra(origin)
        || (of_okta
            && url.scheme() == "https"
            && url.port().is_none()
            && url.username().is_empty()
            && !labels[0].ends_with("-admin"))
}

/// Text that comes near to an address more often than random characters do.
fn near_addresses() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "acme",
        "okta",
        ".com",
        ".",
        "okta.com",
        "-admin",
        "-",
        "https://",
        "http://",
        "/",
        "//",
        "\\",
        "@",
        ":",
        "443",
        "127.0.0.1",
        "[::1]",
        ":4001",
        ":4002",
        "#",
        "?",
        "%2e",
        "xn--",
        "\u{430}",
        "\r\n",
        " ",
        "login.acme",
        "0x7f",
        "oktapreview.com",
        "www",
        "{",
        "\u{200b}",
        "\u{212a}",
    ];
    prop::collection::vec(prop::sample::select(PIECES), 0..9).prop_map(|text| text.concat())
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(typed in ".{0,300}") {
        let _ = policy().parse(&typed);
        let _ = parse_extra_origins(&typed);
        let _ = OrgOrigin::from_stored(&typed);
    }

    #[test]
    fn whatever_is_accepted_is_within_the_policy_and_accepted_again(typed in near_addresses()) {
        let policy = policy();
        if let Ok(address) = policy.parse(&typed) {
            prop_assert!(is_within_policy(&address.origin), "{typed:?} gave {}", address.origin);
            let again = policy.parse(address.origin.as_str());
            let unchanged = OrgAddress { origin: address.origin.clone(), correction: None };
            prop_assert_eq!(again, Ok(unchanged));
            prop_assert_eq!(OrgOrigin::from_stored(address.origin.as_str()), Some(address.origin));
        }
    }

    #[test]
    fn every_name_of_letters_and_digits_is_an_organization(name in "[a-z0-9]{1,60}") {
        prop_assume!(!["www", "login", "help", "admin", "status", "support", "trust", "security", "toolkit", "developer"].contains(&name.as_str()));
        let typed = format!("{name}.okta.com");
        let origin = policy().parse(&typed).map(|address| address.origin.to_string());
        prop_assert_eq!(origin, Ok(format!("https://{name}.okta.com")));
    }
}

fn feed_addresses(count: usize) {
    const VALID: &[&str] = &[
        "acme.okta.com",
        "https://acme.okta.com/",
        "https://Acme-admin.okta.com/admin/dashboard?x=y#z",
        "acme.oktapreview.com",
        "http://127.0.0.1:4001",
        "https://login.acme.example",
        "acme",
    ];
    const PIECES: &[&str] = &[
        "okta.com",
        ".okta.com",
        "-admin",
        "https://",
        "http://",
        "@",
        "#",
        "\\",
        ":443",
        "[::1]",
        "xn--",
        "。",
        ".mil",
    ];
    let policy = policy();
    crate::fuzz::texts(count, VALID, PIECES, |typed| {
        if let Ok(address) = policy.parse(typed) {
            assert!(is_within_policy(&address.origin), "{typed:?}");
        }
        if let Some(origin) = OrgOrigin::from_stored(typed) {
            assert_eq!(origin.as_str(), typed);
        }
        drop(parse_extra_origins(typed));
        drop(typed.parse::<crate::domain::staff::Issuer>());
    });
}

crate::fuzz::both!(
    feed_addresses,
    no_hostile_address_panics_or_passes,
    soak_of_hostile_addresses
);
