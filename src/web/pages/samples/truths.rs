//! What holds for every page, whatever it shows.

use std::path::Path;

use super::samples;

fn count(html: &str, needle: &str) -> usize {
    html.matches(needle).count()
}

#[test]
fn every_page_has_one_heading_a_title_a_language_and_a_main_landmark() {
    for (name, html) in samples() {
        assert_eq!(count(&html, "<h1"), 1, "{name}: one h1");
        assert_eq!(count(&html, "<main "), 1, "{name}: one main");
        assert!(
            html.trim_start().starts_with("<!DOCTYPE html>"),
            "{name}: doctype"
        );
        assert!(html.contains("<html lang=\"en\">"), "{name}: lang");
        assert!(
            html.contains("<title>") && !html.contains("<title> "),
            "{name}: title"
        );
    }
}

#[test]
fn nothing_is_inline_so_that_the_policy_needs_no_exception() {
    for (name, html) in samples() {
        assert!(!html.contains(" style="), "{name}: style attribute");
        assert!(!html.contains("<style"), "{name}: style element");
        assert_eq!(count(&html, "<script"), 1, "{name}: only app.js");
        assert_eq!(
            count(&html, "<script src=\"/static/"),
            1,
            "{name}: only app.js"
        );
        let handlers = html
            .split([' ', '\n'])
            .filter(|word| word.starts_with("on") && word.contains("=\""));
        assert_eq!(handlers.count(), 0, "{name}: event handler");
        assert!(!html.contains("javascript:"), "{name}: script address");
    }
}

#[test]
fn at_most_one_action_stands_out() {
    for (name, html) in samples() {
        assert!(
            count(&html, "class=\"button\"") <= 1,
            "{name}: one primary action"
        );
    }
}

#[test]
fn no_two_elements_share_an_id_and_every_fragment_leads_somewhere() {
    for (name, html) in samples() {
        let mut ids: Vec<&str> = attribute(&html, " id=\"").collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(all, ids.len(), "{name}: ids are unique");
        for fragment in attribute(&html, "href=\"#") {
            assert!(ids.contains(&fragment), "{name}: #{fragment} leads nowhere");
        }
        let references = ["for=\"", "aria-labelledby=\"", "aria-describedby=\""];
        for reference in references.iter().flat_map(|a| attribute(&html, a)) {
            for id in reference.split(' ') {
                assert!(
                    ids.contains(&id),
                    "{name}: {id} is referred to and not there"
                );
            }
        }
    }
}

#[test]
fn no_sentence_shouts_or_begs() {
    for (name, html) in samples() {
        let words = html.to_lowercase();
        assert!(!words.contains("please note"), "{name}");
        assert!(
            !html
                .replace("<!DOCTYPE", "")
                .replace("<!--", "")
                .contains('!'),
            "{name}: exclamation mark"
        );
    }
}

fn attribute<'a>(html: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    html.split(start)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
}

/// `SAMPLES_DIR=/tmp/samples cargo test --lib writes_samples` and serve that folder, to look at the pages.
#[test]
fn writes_samples_for_looking() {
    let Some(folder) = std::env::var_os("SAMPLES_DIR") else {
        return;
    };
    let folder = Path::new(&folder);
    let assets = folder.join("static");
    std::fs::create_dir_all(&assets).expect("a folder for the assets");
    for asset in ["app.css", "app.js", "favicon.svg"] {
        let source = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("static")
            .join(asset);
        std::fs::copy(source, assets.join(asset)).expect("a copied asset");
    }
    for (name, html) in samples() {
        std::fs::write(folder.join(format!("{name}.html")), html).expect("a written sample");
    }
}
