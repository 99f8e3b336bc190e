//! Follows the chains, line by line, and says which line is the first that does not hold, and why.

use std::collections::BTreeMap;
use std::fmt;

use uuid::Uuid;

use crate::store::{ChainEnd, TrailEntry, TrailPlace};
use crate::vault::{SignatureCheck, Vault, audit_digest, chain_hash};

/// The trail holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailProof {
    pub lines: u64,
    pub chains: usize,
    /// Lines from before there were chains, of which only the number is known.
    pub unchained: i64,
    /// Lines of the earlier export that were found again.
    pub anchors: usize,
}

/// The first line that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The tenant; zeros for the service as a whole.
    pub chain: Uuid,
    /// Where in the chain.
    pub sequence: Option<i64>,
    /// The line; of a line that is gone, none.
    pub entry: Option<Uuid>,
    pub kind: FlawKind,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlawKind {
    /// It does not say what was written.
    Changed,
    /// Nobody with the key ring wrote it.
    NotOurs,
    /// It was signed only under keys that are not in the ring.
    UnknownKey,
    /// A line is missing where this place is.
    Removed,
    /// It does not follow from the line before it.
    Relinked,
    /// It stands in no chain.
    Unchained,
    /// It was exported once, and says something else now or is gone.
    NotAsExported,
}

/// What an export says of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    pub chain: Uuid,
    pub sequence: i64,
    pub hash: Vec<u8>,
}

/// How far the chains were followed.
pub(super) struct Chains<'a> {
    ends: BTreeMap<Uuid, ChainEnd>,
    anchors: &'a BTreeMap<Uuid, Anchor>,
    anchored: usize,
    lines: u64,
    seen: usize,
    /// The chain that is followed, and where it is.
    at: Option<(Uuid, TrailPlace)>,
}

impl<'a> Chains<'a> {
    pub(super) fn new(ends: BTreeMap<Uuid, ChainEnd>, anchors: &'a BTreeMap<Uuid, Anchor>) -> Self {
        Self {
            ends,
            anchors,
            anchored: 0,
            lines: 0,
            seen: 0,
            at: None,
        }
    }

    pub(super) const fn lines(&self) -> u64 {
        self.lines
    }

    /// The next line, in the order of chains.
    pub(super) fn take(&mut self, line: &TrailEntry, vault: &Vault) -> Result<(), Flaw> {
        let chain = line.entry.tenant.unwrap_or(Uuid::nil());
        let flaw = |kind, sequence| Flaw {
            chain,
            sequence,
            entry: Some(line.entry.id),
            kind,
        };
        let Some(place) = &line.place else {
            return Err(flaw(FlawKind::Unchained, None));
        };
        let before = self.before(chain)?;
        if place.sequence != before.sequence + 1 {
            return Err(Flaw {
                entry: None,
                ..flaw(FlawKind::Removed, Some(before.sequence + 1))
            });
        }
        let digest = line.digest.as_deref().unwrap_or_default();
        holds(line, vault).map_err(|kind| flaw(kind, Some(place.sequence)))?;
        if chain_hash(&before.hash, digest).as_slice() != place.hash {
            return Err(flaw(FlawKind::Relinked, Some(place.sequence)));
        }
        if let Some(anchor) = self.anchors.get(&line.entry.id) {
            if (anchor.chain, anchor.sequence, &anchor.hash) != (chain, place.sequence, &place.hash)
            {
                return Err(flaw(FlawKind::NotAsExported, Some(place.sequence)));
            }
            self.anchored += 1;
        }
        self.lines += 1;
        self.at = Some((chain, place.clone()));
        Ok(())
    }

    /// Where the line's chain is; at the start of another chain, the one before must have ended well.
    fn before(&mut self, chain: Uuid) -> Result<TrailPlace, Flaw> {
        if let Some((current, place)) = &self.at
            && *current == chain
        {
            return Ok(place.clone());
        }
        self.end_current()?;
        self.seen += 1;
        Ok(TrailPlace {
            sequence: 0,
            hash: Vec::new(),
        })
    }

    /// A chain has at least the lines that it had when its end was read.
    fn end_current(&mut self) -> Result<(), Flaw> {
        let Some((chain, place)) = self.at.take() else {
            return Ok(());
        };
        let missing = |sequence| Flaw {
            chain,
            sequence: Some(sequence),
            entry: None,
            kind: FlawKind::Removed,
        };
        match self.ends.remove(&chain) {
            Some(end) if place.sequence < end.entries => Err(missing(place.sequence + 1)),
            Some(end) if place.sequence == end.entries && place.hash != end.hash => Err(Flaw {
                kind: FlawKind::Relinked,
                ..missing(place.sequence)
            }),
            // A chain without an end began after the ends were read.
            _ => Ok(()),
        }
    }

    /// Nothing is left: no chain, no line without a chain, no line of the export.
    pub(super) fn finish(
        mut self,
        (latest, unchained, allowed): (Option<Uuid>, i64, i64),
    ) -> Result<TrailProof, Flaw> {
        self.end_current()?;
        let of = |chain, sequence, entry, kind| Flaw {
            chain,
            sequence,
            entry,
            kind,
        };
        if let Some(chain) = self.ends.keys().next() {
            return Err(of(*chain, Some(1), None, FlawKind::Removed));
        }
        if unchained > allowed {
            return Err(of(Uuid::nil(), None, latest, FlawKind::Unchained));
        }
        if unchained < allowed {
            return Err(of(Uuid::nil(), None, None, FlawKind::Removed));
        }
        if self.anchored < self.anchors.len() {
            return Err(of(Uuid::nil(), None, None, FlawKind::NotAsExported));
        }
        Ok(TrailProof {
            lines: self.lines,
            chains: self.seen,
            unchained,
            anchors: self.anchored,
        })
    }
}

/// Whether the line says what was signed, by somebody with the key ring.
fn holds(line: &TrailEntry, vault: &Vault) -> Result<(), FlawKind> {
    if is_vouched_for(line, vault) {
        return Ok(());
    }
    let content = line.entry.content();
    let known = |(key, mac): &(String, Vec<u8>)| {
        vault.check_audit(&content, key, mac) != SignatureCheck::UnknownKey
    };
    if line.signatures.is_empty() {
        return Err(FlawKind::NotOurs);
    }
    let is_digest_kept = line.digest.as_deref() == Some(&audit_digest(&content));
    match (line.signatures.iter().any(known), is_digest_kept) {
        (_, false) => Err(FlawKind::Changed),
        (true, true) => Err(FlawKind::NotOurs),
        (false, true) => Err(FlawKind::UnknownKey),
    }
}

pub(in crate::flows) fn is_vouched_for(line: &TrailEntry, vault: &Vault) -> bool {
    let content = line.entry.content();
    let is_digest_kept = line.digest.as_deref() == Some(&audit_digest(&content));
    let good = |(key, mac): &(String, Vec<u8>)| {
        vault.check_audit(&content, key, mac) == SignatureCheck::Good
    };
    is_digest_kept && line.signatures.iter().any(good)
}

impl fmt::Display for FlawKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Changed => "it does not say what was written",
            Self::NotOurs => "nobody with the key ring wrote it",
            Self::UnknownKey => "it is signed only under keys that are not in the key ring",
            Self::Removed => "a line was removed here",
            Self::Relinked => "it does not follow from the line before it",
            Self::Unchained => "it was put in beside the chain",
            Self::NotAsExported => "the earlier export says something else",
        })
    }
}
