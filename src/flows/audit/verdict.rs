//! Follows the chains, line by line, and says which line is the first that does not hold, and why.

use std::collections::BTreeMap;

use uuid::Uuid;

use time::OffsetDateTime;

use super::flaw::{Flaw, FlawKind};
use crate::domain::audit::AuditSigner;
use crate::store::{ChainEnd, TrailEntry, TrailPlace, Way};

/// The trail holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailProof {
    pub lines: u64,
    pub chains: usize,
    /// Of the lines, those that were signed without their place, by an older version of the service.
    pub older: u64,
    /// Chains whose end is not signed: an older version of the service wrote them.
    pub unended: usize,
    /// Lines from before there were chains, of which only the number is known.
    pub unchained: i64,
    /// Lines of the earlier export that were found again.
    pub anchors: usize,
}

/// What an export says of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    pub chain: Uuid,
    pub sequence: i64,
    pub hash: Vec<u8>,
}

/// What tells whether a chain may be without a signed end.
#[derive(Debug, Clone, Copy)]
struct Nature {
    began: OffsetDateTime,
    /// Whether a line of it was signed in its place.
    placed: bool,
}

/// How far the chains were followed.
pub(super) struct Chains<'a> {
    ends: BTreeMap<Uuid, ChainEnd>,
    anchors: &'a BTreeMap<Uuid, Anchor>,
    signer: AuditSigner,
    /// Since when ends are signed, as the earliest of them says.
    since: Option<OffsetDateTime>,
    anchored: usize,
    lines: u64,
    older: u64,
    seen: usize,
    /// Whether a line was signed in its place.
    placed: bool,
    /// The chain that is followed, where it is, and what it is like.
    at: Option<(Uuid, TrailPlace, Nature)>,
    /// Chains whose end is not signed, with the number of their lines.
    unended: Vec<(Uuid, i64, Nature)>,
}

impl<'a> Chains<'a> {
    pub(super) fn new(
        ends: BTreeMap<Uuid, ChainEnd>,
        anchors: &'a BTreeMap<Uuid, Anchor>,
        signer: AuditSigner,
    ) -> Self {
        let signatures = ends.values().filter_map(|end| end.signed.as_ref());
        Self {
            since: signatures.map(|end| end.since).min(),
            ends,
            anchors,
            signer,
            anchored: 0,
            lines: 0,
            older: 0,
            seen: 0,
            placed: false,
            at: None,
            unended: Vec::new(),
        }
    }

    pub(super) const fn lines(&self) -> u64 {
        self.lines
    }

    /// The next line, in the order of chains.
    pub(super) fn take(&mut self, line: &TrailEntry) -> Result<(), Flaw> {
        let chain = line.chain();
        let flaw = |kind, sequence| Flaw {
            chain,
            sequence,
            entry: Some(line.entry.id),
            kind,
        };
        let Some(place) = &line.place else {
            return Err(flaw(FlawKind::Unchained, None));
        };
        let (before, mut nature) = self.before(line)?;
        if place.sequence != before.sequence + 1 {
            return Err(Flaw {
                entry: None,
                ..flaw(FlawKind::Removed, Some(before.sequence + 1))
            });
        }
        let here = |kind| flaw(kind, Some(place.sequence));
        let way = holds(line, &self.signer).map_err(here)?;
        if !line.follows(&before.hash, &self.signer) {
            return Err(here(FlawKind::Relinked));
        }
        self.count(chain, place, way).map_err(here)?;
        if let Some(anchor) = self.anchors.get(&line.entry.id) {
            if (anchor.chain, anchor.sequence, &anchor.hash) != (chain, place.sequence, &place.hash)
            {
                return Err(here(FlawKind::NotAsExported));
            }
            self.anchored += 1;
        }
        nature.placed |= way == Way::Placed;
        self.at = Some((chain, place.clone(), nature));
        Ok(())
    }

