/* The program of a practice, as far as its log goes: appends a mail again and again, and, where it is to begin new logs,
 * every tenth time moves the log away, cuts it short, or deletes it. Whatever Windows refuses is printed with its error.
 *
 *   writer LOG MAIL STOP [NEW]     until there is a file STOP */
#include <stdio.h>
#include <windows.h>

static int failed(const char *what)
{
    printf("%s: error %lu\n", what, GetLastError());
    fflush(stdout);
    return 1;
}

static int put(const char *log, DWORD how, const char *mail, DWORD size)
{
    DWORD written;
    HANDLE file = CreateFileA(log, how == OPEN_ALWAYS ? FILE_APPEND_DATA : GENERIC_WRITE, FILE_SHARE_READ, NULL, how,
                              FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return failed(how == OPEN_ALWAYS ? "append" : "begin again");
    if (!WriteFile(file, mail, size, &written, NULL) || written != size)
        failed("write");
    CloseHandle(file);
    return 0;
}

int main(int argc, char **argv)
{
    static char mail[1 << 16];
    char old[MAX_PATH];
    FILE *from = fopen(argv[2], "rb");
    DWORD size = from ? (DWORD)fread(mail, 1, sizeof mail, from) : 0;
    if (argc < 4 || !size)
        return failed("usage");
    snprintf(old, sizeof old, "%s.old", argv[1]);
    for (int n = 1; GetFileAttributesA(argv[3]) == INVALID_FILE_ATTRIBUTES; n++) {
        put(argv[1], OPEN_ALWAYS, mail, size);
        if (argc > 4 && n % 30 == 10 && !MoveFileExA(argv[1], old, MOVEFILE_REPLACE_EXISTING))
            failed("move");
        if (argc > 4 && n % 30 == 20)
            put(argv[1], CREATE_ALWAYS, mail, size);
        if (argc > 4 && n % 30 == 0 && !DeleteFileA(argv[1]))
            failed("delete");
        Sleep(20);
    }
    return 0;
}
