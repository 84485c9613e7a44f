//! Tolerant reading: a value of the wrong type costs its field and an issue, never the document. A [`Slot`] takes
//! what fits, the [`Fill`] visitor brings it every JSON value with its place. Knows no format.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::error::MAX_STRING_BYTES;
use crate::issue::IssueCode;
use crate::walk::{Step, Walk};

/// Something that can be filled from one JSON value. Each function answers whether the value was kept.
pub(crate) trait Slot<'de>: Sized {
    /// What belongs here, for the issue text.
    const EXPECTED: &'static str;

    fn text(&mut self, _text: Cow<'de, str>, walk: &mut Walk) -> bool {
        misfit(walk, Self::EXPECTED, "a text")
    }

    /// A number or a boolean, printed.
    fn scalar(&mut self, _printed: String, found: &'static str, walk: &mut Walk) -> bool {
        misfit(walk, Self::EXPECTED, found)
    }

    fn list<A: SeqAccess<'de>>(&mut self, mut list: A, walk: &mut Walk) -> Result<bool, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(misfit(walk, Self::EXPECTED, "a list"))
    }

    fn object<A: MapAccess<'de>>(&mut self, mut map: A, walk: &mut Walk) -> Result<bool, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(misfit(walk, Self::EXPECTED, "an object"))
    }
}

fn misfit(walk: &mut Walk, expected: &str, found: &str) -> bool {
    walk.report(IssueCode::WrongType, || {
        format!("{expected} belongs here, not {found}; the value is left out")
    });
    false
}

/// Brings one JSON value to a slot.
pub(crate) struct Fill<'a, T> {
    pub(crate) slot: &'a mut T,
    pub(crate) walk: &'a mut Walk,
}

impl<'de, T: Slot<'de>> DeserializeSeed<'de> for Fill<'_, T> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Slot<'de>> Visitor<'de> for Fill<'_, T> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<bool, E> {
        Ok(self.slot.text(Cow::Borrowed(text), self.walk))
    }

    fn visit_str<E>(self, text: &str) -> Result<bool, E> {
        Ok(self.slot.text(Cow::Owned(text.to_owned()), self.walk))
    }

    fn visit_u64<E>(self, number: u64) -> Result<bool, E> {
        Ok(self.slot.scalar(number.to_string(), "a number", self.walk))
    }

    fn visit_i64<E>(self, number: i64) -> Result<bool, E> {
        Ok(self.slot.scalar(number.to_string(), "a number", self.walk))
    }

    fn visit_f64<E>(self, number: f64) -> Result<bool, E> {
        Ok(self.slot.scalar(number.to_string(), "a number", self.walk))
    }

    fn visit_bool<E>(self, boolean: bool) -> Result<bool, E> {
        Ok(self.slot.scalar(boolean.to_string(), "a boolean", self.walk))
    }

    // `null` is read as absent: tools write it for fields they do not know, and nothing is lost.
    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<bool, A::Error> {
        self.slot.list(list, self.walk)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<bool, A::Error> {
        self.slot.object(map, self.walk)
    }
}

/// A text, borrowed from the document where it holds no escapes.
#[derive(Default, Clone)]
pub(crate) struct Text<'de>(Option<Cow<'de, str>>);

impl<'de> Text<'de> {
    /// The text without surrounding white space; absent when nothing is left.
    pub(crate) fn get(&self) -> Option<&str> {
        self.0.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    pub(crate) fn to_owned(&self) -> Option<String> {
        self.get().map(str::to_owned)
    }

    /// Puts a text in from elsewhere than its own field.
    pub(crate) fn put(&mut self, text: Cow<'de, str>, walk: &mut Walk) -> bool {
        if text.len() > MAX_STRING_BYTES {
            let length = text.len();
            walk.report(IssueCode::TextTooLong, || {
                format!(
                    "a text of {length} bytes, more than the {MAX_STRING_BYTES} that are kept, is left out"
                )
            });
            return false;
        }
        self.0 = Some(if text.as_bytes().contains(&0) {
            walk.report(IssueCode::NulReplaced, || "U+0000 was replaced by U+FFFD".to_owned());
            Cow::Owned(text.replace('\0', "\u{FFFD}"))
        } else {
            text
        });
        true
    }
}

impl<'de> Slot<'de> for Text<'de> {
    const EXPECTED: &'static str = "a text";

    fn text(&mut self, text: Cow<'de, str>, walk: &mut Walk) -> bool {
        self.put(text, walk)
    }

