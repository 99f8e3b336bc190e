//! `grantway catalog check` and `show`.

use std::path::PathBuf;

use super::{Failure, output};
use crate::domain::catalog::Catalog;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Says what is wrong with a catalog, line by line
    Check {
        /// The built-in catalog when left out
        file: Option<PathBuf>,
    },
    /// Prints a catalog
    Show {
        /// The built-in catalog when left out
        file: Option<PathBuf>,
        /// Prints one line of JSON
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Check { file } => {
            let catalog = read(file.as_ref())?;
            let (categories, scopes) = (catalog.categories().len(), catalog.permissions().count());
            output::say(&format!(
                "Good: {categories} categories, {scopes} permissions, version {}.",
                catalog.version()
            ));
        }
        Command::Show { file, json: true } => output::say_json(&read(file.as_ref())?.view())?,
        Command::Show { file, json: false } => output::say(&in_words(&read(file.as_ref())?)),
    }
    Ok(())
}

fn read(file: Option<&PathBuf>) -> Result<Catalog, Failure> {
    let Some(path) = file else {
        return Ok(Catalog::default_catalog().clone());
    };
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Failed(format!("{name}: {error}")))?;
    Catalog::parse(&text, &name).map_err(|error| Failure::Failed(error.to_string()))
}

fn in_words(catalog: &Catalog) -> String {
    let mut lines = vec![format!("Catalog {}", catalog.version())];
    for category in catalog.categories() {
        lines.push(format!("\n{}: {}", category.name(), category.sentence()));
        lines.extend(
            category
                .permissions()
                .map(|permission| format!("  {:36} {}", permission.id(), permission.does())),
        );
    }
    lines.join("\n")
}
