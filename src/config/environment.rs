//! Where values come from: the process's environment, or a list in a test.

use std::collections::HashMap;

use secrecy::SecretString;

use crate::domain::pasted::without_line_ends;

/// The variables that the process was started with. `Debug` shows no value, since some are secrets.
#[derive(Default)]
pub struct Environment(HashMap<String, String>);

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Environment({} variables)", self.0.len())
    }
}

impl Environment {
    /// The process's own.
    #[must_use]
    pub fn of_process() -> Self {
        Self(
            std::env::vars_os()
                .filter_map(|(name, value)| {
                    Some((name.into_string().ok()?, value.into_string().ok()?))
                })
                .collect(),
        )
    }

    /// These and no others.
    #[must_use]
    pub fn of(variables: &[(&str, &str)]) -> Self {
        Self(
            variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }

    /// A value; an empty one counts as not set, as in a compose file that passes on what is not there.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).filter(|value| !value.is_empty()).cloned()
    }

    /// A secret: the variable's value, or the content of the file that `…_FILE` names, but not both.
    pub(super) fn secret(&self, name: &str) -> Result<Option<SecretString>, String> {
        let file = self.text(&format!("{name}_FILE"));
        match (self.text(name), file) {
            (Some(_), Some(_)) => Err(format!("is set twice: by itself and by {name}_FILE")),
            (Some(value), None) => Ok(Some(SecretString::from(without_line_ends(&value)))),
            (None, Some(path)) => {
                let text = std::fs::read_to_string(&path)
                    .map_err(|error| format!("{name}_FILE, {path}: {error}"))?;
                Ok(Some(SecretString::from(without_line_ends(&text))))
            }
            (None, None) => Ok(None),
        }
    }
}

/// Okta's access tokens live an hour: a longer margin would renew each of them at once.
pub(super) fn margin(text: &str) -> Result<time::Duration, String> {
    let margin = humantime::parse_duration(text)
        .map_err(|_| "is not a duration such as 5m or 90s".to_owned())?;
    let most = std::time::Duration::from_mins(30);
    match time::Duration::try_from(margin) {
        Ok(found) if margin <= most => Ok(found),
        _ => Err("is longer than 30 minutes".to_owned()),
    }
}
