//! Credentials as people paste them: with the space, quote, label or address around them that came along
//! from where they were copied. What is in the wrong field is told apart, so that it is neither kept nor
//! shown nor sent.

use super::connection::ClientId;
use super::text::hides;

/// In characters. Okta's client IDs have 20, its client secrets 40 or 64: one run of characters that is
/// longer than this is no ID.
const LONGEST_ID: usize = 39;
/// What the ids of apps begin with.
const ID_PREFIX: &str = "0oa";
const SHORTEST_ID: usize = 15;
/// The longest secret that is taken, in characters.
const LONGEST_SECRET: usize = 512;

/// Why a pasted text is not what its field is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PastedProblem {
    #[error("nothing was entered")]
    Empty,
    #[error("this looks like a secret, which does not belong here")]
    LooksSecret,
    #[error("this looks like a client ID, which does not belong here")]
    LooksLikeClientId,
    #[error("this has a space or another character that does not belong in it")]
    Malformed,
}

/// Reads a client ID from pasted text: the ID alone, after a label, or in the URL of the app's page.
pub fn client_id(pasted: &str) -> Result<ClientId, PastedProblem> {
    let text = unwrapped(pasted)?;
    if looks_secret(&text) {
        return Err(PastedProblem::LooksSecret);
    }
    let mut ids = pieces(&text).filter(|piece| is_id(piece));
    let id = match (ids.next(), ids.next()) {
        (Some(only), None) => only,
        _ => &text,
    };
    id.parse().map_err(|_| PastedProblem::Malformed)
}

/// The client secret in a pasted text. The caller keeps it in a type that does not print.
pub fn client_secret(pasted: &str) -> Result<String, PastedProblem> {
    let text = unwrapped(pasted)?;
    if is_id(&text) {
        return Err(PastedProblem::LooksLikeClientId);
    }
    let is_plain = text.chars().all(|c| c.is_ascii_graphic());
    if is_plain && text.len() <= LONGEST_SECRET {
        Ok(text)
    } else {
        Err(PastedProblem::Malformed)
    }
}

/// A secret from a variable or a file: an editor's byte order mark and line ends are not part of it.
#[must_use]
pub fn without_line_ends(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || hides(c))
}

fn looks_secret(text: &str) -> bool {
    text.contains("-----BEGIN")
        || pieces(text).any(|piece| piece.starts_with("eyJ") || piece.len() > LONGEST_ID)
}

fn is_id(piece: &str) -> bool {
    let length = SHORTEST_ID..=LONGEST_ID;
    piece.starts_with(ID_PREFIX)
        && length.contains(&piece.len())
        && piece.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The runs of characters that ids and secrets are made of.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')))
        .filter(|piece| !piece.is_empty())
}

/// Without what hides, without spaces and quotes around it, and without its label.
fn unwrapped(pasted: &str) -> Result<String, PastedProblem> {
    let visible: String = pasted
        .chars()
        .filter(|c| !hides(*c) || c.is_whitespace())
        .collect();
    match without_label(unquoted(&visible)) {
        "" => Err(PastedProblem::Empty),
        text => Ok(text.to_owned()),
    }
}

fn unquoted(text: &str) -> &str {
    let is_quote = |c: char| {
        matches!(
            c,
            '"' | '\'' | '`' | '“' | '”' | '„' | '‘' | '’' | '«' | '»'
        )
    };
    let mut text = text.trim();
    // `"…",` as it stands in a file.
    if let Some(inner) = text.strip_suffix([',', ';'])
        && inner.ends_with(is_quote)
    {
        text = inner;
    }
    text.trim_matches(|c: char| is_quote(c) || c.is_whitespace())
}

