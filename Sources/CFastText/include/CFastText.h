// A C face on fastText (Bojanowski et al. 2016; library 0.9): open a supervised model, predict labels for one line.
// Every C++ exception ends here and becomes a return value.
//
// Threads: one model may be used for prediction by any number of threads at once. In fastText 0.9's sources
// FastText::predict, Dictionary::getLine, Model::predict, Model::computeHidden, QuantMatrix::averageRowsToVector and the
// losses' predict are const, hold no mutable members, and keep what they compute (Model::State, the heap of
// predictions, the word ids) on the caller's stack; the tables that they read are written by loadModel alone.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct leat_fasttext leat_fasttext;

typedef struct {
    int32_t label;  ///< index for leat_fasttext_label
    float score;    ///< the model's probability, 0 to 1
} leat_fasttext_prediction;

/// Loads a model file (.bin or .ftz). NULL on failure, with a message of at most `capacity` bytes, NUL included.
leat_fasttext *leat_fasttext_open(const char *path, char *message, size_t capacity);
void leat_fasttext_close(leat_fasttext *model);

/// Number of labels, and the label with an index, as written in the model ("__label__en"); NULL outside the range.
int32_t leat_fasttext_label_count(const leat_fasttext *model);
const char *leat_fasttext_label(const leat_fasttext *model, int32_t index);

/// The best `capacity` labels of one line of UTF-8, best first; returns how many, or -1 on failure. Reads to the first
/// line feed; as in training, the line should end with one (it stands for a token of its own).
int32_t leat_fasttext_predict(
    const leat_fasttext *model, const char *line, size_t count, leat_fasttext_prediction *predictions, int32_t capacity);

#ifdef __cplusplus
}
#endif
