#include "CChecksum.h"

#include <string.h>

// The polynomial, bits reflected.
#define POLYNOMIAL 0x82f63b78u

static uint32_t byte_table[8][256];

static void make_byte_tables(void) {
    for (uint32_t value = 0; value < 256; value++) {
        uint32_t crc = value;
        for (int bit = 0; bit < 8; bit++) crc = (crc & 1) ? (crc >> 1) ^ POLYNOMIAL : crc >> 1;
        byte_table[0][value] = crc;
    }
    for (int slice = 1; slice < 8; slice++)
        for (uint32_t value = 0; value < 256; value++) {
            uint32_t before = byte_table[slice - 1][value];
            byte_table[slice][value] = (before >> 8) ^ byte_table[0][before & 0xff];
        }
}

uint32_t leat_crc32c_portable(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    crc = ~crc;
    // Eight bytes a step ("slicing by eight"), put together byte by byte so that the order of bytes in a
    // word of this machine does not matter.
    while (count >= 8) {
        uint32_t low = crc ^ ((uint32_t)next[0] | (uint32_t)next[1] << 8 | (uint32_t)next[2] << 16 | (uint32_t)next[3] << 24);
        crc = byte_table[7][low & 0xff] ^ byte_table[6][(low >> 8) & 0xff] ^ byte_table[5][(low >> 16) & 0xff]
            ^ byte_table[4][low >> 24] ^ byte_table[3][next[4]] ^ byte_table[2][next[5]] ^ byte_table[1][next[6]]
            ^ byte_table[0][next[7]];
        next += 8;
        count -= 8;
    }
    while (count-- > 0) crc = (crc >> 8) ^ byte_table[0][(crc ^ *next++) & 0xff];
    return ~crc;
}

#if defined(__x86_64__)

#include <nmmintrin.h>

// The instruction answers after three cycles and can be started on every one, so three runs of bytes side by
// side keep it busy. Joining them needs "this CRC, followed by so many zero bytes": linear over bits, so four
// tables of 256 do it, one for each byte of the CRC.
enum { LONG_LANE = 4096, SHORT_LANE = 256 };

static uint32_t long_shift[4][256];
static uint32_t short_shift[4][256];

// Fills `table` so that it advances a raw CRC over `lane` zero bytes.
static void make_shift(uint32_t table[4][256], size_t lane) {
    uint32_t image[32];
    for (int bit = 0; bit < 32; bit++) {
        uint32_t crc = (uint32_t)1 << bit;
        for (size_t step = 0; step < lane; step++) crc = (crc >> 8) ^ byte_table[0][crc & 0xff];
        image[bit] = crc;
    }
    for (int position = 0; position < 4; position++)
        for (uint32_t value = 0; value < 256; value++) {
            uint32_t crc = 0;
            for (int bit = 0; bit < 8; bit++)
                if (value & (1u << bit)) crc ^= image[8 * position + bit];
            table[position][value] = crc;
        }
}

static inline uint32_t shift(uint32_t table[4][256], uint32_t crc) {
    return table[0][crc & 0xff] ^ table[1][(crc >> 8) & 0xff] ^ table[2][(crc >> 16) & 0xff] ^ table[3][crc >> 24];
}

static inline uint64_t word_at(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

__attribute__((target("sse4.2"))) static inline uint32_t three_lanes(
    uint32_t crc, const uint8_t *next, size_t lane, uint32_t table[4][256]) {
    uint64_t first = crc, second = 0, third = 0;
    for (size_t at = 0; at < lane; at += 8) {
        first = _mm_crc32_u64(first, word_at(next + at));
        second = _mm_crc32_u64(second, word_at(next + lane + at));
        third = _mm_crc32_u64(third, word_at(next + 2 * lane + at));
    }
    uint32_t joined = shift(table, (uint32_t)first) ^ (uint32_t)second;
    return shift(table, joined) ^ (uint32_t)third;
}

__attribute__((target("sse4.2"))) static uint32_t accelerated(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    crc = ~crc;
    while (count >= 3 * LONG_LANE) {
        crc = three_lanes(crc, next, LONG_LANE, long_shift);
        next += 3 * LONG_LANE;
        count -= 3 * LONG_LANE;
    }
    while (count >= 3 * SHORT_LANE) {
        crc = three_lanes(crc, next, SHORT_LANE, short_shift);
        next += 3 * SHORT_LANE;
        count -= 3 * SHORT_LANE;
    }
    uint64_t wide = crc;
    while (count >= 8) {
        wide = _mm_crc32_u64(wide, word_at(next));
        next += 8;
        count -= 8;
    }
    crc = (uint32_t)wide;
    while (count-- > 0) crc = _mm_crc32_u8(crc, *next++);
    return ~crc;
}

#endif

static int has_instruction;

// Before main, hence before any thread: the tables are never written again.
__attribute__((constructor)) static void prepare(void) {
    make_byte_tables();
#if defined(__x86_64__)
    __builtin_cpu_init();
    has_instruction = __builtin_cpu_supports("sse4.2") ? 1 : 0;
    make_shift(long_shift, LONG_LANE);
    make_shift(short_shift, SHORT_LANE);
#endif
}

int leat_crc32c_accelerated(void) { return has_instruction; }

uint32_t leat_crc32c(uint32_t crc, const void *bytes, size_t count) {
#if defined(__x86_64__)
    if (has_instruction) return accelerated(crc, bytes, count);
#endif
    return leat_crc32c_portable(crc, bytes, count);
}