    fn scalar(&mut self, printed: String, found: &'static str, walk: &mut Walk) -> bool {
        walk.report(IssueCode::Coerced, || {
            format!("a text belongs here; {found} is read as {printed:?}, zeros at its end may be lost")
        });
        self.0 = Some(Cow::Owned(printed));
        true
    }
}

/// How many entries stand in a list (or one object) that is not kept.
#[derive(Default)]
pub(crate) struct Count(pub(crate) usize);

impl<'de> Slot<'de> for Count {
    const EXPECTED: &'static str = "a list";

    fn list<A: SeqAccess<'de>>(&mut self, mut list: A, _walk: &mut Walk) -> Result<bool, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {
            self.0 += 1;
        }
        Ok(true)
    }

    fn object<A: MapAccess<'de>>(&mut self, mut map: A, _walk: &mut Walk) -> Result<bool, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        self.0 += 1;
        Ok(true)
    }
}

impl<'de, T: Slot<'de> + Default> Slot<'de> for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn text(&mut self, text: Cow<'de, str>, walk: &mut Walk) -> bool {
        self.insert(T::default()).text(text, walk)
    }

    fn list<A: SeqAccess<'de>>(&mut self, list: A, walk: &mut Walk) -> Result<bool, A::Error> {
        self.insert(T::default()).list(list, walk)
    }

    fn object<A: MapAccess<'de>>(&mut self, map: A, walk: &mut Walk) -> Result<bool, A::Error> {
        self.insert(T::default()).object(map, walk)
    }
}

/// A list that keeps the place of each element, so that later issues point at it. With `SINGLE` the standard
/// also allows one bare value (`evidence.identity` of CycloneDX 1.5); elsewhere that is read with an issue.
pub(crate) struct List<T, const SINGLE: bool = false>(pub(crate) Vec<(Step, T)>);

impl<T, const SINGLE: bool> Default for List<T, SINGLE> {
    fn default() -> Self {
        List(Vec::new())
    }
}

impl<T, const SINGLE: bool> List<T, SINGLE> {
    fn single(walk: &mut Walk) {
        if !SINGLE {
            walk.report(IssueCode::Coerced, || {
                "a list belongs here; the single value is read as a list of one".to_owned()
            });
        }
    }
}

impl<'de, T: Slot<'de> + Default, const SINGLE: bool> Slot<'de> for List<T, SINGLE> {
    const EXPECTED: &'static str = "a list";

    fn text(&mut self, text: Cow<'de, str>, walk: &mut Walk) -> bool {
        Self::single(walk);
        let mut value = T::default();
        // Without room the walk holds the refusal, which is asked when the document has been read.
        let kept = value.text(text, walk) && walk.hold(size_of::<(Step, T)>());
        if kept {
            self.0.push((Step::Here, value));
        }
        kept
    }

    fn list<A: SeqAccess<'de>>(&mut self, list: A, walk: &mut Walk) -> Result<bool, A::Error> {
        each(list, walk, |step, value, walk| {
            let room = walk.hold(size_of::<(Step, T)>());
            if room {
                self.0.push((step, value));
            }
            room
        })?;
        self.0.shrink_to_fit();
        Ok(true)
    }

    fn object<A: MapAccess<'de>>(&mut self, map: A, walk: &mut Walk) -> Result<bool, A::Error> {
        Self::single(walk);
        let mut value = T::default();
        let kept = value.object(map, walk)? && walk.hold(size_of::<(Step, T)>());
        if kept {
            self.0.push((Step::Here, value));
        }
        Ok(kept)
    }
}

/// Reads a list element by element and hands each one on; stops when `take` says no (it has set the refusal).
pub(crate) fn each<'de, T: Slot<'de> + Default, A: SeqAccess<'de>>(
    mut list: A,
    walk: &mut Walk,
    mut take: impl FnMut(Step, T, &mut Walk) -> bool,
) -> Result<bool, A::Error> {
    for index in 0.. {
        let mut value = T::default();
        walk.enter(Step::Index(index));
        let kept = list.next_element_seed(Fill { slot: &mut value, walk })?;
        let go_on = kept != Some(true) || take(Step::Index(index), value, walk);
        walk.leave();
        if !go_on {
            return Err(serde::de::Error::custom("refused"));
        }
        if kept.is_none() {
            break;
        }
    }
    Ok(true)
}

