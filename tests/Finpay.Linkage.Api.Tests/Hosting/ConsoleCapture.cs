namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>Tests that look at the process's own output run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ConsoleTests
{
    public const string Name = "Console";
}

/// <summary>Takes what is written to the console until it is disposed of.</summary>
public sealed class ConsoleCapture : IDisposable
{
    private readonly TextWriter previousOut = Console.Out;
    private readonly TextWriter previousError = Console.Error;
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public ConsoleCapture()
    {
        Console.SetOut(TextWriter.Synchronized(output));
        Console.SetError(TextWriter.Synchronized(error));
    }

    public string Output => output.ToString();

    public string Error => error.ToString();

    public void Dispose()
    {
        Console.SetOut(previousOut);
        Console.SetError(previousError);
        output.Dispose();
        error.Dispose();
    }
}
