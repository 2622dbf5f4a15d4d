#define _GNU_SOURCE
#include "CPosix.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int leat_create_private(const char *path) {
    int descriptor;
    do {
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    } while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0) return -errno;
    // A umask can only take bits away; a default ACL of the folder can add some.
    if (fchmod(descriptor, 0600) < 0) {
        int error = errno;
        close(descriptor);
        return -error;
    }
    return descriptor;
}

int leat_is_private(const char *path) {
    struct stat info;
    if (stat(path, &info) < 0) return -errno;
    return (info.st_mode & 077) == 0;
}
