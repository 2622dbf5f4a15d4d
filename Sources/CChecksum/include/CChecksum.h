// CRC-32C (Castagnoli; RFC 3720 appendix B.4), the checksum of Kafka's record batches.
#pragma once

#include <stddef.h>
#include <stdint.h>

// The CRC-32C of `count` bytes that follow bytes whose CRC-32C is `crc` (0 for none).
uint32_t leat_crc32c(uint32_t crc, const void *bytes, size_t count);
// The same through a table alone: what a machine without the instruction runs.
uint32_t leat_crc32c_portable(uint32_t crc, const void *bytes, size_t count);
// 1 when this machine has the instruction, 0 when leat_crc32c is the portable one.
int leat_crc32c_accelerated(void);
