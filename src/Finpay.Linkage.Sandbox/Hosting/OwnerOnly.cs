namespace Finpay.Linkage.Sandbox.Hosting;

/// <summary>Files (0600) and folders (0700) that only their owner can read: they hold keys, photos and personal data.</summary>
internal static class OwnerOnly
{
    private const UnixFileMode File600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Folder700 = File600 | UnixFileMode.UserExecute;

    /// <summary>Writes a file completely or not at all.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content, DateTimeOffset? at = null)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = File600;

        using (var file = new FileStream(temporary, options))
            file.Write(content);

        if (at is { } time)
            File.SetLastWriteTimeUtc(temporary, time.UtcDateTime);

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Makes a folder of the sandbox's own, and makes the files private that an earlier version left readable there.</summary>
    public static void Folder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, Folder700);
        File.SetUnixFileMode(path, Folder700);
        foreach (var file in Directory.EnumerateFiles(path))
            File.SetUnixFileMode(file, File600);
    }

    /// <summary>Makes the folder that a person named. One that has something in it may not be ours alone and keeps its mode.</summary>
    public static void DataFolder(string path)
    {
        if (!Directory.Exists(path) || !Directory.EnumerateFileSystemEntries(path).Any())
            Folder(path);
    }
}
