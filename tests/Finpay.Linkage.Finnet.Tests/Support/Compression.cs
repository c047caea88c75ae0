using System.IO.Compression;

namespace Finpay.Linkage.Finnet.Tests.Support;

internal static class Compression
{
    public static byte[] Compress(string encoding, byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" => new GZipStream(packed, CompressionMode.Compress),
            "deflate" => new ZLibStream(packed, CompressionMode.Compress),
            _ => new BrotliStream(packed, CompressionMode.Compress),
        })
        {
            stream.Write(bytes);
        }

        return packed.ToArray();
    }
}