/// Finds an object key among those that are read, without keeping it.
pub(crate) struct Keys(pub(crate) &'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Keys {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Keys {
    type Value = Option<usize>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Option<usize>, E> {
        Ok(self.0.iter().position(|known| *known == key))
    }
}

/// Reports a key that has been met before in the same object.
pub(crate) fn note_repeat(seen: &mut u64, index: usize, walk: &mut Walk) {
    let bit = 1 << index;
    if *seen & bit != 0 {
        walk.report(IssueCode::DuplicateKey, || {
            "the key occurs more than once in its object; lists are joined, of single values the last one counts".to_owned()
        });
    }
    *seen |= bit;
}

/// Declares an object with the keys that are read; all others are skipped without being kept. With `or text in FIELD`
/// a bare text in the object's place is read as that field.
macro_rules! object {
    ($(#[$meta:meta])* $name:ident<$life:lifetime> $(or text in $text:ident)? { $($field:ident: $type:ty = $key:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Default)]
        pub(crate) struct $name<$life> {
            $(pub(crate) $field: $type,)+
        }

        impl<$life> $crate::slot::Slot<$life> for $name<$life> {
            const EXPECTED: &'static str = "an object";

            $(fn text(&mut self, text: std::borrow::Cow<$life, str>, walk: &mut $crate::walk::Walk) -> bool {
                walk.report($crate::issue::IssueCode::Coerced, || {
                    format!("an object belongs here; the text is read as its {}", stringify!($text))
                });
                self.$text.put(text, walk)
            })?

            fn object<A: serde::de::MapAccess<$life>>(
                &mut self,
                mut map: A,
                walk: &mut $crate::walk::Walk,
            ) -> Result<bool, A::Error> {
                const KEYS: &[&str] = &[$($key),+];
                let mut seen = 0_u64;
                while let Some(index) = map.next_key_seed($crate::slot::Keys(KEYS))? {
                    let Some(index) = index else {
                        map.next_value::<serde::de::IgnoredAny>()?;
                        continue;
                    };
                    walk.enter($crate::walk::Step::Key(KEYS[index]));
                    $crate::slot::note_repeat(&mut seen, index, walk);
                    match KEYS[index] {
                        $($key => map.next_value_seed($crate::slot::Fill { slot: &mut self.$field, walk: &mut *walk })?,)+
                        _ => false,
                    };
                    walk.leave();
                }
                Ok(true)
            }
        }
    };
}
pub(crate) use object;

#[cfg(test)]
mod tests {
    use super::{List, Text};
    use crate::error::{MAX_LIST_BYTES, ReadError};
    use crate::json;
    use crate::walk::{Step, Walk};

    object! { Entry<'de> { texts: List<Text<'de>> = "texts" } }

    /// What is refused when there is room for this many more texts.
    fn check(room: usize, document: &str, expected: Option<(usize, &str)>) {
        let mut walk = Walk::default();
        assert!(walk.hold(MAX_LIST_BYTES - room * size_of::<(Step, Text<'_>)>()));
        let filled = json::fill(document, &mut Entry::default(), &mut walk);
        let refused = filled.err().or(walk.refusal);
        let expected = expected.map(|(count, pointer)| ReadError::TooManyElements {
            count,
            limit: MAX_LIST_BYTES,
            pointer: pointer.to_owned(),
        });
        assert_eq!(refused, expected, "{document}");
    }

    #[test]
    fn elements_are_refused_while_they_are_read() {
        check(2, r#"{"texts":["a","b"]}"#, None);
        check(1, r#"{"texts":["a","b"]}"#, Some((3, "/texts/1")));
        // Broken further on, which is never reached.
        check(1, r#"{"texts":["a","b", ]}"#, Some((3, "/texts/1")));
        // Lists in pieces and single values in the place of lists.
        check(2, r#"{"texts":["a"],"texts":["b","c"]}"#, Some((4, "/texts/1")));
        check(2, r#"{"texts":"a","texts":"b","texts":"c"}"#, Some((4, "/texts")));
        // What is not kept takes no room.
        check(1, r#"{"texts":[{},[],null,"a"]}"#, None);
    }

    #[test]
    fn what_was_let_go_leaves_room() {
        let mut walk = Walk::default();
        let held = walk.held();
        assert!(walk.hold(MAX_LIST_BYTES) && !walk.hold(1));
        walk.release(held);
        assert!(walk.hold(MAX_LIST_BYTES));
    }
}
