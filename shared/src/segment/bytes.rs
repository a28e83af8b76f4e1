//! Numbers and slices in and out of bytes: LEB128 of the least length, zigzag for signed differences.

use super::{EXPANSION_FREE, EXPANSION_MAX, SegmentError};

/// Bytes being written.
#[derive(Debug, Default)]
pub(super) struct Writer(pub(super) Vec<u8>);

impl Writer {
    pub(super) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// A signed number; near zero it is short.
    pub(super) fn signed(&mut self, number: i64) {
        self.number((number as u64) << 1 ^ (number >> 63) as u64);
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Appends a section: its length, then its bytes.
    pub(super) fn section(&mut self, section: &Writer) {
        self.number(section.0.len() as u64);
        self.raw(&section.0);
    }
}

/// Bytes being read, from `at` on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: u64,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn refuse<T>(&self, reason: &'static str) -> Result<T, SegmentError> {
        Err(SegmentError { at: self.at, reason })
    }

    pub(super) fn left(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn byte(&mut self) -> Result<u8, SegmentError> {
        let [first, rest @ ..] = self.bytes else { return self.refuse("one more byte") };
        (self.bytes, self.at) = (rest, self.at + 1);
        Ok(*first)
    }

    pub(super) fn number(&mut self) -> Result<u64, SegmentError> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            if shift == 63 && byte > 1 {
                return self.refuse("a number of 64 bits");
            }
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let is_least = byte != 0 || shift == 0;
                return if is_least { Ok(number) } else { self.refuse("a number of the least length") };
            }
        }
        self.refuse("a number of 64 bits")
    }

    pub(super) fn signed(&mut self) -> Result<i64, SegmentError> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// A number that is an index below `length`.
    pub(super) fn index(&mut self, length: usize, reason: &'static str) -> Result<usize, SegmentError> {
        match usize::try_from(self.number()?) {
            Ok(index) if index < length => Ok(index),
            _ => self.refuse(reason),
        }
    }

    pub(super) fn u32(&mut self) -> Result<u32, SegmentError> {
        match u32::try_from(self.number()?) {
            Ok(number) => Ok(number),
            Err(_) => self.refuse("a number of 32 bits"),
        }
    }

    pub(super) fn raw(&mut self, length: usize) -> Result<&'a [u8], SegmentError> {
        if length > self.bytes.len() {
            return self.refuse("more bytes than are left");
        }
        let (first, rest) = self.bytes.split_at(length);
        (self.bytes, self.at) = (rest, self.at + length as u64);
        Ok(first)
    }

    pub(super) fn hash(&mut self) -> Result<[u8; 16], SegmentError> {
        let mut hash = [0; 16];
        hash.copy_from_slice(self.raw(16)?);
        Ok(hash)
    }

    /// The next section as a reader of its own.
    pub(super) fn section(&mut self) -> Result<Reader<'a>, SegmentError> {
        let length = self.number()?;
        let Ok(length) = usize::try_from(length) else { return self.refuse("a section that fits") };
        let at = self.at;
        Ok(Reader { bytes: self.raw(length)?, at })
    }

    /// Refuses bytes that nothing has read.
    pub(super) fn finish(&self) -> Result<(), SegmentError> {
        if self.bytes.is_empty() { Ok(()) } else { self.refuse("the end") }
    }
}

/// How many bytes of entries may still be built.
#[derive(Debug)]
pub(super) struct Budget(u64);

impl Budget {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self((bytes.len() as u64).saturating_mul(EXPANSION_MAX).saturating_add(EXPANSION_FREE))
    }

    /// Takes `bytes` away, or refuses at the place of `reader`.
    pub(super) fn spend(&mut self, bytes: usize, reader: &Reader<'_>) -> Result<(), SegmentError> {
        match self.0.checked_sub(bytes as u64) {
            Some(left) => {
                self.0 = left;
                Ok(())
            }
            None => reader.refuse("less text for so few bytes"),
        }
    }
}
