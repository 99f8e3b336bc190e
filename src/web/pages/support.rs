//! Pages for the vendor's own people: the frame that all of them share.

/// What every page of the staff's area has around it, besides the layout.
#[derive(Debug, Clone)]
pub struct StaffFrame {
    pub name: String,
    pub email: String,
    /// `support` or `operator`.
    pub role: String,
    pub is_operator: bool,
    pub place: SupportPlace,
}

/// Where in the area a page is, for the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SupportPlace {
    LookUp,
    Overview,
    Sessions,
}
