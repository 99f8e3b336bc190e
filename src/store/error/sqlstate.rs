//! What each of PostgreSQL's error codes (its appendix A) means for whoever waits: one table for all
//! of them, by class, with the codes that differ from their class.

/// Who ends a trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It ends by itself: the server restarts, has too much to do, or was told to stop a statement.
    Passing,
    /// It ends when an operator acts: a full disk, a read-only server, a role without rights.
    Operator,
    /// Somebody else's work was in the way, and nothing was stored: the same again may succeed.
    Race,
    /// What was asked is wrong, so the same again fails again.
    Ours,
}

use Trouble::{Operator, Ours, Passing, Race};

/// Whole classes. What is not here, or below, is ours.
const CLASSES: &[(&str, Trouble)] = &[
    // The connection was lost or not made. Poolers say most of what they have to say with 08P01.
    ("08", Passing),
    // A password, a certificate, or who may come from where.
    ("28", Operator),
    // No such database; no such schema on the search path.
    ("3D", Operator),
    ("3F", Operator),
    ("40", Race),
    ("53", Passing),
    ("55", Operator),
    ("57", Passing),
    // The disk, or a file of the server's.
    ("58", Operator),
    ("72", Race),
    ("F0", Operator),
    // PostgreSQL's own mistakes and damaged files: nothing that was asked leads there.
    ("XX", Operator),
];

/// Codes that differ from their class.
const CODES: &[(&str, Trouble)] = &[
    // "cached plan must not change result type": a migration went by. A new connection plans anew.
    ("0A000", Passing),
    // The server, the database or the role is read-only: often one that was demoted.
    ("25006", Operator),
    // Time limits on transactions: the server ends the connection.
    ("25P03", Passing),
    ("25P04", Passing),
    // Prepared statements and portals that are gone, or another's: a pooler, or a server behind it
    // that was exchanged.
    ("26000", Passing),
    ("34000", Passing),
    ("42P05", Passing),
    // A constraint that holds at the end: the row is wrong, not the moment.
    ("40002", Ours),
    // Whether it was committed is not known.
    ("40003", Passing),
    ("42501", Operator),
    // A table, column or function that is not there: migrations that were not applied, or another
    // schema. Every statement of ours was tried on all migrations.
    ("42P01", Operator),
    ("42703", Operator),
    ("42704", Operator),
    ("42883", Operator),
    ("53100", Operator),
    ("53400", Operator),
    // Also: no more transactions until somebody vacuums; and a stack that is set too small.
    ("54000", Operator),
    ("54001", Operator),
    ("55006", Passing),
    ("55P03", Race),
    ("55P04", Ours),
    ("57P04", Operator),
];

impl Trouble {
    /// The verdict on an error code.
    #[must_use]
    pub fn of(code: &str) -> Self {
        let (codes, classes) = (CODES.iter(), CLASSES.iter());
        let mut fits = codes
            .chain(classes)
            .filter(|(part, _)| code.starts_with(part));
        fits.next().map_or(Ours, |(_, trouble)| *trouble)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every code of the appendix, PostgreSQL 15 to 18.
    const ALL: &str = include_str!("codes.txt");

    fn that_are(wanted: Trouble) -> Vec<&'static str> {
        ALL.split_whitespace()
            .filter(|code| Trouble::of(code) == wanted)
            .collect()
    }

    #[test]
    fn every_code_of_postgresql_is_decided() {
        assert_eq!(
            that_are(Passing).join(" "),
            "08000 08001 08003 08004 08006 08007 08P01 0A000 25P03 25P04 26000 34000 40003 42P05 53000 \
             53200 53300 55006 57000 57014 57P01 57P02 57P03 57P05"
        );
        assert_eq!(
            that_are(Operator).join(" "),
            "25006 28000 28P01 3D000 3F000 42501 42703 42704 42883 42P01 53100 53400 54000 54001 55000 \
             55P02 57P04 58000 58030 58P01 58P02 58P03 F0000 F0001 XX000 XX001 XX002"
        );
        assert_eq!(that_are(Race).join(" "), "40000 40001 40P01 55P03 72000");
        // What was asked breaks a rule: successes, data, constraints, syntax, states of a transaction.
        let ours = "00 01 02 03 09 0B 0F 0L 0P 0Z 10 20 21 22 23 24 25 27 2B 2D 2F 38 39 3B 40 42 44 54 \
                    55 HV P0";
        let mut classes: Vec<_> = that_are(Ours).iter().map(|code| &code[..2]).collect();
        classes.dedup();
        assert_eq!(
            classes.join(" "),
            ours.split_whitespace().collect::<Vec<_>>().join(" ")
        );
    }

    #[test]
    fn a_code_of_another_product_goes_with_its_class_or_is_ours() {
        for (code, trouble) in [
            ("08X99", Passing),
            ("53ABC", Passing),
            ("ZZ999", Ours),
            ("", Ours),
        ] {
            assert_eq!(Trouble::of(code), trouble, "{code}");
        }
    }
}
