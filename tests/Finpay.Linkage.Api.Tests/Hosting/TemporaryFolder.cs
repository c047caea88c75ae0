using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>
/// Temporary files stay in memory where there is room: a wait for the disk proves nothing here.
/// What must outlive a process is tested end to end.
/// </summary>
internal static class TemporaryFolder
{
    private const string Memory = "/dev/shm";
    private const long Room = 4L << 30;

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Test classes make folders before any fixture runs.")]
    internal static void Choose()
    {
        if (OperatingSystem.IsLinux() && Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace >= Room)
            Environment.SetEnvironmentVariable("TMPDIR", Memory);
    }
}
