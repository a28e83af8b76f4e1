//! The `data` of every event type, one struct each. Unknown fields are refused, so that a typing error is
//! reported and not lost. Fields are the field's standard terms; times are RFC 3339.

use super::fact::Dependency;

macro_rules! data {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $ty:ty $(= $default:literal)?),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$field_doc])* $(#[serde(default = $default)])? pub $field: $ty),* }

        impl $crate::event::canonical::Fields for $name {
            const SORTED: &'static [$crate::event::canonical::Field<Self>] = &$crate::event::canonical::sorted([
                $($crate::event::canonical::field!($field, |_| true)),*
            ]);
        }
    };
}

fn first_try() -> u32 {
    1
}
fn one() -> u32 {
    1
}

/// An optional field that is left out when empty.
macro_rules! optional_data {
    ($(#[$doc:meta])* $name:ident { $($(#[$must_doc:meta])* $must:ident : $must_ty:ty),* $(,)? ; $($(#[$field_doc:meta])* $field:ident : $ty:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$must_doc])* pub $must: $must_ty,)*
            $($(#[$field_doc])* #[serde(default, skip_serializing_if = "super::is_empty")] pub $field: $ty,)*
        }

        impl $crate::event::canonical::Fields for $name {
            const SORTED: &'static [$crate::event::canonical::Field<Self>] = &$crate::event::canonical::sorted([
                $($crate::event::canonical::field!($must, |_| true),)*
                $($crate::event::canonical::field!($field, |value| !super::is_empty(value)),)*
            ]);
        }
    };
}

/// Whether a field says nothing and can be left out of the canonical form.
pub(crate) trait Emptiness {
    /// True for `None` and for an empty list.
    fn says_nothing(&self) -> bool;
}
impl<T> Emptiness for Option<T> {
    fn says_nothing(&self) -> bool {
        self.is_none()
    }
}
impl<T> Emptiness for Vec<T> {
    fn says_nothing(&self) -> bool {
        self.is_empty()
    }
}
impl Emptiness for bool {
    fn says_nothing(&self) -> bool {
        !self
    }
}
fn is_empty<T: Emptiness>(field: &T) -> bool {
    field.says_nothing()
}

fn normal() -> Dependency {
    Dependency::Normal
}

mod architecture;
mod behaviour;
mod execution;
mod lifecycle;
mod record;

pub use architecture::*;
pub use behaviour::*;
pub use execution::*;
pub use lifecycle::*;
pub use record::*;