fn without_label(text: &str) -> &str {
    let Some((label, value)) = text.split_once([':', '=']) else {
        return text;
    };
    let label: String = label
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    match label.as_str() {
        "clientid" | "clientsecret" | "secret" | "id" | "oktaclientid" | "oktaclientsecret" => {
            unquoted(value)
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0oa1gjh63g214q0Hq0g4";
    const SECRET: &str = "Qm3-kd_9sLx0PZt7vWcYbE2uHnR5aJ8fGiKo1MqTlSyXzD4rUwVeCpBhNjA6I3Og";

    /// What comes along when something is copied.
    const AROUND: [(&str, &str); 16] = [
        ("", ""),
        (" ", " "),
        ("", "\n"),
        ("", "\r\n"),
        ("\u{feff}", ""),
        ("\u{200b}", "\u{200b}"),
        ("\u{a0}", "\u{2003}"),
        ("\u{2060}", "\u{ad}"),
        ("\u{202a}", "\u{202c}"),
        ("\u{3000}", "\t"),
        ("\"", "\""),
        ("'", "'"),
        ("“", "”"),
        ("`", "`"),
        ("\"", "\","),
        ("\u{2028}", "\u{2029}"),
    ];

    #[test]
    fn what_came_along_with_a_client_id_is_left_out() {
        for (before, after) in AROUND {
            let pasted = format!("{before}{ID}{after}");
            assert_eq!(client_id(&pasted).unwrap().as_str(), ID, "{pasted:?}");
        }
        for label in [
            "Client ID: ",
            "client_id=",
            "CLIENT ID\n: ",
            "\"client_id\": \"",
            "clientId: ",
        ] {
            assert_eq!(
                client_id(&format!("{label}{ID}")).unwrap().as_str(),
                ID,
                "{label}"
            );
        }
    }

    #[test]
    fn a_client_id_is_found_in_the_address_of_its_page() {
        for address in [
            format!("https://acme-admin.okta.com/admin/app/oidc_client/instance/{ID}/"),
            format!("https://acme-admin.okta.com/admin/app/oidc_client/instance/{ID}#tab-general"),
            format!("acme.okta.com/admin/app/{ID}?x=1"),
        ] {
            assert_eq!(client_id(&address).unwrap().as_str(), ID, "{address}");
        }
    }

    #[test]
    fn what_came_along_with_a_secret_is_left_out() {
        for (before, after) in AROUND {
            let pasted = format!("{before}{SECRET}{after}");
            assert_eq!(client_secret(&pasted).unwrap(), SECRET, "{pasted:?}");
        }
        for label in [
            "Client secret: ",
            "client_secret=",
            "\"client_secret\": \"",
            "Secret:\n",
        ] {
            assert_eq!(
                client_secret(&format!("{label}{SECRET}")).unwrap(),
                SECRET,
                "{label}"
            );
        }
        let in_the_middle = format!("{}\u{200b}{}", &SECRET[..20], &SECRET[20..]);
        assert_eq!(client_secret(&in_the_middle).unwrap(), SECRET);
    }

    #[test]
    fn a_secret_in_the_field_for_the_id_is_told() {
        let jwt = format!("eyJhbGciOiJub25lIn0.{SECRET}");
        let both = format!("{ID} {SECRET}");
        let key = "-----BEGIN PRIVATE KEY-----\nMIGHAgEA";
        for pasted in [
            SECRET,
            &jwt,
            &both,
            key,
            &format!("Client secret: {SECRET}"),
        ] {
            assert_eq!(
                client_id(pasted),
                Err(PastedProblem::LooksSecret),
                "{pasted}"
            );
        }
    }

    #[test]
    fn an_id_in_the_field_for_the_secret_is_told() {
        for (before, after) in AROUND {
            let pasted = format!("{before}{ID}{after}");
            assert_eq!(
                client_secret(&pasted),
                Err(PastedProblem::LooksLikeClientId)
            );
        }
    }

    #[test]
    fn what_is_neither_is_refused() {
        for pasted in ["", " \u{200b}\n", "\"\""] {
            assert_eq!(client_id(pasted), Err(PastedProblem::Empty));
            assert_eq!(client_secret(pasted), Err(PastedProblem::Empty));
        }
        for pasted in ["my app", "ключ", "0oa1 0oa2", "a/b"] {
            assert_eq!(client_id(pasted), Err(PastedProblem::Malformed), "{pasted}");
        }
        for pasted in ["two words", "ключ", &"a".repeat(513)] {
            assert_eq!(
                client_secret(pasted),
                Err(PastedProblem::Malformed),
                "{pasted}"
            );
        }
    }

    #[test]
    fn an_id_that_a_customer_chose_is_taken() {
        assert_eq!(
            client_id("northvault.prod-1").unwrap().as_str(),
            "northvault.prod-1"
        );
    }

    #[test]
    fn line_ends_and_marks_of_editors_are_not_part_of_a_secret() {
        for text in ["\u{feff}s3cret\r\n", "s3cret\n\n", " s3cret\u{200b}"] {
            assert_eq!(without_line_ends(text), "s3cret");
        }
    }
}
