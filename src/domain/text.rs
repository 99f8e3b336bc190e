//! Texts that somebody else wrote and people here read: a reason, a name, what another server said.
//! Nothing in them may hide, or change how the words around them are read.

/// One line of at most `longest` characters: what is deceptive becomes a space, runs of space become
/// one, and what was cut ends with an ellipsis. Empty where nothing can be seen.
#[must_use]
pub fn clean(text: &str, longest: usize) -> String {
    let visible: String = text
        .chars()
        .take(longest * 4)
        .filter(|c| !is_mark(*c))
        .map(|c| if is_deceptive(c) { ' ' } else { c })
        .collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= longest {
        return line;
    }
    let kept = line.chars().take(longest.saturating_sub(1));
    kept.chain(['…']).collect()
}

/// The same, for a text that has to say something.
#[must_use]
pub fn said(text: &str, longest: usize) -> Option<String> {
    Some(clean(text, longest)).filter(|line| !line.is_empty())
}

/// Marks that show nothing by themselves: variation selectors and the grapheme joiner.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{034F}' | '\u{180B}'..='\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Whether a character shows nothing, or changes how those around it are read.
pub(super) fn hides(c: char) -> bool {
    is_mark(c) || is_deceptive(c)
}

/// Characters that change how the text around them is read, or hide in it (Unicode UAX #9, TR36, and
/// the code points that fonts show as nothing).
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{00AD}' | '\u{061C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_the_direction_or_hides_is_taken_out() {
        let hostile = "a\r\nSet-Cookie: x\u{202e}evil\u{200b}\u{2066} b\u{3164}\u{2800}c\u{fe0f}d";

        assert_eq!(clean(hostile, 100), "a Set-Cookie: x evil b cd");
    }

    #[test]
    fn a_text_of_which_nothing_shows_says_nothing() {
        for invisible in [
            "",
            " \t\n",
            "\u{200b}",
            "\u{202e}\u{202c}",
            "\u{3164}",
            "\u{2800}\u{a0}",
            "\u{fe0f}",
            "\u{e0041}\u{e007f}",
            "\u{115f}\u{1160}",
            "\u{ad}\u{feff}",
        ] {
            assert_eq!(said(invisible, 300), None, "{invisible:?}");
        }
        assert_eq!(said(" Ticket\u{202e} 4711 ", 300).unwrap(), "Ticket 4711");
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        assert_eq!(clean("123456", 6), "123456");
        assert_eq!(clean("1234567", 6), "12345…");
        assert_eq!(clean(&"b".repeat(70_000), 300).chars().count(), 300);
    }

    #[test]
    fn other_scripts_stay_as_they_are() {
        for text in [
            "Ærøskøbing",
            "日本語の理由",
            "سبب الزيارة",
            "שלום",
            "नमस्ते",
            "❤ 👍🏽",
        ] {
            assert_eq!(clean(text, 300), text);
        }
    }

    fn feed_texts(count: usize) {
        const VALID: &[&str] = &[
            "Ticket 4711: backups stopped",
            "Ada Lovelace",
            "日本語の理由",
            "❤ 👍🏽",
        ];
        const PIECES: &[&str] = &[
            "\u{202e}",
            "\u{2066}",
            "\u{e0041}",
            "\u{fe0f}",
            "\u{3164}",
            "\u{a0}",
            "\r\n",
        ];
        crate::fuzz::texts(count, VALID, PIECES, |text| {
            let cleaned = clean(text, 300);
            assert!(cleaned.chars().count() <= 300);
            assert!(
                !cleaned.chars().any(|c| is_deceptive(c) || is_mark(c)),
                "{text:?}"
            );
            assert_eq!(clean(&cleaned, 300), cleaned, "{text:?}");
        });
    }

    crate::fuzz::both!(
        feed_texts,
        no_hostile_text_stays_hostile,
        soak_of_hostile_texts
    );
}
