namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>The same as <see cref="PostgresFactAttribute"/>, for several cases.</summary>
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = new PostgresFactAttribute().Skip;
}
