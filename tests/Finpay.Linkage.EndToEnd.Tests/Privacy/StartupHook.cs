/// <summary>Runs inside of an API process that is started with DOTNET_STARTUP_HOOKS: after a line on its input one of its threads dies of an exception that nobody handles.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "MA0047:Declare types in namespaces", Justification = "The runtime looks for it outside of any.")]
internal static class StartupHook
{
    public static void Initialize() => new Thread(() =>
    {
        if (Console.In.ReadLine() is not null)
            throw new InvalidOperationException("planned crash");
    })
    { IsBackground = true }.Start();
}
