//! Under which keys the database's secrets lie: looks at the start whether a key is missing, and
//! seals everything anew under the active key.

mod needs;
mod rotation;

use std::collections::BTreeSet;

use super::{FlowError, Shared};
use crate::domain::org_url::OrgOrigin;
use crate::store::{SEALED_COLUMNS, SealedColumn, SealedRow};
use crate::vault::{Field, SealContext, Sealed, key_id_of_header};

pub use needs::{Damage, Need, Needs};
pub use rotation::{Rotated, RotatedColumn, Step, Unreadable};

/// How many different headers of one column are looked at: more than a key ring ever has keys.
const MOST_HEADERS: i64 = 100;
/// How many rows are tried before a key is said to be another one than they were sealed under. More
/// than one, since a single damaged row must not keep the service from starting.
const SAMPLES: i64 = 5;

/// What a look at the rows of one column under one key found.
struct Looked {
    column: SealedColumn,
    header: Vec<u8>,
    /// `None` where what is stored is no sealed secret.
    key: Option<String>,
    /// Whether one of the rows opened.
    opens: bool,
    /// One that did not.
    example: Option<uuid::Uuid>,
}

/// Looks and re-seals.
#[derive(Debug, Clone)]
pub struct Sealing(Shared);

impl Sealing {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Which keys rows need that the key ring has not, or has otherwise; and which rows are damaged, and
    /// set aside. It reads an index's few different values and a handful of rows, however many there
    /// are; only what is missing is counted.
    pub async fn needs(&self) -> Result<Needs, FlowError> {
        let (mut needs, mut good, mut closed) = (Needs::default(), BTreeSet::new(), Vec::new());
        for column in SEALED_COLUMNS {
            for header in self.0.store.sealed_headers(column, MOST_HEADERS).await? {
                let looked = self.look(column, &header).await?;
                if looked.opens {
                    good.extend(looked.key.clone());
                }
                closed.extend(looked.example.is_some().then_some(looked));
            }
        }
        for found in closed {
            self.judge(&found, &mut good, &mut needs).await?;
        }
        Ok(needs)
    }

    /// Tries some of the rows under one header.
    async fn look(&self, column: &SealedColumn, header: &[u8]) -> Result<Looked, FlowError> {
        let store = &self.0.store;
        let rows = store.sealed_examples(column, header, SAMPLES).await?;
        let closed = rows.iter().find(|row| !self.opens(column, row));
        Ok(Looked {
            column: *column,
            header: header.to_vec(),
            key: key_id_of_header(header).map(str::to_owned),
            opens: rows.iter().any(|row| self.opens(column, row)),
            example: closed.map(|row| row.id),
        })
    }

    /// A key that is in the ring and opens or vouches for something is the right one: what does not
    /// open under it is damaged. Otherwise the key is missing, or another one of this name.
    async fn judge(
        &self,
        found: &Looked,
        good: &mut BTreeSet<String>,
        needs: &mut Needs,
    ) -> Result<(), FlowError> {
        let (Looked { column, key, .. }, Some(example)) = (found, found.example) else {
            return Ok(());
        };
        let known = self
            .0
            .vault
            .keys()
            .ids()
            .any(|id| Some(id) == key.as_deref());
        let is_right = match key {
            Some(key) if known && !good.contains(key) => self.vouched(key).await?,
            Some(_) => known,
            // What names no key needs none.
            None => true,
        };
        if is_right {
            good.extend(key.clone());
            needs.set_aside(Damage {
                column: *column,
                example,
            });
            return Ok(());
        }
        let counts = self.0.store.count_sealed(column).await?;
        let count = counts.iter().find(|(counted, _)| *counted == found.header);
        needs.add(Need {
            key: key.clone().unwrap_or_default(),
            known,
            column: *column,
            rows: count.map_or(0, |(_, rows)| *rows),
            example,
        });
        Ok(())
    }

    /// Whether the key signed lines of the audit trail, as far as the latest tell.
    async fn vouched(&self, key: &str) -> Result<bool, FlowError> {
        let mut lines = self.0.store.find_signed_lines(key, SAMPLES).await?;
        let signer = self.0.vault.audit_signer();
        Ok(lines.iter_mut().any(|line| {
            line.signatures.retain(|(by, _)| by == key);
            line.vouched(&signer).is_some()
        }))
    }

    fn opens(&self, column: &SealedColumn, row: &SealedRow) -> bool {
        let sealed = Sealed::from_bytes(row.sealed.0.clone());
        place(column, row).is_some_and(|place| self.0.vault.open(&place, &sealed).is_ok())
    }
}

/// The place that a row's secret is sealed for.
fn place(column: &SealedColumn, row: &SealedRow) -> Option<SealContext> {
    Some(SealContext {
        tenant: row.tenant,
        record: row.record,
        field: Field::named(column.field)?,
        generation: row.generation,
        origin: match &row.origin {
            Some(text) => Some(OrgOrigin::from_stored(text)?),
            None => None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_registered_column_has_a_field_of_the_vaults_and_stands_there_once() {
        for (index, column) in SEALED_COLUMNS.iter().enumerate() {
            assert!(Field::named(column.field).is_some(), "{column}");
            let again = SEALED_COLUMNS[..index].iter();
            let twice =
                again.filter(|other| (other.table, other.column) == (column.table, column.column));
            assert_eq!(twice.count(), 0, "{column}");
        }
    }
}
