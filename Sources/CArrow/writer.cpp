// Writes Parquet through Arrow C++. Source of the format: parquet-format (Apache), of the interface: parquet/arrow/writer.h.
//
// What makes the bytes a function of the rows alone: one thread, a fixed created_by, no ARROW:schema entry, row groups exactly as
// the caller cut them, and no time anywhere.
#include "CArrow.h"
#include "guard.h"

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/io/file.h>
#include <arrow/table.h>
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>

#include <memory>
#include <vector>

struct CArrowWriter {
    std::shared_ptr<arrow::Schema> schema;
    std::shared_ptr<arrow::KeyValueMetadata> metadata;
    std::shared_ptr<arrow::io::FileOutputStream> file;
    std::unique_ptr<parquet::arrow::FileWriter> writer;
};

namespace {

arrow::Result<std::shared_ptr<arrow::DataType>> type_of(int32_t type) {
    switch (type) {
    case CARROW_STRING: return arrow::utf8();
    case CARROW_INT64: return arrow::int64();
    case CARROW_DOUBLE: return arrow::float64();
    case CARROW_BOOL: return arrow::boolean();
    default: return arrow::Status::Invalid("no column type has the number ", type);
    }
}

std::shared_ptr<parquet::WriterProperties> properties(const CArrowField *fields, size_t count, const CArrowOptions &options) {
    parquet::WriterProperties::Builder builder;
    builder.created_by(options.created_by)
        ->version(parquet::ParquetVersion::PARQUET_2_6)
        ->compression(parquet::Compression::ZSTD)
        ->compression_level(options.zstd_level)
        ->max_row_group_length(INT64_MAX)
        ->disable_dictionary()
        ->enable_write_page_index();
    for (size_t i = 0; i < count; i++) {
        if (fields[i].dictionary) builder.enable_dictionary(fields[i].name);
        if (!fields[i].statistics) {
            builder.disable_statistics(fields[i].name);
            builder.disable_write_page_index(fields[i].name);
        }
    }
    return builder.build();
}

arrow::Status open(
    CArrowWriter &self, const char *path, const CArrowField *fields, size_t count, const CArrowOptions &options) {
    arrow::FieldVector columns;
    for (size_t i = 0; i < count; i++) {
        ARROW_ASSIGN_OR_RAISE(auto type, type_of(fields[i].type));
        columns.push_back(arrow::field(fields[i].name, type, fields[i].nullable != 0));
    }
    self.schema = arrow::schema(columns);
    self.metadata = arrow::KeyValueMetadata::Make({}, {});
    for (size_t i = 0; i < options.metadata_count; i++) self.metadata->Append(options.metadata[i].key, options.metadata[i].value);
    ARROW_ASSIGN_OR_RAISE(self.file, arrow::io::FileOutputStream::Open(path));
    ARROW_ASSIGN_OR_RAISE(
        self.writer, parquet::arrow::FileWriter::Open(
                         *self.schema, arrow::default_memory_pool(), self.file, properties(fields, count, options)));
    return arrow::Status::OK();
}

// The caller's memory as a buffer of Arrow's, without a copy: no array outlives the call that it was given to.
std::shared_ptr<arrow::Buffer> borrowed(const void *bytes, int64_t size) {
    static const uint8_t nothing = 0;
    return std::make_shared<arrow::Buffer>(bytes == nullptr ? &nothing : static_cast<const uint8_t *>(bytes), size);
}

arrow::Status write(CArrowWriter &self, int64_t rows, const CArrowColumn *columns, size_t count) {
    if (count != static_cast<size_t>(self.schema->num_fields())) {
        return arrow::Status::Invalid(count, " columns were given and the schema has ", self.schema->num_fields());
    }
    arrow::ArrayVector arrays;
    for (size_t i = 0; i < count; i++) {
        const CArrowColumn &column = columns[i];
        const auto &type = self.schema->field(static_cast<int>(i))->type();
        std::vector<std::shared_ptr<arrow::Buffer>> buffers;
        buffers.push_back(column.validity == nullptr ? nullptr : borrowed(column.validity, (rows + 7) / 8));
        if (type->id() == arrow::Type::STRING) {
            buffers.push_back(borrowed(column.offsets, (rows + 1) * static_cast<int64_t>(sizeof(int32_t))));
        }
        buffers.push_back(borrowed(column.values, column.value_bytes));
        auto array = arrow::MakeArray(arrow::ArrayData::Make(type, rows, std::move(buffers), column.null_count));
        ARROW_RETURN_NOT_OK(array->Validate());
        arrays.push_back(std::move(array));
    }
    return self.writer->WriteTable(*arrow::Table::Make(self.schema, std::move(arrays), rows), rows);
}

}  // namespace

extern "C" CArrowWriter *carrow_writer_open(
    const char *path, const CArrowField *fields, size_t field_count, const CArrowOptions *options, char *error, size_t error_size) {
    std::unique_ptr<CArrowWriter> self;
    const bool done = leat::guarded(error, error_size, [&] {
        self = std::make_unique<CArrowWriter>();
        return open(*self, path, fields, field_count, *options);
    });
    if (done) return self.release();
    carrow_writer_free(self.release());
    return nullptr;
}

extern "C" int carrow_writer_row_group(
    CArrowWriter *writer, int64_t rows, const CArrowColumn *columns, size_t column_count, char *error, size_t error_size) {
    return leat::guarded(error, error_size, [&] { return write(*writer, rows, columns, column_count); }) ? 0 : 1;
}

extern "C" int carrow_writer_add_metadata(
    CArrowWriter *writer, const char *key, const char *value, char *error, size_t error_size) {
    return leat::guarded(error, error_size, [&] {
        writer->metadata->Append(key, value);
        return arrow::Status::OK();
    }) ? 0 : 1;
}

extern "C" int carrow_writer_finish(CArrowWriter *writer, char *error, size_t error_size) {
    return leat::guarded(error, error_size, [&] {
        ARROW_RETURN_NOT_OK(writer->writer->AddKeyValueMetadata(writer->metadata));
        ARROW_RETURN_NOT_OK(writer->writer->Close());
        return writer->file->Close();
    }) ? 0 : 1;
}

extern "C" void carrow_writer_free(CArrowWriter *writer) {
    leat::guarded(nullptr, 0, [&] {
        delete writer;
        return arrow::Status::OK();
    });
}
