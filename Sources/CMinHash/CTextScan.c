#include "CTextScan.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

static int is_word(uint8_t byte) {
    uint8_t lower = byte | 0x20;
    return (lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' || byte >= 0x80;
}

int leat_scan_words(const uint8_t *text, size_t count, uint64_t *words, uint64_t *wide) {
    size_t i = 0;
    uint64_t any = 0;
#if defined(__SSE2__)
    for (; i + 64 <= count; i += 64) {
        uint64_t word = 0, high = 0;
        for (int part = 0; part < 4; part++) {
            __m128i v = _mm_loadu_si128((const __m128i *)(text + i + 16 * part));
            // Signed comparisons: bytes from 0x80 on are negative, and so in neither range.
            __m128i lower = _mm_or_si128(v, _mm_set1_epi8(0x20));
            __m128i letter = _mm_and_si128(_mm_cmpgt_epi8(lower, _mm_set1_epi8('a' - 1)), _mm_cmplt_epi8(lower, _mm_set1_epi8('z' + 1)));
            __m128i digit = _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8('0' - 1)), _mm_cmplt_epi8(v, _mm_set1_epi8('9' + 1)));
            __m128i one = _mm_or_si128(_mm_or_si128(letter, digit), _mm_cmpeq_epi8(v, _mm_set1_epi8('_')));
            uint64_t top = (uint32_t)_mm_movemask_epi8(v);
            word |= ((uint64_t)(uint32_t)_mm_movemask_epi8(one) | top) << (16 * part);
            high |= top << (16 * part);
        }
        words[i / 64] = word;
        wide[i / 64] = high;
        any |= high;
    }
#endif
    for (; i < count; i += 64) {
        uint64_t word = 0, high = 0;
        for (size_t bit = 0; bit < 64 && i + bit < count; bit++) {
            word |= (uint64_t)is_word(text[i + bit]) << bit;
            high |= (uint64_t)(text[i + bit] >> 7) << bit;
        }
        words[i / 64] = word;
        wide[i / 64] = high;
        any |= high;
    }
    return any != 0;
}

// The length of the white-space character at the start of `text`, 0 where there is none.
static size_t white_space_length(const uint8_t *text, size_t count) {
    uint8_t first = text[0];
    if (first == ' ' || (first >= 0x09 && first <= 0x0D)) return 1;
    if (first < 0xC2 || count < 2) return 0;
    if (first == 0xC2) return text[1] == 0x85 || text[1] == 0xA0 ? 2 : 0;
    if (count < 3) return 0;
    uint32_t three = (uint32_t)first << 16 | (uint32_t)text[1] << 8 | text[2];
    int wide = three == 0xE19A80                             // U+1680
        || (three >= 0xE28080 && three <= 0xE2808A)          // U+2000 to U+200A
        || three == 0xE280A8 || three == 0xE280A9 || three == 0xE280AF  // U+2028, U+2029, U+202F
        || three == 0xE2819F || three == 0xE38080;           // U+205F, U+3000
    return wide ? 3 : 0;
}

size_t leat_fold_white_space(const uint8_t *text, size_t count, uint8_t *output) {
    size_t i = 0, written = 0;
    int after_space = 1;  // true at the start, so that leading white space goes
    while (i < count) {
#if defined(__SSE2__)
        // Sixteen bytes at once while no white space follows white space and none may be wide.
        while (i + 16 <= count) {
            __m128i v = _mm_loadu_si128((const __m128i *)(text + i));
            __m128i control = _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8(0x08)), _mm_cmplt_epi8(v, _mm_set1_epi8(0x0E)));
            __m128i space = _mm_or_si128(control, _mm_cmpeq_epi8(v, _mm_set1_epi8(' ')));
            __m128i maybe = _mm_or_si128(
                _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xC2)), _mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xE1))),
                _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xE2)), _mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xE3))));
            unsigned spaces = (unsigned)_mm_movemask_epi8(space);
            if (_mm_movemask_epi8(maybe) != 0 || (spaces & (spaces << 1 | (unsigned)after_space)) != 0) break;
            v = _mm_or_si128(_mm_andnot_si128(space, v), _mm_and_si128(space, _mm_set1_epi8(' ')));
            _mm_storeu_si128((__m128i *)(output + written), v);
            after_space = (int)(spaces >> 15);
            written += 16;
            i += 16;
        }
#endif
        size_t stop = i + 16 < count ? i + 16 : count;
        while (i < stop) {
            size_t length = white_space_length(text + i, count - i);
            if (length == 0) {
                output[written++] = text[i++];
                after_space = 0;
            } else {
                if (!after_space) output[written++] = ' ';
                after_space = 1;
                i += length;
            }
        }
    }
    if (written > 0 && after_space) written--;
    return written;
}
