/* Something goes wrong at the Nth change of a disk: the process dies, or all of them do, or the disk is full.

   Loaded before the C library (LD_PRELOAD). All processes of one trial count together, in a small shared file:
     FAULT_FILE   two 32-bit numbers: the calls so far, and how many of them were refused
     FAULT_AT     the number of the call at which it happens, from 1; 0 only counts
     FAULT_HOW    "all": everybody in the process group is killed before the call; "one": only who calls;
                  a number: from there on the call fails with that errno, and changes nothing
   A change is a call that creates, writes, cuts, moves, links, removes or flushes a file or a folder below FAULT_UNDER.
   What goes through a pipe or a socket, and what lies elsewhere, is no change. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static volatile unsigned *count;
static unsigned at;
static int error_number;
static int everybody;
static char under[PATH_MAX];
static size_t under_length;

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

/* Also called by a child that was forked for one trial, with the environment of that trial. */
__attribute__((constructor)) void fault_begin(void)
{
    const char *file = getenv("FAULT_FILE"), *how = getenv("FAULT_HOW"), *when = getenv("FAULT_AT");
    const char *below = getenv("FAULT_UNDER");
    if (!file || !how || !when || !below)
        return;
    int (*open_)(const char *, int, ...) = (int (*)(const char *, int, ...))real("open");
    int handle = open_(file, O_RDWR | O_CLOEXEC);
    if (handle < 0)
        return;
    void *place = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
    close(handle);
    if (place == MAP_FAILED)
        return;
    at = (unsigned)atoi(when);
    everybody = !strcmp(how, "all");
    error_number = atoi(how);
    snprintf(under, sizeof under, "%s/", below);
    under_length = strlen(under);
    count = place;
}

/* Whether the call fails; it may not return at all. */
static int hit(void)
{
    int before = errno;
    unsigned number = __sync_add_and_fetch(&count[0], 1);
    errno = before;
    if (!at || number < at)
        return 0;
    if (error_number) {
        __sync_add_and_fetch(&count[1], 1);
        errno = error_number;
        return 1;
    }
    if (number > at && !everybody)
        return 0;
    __sync_add_and_fetch(&count[1], 1);
    kill(everybody ? 0 : getpid(), SIGKILL);
    for (;;)
        pause();
}

static int ours(int folder, const char *path)
{
    char whole[PATH_MAX * 2], base[PATH_MAX];
    if (!count || !path)
        return 0;
    if (path[0] == '/')
        return !strncmp(path, under, under_length);
    if (folder == AT_FDCWD) {
        if (!getcwd(base, sizeof base))
            return 0;
    } else {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t length = readlink(link, base, sizeof base - 1);
        if (length < 0)
            return 0;
        base[length] = 0;
    }
    snprintf(whole, sizeof whole, "%s/%s", base, path);
    return !strncmp(whole, under, under_length);
}

static int ours_open(int handle)
{
    char link[64], base[PATH_MAX];
    struct stat facts;
    if (!count || handle < 3 || fstat(handle, &facts) || !(S_ISREG(facts.st_mode) || S_ISDIR(facts.st_mode)))
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t length = readlink(link, base, sizeof base - 1);
    if (length < 0)
        return 0;
    base[length] = 0;
    return !strncmp(base, under, under_length);
}

#define MODE int mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, int); va_end(more); }
#define CHANGES(flags) ((flags) & (O_CREAT | O_TRUNC | O_TMPFILE) & ~O_DIRECTORY)

#define OPEN(name) \
    int name(const char *path, int flags, ...) \
    { MODE if (CHANGES(flags) && ours(AT_FDCWD, path) && hit()) return -1; \
      return ((int (*)(const char *, int, ...))real(#name))(path, flags, mode); }
OPEN(open)
OPEN(open64)
#define OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) \
    { MODE if (CHANGES(flags) && ours(folder, path) && hit()) return -1; \
      return ((int (*)(int, const char *, int, ...))real(#name))(folder, path, flags, mode); }
OPENAT(openat)
OPENAT(openat64)

#define FILE_OPEN(name) \
    FILE *name(const char *path, const char *mode) \
    { if (mode[0] != 'r' && ours(AT_FDCWD, path) && hit()) return NULL; \
      return ((FILE *(*)(const char *, const char *))real(#name))(path, mode); }
FILE_OPEN(fopen)
FILE_OPEN(fopen64)

ssize_t write(int handle, const void *data, size_t size)
{
    if (ours_open(handle) && hit())
        return -1;
    return ((ssize_t (*)(int, const void *, size_t))real("write"))(handle, data, size);
}
#define PWRITE(name, offset_t) \
    ssize_t name(int handle, const void *data, size_t size, offset_t offset) \
    { if (ours_open(handle) && hit()) return -1; \
      return ((ssize_t (*)(int, const void *, size_t, offset_t))real(#name))(handle, data, size, offset); }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define HANDLE(name) \
    int name(int handle) { if (ours_open(handle) && hit()) return -1; return ((int (*)(int))real(#name))(handle); }
HANDLE(fsync)
HANDLE(fdatasync)
#define CUT(name, offset_t) \
    int name(int handle, offset_t size) \
    { if (ours_open(handle) && hit()) return -1; return ((int (*)(int, offset_t))real(#name))(handle, size); }
CUT(ftruncate, off_t)
CUT(ftruncate64, off64_t)

#define PATH1(name) \
    int name(const char *path) { if (ours(AT_FDCWD, path) && hit()) return -1; return ((int (*)(const char *))real(#name))(path); }
PATH1(unlink)
PATH1(rmdir)
PATH1(remove)
int mkdir(const char *path, mode_t mode)
{
   
    if (ours(AT_FDCWD, path) && hit())
        return -1;
    return ((int (*)(const char *, mode_t))real("mkdir"))(path, mode);
}
int mkdirat(int folder, const char *path, mode_t mode)
{
   
    if (ours(folder, path) && hit())
        return -1;
    return ((int (*)(int, const char *, mode_t))real("mkdirat"))(folder, path, mode);
}
int unlinkat(int folder, const char *path, int flags)
{
   
    if (ours(folder, path) && hit())
        return -1;
    return ((int (*)(int, const char *, int))real("unlinkat"))(folder, path, flags);
}
int rename(const char *old, const char *new)
{
   
    if (ours(AT_FDCWD, new) && hit())
        return -1;
    return ((int (*)(const char *, const char *))real("rename"))(old, new);
}
int renameat(int from, const char *old, int to, const char *new)
{
   
    if (ours(to, new) && hit())
        return -1;
    return ((int (*)(int, const char *, int, const char *))real("renameat"))(from, old, to, new);
}
int link(const char *old, const char *new)
{
   
    if (ours(AT_FDCWD, new) && hit())
        return -1;
    return ((int (*)(const char *, const char *))real("link"))(old, new);
}
