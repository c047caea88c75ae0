using System.Reflection;
using System.Runtime.InteropServices;
using Finpay.Linkage.Api.Settings;
using SQLitePCL;

namespace Finpay.Linkage.Api.Storage;

/// <summary>Binds the provider to the operating system's SQLite, which the system keeps patched. See docs/decisions/0002.</summary>
internal static class SqliteLibrary
{
    // RETURNING and upsert: 3.35.
    private const int OldestVersion = 3_035_000;

    private static readonly Lazy<bool> Loaded = new(Load);

    public static void EnsureLoaded() => _ = Loaded.Value;

    private static bool Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        try
        {
            raw.SetProvider(new SQLite3Provider_e_sqlite3());
            // No connection is used by two threads at once, so it needs no locks; and nobody reads the statistics that every allocation would lock for.
            _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
            _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
            if (raw.sqlite3_libversion_number() < OldestVersion)
                throw new SettingsException($"SQLite {raw.sqlite3_libversion().utf8_to_string()} is too old: 3.35 or later is needed.");
            return true;
        }
        catch (DllNotFoundException exception)
        {
            throw new SettingsException(
                "The operating system's SQLite library was not found. Debian, Ubuntu: apt-get install libsqlite3-0. Alpine: apk add sqlite-libs. Fedora: dnf install sqlite-libs.",
                exception);
        }
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != "e_sqlite3")
            return IntPtr.Zero;
        string[] candidates = OperatingSystem.IsWindows() ? ["winsqlite3.dll"]
            : OperatingSystem.IsMacOS() ? ["/usr/lib/libsqlite3.dylib"]
            : ["libsqlite3.so.0", "libsqlite3.so"];
        foreach (var candidate in candidates)
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
                return handle;
        }

        return IntPtr.Zero;
    }
}
