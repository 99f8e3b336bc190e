//! The forms in which a secret may come out, and a search for thousands of them at once.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// By so many bytes a needle is found at first; none is shorter.
const HEAD: usize = 16;
/// A long secret is looked for in pieces, so that a part of it is found too.
const PIECE: usize = 32;

/// What is looked for: by its head, the whole of it, and what it is.
#[derive(Debug, Default)]
pub struct Needles(HashMap<[u8; HEAD], Vec<(String, String)>>);

impl Needles {
    /// Looks for a secret in all its forms.
    pub fn add(&mut self, what: &str, secret: &[u8]) {
        assert!(secret.len() >= HEAD, "{what} is too short to be looked for");
        let mut pieces: Vec<&[u8]> = secret.chunks(PIECE).collect();
        pieces.retain(|piece| piece.len() >= HEAD);
        for form in pieces.into_iter().flat_map(forms) {
            let head = form.as_bytes()[..HEAD].try_into().unwrap();
            self.0
                .entry(head)
                .or_default()
                .push((what.to_owned(), form));
        }
    }

    /// What of it stands in a text.
    pub fn found_in(&self, text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        for (at, head) in text.as_bytes().windows(HEAD).enumerate() {
            let Some(needles) = self.0.get(head) else {
                continue;
            };
            let rest = &text.as_bytes()[at..];
            let stands = |(_, form): &&(String, String)| rest.starts_with(form.as_bytes());
            found.extend(needles.iter().filter(stands).map(|(what, _)| what.as_str()));
        }
        found.dedup();
        found
    }
}

/// As text where it is some, in hexadecimal, and in base64 wherever in a longer text it stands.
fn forms(bytes: &[u8]) -> Vec<String> {
    let hex = hex(bytes);
    let mut forms = vec![hex.to_uppercase(), hex];
    for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
        forms.extend((0..3).map(|before| within_base64(&engine, bytes, before)));
    }
    forms.extend(std::str::from_utf8(bytes).ok().map(str::to_owned));
    forms.retain(|form| form.len() >= HEAD);
    forms.sort();
    forms.dedup();
    forms
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// The letters that follow from these bytes alone, after `before` bytes of something else.
fn within_base64(engine: &GeneralPurpose, bytes: &[u8], before: usize) -> String {
    let padded = [vec![0; before], bytes.to_vec()].concat();
    let encoded = engine.encode(&padded);
    let whole = padded.len() * 8 / 6;
    encoded[[0, 2, 3][before]..whole].to_owned()
}

#[test]
fn a_secret_is_found_in_every_form_also_in_part_and_nothing_else_is() {
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw/+ and more of it than one piece";
    let mut needles = Needles::default();
    needles.add("it", secret.as_bytes());
    let hex = hex(secret.as_bytes());
    for shown in [
        format!("<p>{secret}</p>"),
        format!("\\x{hex}"),
        hex.to_uppercase(),
        STANDARD_NO_PAD.encode(secret),
        STANDARD_NO_PAD.encode(format!("a:{secret}")),
        URL_SAFE_NO_PAD.encode(format!("{{\"s\":\"{secret}\"}}")),
        secret[..PIECE].to_owned(),
    ] {
        assert_eq!(needles.found_in(&shown).first(), Some(&"it"), "{shown}");
    }
    assert!(
        needles
            .found_in("whsec_MfKQ9r8GKYqr…, and no more of it")
            .is_empty()
    );
}
