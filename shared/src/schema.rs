//! Descriptions for OpenAPI of the types that are written as one text: names, ids, times.

use crate::id::{EntityId, Name};
use crate::time::Time;
use std::borrow::Cow;
use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{KnownFormat, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

fn text(description: &str, format: Option<SchemaFormat>, pattern: Option<&str>) -> RefOr<Schema> {
    let object = ObjectBuilder::new().schema_type(Type::String).description(Some(description));
    RefOr::T(Schema::Object(object.format(format).pattern(pattern).build()))
}

impl PartialSchema for Name {
    fn schema() -> RefOr<Schema> {
        text("Name of a tenant, project or iteration.", None, Some("^@?[A-Za-z0-9][A-Za-z0-9._@+:-]{0,127}$"))
    }
}

impl ToSchema for Name {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Name")
    }
}

impl PartialSchema for EntityId {
    fn schema() -> RefOr<Schema> {
        text("Entity: kind and natural key, `task:build-api`.", None, Some("^[a-z]+:.+$"))
    }
}

impl ToSchema for EntityId {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("EntityId")
    }
}

impl PartialSchema for Time {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        text("Instant, RFC 3339 in UTC, to the microsecond.", Some(format), None)
    }
}

impl ToSchema for Time {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Time")
    }
}
