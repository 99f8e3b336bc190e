//! A sealed secret opens in its own place and nowhere else.

use super::*;
use crate::vault::{KeyRing, disclose};

const CANARY: &str = "canary-7f3a-token";

fn vault_of(rings: &[&SecretString]) -> Vault {
    let text: Vec<&str> = rings.iter().map(|ring| disclose(ring)).collect();
    let keys = KeyRing::parse(&SecretString::from(text.join(","))).expect("a key ring");
    Vault::new(keys)
}

fn vault() -> Vault {
    vault_of(&[&KeyRing::generate()])
}

fn context() -> SealContext {
    SealContext {
        tenant: TenantId::new(),
        record: Uuid::now_v7(),
        field: Field::RefreshToken,
        generation: 7,
        origin: OrgOrigin::from_stored("https://acme.okta.com"),
    }
}

fn seal(vault: &Vault, context: &SealContext) -> Sealed {
    let secret = SecretString::from(CANARY);
    vault.seal(context, &secret).expect("a sealed secret")
}

#[test]
fn what_is_sealed_opens_in_its_place() {
    let (vault, context) = (vault(), context());
    for secret in ["", "x", CANARY, &"long ".repeat(2_000), "ünïcode"] {
        let sealed = vault.seal(&context, &SecretString::from(secret));
        let stored = Sealed::from_bytes(sealed.expect("sealed").into_bytes());

        let opened = vault.open(&context, &stored).expect("it opens");
        assert_eq!(disclose(&opened), secret);
    }
}

#[test]
fn the_same_secret_never_seals_to_the_same_bytes() {
    let (vault, context) = (vault(), context());

    let (first, second) = (seal(&vault, &context), seal(&vault, &context));

    let shared = first.as_bytes().iter().zip(second.as_bytes()).skip(2 + 9);
    let same = shared.filter(|(a, b)| a == b).count();
    assert!(same < 12, "{same} bytes after the header are the same");
    let hidden = |sealed: &Sealed| !String::from_utf8_lossy(sealed.as_bytes()).contains("canary");
    assert!(hidden(&first) && hidden(&second));
}

#[test]
fn a_secret_moved_to_another_place_is_refused() {
    let (vault, place) = (vault(), context());
    let sealed = seal(&vault, &place);
    let mut others = vec![
        SealContext {
            tenant: TenantId::new(),
            ..place.clone()
        },
        SealContext {
            record: Uuid::now_v7(),
            ..place.clone()
        },
        SealContext {
            generation: 6,
            ..place.clone()
        },
        SealContext {
            origin: OrgOrigin::from_stored("https://evil.example"),
            ..place.clone()
        },
        SealContext {
            origin: None,
            ..place.clone()
        },
        SealContext {
            generation: -7,
            ..place.clone()
        },
        // The same bytes in another order.
        SealContext {
            tenant: TenantId::from_uuid(place.record),
            record: place.tenant.as_uuid(),
            ..place.clone()
        },
    ];
    let fields = Field::ALL.into_iter().filter(|field| *field != place.field);
    others.extend(fields.map(|field| SealContext {
        field,
        ..place.clone()
    }));

    for other in others {
        let refused = vault.open(&other, &sealed).map(|_| ());
        assert_eq!(refused, Err(OpenError::Refused), "{other:?}");
    }
}

#[test]
fn no_byte_can_be_changed_and_no_end_cut_off() {
    let (vault, context) = (vault(), context());
    let sealed = seal(&vault, &context).into_bytes();
    for position in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[position] ^= 1;
        let opened = vault.open(&context, &Sealed::from_bytes(changed));
        assert!(opened.is_err(), "byte {position} was changed");

        let cut = Sealed::from_bytes(sealed[..position].to_vec());
        let opened = vault.open(&context, &cut);
        assert!(opened.is_err(), "cut after {position} bytes");
    }
}

#[test]
fn what_is_no_sealed_secret_is_malformed() {
    let (vault, context) = (vault(), context());
    let mut other_version = seal(&vault, &context).into_bytes();
    other_version[0] = 3;
    for bytes in [
        Vec::new(),
        vec![1],
        vec![1, 200, 3],
        vec![1; 12],
        other_version,
    ] {
        let opened = vault.open(&context, &Sealed::from_bytes(bytes)).map(|_| ());
        assert_eq!(opened, Err(OpenError::Malformed));
    }
}

#[test]
fn a_secret_of_a_removed_key_names_that_key() {
    let (old, new) = (KeyRing::generate(), KeyRing::generate());
    let context = context();
    let old_vault = vault_of(&[&old]);
    let sealed = seal(&old_vault, &context);

    let opened = vault_of(&[&new]).open(&context, &sealed).map(|_| ());

    let id = old_vault.keys().active_id().to_owned();
    assert_eq!(sealed.key_id(), Some(id.as_str()));
    assert_eq!(opened, Err(OpenError::UnknownKey { id }));
}

