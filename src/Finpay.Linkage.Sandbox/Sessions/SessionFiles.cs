using System.Text.Json;
using System.Text.Json.Serialization;

namespace Finpay.Linkage.Sandbox.Sessions;

/// <summary>One JSON file per session and one file per image, so that the cost of a change does not depend on their number.</summary>
internal sealed class SessionFiles
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        IgnoreReadOnlyProperties = true,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly string folder;
    private readonly string clockFile;

    public SessionFiles(string dataFolder)
    {
        folder = Path.Combine(dataFolder, "sessions");
        clockFile = Path.Combine(dataFolder, "clock.json");
        Directory.CreateDirectory(folder);
    }

    public IEnumerable<Session> Load() =>
        from file in Directory.EnumerateFiles(folder, "*.json")
        select JsonSerializer.Deserialize<Session>(File.ReadAllBytes(file), Json)
            ?? throw new InvalidDataException($"{file} holds no session");

    public void Save(Session session) =>
        Write(Path.Combine(folder, $"{session.Uuid}.json"), JsonSerializer.SerializeToUtf8Bytes(session, Json));

    public void SaveImage(string uuid, string name, byte[] bytes) => Write(ImagePath(uuid, name), bytes);

    public void DeleteImages(string uuid)
    {
        foreach (var name in new[] { "ktp", "selfie" })
            File.Delete(ImagePath(uuid, name));
    }

    public string ImagePath(string uuid, string name) => Path.Combine(folder, $"{uuid}.{name}");

    /// <summary>Due times are stored in sandbox time, so the offset must be stored too.</summary>
    public TimeSpan LoadClockOffset() =>
        File.Exists(clockFile) ? JsonSerializer.Deserialize<TimeSpan>(File.ReadAllBytes(clockFile), Json) : TimeSpan.Zero;

    public void SaveClockOffset(TimeSpan offset) => Write(clockFile, JsonSerializer.SerializeToUtf8Bytes(offset, Json));

    private static void Write(string path, byte[] content)
    {
        var temporary = path + ".tmp";
        File.WriteAllBytes(temporary, content);
        File.Move(temporary, path, overwrite: true);
    }
}
