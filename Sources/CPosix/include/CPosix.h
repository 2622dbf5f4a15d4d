// The operating system's calls that SystemIO uses, as plain functions.
//
// Every function returns a value >= 0, or minus the errno of the failure, so that no caller reads `errno`
// after something else may have changed it. Calls interrupted by a signal are made again.
#pragma once

#include <stddef.h>
#include <stdint.h>

// How a file is opened: one of the first three.
enum {
    LEAT_OPEN_READ = 0,       // an existing file, for reading alone
    LEAT_OPEN_WRITE = 1,      // an existing file, for reading and writing
    LEAT_OPEN_CREATE = 2,     // for reading and writing; made, empty, when it is not there
    LEAT_OPEN_CREATE_NEW = 3, // for reading and writing; fails with EEXIST when it is there
};

int leat_open(const char *path, int how);
int leat_close(int descriptor);

// Reads until `count` bytes are there or the file ends; answers how many were read.
int64_t leat_read_at(int descriptor, void *bytes, size_t count, int64_t offset);
// Writes all of `count` bytes, or fails (some of them may then be in the file).
int leat_write_at(int descriptor, const void *bytes, size_t count, int64_t offset);
int64_t leat_size(int descriptor);
int leat_truncate(int descriptor, int64_t size);
int leat_sync_data(int descriptor);
int leat_sync_folder(const char *path);

int leat_rename(const char *from, const char *to);
int leat_remove(const char *path);
int leat_make_folder(const char *path);
int leat_remove_folder(const char *path);
// 0: nothing there. 1: a file. 2: a folder.
int leat_kind(const char *path);
// Calls `visit` with each name but "." and ".."; stops early when it answers anything but 0.
int leat_list(const char *path, int (*visit)(void *context, const char *name), void *context);
// The size of a regular file by its name; -ENOENT when there is none.
int64_t leat_file_size(const char *path);
// How many descriptors this process may have open.
int64_t leat_descriptor_limit(void);
int64_t leat_free_space(const char *path);

// An exclusive advisory lock, not waited for: -EWOULDBLOCK when another holds it.
int leat_lock(int descriptor);

int64_t leat_wall_milliseconds(void);
uint64_t leat_monotonic_nanoseconds(void);
int leat_random(void *bytes, size_t count);
int64_t leat_process_id(void);

// A new file that only its owner may read or write (mode 0600 whatever the umask says): -EEXIST where it is there already.
int leat_create_private(const char *path);
// 1: only the owner may read or write the file. 0: others may. Links are followed.
int leat_is_private(const char *path);

// The system's sentence for an errno, written into `text`, always ended by a zero byte.
void leat_describe(int error, char *text, size_t capacity);
