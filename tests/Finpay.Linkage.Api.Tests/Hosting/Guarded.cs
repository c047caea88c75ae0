namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>Programs that end when the tests end, also when the tests are killed.</summary>
public static class Guarded
{
    // The shell becomes the program, so that both have one process id; its child looks every second whether the tests still run.
    private const string Script = """
        folder=$1; shift
        (trap '' INT TERM HUP
         while kill -0 $$; do
           kill -0 $PPID || { kill -QUIT $$; sleep 2; kill -KILL $$; [ -z "$folder" ] || rm -rf "$folder"; }
           sleep 1
         done) </dev/null >/dev/null 2>&1 &
        exec "$@"
        """;

    /// <param name="command">The program and its arguments.</param>
    /// <param name="folder">Deleted when the tests ended before the program did.</param>
    public static string[] Command(string[] command, string folder = "") =>
        OperatingSystem.IsWindows() ? command : ["sh", "-c", Script, "guarded", folder, .. command];
}
