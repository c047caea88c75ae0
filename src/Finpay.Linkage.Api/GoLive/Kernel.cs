using System.Runtime.InteropServices;

namespace Finpay.Linkage.Api.GoLive;

/// <summary>What only the operating system knows, asked without changing anything.</summary>
internal static class Kernel
{
    private const int WriteAccess = 2;
    private const int ClockNotSynchronised = 5;

    // struct timex has 208 bytes; no bit set in its first field: nothing is adjusted.
    private const int TimexBytes = 512;

    /// <summary>Whether a time service keeps the clock right, as it tells the kernel; null when that can't be known here.</summary>
    public static bool? IsClockSynchronised()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            var state = AdjustTime(new byte[TimexBytes]);
            return state < 0 ? null : state != ClockNotSynchronised;
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Whether this user may write there, read-only file systems included. On Windows only the file's own mark is seen.</summary>
    public static bool IsWritable(string path) => OperatingSystem.IsWindows()
        ? Directory.Exists(path) || !File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly)
        : Access(path, WriteAccess) == 0;

    [DllImport("libc", EntryPoint = "adjtimex"), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int AdjustTime([In, Out] byte[] timex);

    [DllImport("libc", EntryPoint = "access"), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);
}
