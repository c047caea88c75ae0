using System.Diagnostics;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>PostgreSQL's programs, run as somebody whom they don't refuse.</summary>
public static class PostgresPrograms
{
    /// <summary>Where they are; null when PostgreSQL is not installed.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>An empty one that belongs to whom they run as.</summary>
    public static string NewFolder() => Run("mktemp", "-d", "-t", "linkage-pg-XXXXXX").Trim();

    /// <summary>Runs one of them, or of the system's, to its end.</summary>
    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(Command(program, arguments))!;
        // The server that pg_ctl leaves behind keeps its ends of the pipes: so no reading to their end there.
        var output = program == "pg_ctl" ? "" : process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} failed with {process.ExitCode}: {output}");
    }

    // PostgreSQL refuses to run as root.
    public static ProcessStartInfo Command(string program, params string[] arguments)
    {
        var path = Folder is not null && File.Exists(Path.Combine(Folder, program)) ? Path.Combine(Folder, program) : program;
        string[] command = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--", path, .. arguments] : [path, .. arguments];
        return new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
    }

    private static string? Find()
    {
        var places = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin")) : [])
            .Concat(["/opt/homebrew/opt/postgresql@15/bin", "/usr/local/pgsql/bin"]);
        return places.FirstOrDefault(place => File.Exists(Path.Combine(place, "initdb")) && File.Exists(Path.Combine(place, "pg_ctl")));
    }
}
