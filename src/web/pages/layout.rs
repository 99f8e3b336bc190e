//! What every page has around it.

/// The frame of a page: whose service this is, who is looking at it.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The vendor's name, as configured; stands in the header of every page.
    pub vendor_name: String,
    /// Where a stuck administrator writes to.
    pub support_email: String,
    /// The page's own title, without the vendor's name.
    pub title: String,
    /// Appended to the addresses of the stylesheet and the script, so that they can be cached for ever.
    pub assets_version: String,
    /// Who is signed in with Okta; none during onboarding by link.
    pub signed_in: Option<SignedIn>,
}

/// The administrator who is signed in, as the header shows them.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The name from the ID token; the e-mail address where Okta gave no name.
    pub name: String,
    /// The e-mail address, shown on hover.
    pub email: String,
    /// The organization's host, for example `acme.okta.com`.
    pub organization_host: String,
}
