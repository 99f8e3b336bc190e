//! Forms as a browser sends them: with every hidden field that stands in them.

use super::browser::{Answer, Browser};

/// A form on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageForm {
    /// Where it goes; the page's own address where it names none.
    pub action: String,
    /// Its hidden fields.
    pub fields: Vec<(String, String)>,
}

impl Answer {
    /// The forms that are sent by POST, in the page's order.
    pub fn forms(&self) -> Vec<PageForm> {
        let forms = self.body.split("<form ").skip(1);
        forms
            .filter_map(|rest| rest.split("</form>").next())
            .filter(|form| form.contains("method=\"post\""))
            .map(|form| parse(form, self.url.path()))
            .collect()
    }

    /// The first form whose action ends so.
    pub fn form(&self, ending: &str) -> Option<PageForm> {
        self.forms()
            .into_iter()
            .find(|form| form.action.ends_with(ending))
    }
}

impl Browser {
    /// Fills a form in and sends it; gives the page that this ends on.
    pub async fn submit(&self, form: &PageForm, filled_in: &[(&str, &str)]) -> Answer {
        let mut fields: Vec<(&str, &str)> = form
            .fields
            .iter()
            .filter(|(name, _)| !filled_in.iter().any(|(filled, _)| filled == name))
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        fields.extend_from_slice(filled_in);
        let answer = self.post(&form.action, &fields).await;
        match answer.location() {
            Some(next) => self.follow(next.as_str()).await,
            None => answer,
        }
    }
}

fn parse(form: &str, page: &str) -> PageForm {
    let inputs = form.split("<input ").skip(1);
    let hidden = inputs
        .filter_map(|rest| rest.split('>').next())
        .filter(|input| input.contains("type=\"hidden\""));
    PageForm {
        action: attribute(form, "action").unwrap_or_else(|| page.to_owned()),
        fields: hidden
            .filter_map(|input| {
                let name = attribute(input, "name")?;
                Some((name, attribute(input, "value").unwrap_or_default()))
            })
            .collect(),
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    let value = rest.split('"').next()?;
    Some(
        value
            .replace("&#39;", "'")
            .replace("&quot;", "\"")
            .replace("&#38;", "&")
            .replace("&amp;", "&"),
    )
}
