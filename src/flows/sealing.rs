//! Under which keys the database's secrets lie: looks at the start whether a key is missing, and
//! seals everything anew under the active key.

mod needs;
mod rotation;

use super::{FlowError, Shared};
use crate::domain::org_url::OrgOrigin;
use crate::store::{SEALED_COLUMNS, SealedColumn, SealedRow};
use crate::vault::{Field, SealContext, Sealed, key_id_of_header};

pub use needs::{Need, Needs};
pub use rotation::{Rotated, RotatedColumn, Step, Unreadable};

/// How many different headers of one column are looked at: more than a key ring ever has keys.
const MOST_HEADERS: i64 = 100;
/// How many rows are tried before a key is said to be another one than they were sealed under. More
/// than one, since a single damaged row must not keep the service from starting.
const SAMPLES: i64 = 5;

/// Looks and re-seals.
#[derive(Debug, Clone)]
pub struct Sealing(Shared);

impl Sealing {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Which keys rows need that the key ring has not, or has otherwise. It reads an index's few
    /// different values and a handful of rows, however many there are; only what is missing is counted.
    pub async fn needs(&self) -> Result<Needs, FlowError> {
        let mut needs = Needs::default();
        for column in SEALED_COLUMNS {
            for header in self.0.store.sealed_headers(column, MOST_HEADERS).await? {
                let Some(key) = key_id_of_header(&header) else {
                    tracing::error!(%column, "a row holds what is no sealed secret");
                    continue;
                };
                self.look(column, key, &header, &mut needs).await?;
            }
        }
        Ok(needs)
    }

    async fn look(
        &self,
        column: &SealedColumn,
        key: &str,
        header: &[u8],
        needs: &mut Needs,
    ) -> Result<(), FlowError> {
        let rows = self
            .0
            .store
            .sealed_examples(column, header, SAMPLES)
            .await?;
        let known = self.0.vault.keys().ids().any(|id| id == key);
        let opens = rows.iter().any(|row| self.opens(column, row));
        // A row may have been sealed anew between the two statements.
        let (Some(example), false) = (rows.first(), known && opens) else {
            return Ok(());
        };
        let counts = self.0.store.count_sealed(column).await?;
        let count = counts.iter().find(|(counted, _)| counted == header);
        needs.add(Need {
            key: key.to_owned(),
            known,
            column: *column,
            rows: count.map_or(0, |(_, rows)| *rows),
            example: example.id,
        });
        Ok(())
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
        record: row.id,
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
