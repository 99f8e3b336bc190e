//! Reads how a scope is verified: its probe, or why there is none.

use toml::Spanned;
use toml::de::DeTable;

use super::field::{Fields, MAX_TEXT};
use super::{Finding, Place};
use crate::domain::catalog::permission::Verification;
use crate::domain::catalog::probe::{Empty, MAX_PATH, Probe, Proof, check_path};
use crate::domain::connection::Edition;

/// The fields of a scope that are read here.
pub(super) const PROBE: &str = "probe";
pub(super) const UNPROVABLE: &str = "unprovable";

/// The values of `editions`, which are Okta's own names.
const EDITIONS: [Edition; 2] = [Edition::IdentityEngine, Edition::Classic];

/// Exactly one of the two has to be there.
pub(super) fn read(fields: &mut Fields<'_, '_, '_>) -> Option<Verification> {
    let probe = fields.optional(PROBE);
    let unprovable = fields.optional(UNPROVABLE);
    match (probe, unprovable) {
        (Some(probe), Some(_)) => {
            fields.report(
                probe.span(),
                "the scope has both a probe and unprovable; one of them is wrong".to_owned(),
            );
            None
        }
        (Some(_), None) => {
            let (table, at) = fields.table(PROBE)?;
            self::probe(table, at, fields.findings()).map(Verification::Probe)
        }
        (None, Some(_)) => {
            let (why, _) = fields.text(UNPROVABLE, MAX_TEXT)?;
            Some(Verification::Unprovable(why))
        }
        (None, None) => {
            fields.report_here(
                "has no probe; where there can be none, say why with unprovable = \"…\"",
            );
            None
        }
    }
}

fn probe(table: &DeTable<'_>, at: Place, findings: &mut Vec<Finding>) -> Option<Probe> {
    let mut fields = Fields::of(table, at, "the probe", findings);
    let path = path(&mut fields);
    let proof = proof(&mut fields);
    let editions = editions(&mut fields);
    fields.finish(&["path", "proof", "empty", "editions"]);
    Some(Probe::new(path?, proof?, editions?))
}

fn path(fields: &mut Fields<'_, '_, '_>) -> Option<String> {
    let (path, at) = fields.text("path", MAX_PATH)?;
    if let Err(problem) = check_path(&path) {
        fields.report(at, format!("path {}", problem.words()));
        return None;
    }
    Some(path)
}

fn proof(fields: &mut Fields<'_, '_, '_>) -> Option<Proof> {
    if fields.one_of("proof", &["list", "object"])? == "list" {
        let empty = match fields.one_of("empty", &["works", "role"])? {
            "works" => Empty::Works,
            _ => Empty::RoleTooWeak,
        };
        return Some(Proof::List { empty });
    }
    let Some(empty) = fields.optional("empty") else {
        return Some(Proof::Object);
    };
    let message = "empty is about lists, and the proof is an object";
    fields.report(empty.span(), message.to_owned());
    None
}

/// None: every edition has it.
fn editions(fields: &mut Fields<'_, '_, '_>) -> Option<Vec<Edition>> {
    let Some(value) = fields.optional("editions") else {
        return Some(Vec::new());
    };
    let names = EDITIONS.map(Edition::pipeline);
    let known = |element: &Spanned<toml::de::DeValue<'_>>| {
        let name = element.get_ref().as_str()?;
        names.contains(&name).then(|| Edition::from_pipeline(name))
    };
    let elements = value.get_ref().as_array();
    let editions: Option<Vec<Edition>> =
        elements.and_then(|elements| elements.iter().map(known).collect());
    match editions {
        Some(editions) if editions.len() == 1 => Some(editions),
        _ => {
            let message = "editions must be [\"idx\"] or [\"v1\"]; leave it out for both";
            fields.report(value.span(), message.to_owned());
            None
        }
    }
}
