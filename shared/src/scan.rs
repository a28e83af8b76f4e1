//! Finds bytes in texts, sixteen at a time: what most texts are made of is passed over in a step.
//!
//! Not here: what a byte means.

/// Bytes looked at together.
const STRIDE: usize = 16;

/// Where the first byte stands for which `is` holds. `is` must not branch, or it is asked byte by byte.
#[inline]
pub(crate) fn first(bytes: &[u8], is: impl Fn(u8) -> bool) -> Option<usize> {
    let (strides, rest) = bytes.as_chunks::<STRIDE>();
    for (n, stride) in strides.iter().enumerate() {
        let mut any = 0;
        for byte in stride {
            any |= u8::from(is(*byte));
        }
        if any != 0 {
            return stride.iter().position(|byte| is(*byte)).map(|at| n * STRIDE + at);
        }
    }
    let at = rest.iter().position(|byte| is(*byte))?;
    Some(bytes.len() - rest.len() + at)
}

/// How many of the bytes are `wanted`.
pub(crate) fn count(bytes: &[u8], wanted: u8) -> usize {
    let (strides, rest) = bytes.as_chunks::<STRIDE>();
    let count_in = |bytes: &[u8]| bytes.iter().map(|byte| u8::from(*byte == wanted)).sum::<u8>();
    strides.iter().map(|stride| usize::from(count_in(stride))).sum::<usize>() + usize::from(count_in(rest))
}

/// Whether all bytes are printable ASCII, the space included.
#[inline]
pub(crate) fn is_plain(text: &str) -> bool {
    first(text.as_bytes(), |byte| !matches!(byte, 0x20..0x7f)).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_is_found_wherever_it_stands() {
        for length in 0..70 {
            let mut bytes = vec![b'a'; length];
            assert_eq!(first(&bytes, |byte| byte == b'x'), None);
            for at in (0..length).rev() {
                bytes[at] = b'x';
                assert_eq!(first(&bytes, |byte| byte == b'x'), Some(at), "{at} of {length}");
                assert_eq!(count(&bytes, b'x'), length - at);
            }
        }
        assert!(is_plain(" a~") && !is_plain("a\u{7f}") && !is_plain("a\n") && !is_plain("ü"));
    }
}
