// Reads Parquet files back, one row group at a time.
#include "CArrow.h"
#include "guard.h"

#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/io/file.h>
#include <arrow/table.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <memory>
#include <string>
#include <vector>

struct CArrowReader {
    std::unique_ptr<parquet::arrow::FileReader> reader;
    std::shared_ptr<parquet::FileMetaData> facts;
    // Of the loaded row group, in the order of the schema.
    std::vector<std::shared_ptr<arrow::Array>> columns;
    mutable std::string answer;
};

namespace {

arrow::Status open(CArrowReader &self, const char *path) {
    ARROW_ASSIGN_OR_RAISE(auto file, arrow::io::ReadableFile::Open(path));
    ARROW_ASSIGN_OR_RAISE(self.reader, parquet::arrow::OpenFile(file, arrow::default_memory_pool()));
    self.reader->set_use_threads(false);
    self.facts = self.reader->parquet_reader()->metadata();
    return arrow::Status::OK();
}

arrow::Status load(CArrowReader &self, int32_t row_group) {
    self.columns.clear();
    ARROW_ASSIGN_OR_RAISE(auto table, self.reader->ReadRowGroup(row_group));
    for (const auto &column : table->columns()) {
        ARROW_ASSIGN_OR_RAISE(auto whole, arrow::Concatenate(column->chunks()));
        self.columns.push_back(std::move(whole));
    }
    return arrow::Status::OK();
}

// 1 and the array where there is a value, else what the call answers.
template <typename Array>
int value_at(const CArrowReader &self, int32_t column, int64_t row, arrow::Type::type type, const Array **array) {
    if (column < 0 || static_cast<size_t>(column) >= self.columns.size()) return -1;
    const arrow::Array &found = *self.columns[static_cast<size_t>(column)];
    if (found.type_id() != type || row < 0 || row >= found.length()) return -1;
    if (found.IsNull(row)) return 0;
    *array = static_cast<const Array *>(&found);
    return 1;
}

}  // namespace

extern "C" CArrowReader *carrow_reader_open(const char *path, char *error, size_t error_size) {
    std::unique_ptr<CArrowReader> self;
    const bool done = leat::guarded(error, error_size, [&] {
        self = std::make_unique<CArrowReader>();
        return open(*self, path);
    });
    return done ? self.release() : nullptr;
}

extern "C" void carrow_reader_free(CArrowReader *reader) { delete reader; }

extern "C" int64_t carrow_reader_rows(const CArrowReader *reader) { return reader->facts->num_rows(); }

extern "C" int32_t carrow_reader_row_groups(const CArrowReader *reader) { return reader->facts->num_row_groups(); }

extern "C" const char *carrow_reader_metadata(const CArrowReader *reader, const char *key) {
    bool there = false;
    leat::guarded(nullptr, 0, [&] {
        const auto &pairs = reader->facts->key_value_metadata();
        const int place = pairs == nullptr ? -1 : pairs->FindKey(key);
        if (place >= 0) {
            reader->answer = pairs->value(place);
            there = true;
        }
        return arrow::Status::OK();
    });
    return there ? reader->answer.c_str() : nullptr;
}

extern "C" int32_t carrow_reader_column(const CArrowReader *reader, const char *name) {
    int32_t place = -1;
    leat::guarded(nullptr, 0, [&] {
        place = reader->facts->schema()->ColumnIndex(std::string(name));
        return arrow::Status::OK();
    });
    return place;
}

extern "C" int64_t carrow_reader_load(CArrowReader *reader, int32_t row_group, char *error, size_t error_size) {
    if (!leat::guarded(error, error_size, [&] { return load(*reader, row_group); })) return -1;
    return reader->columns.empty() ? 0 : reader->columns[0]->length();
}

extern "C" int carrow_reader_string(
    const CArrowReader *reader, int32_t column, int64_t row, const uint8_t **bytes, int64_t *count) {
    const arrow::StringArray *array = nullptr;
    const int found = value_at(*reader, column, row, arrow::Type::STRING, &array);
    if (found == 1) {
        int32_t length = 0;
        *bytes = array->GetValue(row, &length);
        *count = length;
    }
    return found;
}

extern "C" int carrow_reader_int64(const CArrowReader *reader, int32_t column, int64_t row, int64_t *value) {
    const arrow::Int64Array *array = nullptr;
    const int found = value_at(*reader, column, row, arrow::Type::INT64, &array);
    if (found == 1) *value = array->Value(row);
    return found;
}

extern "C" int carrow_reader_double(const CArrowReader *reader, int32_t column, int64_t row, double *value) {
    const arrow::DoubleArray *array = nullptr;
    const int found = value_at(*reader, column, row, arrow::Type::DOUBLE, &array);
    if (found == 1) *value = array->Value(row);
    return found;
}

extern "C" int carrow_reader_bool(const CArrowReader *reader, int32_t column, int64_t row, int32_t *value) {
    const arrow::BooleanArray *array = nullptr;
    const int found = value_at(*reader, column, row, arrow::Type::BOOL, &array);
    if (found == 1) *value = array->Value(row) ? 1 : 0;
    return found;
}
