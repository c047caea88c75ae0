using System.Diagnostics;
using System.Globalization;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>A file system of its own, which can be full or read-only.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly string mount = Directory.CreateTempSubdirectory("linkage-disk-").FullName;

    public SmallDisk(int megabytes) =>
        Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m"), "linkage-test", mount);

    public string Folder => Path.Combine(mount, "data");

    private string Filler => Path.Combine(mount, "filler");

    /// <summary>Fills the remaining space; call it again after some became free.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true)
                filler.Write(page);
        }
        catch (IOException)
        {
            // No space left on device.
        }
    }

    public void MakeRoom() => File.Delete(Filler);

    /// <summary>Works only while no file is open for writing.</summary>
    public void MakeReadOnly() => Run("mount", "-o", "remount,ro", mount);

    public void MakeWritable() => Run("mount", "-o", "remount,rw", mount);

    public void Dispose()
    {
        Run("umount", "--lazy", mount);
        Directory.Delete(mount);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed with {process.ExitCode}.");
    }
}

/// <summary>A test that mounts a file system; skipped where that is not allowed, unless nothing may be skipped.</summary>
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute()
    {
        if (!(OperatingSystem.IsLinux() && Environment.UserName == "root")
            && Environment.GetEnvironmentVariable("LINKAGE_TEST_REQUIRE_ALL") != "1")
            Skip = "Mounts a small file system: needs Linux and root";
    }
}
