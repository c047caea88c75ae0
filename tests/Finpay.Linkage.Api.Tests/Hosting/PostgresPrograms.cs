using System.Diagnostics;
using System.Globalization;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>PostgreSQL's programs, run as a user whom they accept.</summary>
public static class PostgresPrograms
{
    /// <summary>Where they are; null when PostgreSQL is not installed.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>An empty folder that belongs to the user they run as.</summary>
    public static string NewFolder() => Run("mktemp", "-d", "-t", "linkage-pg-XXXXXX").Trim();

    /// <summary>The files of a new server.</summary>
    public static void InitializeServer(string folder) =>
        Run("initdb", "-D", Data(folder), "-U", "linkage", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8");

    /// <summary>Starts a server that is reachable by a socket in its folder alone. Ends when it takes connections.</summary>
    public static void StartServer(string folder, params string[] settings)
    {
        var log = Path.Combine(folder, "log");
        string[] all = ["listen_addresses=", $"unix_socket_directories={folder}", "port=5432", .. settings];
        // Not by pg_ctl: the guard must be the parent of the server.
        string[] server = [Path.Combine(Folder!, "postgres"), "-D", Data(folder), .. all.SelectMany(setting => new[] { "-c", setting })];
        var command = Guarded.Command(AsAcceptedUser(["sh", "-c", """exec "$@" >>"$0" 2>&1 </dev/null""", log, .. server]), folder);
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, WorkingDirectory = "/" };
        using var process = Process.Start(start)!;
        while (!IsUp(folder, process.Id))
        {
            if (process.HasExited)
                throw new InvalidOperationException($"PostgreSQL ended: {File.ReadAllText(log)}");
            Thread.Sleep(10);
        }
    }

    public static string Data(string folder) => Path.Combine(folder, "data");

    public static string PidFile(string folder) => Path.Combine(Data(folder), "postmaster.pid");

    /// <summary>Runs one of them, or of the system's, to its end.</summary>
    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(Command(program, arguments))!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} failed with {process.ExitCode}: {output}{error.Result}");
        return output;
    }

    public static ProcessStartInfo Command(string program, params string[] arguments)
    {
        var path = Folder is not null && File.Exists(Path.Combine(Folder, program)) ? Path.Combine(Folder, program) : program;
        var command = AsAcceptedUser([path, .. arguments]);
        return new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
    }

    // PostgreSQL refuses to run as root. Not by runuser: it would stay between the guard and the server.
    public static string[] AsAcceptedUser(string[] command) =>
        Environment.UserName == "root" ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--", .. command] : command;

    // As pg_ctl does it: the file's first line is the server's process id, its eighth the state.
    private static bool IsUp(string folder, int processId)
    {
        string[] lines = File.Exists(PidFile(folder)) ? File.ReadAllLines(PidFile(folder)) : [];
        return lines.Length >= 8 && lines[0] == processId.ToString(CultureInfo.InvariantCulture) && lines[7].Trim() is "ready" or "standby";
    }

    private static string? Find()
    {
        var places = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(Directory.Exists("/usr/lib/postgresql")
                ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin"))
                : [])
            .Concat(["/opt/homebrew/opt/postgresql@15/bin", "/usr/local/pgsql/bin"]);
        return places.FirstOrDefault(place => File.Exists(Path.Combine(place, "initdb")) && File.Exists(Path.Combine(place, "pg_ctl")));
    }
}