#[test]
fn a_new_first_key_seals_while_the_old_one_still_opens() {
    let (old, new) = (KeyRing::generate(), KeyRing::generate());
    let context = context();
    let sealed_before = seal(&vault_of(&[&old]), &context);
    let both = vault_of(&[&new, &old]);

    assert!(both.is_stale(&sealed_before));
    let secret = both.open(&context, &sealed_before).expect("it opens");
    let sealed_again = both.seal(&context, &secret).expect("sealed");

    assert!(!both.is_stale(&sealed_again));
    let opened = vault_of(&[&new]).open(&context, &sealed_again);
    assert_eq!(disclose(&opened.expect("it opens")), CANARY);
}

#[test]
fn another_key_of_the_same_name_is_refused() {
    let context = context();
    let ring = |fill: u8| {
        use base64::Engine as _;
        let material = base64::engine::general_purpose::STANDARD.encode([fill; 32]);
        SecretString::from(format!("main:{material}"))
    };
    let sealed = seal(&vault_of(&[&ring(1)]), &context);

    let opened = vault_of(&[&ring(2)]).open(&context, &sealed).map(|_| ());

    assert_eq!(opened, Err(OpenError::Refused));
}

#[test]
fn debug_and_errors_show_no_secret() {
    let (vault, context) = (vault(), context());
    let sealed = seal(&vault, &context);
    let shown = format!(
        "{vault:?} {sealed:?} {:?} {:?}",
        vault.open(&context, &sealed),
        vault.open(
            &SealContext {
                generation: 0,
                ..context
            },
            &sealed
        ),
    );

    assert!(!shown.contains("canary"), "{shown}");
    assert!(shown.contains("Sealed("), "{shown}");
}

#[test]
fn what_is_sealed_anew_opens_in_the_same_place_only() {
    let (old, new) = (KeyRing::generate(), KeyRing::generate());
    let place = context();
    let before = seal(&vault_of(&[&old]), &place);
    let both = vault_of(&[&new, &old]);
    let elsewhere = SealContext {
        generation: 8,
        ..place.clone()
    };

    let after = both.reseal(&place, &before).expect("sealed anew");

    assert!(after.as_bytes().starts_with(&both.active_header()));
    let opened = vault_of(&[&new]).open(&place, &after);
    assert_eq!(disclose(&opened.expect("it opens")), CANARY);
    let moved = both.reseal(&elsewhere, &before).map(|_| ());
    assert_eq!(moved, Err(OpenError::Refused), "re-sealing moves nothing");
    let refused = both.open(&elsewhere, &after).map(|_| ());
    assert_eq!(refused, Err(OpenError::Refused));
}

#[test]
fn a_header_names_its_key_or_nothing() {
    let vault = vault();
    let header = vault.active_header();

    assert_eq!(key_id_of_header(&header), Some(vault.keys().active_id()));
    let sealed = seal(&vault, &context());
    assert!(sealed.as_bytes().starts_with(&header));
    let other_version = [&[3], &header[1..]].concat();
    let invalid = [2, 1, 0xff];
    for no_header in [
        &[][..],
        &[1],
        &[1, 0],
        &[1, 5, b'k'],
        &other_version,
        &invalid,
    ] {
        assert_eq!(key_id_of_header(no_header), None, "{no_header:?}");
    }
}

/// Sealed by the version before, whose places knew no organization.
const BEFORE: (&str, &str) = ("old:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "canary");

#[test]
fn what_was_sealed_before_places_had_an_organization_opens_and_is_sealed_anew() {
    let (ring, text) = BEFORE;
    let (vault, place) = (vault_of(&[&SecretString::from(ring)]), context());
    let before = sealed_without_origin(&vault, &place, text);

    let opened = vault.open(&place, &before).expect("it opens");
    assert_eq!(disclose(&opened), text);
    assert!(vault.is_stale(&before), "and is due for re-sealing");
    assert_eq!(before.key_id(), Some("old"));

    let anew = vault.reseal(&place, &before).expect("sealed anew");
    assert!(!vault.is_stale(&anew));
    let elsewhere = SealContext {
        origin: OrgOrigin::from_stored("https://evil.example"),
        ..place.clone()
    };
    assert!(vault.open(&elsewhere, &anew).is_err());
    let mut posing = anew.into_bytes();
    posing[0] = WITHOUT_ORIGIN;
    let posing = Sealed::from_bytes(posing);
    assert!(vault.open(&elsewhere, &posing).is_err(), "no way back");
}

/// As that version did it.
fn sealed_without_origin(vault: &Vault, place: &SealContext, text: &str) -> Sealed {
    let key = vault.keys().active();
    let mut header = super::header(key.id());
    header[0] = WITHOUT_ORIGIN;
    let mut body = text.as_bytes().to_vec();
    let nonce = key
        .cipher()
        .seal_in_place_append_tag(place.associated_data(&header), &mut body)
        .expect("sealed");
    Sealed::from_bytes([&header, nonce.as_ref().as_slice(), &body].concat())
}

#[test]
fn a_field_is_found_by_its_name() {
    for field in Field::ALL {
        assert_eq!(Field::named(field.name()), Some(field));
    }
    assert_eq!(Field::named("password"), None);
}
