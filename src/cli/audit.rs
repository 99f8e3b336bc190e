//! `grantway audit verify` and `export`.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Failure, composed, output};
use crate::domain::id::TenantId;
use crate::flows::{Anchor, AuditTrail, Flaw, TrailProof};
use crate::store::TrailEntry;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Proves that no line was changed, removed or slipped in; names the first that was
    Verify {
        /// An earlier export, whose lines must all still be there
        #[arg(long, value_name = "FILE")]
        against: Option<PathBuf>,
        /// Prints one line of JSON
        #[arg(long)]
        json: bool,
    },
    /// Prints the trail as JSON lines, oldest first
    Export {
        /// Only this tenant's
        #[arg(long)]
        tenant: Option<TenantId>,
    },
}

/// One line of an export.
#[derive(Debug, Serialize, Deserialize)]
struct ExportedLine {
    id: Uuid,
    tenant: Option<Uuid>,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    actor_kind: String,
    actor: Option<String>,
    #[serde(default)]
    actor_name: Option<String>,
    action: String,
    detail: serde_json::Value,
    sequence: Option<i64>,
    hash: Option<String>,
}

pub(super) async fn run(command: Command) -> Result<(), Failure> {
    let trail = AuditTrail::new(composed().await?.shared().clone());
    match command {
        Command::Verify { against, json } => verify(&trail, against, json).await,
        Command::Export { tenant } => export(&trail, tenant).await,
    }
}

async fn verify(trail: &AuditTrail, against: Option<PathBuf>, json: bool) -> Result<(), Failure> {
    let anchors = against
        .as_deref()
        .map(anchors)
        .transpose()?
        .unwrap_or_default();
    let found = trail.verify(&anchors, |_| {}).await;
    match found.map_err(Failure::failed)? {
        Ok(proof) => {
            say_proof(&proof, json)?;
            Ok(())
        }
        Err(flaw) => {
            if json {
                output::say_json(&json!({
                    "whole": false, "entry": flaw.entry, "tenant": tenant_of(&flaw), "sequence": flaw.sequence,
                    "reason": flaw.kind.to_string(),
                }))?;
            }
            Err(Failure::Failed(in_words(&flaw)))
        }
    }
}

fn say_proof(proof: &TrailProof, json: bool) -> Result<(), Failure> {
    if json {
        return output::say_json(&json!({
            "whole": true, "lines": proof.lines, "chains": proof.chains, "older": proof.older,
            "unended": proof.unended, "unchained": proof.unchained, "anchors": proof.anchors,
        }));
    }
    output::say(&format!(
        "The audit trail is whole: {} lines in {} chains, each as it was written.",
        proof.lines, proof.chains
    ));
    if proof.older > 0 {
        output::say(&format!(
            "Of these, {} are older than signed places: signed for what they say, and held in place by their chain.",
            proof.older
        ));
    }
    if proof.unended > 0 {
        output::say(&format!(
            "{} chains were written by an older version alone, which signs no ends: lines that were removed from their \
             ends would not be missed.",
            proof.unended
        ));
    }
    if proof.unchained > 0 {
        output::say(&format!(
            "Besides, {} lines from before there were chains: their number is right, and no more is known of them.",
            proof.unchained
        ));
    }
    if proof.anchors > 0 {
        output::say(&format!(
            "All {} lines of the export are among them.",
            proof.anchors
        ));
    }
    Ok(())
}

fn tenant_of(flaw: &Flaw) -> Option<Uuid> {
    (!flaw.chain.is_nil()).then_some(flaw.chain)
}

fn in_words(flaw: &Flaw) -> String {
    let whose = tenant_of(flaw).map_or_else(
        || "of the service as a whole".to_owned(),
        |tenant| format!("of tenant {tenant}"),
    );
    let place = flaw
        .sequence
        .map(|sequence| format!(", number {sequence} of its chain"))
        .unwrap_or_default();
    let line = flaw
        .entry
        .map_or_else(|| "a line".to_owned(), |entry| format!("line {entry}"));
    format!(
        "The audit trail is not whole. First bad line: {line} {whose}{place}: {}.\n\
         Everything before it holds. Compare with a backup or an export, and find out who had a superuser's access to the database.",
        flaw.kind
    )
}

fn anchors(path: &Path) -> Result<BTreeMap<Uuid, Anchor>, Failure> {
    let name = path.display().to_string();
    let bad = |number: usize, what: &dyn std::fmt::Display| {
        Failure::Usage(format!("{name}, line {number}: {what}"))
    };
    let file =
        std::fs::File::open(path).map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
    let mut anchors = BTreeMap::new();
    for (index, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|error| bad(index + 1, &error))?;
        let line: ExportedLine =
            serde_json::from_str(&line).map_err(|error| bad(index + 1, &error))?;
        let (Some(sequence), Some(hash)) = (line.sequence, line.hash) else {
            continue;
        };
        let anchor = Anchor {
            chain: line.tenant.unwrap_or(Uuid::nil()),
            sequence,
            hash: from_hex(&hash).ok_or_else(|| bad(index + 1, &"the hash is not hexadecimal"))?,
        };
        anchors.insert(line.id, anchor);
    }
    Ok(anchors)
}

async fn export(trail: &AuditTrail, tenant: Option<TenantId>) -> Result<(), Failure> {
    let mut after = Uuid::nil();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    loop {
        let page = trail.page(tenant, after).await.map_err(Failure::failed)?;
        let Some(last) = page.last() else {
            return out.flush().map_err(Failure::failed);
        };
        after = last.entry.id;
        for line in page {
            serde_json::to_writer(&mut out, &ExportedLine::of(line)).map_err(Failure::failed)?;
            out.write_all(b"\n").map_err(Failure::failed)?;
        }
    }
}

impl ExportedLine {
    fn of(line: TrailEntry) -> Self {
        let (sequence, hash) = line
            .place
            .map(|place| (place.sequence, to_hex(&place.hash)))
            .unzip();
        let entry = line.entry;
        Self {
            id: entry.id,
            tenant: entry.tenant,
            at: entry.at,
            actor_kind: entry.actor_kind,
            actor: entry.actor,
            actor_name: entry.actor_name,
            action: entry.action,
            detail: entry.detail,
            sequence,
            hash,
        }
    }
}

fn to_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    digits
        .chunks(2)
        .map(|pair| {
            let pair = std::str::from_utf8(pair)
                .ok()
                .filter(|pair| pair.len() == 2)?;
            u8::from_str_radix(pair, 16).ok()
        })
        .collect()
}
