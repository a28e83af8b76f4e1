//! Canonical JSON: the one text of a value that hashes are taken of. Keys sorted, nothing between tokens.
//!
//! [`write_object`] writes the data of an event straight to text, without a tree of values in between; the
//! members of its fields are texts, numbers and lists of them, or say their keys in order themselves.
//! [`Json`] is such a text kept as a value.

use serde::ser::{Error as _, Impossible, SerializeStruct, Serializer};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Error;
use serde_json::value::RawValue;
use std::ops::Range;

/// Appends `data`, a plain struct, to `out` with its keys sorted.
///
/// # Errors
/// `data` is no struct, or a field of it cannot be written as JSON; then `out` holds a part of it.
pub(crate) fn write_object<T: Serialize + ?Sized>(out: &mut Vec<u8>, data: &T) -> Result<(), Error> {
    data.serialize(Object { out })
}

/// JSON in canonical form, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Json(Box<str>);

impl Json {
    /// Takes a text that [`write_object`] wrote.
    pub(crate) fn of_canonical(text: &str) -> Self {
        Self(text.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&serde_json::Value> for Json {
    fn from(value: &serde_json::Value) -> Self {
        // Maps of values are sorted by key.
        Self(value.to_string().into())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_json::Value::deserialize(deserializer).map(|value| Self::from(&value))
    }
}

/// Writes one struct.
struct Object<'a> {
    out: &'a mut Vec<u8>,
}

/// The fields of a struct so far, in the order in which it names them.
struct Fields<'a> {
    out: &'a mut Vec<u8>,
    /// Where the first field starts.
    start: usize,
    /// Key of every field, and where it stands.
    fields: Vec<(&'static str, Range<usize>)>,
}

impl SerializeStruct for Fields<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        let from = self.out.len();
        // Names of fields need no escapes.
        for part in ["\"", key, "\":"] {
            self.out.extend_from_slice(part.as_bytes());
        }
        serde_json::to_writer(&mut *self.out, value)?;
        self.fields.push((key, from..self.out.len()));
        Ok(())
    }

    fn end(self) -> Result<(), Error> {
        let Self { out, start, mut fields } = self;
        let written = out.len();
        fields.sort_unstable_by_key(|(key, _)| *key);
        out.push(b'{');
        for (n, (_, field)) in fields.into_iter().enumerate() {
            if n > 0 {
                out.push(b',');
            }
            out.extend_from_within(field);
        }
        out.push(b'}');
        out.drain(start..written);
        Ok(())
    }
}

/// What is no struct.
fn no_struct<T>() -> Result<T, Error> {
    Err(Error::custom("the data of an event is a struct"))
}

macro_rules! refuse {
    ($($method:ident($($ty:ty),*);)*) => { $(fn $method(self, $(_: $ty),*) -> Result<(), Error> { no_struct() })* };
}

impl<'a> Serializer for Object<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Impossible<(), Error>;
    type SerializeTuple = Impossible<(), Error>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Impossible<(), Error>;
    type SerializeStruct = Fields<'a>;
    type SerializeStructVariant = Impossible<(), Error>;

    fn serialize_struct(self, _: &'static str, len: usize) -> Result<Fields<'a>, Error> {
        let start = self.out.len();
        Ok(Fields { out: self.out, start, fields: Vec::with_capacity(len) })
    }

    refuse! {
        serialize_bool(bool); serialize_i8(i8); serialize_i16(i16); serialize_i32(i32); serialize_i64(i64);
        serialize_u8(u8); serialize_u16(u16); serialize_u32(u32); serialize_u64(u64); serialize_f32(f32);
        serialize_f64(f64); serialize_char(char); serialize_str(&str); serialize_bytes(&[u8]);
        serialize_none(); serialize_unit(); serialize_unit_struct(&'static str);
        serialize_unit_variant(&'static str, u32, &'static str);
    }
    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<(), Error> {
        no_struct()
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, _: &T) -> Result<(), Error> {
        no_struct()
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Error> {
        no_struct()
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Error> {
        no_struct()
    }
    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Error> {
        no_struct()
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Error> {
        no_struct()
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        no_struct()
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Error> {
        no_struct()
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        no_struct()
    }
}
