using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Finpay.Linkage.Sandbox.Shop;

/// <summary>The shop's orders, a file each: written before the API is called, so that no widget is ever asked for without one.</summary>
internal sealed class ShopOrders(string folder, TimeProvider time)
{
    private const int IdLength = 32;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

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

    public ShopOrder? Find(string id) => IsId(id) && File.Exists(PathOf(id))
        ? JsonSerializer.Deserialize<ShopOrder>(File.ReadAllBytes(PathOf(id)), Json)
        : null;

    /// <summary>The API took nothing of it.</summary>
    public void Remove(ShopOrder order) => File.Delete(PathOf(order.Id));

    /// <summary>There is a result: the customer's data has served its purpose.</summary>
    public void Forget(ShopOrder order)
    {
        if (order.Request is not null)
            Save(order with { Request = null });
    }

    private static string RandomId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdLength / 2));

    private static bool IsId(string id) => id.Length == IdLength && id.All(char.IsAsciiHexDigitLower);

    private string PathOf(string id) => Path.Combine(folder, $"{id}.json");

    private void Save(ShopOrder order)
    {
        Directory.CreateDirectory(folder);
        var temporary = $"{PathOf(order.Id)}.{RandomId()}.tmp";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(order, Json));
        File.Move(temporary, PathOf(order.Id), overwrite: true);
    }
}