    /// Counts a line, and holds it against what the service signed of its chain's end.
    fn count(&mut self, chain: Uuid, place: &TrailPlace, way: Way) -> Result<(), FlawKind> {
        self.lines += 1;
        self.placed |= way == Way::Placed;
        self.older += u64::from(way == Way::Older);
        let end = self.ends.get(&chain).and_then(|end| end.signed.as_ref());
        let Some(end) = end else { return Ok(()) };
        if way == Way::Older && place.sequence > end.older && place.sequence <= end.entries {
            return Err(FlawKind::NotPlaced);
        }
        if place.sequence == end.entries && !end.is_good(chain, &place.hash, &self.signer) {
            return Err(FlawKind::EndNotOurs);
        }
        Ok(())
    }

    /// Where the line's chain is, and what it is like; at the start of another chain, the one before must
    /// have ended well.
    fn before(&mut self, line: &TrailEntry) -> Result<(TrailPlace, Nature), Flaw> {
        if let Some((current, place, nature)) = &self.at
            && *current == line.chain()
        {
            return Ok((place.clone(), *nature));
        }
        self.end_current()?;
        self.seen += 1;
        let start = TrailPlace {
            sequence: 0,
            hash: Vec::new(),
        };
        let nature = Nature {
            began: line.entry.at,
            placed: false,
        };
        Ok((start, nature))
    }

    /// A chain has at least the lines that it had when its end was read.
    fn end_current(&mut self) -> Result<(), Flaw> {
        let Some((chain, place, nature)) = self.at.take() else {
            return Ok(());
        };
        let missing = |sequence| Flaw {
            chain,
            sequence: Some(sequence),
            entry: None,
            kind: FlawKind::Removed,
        };
        // A chain without an end began after the ends were read.
        let Some(end) = self.ends.remove(&chain) else {
            return Ok(());
        };
        let signed = end.signed.as_ref().map_or(0, |signed| signed.entries);
        if place.sequence < end.entries.max(signed) {
            return Err(missing(place.sequence + 1));
        }
        if place.sequence == end.entries && place.hash != end.hash {
            return Err(Flaw {
                kind: FlawKind::Relinked,
                ..missing(place.sequence)
            });
        }
        if end.signed.is_none() {
            self.unended.push((chain, place.sequence, nature));
        }
        Ok(())
    }

    /// A chain without a signed end is an older version's: from before ends were signed, if none is, or
    /// begun later, and then without a line that is signed in its place.
    fn unended_in_vain(&self) -> Option<Flaw> {
        let is_older = |nature: Nature| match self.since {
            Some(since) => nature.began > since && !nature.placed,
            None => !self.placed,
        };
        let mut unended = self.unended.iter();
        let (chain, entries, _) = unended.find(|(.., nature)| !is_older(*nature))?;
        Some(Flaw {
            chain: *chain,
            sequence: Some(entries + 1),
            entry: None,
            kind: FlawKind::EndNotOurs,
        })
    }

    /// Nothing is left: no chain, no line without a chain, no line of the export.
    pub(super) fn finish(
        mut self,
        (latest, unchained, allowed): (Option<Uuid>, i64, i64),
    ) -> Result<TrailProof, Flaw> {
        self.end_current()?;
        if let Some(flaw) = self.unended_in_vain() {
            return Err(flaw);
        }
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
            older: self.older,
            unended: self.unended.len(),
            chains: self.seen,
            unchained,
            anchors: self.anchored,
        })
    }
}

/// Whether the line says what was signed, by somebody with the key ring.
fn holds(line: &TrailEntry, signer: &AuditSigner) -> Result<Way, FlawKind> {
    if let Some(way) = line.vouched(signer) {
        return Ok(way);
    }
    if line.signatures.is_empty() {
        return Err(FlawKind::NotOurs);
    }
    let digest = signer.digest(&line.entry.content());
    let is_digest_kept = line.digest.as_deref() == Some(&digest);
    let known = line.signatures.iter().any(|(key, _)| signer.knows(key));
    match (known, is_digest_kept) {
        (_, false) => Err(FlawKind::Changed),
        (true, true) => Err(FlawKind::NotOurs),
        (false, true) => Err(FlawKind::UnknownKey),
    }
}
