namespace Finpay.Linkage.Sandbox.Judging;

/// <summary>The values that the judge read, and all problems that it found.</summary>
internal sealed class Verdict
{
    private readonly List<Problem> problems = [];
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    public IReadOnlyList<Problem> Problems => problems;

    /// <summary>Values by path, decrypted if they came encrypted; a boolean is "true" or "false".</summary>
    public IReadOnlyDictionary<string, string> Values => values;

    public string? this[string path] => values.GetValueOrDefault(path);

    public string? MerchantPass { get; set; }

    /// <summary>The phone in one form, 62…, in whichever it came: it has one state.</summary>
    public string? Phone => this["phoneNo"] is ['0', '8', ..] phone ? $"62{phone[1..]}" : this["phoneNo"];

    public Verdict WithoutImages()
    {
        var small = new Verdict { MerchantPass = MerchantPass };
        small.problems.AddRange(problems);
        foreach (var (path, value) in values.Where(v => !v.Key.EndsWith(".base64", StringComparison.Ordinal)))
            small.values[path] = value;

        return small;
    }

    public void Add(Problem problem) => problems.Add(problem);

    /// <summary>The first problem decides the answer: authentication comes before the body.</summary>
    public void AddFirst(IEnumerable<Problem> found) => problems.InsertRange(0, found);

    public void Read(string path, string value) => values[path] = value;
}
