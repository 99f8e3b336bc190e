//! Seals everything anew under the active key, while the service runs. It remembers nothing: what is
//! left to do is what does not lie under the active key, so it can be killed and begun again, and
//! several can run at once.

use serde_json::json;
use uuid::Uuid;

use super::{Sealing, place};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::flows::{AuditTrail, FlowError};
use crate::store::{Resealed, SEALED_COLUMNS, SealedBytes, SealedColumn, SealedRow};
use crate::vault::{OpenError, Sealed};

/// How many rows one statement changes. Nobody else's change of these rows waits longer than it.
const BATCH: i64 = 500;
/// What changes while it is walked over is found by the next walk. When rows keep coming, somebody
/// still seals under another key.
const WALKS: usize = 5;
/// So many unreadable rows are named; all are counted.
const NAMED: usize = 20;

/// What is going on, for whoever watches.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    /// A walk begins over so many rows that are to be sealed anew.
    Resealing { rows: u64 },
    /// So many more are done.
    Resealed { rows: u64 },
    /// All is sealed anew; every secret, of which there are so many, is opened to make sure.
    Verifying { rows: u64 },
    /// So many more were opened.
    Verified { rows: u64 },
    /// The audit trail's lines are signed under the active key too, so many of them.
    Signing { lines: u64 },
    /// So many more are signed.
    Signed { lines: u64 },
}

/// The outcome.
#[derive(Debug, Clone, Default)]
pub struct Rotated {
    pub columns: Vec<RotatedColumn>,
    /// The first of the rows that do not open.
    pub unreadable: Vec<Unreadable>,
    /// Lines of the audit trail that got a signature under the active key.
    pub signed: u64,
    /// Lines that have none: nothing vouches for them, so nothing vouches for them again.
    pub unsigned: u64,
}

/// The outcome in one column.
#[derive(Debug, Clone)]
pub struct RotatedColumn {
    pub column: SealedColumn,
    /// Sealed anew by this run.
    pub resealed: u64,
    /// Opened at the end, under the active key.
    pub opened: u64,
    /// Not under the active key at the end, whether they open or not.
    pub left: u64,
    /// Do not open at all.
    pub unreadable: u64,
}

/// A row whose secret does not open, and so cannot be sealed anew.
#[derive(Debug, Clone)]
pub struct Unreadable {
    pub column: SealedColumn,
    pub row: Uuid,
    pub why: OpenError,
}

impl Rotated {
    /// Whether nothing needs another key any more, and everything opens.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.left() == 0
            && self.unsigned == 0
            && self.columns.iter().all(|column| column.unreadable == 0)
    }

    #[must_use]
    pub fn left(&self) -> u64 {
        self.columns.iter().map(|column| column.left).sum()
    }

    #[must_use]
    pub fn resealed(&self) -> u64 {
        self.columns.iter().map(|column| column.resealed).sum()
    }

    #[must_use]
    pub fn opened(&self) -> u64 {
        self.columns.iter().map(|column| column.opened).sum()
    }

    fn meets(&mut self, column: &mut RotatedColumn, row: Uuid, why: OpenError) {
        column.unreadable += 1;
        if self.unreadable.len() < NAMED {
            let column = column.column;
            self.unreadable.push(Unreadable { column, row, why });
        }
    }
}

impl Sealing {
    /// Seals anew, counts what is left, and opens everything. Check [`Sealing::needs`] before.
    pub async fn rotate(&self, mut watch: impl FnMut(Step)) -> Result<Rotated, FlowError> {
        let mut rotated = Rotated::default();
        for column in SEALED_COLUMNS {
            let column = *column;
            rotated.columns.push(RotatedColumn {
                column,
                resealed: 0,
                opened: 0,
                left: 0,
                unreadable: 0,
            });
        }
        let mut left_before = None;
        for _ in 0..WALKS {
            let left = self.count_left(&mut rotated).await?;
            // A walk that brought nothing is the last one: the rows that are left do not open.
            if left == 0 || Some(left) == left_before {
                break;
            }
            left_before = Some(left);
            watch(Step::Resealing { rows: left });
            for column in &mut rotated.columns {
                self.reseal(column, &mut watch).await?;
            }
        }
        self.verify(&mut rotated, &mut watch).await?;
        self.count_left(&mut rotated).await?;
        self.sign(&mut rotated, &mut watch).await?;
        self.record(&rotated).await?;
        Ok(rotated)
    }

