//! Templates and static files: nothing inline, nothing from elsewhere, nothing left over.

use super::source::{Source, files};

fn templates() -> Vec<Source> {
    files("templates", ".html")
}

#[test]
fn no_template_holds_a_script_style_or_handler() {
    for template in templates() {
        let lower = template.text.to_ascii_lowercase();
        for part in [
            "<style",
            " style=",
            "javascript:",
            "<iframe",
            "<base",
            "|safe",
        ] {
            assert!(!lower.contains(part), "{} has {part}", template.path);
        }
        for script in lower.split("<script").skip(1) {
            let sourced = script.starts_with(" src=\"/static/");
            let empty = script.split_once('>').unwrap().1.starts_with("</script>");
            assert!(sourced && empty, "{} has a script's text", template.path);
        }
        for (at, _) in lower.match_indices(" on") {
            let rest = &lower[at + 3..];
            let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(0);
            let handler = end > 0 && rest[end..].starts_with("=\"");
            assert!(!handler, "{} has on{}", template.path, &rest[..end]);
        }
    }
}

#[test]
fn every_template_is_rendered_by_a_page_or_a_template() {
    let templates = templates();
    let pages = files("src/web/pages", ".rs");
    for template in &templates {
        let name = template.path.trim_start_matches("templates/");
        let as_page = format!("path = \"{name}\"");
        let by_page = pages.iter().any(|page| page.text.contains(&as_page));
        let by_template = templates.iter().any(|other| {
            ["extends", "include", "import"]
                .iter()
                .any(|how| other.text.contains(&format!("{how} \"{name}\"")))
        });
        assert!(by_page || by_template, "{name} is left over");
    }
}

#[test]
fn every_static_file_is_used_and_loads_nothing_from_elsewhere() {
    let mut users = String::new();
    for source in files("templates", "")
        .into_iter()
        .chain(files("src/web", ".rs"))
    {
        users.push_str(&source.text);
    }
    for asset in files("static", "") {
        let name = asset.path.trim_start_matches("static/");
        assert!(
            users.contains(&format!("/static/{name}")),
            "{name} is left over"
        );
        let text = asset.text.replace("http://www.w3.org/2000/svg", "");
        for part in [
            "http:",
            "https:",
            "url(//",
            "@import",
            "eval(",
            "innerHTML",
            "document.write",
        ] {
            assert!(!text.contains(part), "{name} has {part}");
        }
    }
}
