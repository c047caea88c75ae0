using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Finpay.Linkage.Sandbox.Hosting;

namespace Finpay.Linkage.Sandbox.Shop;

/// <summary>The shop's orders, one file each. An order is written before the API is called, so that every widget belongs to one.</summary>
internal sealed class ShopOrders
{
    private const int IdLength = 32;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly string folder;
    private readonly TimeProvider time;

    public ShopOrders(string folder, TimeProvider time)
    {
        (this.folder, this.time) = (folder, time);
        OwnerOnly.Folder(folder);
    }

    public ShopOrder Add(JsonObject content, Func<string, string> backUrl)
    {
        var id = RandomId();
        var reference = $"shop{RandomId()}";
        var request = (JsonObject)content.DeepClone();
        request["partnerReferenceNo"] = reference;
        request["redirectFinalUrl"] = backUrl(id);
        var order = new ShopOrder(id, reference, time.GetUtcNow(), request);
        Save(order);
        return order;
    }

    /// <summary>Null if it is unknown, or its file is damaged.</summary>
    public ShopOrder? Find(string id)
    {
        try
        {
            return IsId(id) && File.Exists(PathOf(id))
                ? JsonSerializer.Deserialize<ShopOrder>(File.ReadAllBytes(PathOf(id)), Json)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Deletes orders of that age for which no customer ever saw a result.</summary>
    public void RemoveUnfinishedBefore(DateTimeOffset limit)
    {
        foreach (var file in Directory.GetFiles(folder).Where(file => File.GetLastWriteTimeUtc(file) < limit.UtcDateTime))
        {
            if (Find(Path.GetFileNameWithoutExtension(file)) is not { Request: null })
                File.Delete(file);
        }
    }

    /// <summary>Deletes an order that the API did not accept.</summary>
    public void Remove(ShopOrder order) => File.Delete(PathOf(order.Id));

    /// <summary>Deletes the customer's data when there is a result and it is no longer needed.</summary>
    public void Forget(ShopOrder order)
    {
        if (order.Request is not null)
            Save(order with { Request = null });
    }

    private static string RandomId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdLength / 2));

    private static bool IsId(string id) => id.Length == IdLength && id.All(char.IsAsciiHexDigitLower);

    private string PathOf(string id) => Path.Combine(folder, $"{id}.json");

    private void Save(ShopOrder order) =>
        OwnerOnly.Write(PathOf(order.Id), JsonSerializer.SerializeToUtf8Bytes(order, Json), time.GetUtcNow());
}
