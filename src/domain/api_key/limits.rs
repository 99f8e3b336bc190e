//! What a key is limited to besides its role. Nothing outside of a limit is answered.

use std::sync::Arc;

use crate::domain::id::TenantId;

/// The tenants and categories that a key is for. Cheap to clone; without a limit by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyLimits {
    tenants: Option<Arc<[TenantId]>>,
    categories: Option<Arc<[String]>>,
}

impl KeyLimits {
    /// `None` is no limit. A limit to nothing allows nothing.
    #[must_use]
    pub fn new(tenants: Option<Vec<TenantId>>, categories: Option<Vec<String>>) -> Self {
        Self {
            tenants: tenants.map(Arc::from),
            categories: categories.map(Arc::from),
        }
    }

    /// The only tenants that it is for; `None` for all.
    #[must_use]
    pub fn tenants(&self) -> Option<&[TenantId]> {
        self.tenants.as_deref()
    }

    /// The ids of the only categories that it is for; `None` for all.
    #[must_use]
    pub fn categories(&self) -> Option<&[String]> {
        self.categories.as_deref()
    }

    /// Whether a call about this tenant is within the limit. `None`: it is about no one tenant.
    #[must_use]
    pub fn allow(&self, tenant: Option<TenantId>) -> bool {
        self.tenants()
            .is_none_or(|tenants| tenant.is_some_and(|tenant| tenants.contains(&tenant)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_allows_what_it_names_and_nothing_else() {
        let (mine, other) = (TenantId::new(), TenantId::new());
        let none = KeyLimits::default();
        assert!(none.allow(Some(mine)) && none.allow(None));
        let limited = KeyLimits::new(Some(vec![mine]), None);
        assert!(limited.allow(Some(mine)));
        assert!(!limited.allow(Some(other)) && !limited.allow(None));
        let to_nothing = KeyLimits::new(Some(Vec::new()), None);
        assert!(!to_nothing.allow(Some(mine)));
    }
}
