// See CFastText.h.
#include "CFastText.h"

#include <fasttext/fasttext.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <fstream>
#include <istream>
#include <memory>
#include <stdexcept>
#include <streambuf>
#include <string>
#include <vector>

#include "LineReader.h"
#include "RowSums.h"

namespace {

/// A stream over the caller's bytes: fastText reads from streams, and a string stream would copy the text.
class BytesBuffer final : public std::streambuf {
public:
    BytesBuffer(const char *bytes, size_t count) {
        // The get area is never written to; its type only lacks the const.
        char *start = const_cast<char *>(bytes);
        setg(start, start, start + count);
    }
};

/// Loads from a stream that throws where bytes are missing: fastText's own loader reads on behind the end of a truncated
/// file, without an end.
class BoundedFastText final : public fasttext::FastText {
public:
    void open(const char *path) {
        std::ifstream file(path, std::ifstream::binary);
        if (!file.is_open()) throw std::invalid_argument("it cannot be opened");
        file.exceptions(std::ios::badbit | std::ios::failbit | std::ios::eofbit);
        try {
            if (!checkModel(file)) throw std::invalid_argument("it is not a model of fastText 0.9");
            loadModel(file);
        } catch (const std::ios_base::failure &) {
            throw std::invalid_argument("it ends too early, or is no file");
        }
    }
};

}  // namespace

struct leat_fasttext {
    BoundedFastText model;
    std::shared_ptr<const fasttext::Dictionary> dictionary;
    std::unique_ptr<const leat::LineReader> reader;
    std::unique_ptr<const leat::RowSums> sums;
    std::vector<std::string> labels;
};

static std::vector<int32_t> rows_by_library(const leat_fasttext *model, const char *line, size_t count) {
    BytesBuffer buffer(line, count);
    std::istream stream(&buffer);
    std::vector<int32_t> rows, labels;
    model->dictionary->getLine(stream, rows, labels);
    return rows;
}

static int32_t kept(const fasttext::Predictions &found, leat_fasttext_prediction *predictions, int32_t capacity) {
    const int32_t count = std::min(capacity, static_cast<int32_t>(found.size()));
    for (int32_t i = 0; i < count; i++) {
        // fastText adds 1e-5 before each logarithm, so a sum can pass 1 by that much.
        float score = std::min(1.0f, std::exp(found[static_cast<size_t>(i)].first));
        predictions[i] = {found[static_cast<size_t>(i)].second, score};
    }
    return count;
}

extern "C" {

leat_fasttext *leat_fasttext_open(const char *path, char *message, size_t capacity) {
    leat_fasttext *model = nullptr;
    try {
        model = new leat_fasttext;
        model->model.open(path);
        if (model->model.getArgs().model != fasttext::model_name::sup)
            throw std::invalid_argument("the model is not a supervised one and has no labels");
        model->dictionary = model->model.getDictionary();
        model->reader = std::make_unique<const leat::LineReader>(model->dictionary, model->model.getArgs());
        model->sums = std::make_unique<const leat::RowSums>(model->model);
        for (int32_t i = 0; i < model->dictionary->nlabels(); i++) model->labels.push_back(model->dictionary->getLabel(i));
        return model;
    } catch (const std::exception &error) {
        std::snprintf(message, capacity, "%s", error.what());
    } catch (...) {
        std::snprintf(message, capacity, "unknown C++ exception");
    }
    delete model;
    return nullptr;
}

void leat_fasttext_close(leat_fasttext *model) { delete model; }

int32_t leat_fasttext_label_count(const leat_fasttext *model) { return static_cast<int32_t>(model->labels.size()); }

const char *leat_fasttext_label(const leat_fasttext *model, int32_t index) {
    if (index < 0 || static_cast<size_t>(index) >= model->labels.size()) return nullptr;
    return model->labels[static_cast<size_t>(index)].c_str();
}

int32_t leat_fasttext_predict(
    const leat_fasttext *model, const char *line, size_t count, leat_fasttext_prediction *predictions, int32_t capacity) {
    if (!model->reader->isUsable()) return leat_fasttext_predict_by_library(model, line, count, predictions, capacity);
    if (count == 0 || capacity <= 0) return 0;
    try {
        fasttext::Predictions found;
        const std::vector<int32_t> rows = model->reader->rows(line, count);
        if (model->sums->isUsable()) {
            model->sums->predict(capacity, rows, model->dictionary->nlabels(), found, 0.0);
        } else {
            model->model.predict(capacity, rows, found, 0.0);
        }
        return kept(found, predictions, capacity);
    } catch (...) {
        return -1;
    }
}

int32_t leat_fasttext_predict_by_library(
    const leat_fasttext *model, const char *line, size_t count, leat_fasttext_prediction *predictions, int32_t capacity) {
    if (count == 0 || capacity <= 0) return 0;
    try {
        fasttext::Predictions found;
        model->model.predict(capacity, rows_by_library(model, line, count), found, 0.0);
        return kept(found, predictions, capacity);
    } catch (...) {
        return -1;
    }
}

}  // extern "C"
