#pragma once
#include <stddef.h>
#include <stdint.h>

// Two passes over UTF-8 bytes, sixteen at a time where the processor has SSE2 (every x86-64 has), one by one elsewhere: same results.

/// For each byte a bit, bit i % 64 of element i / 64: in `words` set for ASCII letters, digits, underscore and every byte from 0x80 on;
/// in `wide` set for the bytes from 0x80 on. Each array has room for (count + 63) / 64 elements; bits past `count` are 0.
/// Returns whether there is any wide byte.
int leat_scan_words(const uint8_t *text, size_t count, uint64_t *words, uint64_t *wide);

/// Copies text with every run of white space (Unicode's White_Space) as one space, and none at the ends. `output` has room for
/// `count` bytes. Returns how many were written.
size_t leat_fold_white_space(const uint8_t *text, size_t count, uint8_t *output);
