// The face of Arrow's Parquet library that Leat uses: write row groups of columns to a file, read them back. C only; no exception
// leaves it. Every call that can fail takes a buffer for a message (always ended with a zero byte) and says failure by NULL or by
// a value that is not 0. A writer or reader belongs to one thread at a time.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct CArrowWriter CArrowWriter;
typedef struct CArrowReader CArrowReader;

typedef enum {
    CARROW_STRING = 0,  // UTF-8
    CARROW_INT64 = 1,
    CARROW_DOUBLE = 2,
    CARROW_BOOL = 3,
} CArrowType;

typedef struct {
    const char *name;
    int32_t type;         // CArrowType
    int32_t nullable;     // 0 or 1
    int32_t dictionary;   // 1: values recur, write each once
    int32_t statistics;   // 1: smallest and largest value, and the page index
} CArrowField;

typedef struct {
    const char *key;
    const char *value;
} CArrowPair;

typedef struct {
    int32_t zstd_level;          // 1 to 22
    const char *created_by;
    const CArrowPair *metadata;  // written into the footer, in this order
    size_t metadata_count;
} CArrowOptions;

// One column of a row group. The memory must stay as it is for the length of the call.
typedef struct {
    const uint8_t *validity;  // one bit a row, lowest first, 1 where there is a value; NULL where all rows have one
    int64_t null_count;
    const int32_t *offsets;   // strings: rows + 1 places in `values`
    const void *values;       // strings: bytes; int64_t or double: rows of them; bool: one bit a row, lowest first
    int64_t value_bytes;      // size of `values`
} CArrowColumn;

CArrowWriter *carrow_writer_open(
    const char *path, const CArrowField *fields, size_t field_count, const CArrowOptions *options, char *error, size_t error_size);

// Writes one row group. `columns` are in the order of the fields.
int carrow_writer_row_group(
    CArrowWriter *writer, int64_t rows, const CArrowColumn *columns, size_t column_count, char *error, size_t error_size);

// Adds a pair to the footer's metadata, after those given at the beginning.
int carrow_writer_add_metadata(CArrowWriter *writer, const char *key, const char *value, char *error, size_t error_size);

// Writes the footer and closes the file; the writer is still to be freed.
int carrow_writer_finish(CArrowWriter *writer, char *error, size_t error_size);

// Frees the writer; a file that was not finished is closed as it stands.
void carrow_writer_free(CArrowWriter *writer);

CArrowReader *carrow_reader_open(const char *path, char *error, size_t error_size);
void carrow_reader_free(CArrowReader *reader);
int64_t carrow_reader_rows(const CArrowReader *reader);
int32_t carrow_reader_row_groups(const CArrowReader *reader);

// The footer's value under the key, or NULL.
const char *carrow_reader_metadata(const CArrowReader *reader, const char *key);

// The column's number, or -1.
int32_t carrow_reader_column(const CArrowReader *reader, const char *name);

// Reads a row group into memory in place of the one before; returns its rows, or -1.
int64_t carrow_reader_load(CArrowReader *reader, int32_t row_group, char *error, size_t error_size);

// Values of the loaded row group. 1: there is one; 0: null; -1: no such row, or another type.
int carrow_reader_string(const CArrowReader *reader, int32_t column, int64_t row, const uint8_t **bytes, int64_t *count);
int carrow_reader_int64(const CArrowReader *reader, int32_t column, int64_t row, int64_t *value);
int carrow_reader_double(const CArrowReader *reader, int32_t column, int64_t row, double *value);
int carrow_reader_bool(const CArrowReader *reader, int32_t column, int64_t row, int32_t *value);

#ifdef __cplusplus
}
#endif
