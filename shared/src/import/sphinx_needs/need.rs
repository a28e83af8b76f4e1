//! A need as its version's schema reads it: fields by name, defaults where they were taken away, which are links.

use super::super::document::{Entries, Text, each_text, parse};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What a version says of the fields of its needs.
#[derive(Debug, Default)]
pub(super) struct Schema<'a> {
    /// Fields that are links; `None` where the file does not say.
    links: Option<BTreeSet<&'a str>>,
    /// Values of fields that are not there.
    defaults: BTreeMap<&'a str, &'a RawValue>,
}

#[derive(Deserialize)]
struct Properties<'a> {
    #[serde(borrow)]
    properties: Entries<'a>,
}

#[derive(Deserialize)]
struct Property<'a> {
    #[serde(borrow)]
    field_type: Option<Text<'a>>,
    default: Option<&'a RawValue>,
}

impl<'a> Schema<'a> {
    /// The schema in `raw`; its defaults count if they were `removed` from the needs.
    pub(super) fn of(raw: Option<&'a RawValue>, removed: bool) -> Result<Self, String> {
        let Some(raw) = raw.filter(|raw| raw.get() != "null") else {
            return Ok(Self::default());
        };
        let read: Properties<'a> = parse(raw.get()).map_err(|(_, reason)| reason)?;
        let (mut links, mut defaults) = (BTreeSet::new(), BTreeMap::new());
        for (name, raw) in read.properties.0 {
            // A name with an escape in it is no field's name.
            let Cow::Borrowed(name) = name.0 else { continue };
            let property: Property<'a> =
                parse(raw.get()).map_err(|(_, reason)| format!("properties.{name}: {reason}"))?;
            if property.field_type.as_deref() == Some("links") {
                links.insert(name);
            }
            defaults.extend(property.default.filter(|_| removed).map(|value| (name, value)));
        }
        Ok(Self { links: Some(links), defaults })
    }
}

/// The fields of a need in the order of the file.
#[derive(Debug)]
pub(super) struct Need<'a>(Vec<(Text<'a>, &'a RawValue)>);

impl<'a> Need<'a> {
    /// The need in `json`.
    pub(super) fn of(json: &'a str) -> Result<Self, String> {
        parse(json).map(|Entries(fields)| Self(fields)).map_err(|(_, reason)| reason)
    }

    /// A field; of one that stands there twice the last counts.
    fn own(&self, field: &str) -> Option<&'a RawValue> {
        self.0.iter().rev().find(|(name, _)| **name == *field).map(|(_, raw)| *raw)
    }

    /// The JSON of a field, its default where it is not there; `None` for null.
    fn raw(&self, field: &str, schema: &Schema<'a>) -> Option<&'a str> {
        let raw = self.own(field).or_else(|| schema.defaults.get(field).copied());
        raw.map(RawValue::get).filter(|json| *json != "null")
    }

    /// Names of its link fields that are not empty, sorted, its parents not twice.
    pub(super) fn link_fields<'s>(&'s self, schema: &'s Schema<'a>) -> Vec<&'s str> {
        let is_told =
            |field: &str| self.raw(field, schema).is_some_and(|json| !matches!(json, "[]" | "\"\""));
        let (mut fields, has_parents): (Vec<&str>, bool) = match &schema.links {
            Some(links) => {
                (links.iter().copied().filter(|name| is_told(name)).collect(), links.contains("parent_needs"))
            }
            None => {
                let with_back = self.0.iter().filter_map(|(name, _)| name.strip_suffix("_back"));
                let mut fields: Vec<&str> = with_back.chain(["links"]).filter(|name| is_told(name)).collect();
                fields.sort_unstable();
                fields.dedup();
                (fields, self.own("parent_needs").is_some() && self.own("parent_needs_back").is_some())
            }
        };
        // What the first of `parent_needs` is, for older tools.
        if !has_parents && self.own("parent_need").is_some() {
            fields.push("parent_need");
        }
        fields
    }

    fn read<T: Deserialize<'a>>(&self, field: &str, schema: &Schema<'a>) -> Result<Option<T>, String> {
        let read = self.raw(field, schema).map(parse).transpose();
        read.map_err(|(_, reason)| format!("{field}: {reason}"))
    }

    /// A text, trimmed.
    pub(super) fn text(&self, field: &str, schema: &Schema<'a>) -> Result<Option<Cow<'a, str>>, String> {
        let text = self.read::<Text<'_>>(field, schema)?;
        Ok(text.map(|Text(text)| match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        }))
    }

    /// Calls `take` with each of its texts: a list of them, or one that separates them by commas or semicolons.
    pub(super) fn each_text(
        &self,
        field: &str,
        schema: &Schema<'a>,
        mut take: impl FnMut(&str),
    ) -> Result<(), String> {
        let Some(json) = self.raw(field, schema) else { return Ok(()) };
        let take = |text: &str| {
            let text = text.trim();
            if !text.is_empty() {
                take(text);
            }
        };
        if json.starts_with('"')
            && let Ok(one) = parse::<Text<'_>>(json)
        {
            one.split([',', ';']).for_each(take);
            return Ok(());
        }
        each_text(json, take).map_err(|reason| format!("{field}: {reason}"))
    }

    /// A flag; older tools write one as a text, and nothing for no.
    pub(super) fn flag(&self, field: &str, schema: &Schema<'a>) -> Result<Option<bool>, String> {
        if !self.raw(field, schema).is_some_and(|json| json.starts_with('"')) {
            return self.read(field, schema);
        }
        match self.read::<Text<'_>>(field, schema).as_ref().map(|text| text.as_deref()) {
            Ok(Some("" | "False" | "false")) => Ok(Some(false)),
            Ok(Some("True" | "true")) => Ok(Some(true)),
            _ => self.read(field, schema),
        }
    }
}

/// The need that a link names: without its condition, and without its part unless the whole is a need's id.
pub(super) fn target(named: &str, is_need: impl Fn(&str) -> bool) -> &str {
    let plain = named.split_once('[').filter(|_| named.ends_with(']')).map_or(named, |(id, _)| id).trim();
    match plain.rsplit_once('.') {
        Some((id, _)) if !is_need(plain) && is_need(id) => id,
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn links_name_needs_parts_of_needs_and_conditions() {
        let is_need = |id: &str| ["R-1", "R.2"].contains(&id);
        assert_eq!(target("R-1", is_need), "R-1");
        assert_eq!(target("R-1.a", is_need), "R-1");
        assert_eq!(target("R.2", is_need), "R.2", "a point in an id");
        assert_eq!(target("R.2.b", is_need), "R.2");
        assert_eq!(target("gone.a", is_need), "gone.a");
        assert_eq!(target("R-1[status==\"open\"]", is_need), "R-1");
    }
}
