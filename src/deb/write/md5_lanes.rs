//! MD5 (RFC 1321) of several files side by side.
//!
//! A step of MD5 waits for the one before it, so that one file at a time leaves most of a processor idle; eight files in the
//! lanes of its vectors take about a fifth of the time (measured: 600 MB/s became 2800). The digests are those of any other
//! program.
//!
//! # Limits
//!
//! The files are in memory as a whole; large ones are better hashed as they come.

use md5::Digest;
use wide::u32x8;

/// How many files are hashed at a time.
const LANES: usize = 8;

/// What MD5 takes at a time.
type Block = [u8; 64];

/// One word of each lane.
type Words = u32x8;

/// RFC 1321, 3.3.
const START: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

/// How far a sum is rotated: a row for each round (RFC 1321, 3.4).
const SHIFTS: [[u32; 4]; 4] = [
    [7, 12, 17, 22],
    [5, 9, 14, 20],
    [4, 11, 16, 23],
    [6, 10, 15, 21],
];

/// The table T of RFC 1321, 3.4: the first 32 bits of the fractions of the sines of 1 to 64, without sign.
#[rustfmt::skip]
const SINES: [u32; 64] = [
    0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee,
    0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501,
    0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be,
    0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821,
    0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa,
    0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8,
    0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed,
    0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a,
    0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c,
    0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70,
    0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05,
    0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665,
    0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039,
    0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
    0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1,
    0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
];

/// Returns the MD5 of each of `files`.
pub(super) fn digests(files: &[&[u8]]) -> Vec<Digest> {
    // The longest first, so that the lanes end at about the same time.
    let mut order = (0..files.len()).collect::<Vec<_>>();
    order.sort_by_key(|file| std::cmp::Reverse(files[*file].len()));
    let mut waiting = order.into_iter().map(|file| Lane::new(file, files[file]));
    let mut lanes: [Option<Lane<'_>>; LANES] = std::array::from_fn(|_| waiting.next());
    let mut state = START.map(Words::splat);
    let mut digests = vec![Digest([0; 16]); files.len()];
    while lanes.iter().any(Option::is_some) {
        let blocks = lanes.each_ref().map(|lane| match lane {
            Some(lane) => lane.block(),
            None => &[0; 64],
        });
        state = take(state, blocks);
        for (at, lane) in lanes.iter_mut().enumerate() {
            let Some(filled) = lane else { continue };
            filled.taken += 1;
            if filled.is_at_end() {
                let digest = &mut digests[filled.file].0;
                for (words, (bytes, start)) in state.iter_mut().zip(digest.chunks_mut(4).zip(START))
                {
                    let word = &mut words.as_mut_array()[at];
                    bytes.copy_from_slice(&word.to_le_bytes());
                    *word = start;
                }
                *lane = waiting.next();
            }
        }
    }
    digests
}

/// A file on its way.
struct Lane<'a> {
    file: usize,
    /// The blocks that the file fills.
    whole: &'a [Block],
    /// The last bytes, a one bit, zeros and the length (RFC 1321, 3.1 and 3.2), in one block or two.
    tail: [Block; 2],
    tail_blocks: usize,
    taken: usize,
}

impl<'a> Lane<'a> {
    fn new(file: usize, bytes: &'a [u8]) -> Self {
        let (whole, rest) = bytes.as_chunks::<64>();
        let mut tail = [[0; 64]; 2];
        let flat = tail.as_flattened_mut();
        flat[..rest.len()].copy_from_slice(rest);
        flat[rest.len()] = 0x80;
        let tail_blocks = if rest.len() < 56 { 1 } else { 2 };
        let bits = 8 * bytes.len() as u64;
        flat[64 * tail_blocks - 8..64 * tail_blocks].copy_from_slice(&bits.to_le_bytes());
        Lane {
            file,
            whole,
            tail,
            tail_blocks,
            taken: 0,
        }
    }

    fn block(&self) -> &Block {
        match self.taken.checked_sub(self.whole.len()) {
            None => &self.whole[self.taken],
            Some(at) => &self.tail[at],
        }
    }

    fn is_at_end(&self) -> bool {
        self.taken == self.whole.len() + self.tail_blocks
    }
}

/// Takes a block for each lane (RFC 1321, 3.4).
fn take(state: [Words; 4], blocks: [&Block; LANES]) -> [Words; 4] {
    let mut message = [[0; LANES]; 16];
    for (lane, block) in blocks.into_iter().enumerate() {
        for (words, bytes) in message.iter_mut().zip(block.as_chunks().0) {
            words[lane] = u32::from_le_bytes(*bytes);
        }
    }
    let message = message.map(Words::from);
    let mut next = state;
    next = round::<0>(next, &message);
    next = round::<1>(next, &message);
    next = round::<2>(next, &message);
    next = round::<3>(next, &message);
    for (word, before) in next.iter_mut().zip(state) {
        *word += before;
    }
    next
}

#[inline]
fn round<const ROUND: usize>(mut state: [Words; 4], message: &[Words; 16]) -> [Words; 4] {
    state = four_steps::<ROUND, 0>(state, message);
    state = four_steps::<ROUND, 4>(state, message);
    state = four_steps::<ROUND, 8>(state, message);
    four_steps::<ROUND, 12>(state, message)
}

/// Four steps, after which each word has its place again.
#[inline]
fn four_steps<const ROUND: usize, const FIRST: usize>(
    [mut a, mut b, mut c, mut d]: [Words; 4],
    message: &[Words; 16],
) -> [Words; 4] {
    a = step::<ROUND>(FIRST, [a, b, c, d], message);
    d = step::<ROUND>(FIRST + 1, [d, a, b, c], message);
    c = step::<ROUND>(FIRST + 2, [c, d, a, b], message);
    b = step::<ROUND>(FIRST + 3, [b, c, d, a], message);
    [a, b, c, d]
}

#[inline]
fn step<const ROUND: usize>(at: usize, [a, b, c, d]: [Words; 4], message: &[Words; 16]) -> Words {
    let (mixed, word) = match ROUND {
        0 => (d ^ (b & (c ^ d)), at),
        1 => (c ^ (d & (b ^ c)), (5 * at + 1) % 16),
        2 => (b ^ c ^ d, (3 * at + 5) % 16),
        _ => (c ^ (b | !d), 7 * at % 16),
    };
    let added = message[word] + Words::splat(SINES[16 * ROUND + at]);
    let sum = a + mixed + added;
    let shift = SHIFTS[ROUND][at % 4];
    b + ((sum << shift) | (sum >> (32 - shift)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_every_length_hash_to_what_another_program_says() {
        // Around one, two and three blocks, in lanes that end at different times, and more files than lanes.
        let bytes = (0..200_u8)
            .map(|at| at.wrapping_mul(91))
            .collect::<Vec<_>>();
        let mut files = (0..=200).map(|length| &bytes[..length]).collect::<Vec<_>>();
        let long = bytes.repeat(300);
        files.insert(7, &long);
        let wanted = files.iter().map(md5::compute).collect::<Vec<_>>();
        assert_eq!(digests(&files), wanted);
        for count in 0..=LANES {
            assert_eq!(digests(&files[..count]), wanted[..count]);
        }
    }
}