    /// How many rows are under another key than the active one, by column.
    async fn count_left(&self, rotated: &mut Rotated) -> Result<u64, FlowError> {
        let active = self.0.vault.active_header();
        for column in &mut rotated.columns {
            let counts = self.0.store.count_sealed(&column.column).await?;
            let others = counts.iter().filter(|(header, _)| *header != active);
            column.left = others.map(|(_, rows)| rows.unsigned_abs()).sum();
        }
        Ok(rotated.left())
    }

    /// One walk over a column.
    async fn reseal(
        &self,
        column: &mut RotatedColumn,
        watch: &mut impl FnMut(Step),
    ) -> Result<(), FlowError> {
        let active = self.0.vault.active_header();
        let mut after = None;
        loop {
            let rows = self
                .0
                .store
                .walk_sealed(&column.column, after, Some(&active), BATCH)
                .await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = Some(last.id);
            // What does not open is reported by the verification.
            let resealed: Vec<Resealed> = rows
                .into_iter()
                .filter_map(|row| self.sealed_anew(&column.column, row))
                .collect();
            let replaced = self
                .0
                .store
                .replace_sealed(&column.column, &resealed)
                .await?;
            column.resealed += replaced;
            watch(Step::Resealed { rows: replaced });
        }
    }

    fn sealed_anew(&self, column: &SealedColumn, row: SealedRow) -> Option<Resealed> {
        let place = place(column, &row)?;
        let sealed = Sealed::from_bytes(row.sealed.0.clone());
        let new = self.0.vault.reseal(&place, &sealed).ok()?;
        Some(Resealed {
            id: row.id,
            old: row.sealed,
            new: SealedBytes(new.into_bytes()),
        })
    }

    /// Opens every secret in the place that it stands in.
    async fn verify(
        &self,
        rotated: &mut Rotated,
        watch: &mut impl FnMut(Step),
    ) -> Result<(), FlowError> {
        let mut columns = std::mem::take(&mut rotated.columns);
        let mut total = 0;
        for column in &columns {
            let counts = self.0.store.count_sealed(&column.column).await?;
            total += counts
                .iter()
                .map(|(_, rows)| rows.unsigned_abs())
                .sum::<u64>();
        }
        watch(Step::Verifying { rows: total });
        for column in &mut columns {
            self.verify_column(column, rotated, watch).await?;
        }
        rotated.columns = columns;
        Ok(())
    }

    async fn verify_column(
        &self,
        column: &mut RotatedColumn,
        rotated: &mut Rotated,
        watch: &mut impl FnMut(Step),
    ) -> Result<(), FlowError> {
        let mut after = None;
        loop {
            let rows = self
                .0
                .store
                .walk_sealed(&column.column, after, None, BATCH)
                .await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = Some(last.id);
            for row in &rows {
                let sealed = Sealed::from_bytes(row.sealed.0.clone());
                let opened = place(&column.column, row)
                    .ok_or(OpenError::Malformed)
                    .and_then(|place| self.0.vault.open(&place, &sealed));
                match opened {
                    Ok(_) if self.0.vault.is_stale(&sealed) => {}
                    Ok(_) => column.opened += 1,
                    Err(why) => rotated.meets(column, row.id, why),
                }
            }
            watch(Step::Verified {
                rows: rows.len() as u64,
            });
        }
    }

    /// The signatures of the audit trail need their keys as well.
    async fn sign(
        &self,
        rotated: &mut Rotated,
        watch: &mut impl FnMut(Step),
    ) -> Result<(), FlowError> {
        let active = self.0.vault.keys().active_id();
        let due = self.count_unsigned(active).await?;
        if due == 0 {
            return Ok(());
        }
        watch(Step::Signing { lines: due });
        let mut told = 0;
        let trail = AuditTrail::new(self.0.clone());
        rotated.signed = trail
            .sign_anew(|lines| {
                watch(Step::Signed {
                    lines: lines - told,
                });
                told = lines;
            })
            .await?;
        rotated.unsigned = self.count_unsigned(active).await?;
        Ok(())
    }

    /// Lines without a signature under the key, and ends of chains.
    async fn count_unsigned(&self, key: &str) -> Result<u64, FlowError> {
        let store = &self.0.store;
        let ends = store.count_ends_under_other_keys(key).await?;
        Ok((store.count_unsigned(key).await? + ends).unsigned_abs())
    }

    async fn record(&self, rotated: &Rotated) -> Result<(), FlowError> {
        let event = AuditEvent::of_service(Actor::CommandLine, Action::KeysRotated).with(json!({
            "active_key": self.0.vault.keys().active_id(),
            "resealed": rotated.resealed(),
            "left": rotated.left(),
        }));
        Ok(self.0.store.record(&event, self.0.clock.now()).await?)
    }
}
