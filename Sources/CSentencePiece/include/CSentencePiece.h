#pragma once
// The few calls of the SentencePiece library that Leat needs, with a C face: nothing thrown ever leaves it.
// A processor is immutable after loading and may be used by several threads at once.
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct leat_sentencepiece leat_sentencepiece;

/// Loads a serialised model. Null on failure, with a message of at most `capacity` bytes (its zero included) in `message`.
leat_sentencepiece *_Nullable leat_sentencepiece_load(
    const void *_Nonnull model, size_t size, char *_Nonnull message, size_t capacity);

void leat_sentencepiece_free(leat_sentencepiece *_Nullable processor);

/// Encodes UTF-8. Returns the number of ids, which are in `*ids` until leat_sentencepiece_free_ids; negative on failure.
int64_t leat_sentencepiece_encode(
    const leat_sentencepiece *_Nonnull processor, const char *_Nonnull text, size_t size, uint32_t *_Nullable *_Nonnull ids);

void leat_sentencepiece_free_ids(uint32_t *_Nullable ids);

#ifdef __cplusplus
}
#endif
