/// <summary>
/// Runs inside an API process that is started with DOTNET_STARTUP_HOOKS. After a line on standard input, one of the
/// threads throws an exception that nothing handles.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "MA0047:Declare types in namespaces", Justification = "The runtime looks for it outside of any.")]
internal static class StartupHook
{
    public static void Initialize() => new Thread(() =>
    {
        if (Console.In.ReadLine() is not null)
            throw new InvalidOperationException("planned crash");
    })
    { IsBackground = true }.Start();
}
