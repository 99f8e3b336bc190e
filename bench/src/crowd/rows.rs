//! The crowd as rows for `COPY`: the facts that statements make the rest of, and the look-up's index as
//! its worker would write it, from the same words and ranks. Nothing in it needs an escape.

use std::collections::HashMap;
use std::fmt::Write as _;

use grantway::domain::catalog::Catalog;
use grantway::domain::grant_status::{GrantFacts, GrantStatus};
use grantway::domain::look_up::{Rank, RankFacts, Terms, TermsOf};
use grantway::domain::scope::ScopeSet;
use grantway::domain::token_set::ScopesSource;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Class, Crowd, Customer, Kind};

const CLASSES: [Class; 8] = [
    Class::Fine,
    Class::Partial,
    Class::EndsSoon,
    Class::Pending,
    Class::OnHold,
    Class::Disconnected,
    Class::TokenDead,
    Class::WrongSecret,
];

/// Rows of the look-up's tables.
#[derive(Debug, Default)]
pub struct IndexRows {
    pub index: String,
    pub terms: String,
    pub flags: String,
}

/// What all customers of a class have in common.
struct Standing {
    rank: Rank,
    granted: usize,
    total: usize,
}

/// Makes rows of the index.
pub struct IndexMaker {
    crowd: Crowd,
    catalog_version: String,
    standings: HashMap<Class, Standing>,
}

/// The facts of one customer.
pub fn facts(rows: &mut String, crowd: &Crowd, customer: Customer) {
    let (state, reason) = customer.class.state().to_columns();
    let reason = reason.unwrap_or("\\N");
    let ends_at = ends_at(crowd, customer);
    let lacks = if customer.class == Class::Partial {
        "t"
    } else {
        "f"
    };
    for kind in Kind::ALL {
        let _ = write!(rows, "{}\t", customer.id(kind));
    }
    let _ = writeln!(
        rows,
        "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{state}\t{reason}\t{ends_at}\t{lacks}\t{}",
        customer.number,
        customer.name(),
        customer.host(),
        customer.external_id(),
        customer.organization_id(),
        customer.client_id(),
        customer.email(),
        written(crowd.created_at(customer)),
    );
}

impl IndexMaker {
    pub fn new(crowd: Crowd, catalog: &Catalog) -> Self {
        let standing = |class| (class, Standing::of(&crowd, catalog, class));
        Self {
            crowd,
            catalog_version: catalog.version().to_owned(),
            standings: CLASSES.into_iter().map(standing).collect(),
        }
    }

    /// Adds the rows of one customer.
    pub fn add(&self, rows: &mut IndexRows, customer: Customer) {
        let standing = &self.standings[&customer.class];
        let (name, host, emails) = (customer.name(), customer.host(), [customer.email()]);
        let (tenant, connection) = (customer.id(Kind::Tenant), customer.id(Kind::Connection));
        let mut ids = vec![
            tenant.to_string(),
            connection.to_string(),
            customer.external_id(),
        ];
        ids.extend([customer.organization_id(), customer.client_id()]);
        let terms = Terms::of(&TermsOf {
            name: &name,
            ids,
            hosts: vec![&host],
            emails: &emails,
        });
        let urgency = standing.rank.urgency.number();
        let since = match standing.rank.since {
            // A time of the customer's own.
            since if since == self.crowd.now => written(self.crowd.created_at(customer)),
            since => written(since),
        };
        for term in terms.indexed() {
            let _ = writeln!(rows.terms, "{term}\t{tenant}");
        }
        for flag in &standing.rank.flags {
            let _ = writeln!(rows.flags, "{flag}\t{urgency}\t{since}\t{tenant}");
        }
        let (state, reason) = customer.class.state().to_columns();
        let (granted, total) = (standing.granted, standing.total);
        let _ = writeln!(
            rows.index,
            "{tenant}\t{}\t{urgency}\t{since}\t{}\t{name}\t{host}\t{}\t{state}\t{}\t{granted}\t{granted}\t{total}\t{{{}}}\t{}",
            self.catalog_version,
            ends_at(&self.crowd, customer),
            customer.external_id(),
            reason.unwrap_or("\\N"),
            standing.rank.flags.join(","),
            terms.haystack(),
        );
    }
}

impl Standing {
    fn of(crowd: &Crowd, catalog: &Catalog, class: Class) -> Self {
        let left_out = match class {
            Class::Partial => 2,
            Class::Pending | Class::Disconnected => usize::MAX,
            _ => 0,
        };
        let scopes = || catalog.scopes().cloned();
        let granted: ScopeSet = scopes().skip(left_out).collect();
        let grants = GrantStatus::compute(
            catalog,
            &GrantFacts {
                requested: Some(scopes().collect()),
                granted: Some(granted),
                source: Some(ScopesSource::TokenResponse),
                ..GrantFacts::default()
            },
        );
        let rank = Rank::of(&RankFacts {
            state: class.state(),
            grants: &grants,
            sign_in_ends_at: class.ends_in().map(|time| crowd.now + time),
            last_failure_at: None,
            stalled_since: None,
            changed_at: crowd.now,
            now: crowd.now,
        });
        Self {
            rank,
            granted: grants.granted_count(),
            total: grants.total(),
        }
    }
}

fn ends_at(crowd: &Crowd, customer: Customer) -> String {
    let end = customer.class.ends_in().map(|time| crowd.now + time);
    end.map_or_else(|| "\\N".to_owned(), written)
}

fn written(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_value_for_each_column() {
        let crowd = Crowd::new(200, true);
        let maker = IndexMaker::new(crowd, Catalog::default_catalog());
        let (mut rows, mut told) = (IndexRows::default(), String::new());
        for customer in crowd.customers() {
            maker.add(&mut rows, customer);
            facts(&mut told, &crowd, customer);
        }
        for (text, columns) in [
            (&rows.index, 15),
            (&rows.terms, 2),
            (&rows.flags, 4),
            (&told, 20),
        ] {
            let mut lines = text.lines();
            assert!(
                lines.all(|line| line.split('\t').count() == columns),
                "{columns}"
            );
        }
        assert_eq!(
            (rows.index.lines().count(), told.lines().count()),
            (200, 200)
        );
        assert!(rows.flags.contains("state:needs_attention") && rows.flags.contains("expiring"));
    }
}
