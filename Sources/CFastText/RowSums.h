// The hidden layer of a quantized fastText model: the mean of its input matrix's rows for a line, the same bits as
// fasttext::Model::computeHidden gives, several times faster. The library puts a row together from its codes and their centroids each time it is
// asked for; this has done so once for every row (16 numbers each in lid.176.ftz, 4 MB in all).
//
// The bits are the same because the library, too, rounds centroid × norm to a float before it adds it, and adds rows in the same order. A row
// taken alone is 0 + that product, which is the product.
#pragma once
#include <fasttext/fasttext.h>
#include <fasttext/loss.h>
#include <fasttext/matrix.h>
#include <fasttext/model.h>
#include <fasttext/vector.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace leat {

/// Protected members of the library's classes, read through pointers to members that derived classes may form.
struct ModelAccess : fasttext::FastText {
    static auto model() { return &ModelAccess::model_; }
    static auto input() { return &ModelAccess::input_; }
};
struct LossAccess : fasttext::Model {
    static auto loss() { return &LossAccess::loss_; }
};

/// Constant after its constructor: any thread may use it.
class RowSums {
public:
    static constexpr int64_t lanes = 16;
    static constexpr int64_t mostBytes = 64 << 20;

    explicit RowSums(const fasttext::FastText &model) : model_(model.*ModelAccess::model()), dimension_(model.getDimension()) {
        const std::shared_ptr<fasttext::Matrix> &input = model.*ModelAccess::input();
        const int64_t rows = input->size(0);
        if (!model.isQuant() || dimension_ != lanes || rows > INT32_MAX || rows * lanes * int64_t{4} > mostBytes) return;
        numbers_.resize(static_cast<size_t>(rows * lanes));
        fasttext::Vector row(lanes);
        for (int64_t i = 0; i < rows; i++) {
            row.zero();
            input->addRowToVector(row, static_cast<int32_t>(i));
            std::copy_n(row.data(), lanes, numbers_.data() + i * lanes);
        }
        rows_ = rows;
    }

    /// Whether these sums can stand for the library's: models of another width, or not quantized, are left to it.
    bool isUsable() const { return rows_ > 0; }

    /// As FastText::predict.
    void predict(
        int32_t capacity, const std::vector<int32_t> &rows, int32_t labels, fasttext::Predictions &found, float threshold) const {
        if (rows.empty()) return;
        fasttext::Model::State state(dimension_, labels, 0);
        float sums[lanes] = {};
        for (int32_t row : rows) {
            if (row < 0 || row >= rows_) throw std::out_of_range("a row that the model does not have");
            const float *numbers = numbers_.data() + static_cast<int64_t>(row) * lanes;
            for (int64_t i = 0; i < lanes; i++) sums[i] += numbers[i];
        }
        const float share = static_cast<float>(1.0 / static_cast<double>(rows.size()));
        for (int64_t i = 0; i < lanes; i++) state.hidden[i] = sums[i] * share;
        found.reserve(static_cast<size_t>(capacity) + 1);
        const fasttext::Model &model = *model_;
        (model.*LossAccess::loss())->predict(capacity, threshold, found, state);
    }

private:
    std::shared_ptr<const fasttext::Model> model_;
    int32_t dimension_;
    int64_t rows_ = 0;
    std::vector<float> numbers_;
};

}  // namespace leat
