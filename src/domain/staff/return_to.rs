//! Where somebody wanted to go who had to sign in first.

/// An address of ours in the staff's area, and nothing else: whoever sends a link to the sign-in page
/// must not choose where it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnTo(String);

const AREA: &str = "/support";
/// Longer than any search.
const LONGEST: usize = 1_000;

impl ReturnTo {
    /// `None` for whatever is not a path of the area.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let rest = path.strip_prefix(AREA)?;
        // No percent sign, so that nothing is one path to us and another to a browser.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
        let is_path = (rest.is_empty() || rest.starts_with('/'))
            && rest.chars().all(plain)
            && !rest.contains("//")
            && !rest.split('/').any(|part| matches!(part, "." | ".."));
        let is_query = query
            .chars()
            .all(|c| c.is_ascii_graphic() && !matches!(c, '#' | '\\' | '"' | '<' | '>'));
        (is_path && is_query && text.len() <= LONGEST).then(|| Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The area's front page.
impl Default for ReturnTo {
    fn default() -> Self {
        Self(AREA.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_the_staffs_area_is_taken() {
        for good in [
            "/support",
            "/support/",
            "/support?q=acme%20ltd&state=on_hold",
            "/support/overview",
            "/support/tenants/018f0000-0000-7000-8000-000000000000?from=search",
        ] {
            assert_eq!(ReturnTo::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "/",
            "//evil.example",
            "//evil.example/support",
            "/\\evil.example",
            "\\\\evil.example/support",
            "https:evil.example",
            "https://evil.example/support",
            "https://ada@evil.example/support",
            "javascript:alert(1)",
            "/supportive",
            "/support.evil.example",
            "/support@evil.example",
            "/support//evil.example",
            "/support/../onboarding",
            "/support/./x",
            "/support/%2e%2e/tenants",
            "/support/%2f%2fevil.example",
            "/support/\\evil.example",
            "/support?x=\\",
            "/support#x",
            "/support\r\nSet-Cookie: x",
            "/support?x=\r\n",
            "/support?x= y",
            "/support?x=ü",
            " /support",
            "/SUPPORT",
            "support",
            "/tenants/018f0000-0000-7000-8000-000000000000",
            "/staff/sign-out",
        ] {
            assert_eq!(ReturnTo::parse(bad), None, "{bad:?}");
        }
        assert_eq!(
            ReturnTo::parse(&format!("/support?q={}", "x".repeat(1_000))),
            None
        );
    }

    fn feed_ways_back(count: usize) {
        const VALID: &[&str] = &[
            "/support",
            "/support?q=acme%20ltd&state=on_hold",
            "/support/tenants/018f?from=search",
        ];
        let here = url::Url::parse("https://connect.example.com/staff/callback").unwrap();
        crate::fuzz::texts(
            count,
            VALID,
            &["/", "//", "/support", "..", "\\", "@", "?", "#", "https:"],
            |text| {
                let Some(path) = ReturnTo::parse(text) else {
                    return;
                };
                let there = here.join(path.as_str()).unwrap();
                assert_eq!(there.origin(), here.origin(), "{text:?}");
                assert!(
                    there.path() == AREA || there.path().starts_with("/support/"),
                    "{text:?}"
                );
            },
        );
    }

    crate::fuzz::both!(
        feed_ways_back,
        no_hostile_way_back_leads_elsewhere,
        soak_of_hostile_ways_back
    );
}
