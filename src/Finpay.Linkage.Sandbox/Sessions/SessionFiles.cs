using System.Text.Json;
using System.Text.Json.Serialization;
using Finpay.Linkage.Sandbox.Hosting;

namespace Finpay.Linkage.Sandbox.Sessions;

/// <summary>One JSON file per session and one file per image, so that the cost of a change does not depend on their number.</summary>
internal sealed partial class SessionFiles
{
    private static readonly string[] Images = ["ktp", "selfie"];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        IgnoreReadOnlyProperties = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly TimeProvider time;
    private readonly ILogger<SessionFiles> logger;
    private readonly string folder;
    private readonly string clockFile;

    /// <param name="dataFolder">Where the folder of sessions is.</param>
    /// <param name="time">Real time: an advance of the sandbox clock must not make anything old.</param>
    /// <param name="logger">Is told of damaged files.</param>
    public SessionFiles(string dataFolder, TimeProvider time, ILogger<SessionFiles> logger)
    {
        (this.time, this.logger) = (time, logger);
        folder = Path.Combine(dataFolder, "sessions");
        clockFile = Path.Combine(dataFolder, "clock.json");
        OwnerOnly.Folder(dataFolder);
        OwnerOnly.Folder(folder);
    }

    public IEnumerable<Session> Load() => Directory.EnumerateFiles(folder, "*.json").Select(Read<Session>).OfType<Session>();

    public void Save(Session session) =>
        Write(Path.Combine(folder, $"{session.Uuid}.json"), JsonSerializer.SerializeToUtf8Bytes(session, Json));

    public void SaveImage(string uuid, string name, byte[] bytes) => Write(ImagePath(uuid, name), bytes);

    public void DeleteImages(string uuid)
    {
        foreach (var name in Images)
            File.Delete(ImagePath(uuid, name));
    }

    public void Delete(string uuid)
    {
        DeleteImages(uuid);
        File.Delete(Path.Combine(folder, $"{uuid}.json"));
    }

    public string ImagePath(string uuid, string name) => Path.Combine(folder, $"{uuid}.{name}");

    /// <summary>Deletes photos of that age, and names the sessions that nothing changed since.</summary>
    public IEnumerable<string> DeleteImagesBefore(DateTimeOffset limit)
    {
        foreach (var file in Directory.GetFiles(folder).Where(file => File.GetLastWriteTimeUtc(file) < limit.UtcDateTime))
        {
            if (Path.GetExtension(file) == ".json")
                yield return Path.GetFileNameWithoutExtension(file);
            else
                File.Delete(file);
        }
    }

    /// <summary>Due times are stored in sandbox time, so the offset must be stored too.</summary>
    public TimeSpan LoadClockOffset() => File.Exists(clockFile) ? Read<TimeSpan>(clockFile) : TimeSpan.Zero;

    public void SaveClockOffset(TimeSpan offset) => Write(clockFile, JsonSerializer.SerializeToUtf8Bytes(offset, Json));

    // One damaged file must not keep all the others from being read; it is left for a person to look at.
    private T? Read<T>(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(file), Json) ?? throw new JsonException("It holds null.");
        }
        catch (JsonException e)
        {
            LogDamaged(logger, Path.GetFileName(file), e.LineNumber + 1);
            return default;
        }
    }

    private void Write(string path, byte[] content) => OwnerOnly.Write(path, content, time.GetUtcNow());

    [LoggerMessage(5003, LogLevel.Warning, "The file {File} is damaged (line {Line}) and is skipped")]
    private static partial void LogDamaged(ILogger logger, string file, long? line);
}
